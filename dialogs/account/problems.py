"""Sentences for a typed contact or access code that is not valid."""

from __future__ import annotations

from collections.abc import Mapping

from bot.account.problems import CodeProblem, EmailProblem, PhoneProblem
from bot.core.errors import Problem
from bot.core.i18n import N_, gettext as _
from dialogs.kit.problems import Facts, problem_sentences

SENTENCES: Mapping[Problem, str] = {
    PhoneProblem.EMPTY: N_("I see no number here. Write a mobile one: +7 916 123-45-67"),
    PhoneProblem.CHARACTERS: N_(
        "Character {at} is “{found}”, and a telephone number has digits only. For example: +7 916 123-45-67"
    ),
    PhoneProblem.LENGTH: N_("A mobile number has 11 digits, and here are {length}. For example: +7 916 123-45-67"),
    PhoneProblem.FOREIGN: N_("This is not a Russian number: it begins with +7 or 8. For example: +7 916 123-45-67"),
    PhoneProblem.KAZAKHSTAN: N_("This is a number of Kazakhstan. A Russian mobile one is needed: +7 916 123-45-67"),
    PhoneProblem.FREE: N_("8 800 is a hotline. Your own mobile number is needed: +7 916 123-45-67"),
    PhoneProblem.LANDLINE: N_("This looks like a landline. A mobile number is needed: +7 916 123-45-67"),
    PhoneProblem.TYPED: N_("A typed number proves nothing: only Telegram knows which one is yours."),
    PhoneProblem.NOT_YOURS: N_("This is not your number. I need the one of your own Telegram: press the key below."),
    EmailProblem.EMPTY: N_("I see no address here. Write it like this: anna@example.org"),
    EmailProblem.SPACE: N_("There are no spaces in an e-mail address. For example: anna@example.org"),
    EmailProblem.AT: N_("An e-mail address has one @ in it. For example: anna@example.org"),
    EmailProblem.CHARACTERS: N_(
        "Character {at}, “{found}”, is not a Latin letter. Write the address in Latin letters: anna@example.org"
    ),
    EmailProblem.NAME: N_("Something is wrong before the @ sign. For example: anna@example.org"),
    EmailProblem.DOMAIN: N_("After the @ sign the name of a site is needed. For example: anna@example.org"),
    EmailProblem.LENGTH: N_("This address is too long: at most {limit} characters. Check it."),
    CodeProblem.FORM: N_("A code has {shortest} to {longest} digits and nothing else."),
    CodeProblem.NEW_FORM: N_("A new code has {length} digits and nothing else."),
    CodeProblem.TRIVIAL: N_(
        "This code is tried first: digits in a row, repetitions and dates are easy to guess. Take another one."
    ),
    CodeProblem.DIFFERS: N_("This is not what you typed first. Type the same code, or take another one."),
}

WITH_HINT: Mapping[Problem, str] = {
    PhoneProblem.CHARACTERS: N_("Character {at} is “{found}”: should it be the digit {hint}? Only digits go here."),
    EmailProblem.CHARACTERS: N_(
        "Character {at} is the Russian “{found}”: should it be the Latin {hint}? For example: anna@example.org"
    ),
}
"""Used instead if the problem's ``hint`` names the character that was probably meant."""


@problem_sentences(PhoneProblem, EmailProblem, CodeProblem)
def sentence(problem: Problem, facts: Facts) -> str:
    hinted = WITH_HINT.get(problem) if facts.get("hint") else None
    return _(hinted or SENTENCES[problem]).format(**facts)
