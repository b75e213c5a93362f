"""Sentences for typed text or a file about a patient that fails validation."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.errors import Problem
from bot.core.i18n import N_, gettext as _, ngettext
from bot.patients.problems import (
    AddressProblem,
    AnswerProblem,
    CertificateProblem,
    DateProblem,
    FileProblem,
    NameProblem,
    OldPolicyProblem,
    PolicyProblem,
    SnilsProblem,
)
from dialogs.kit.problems import Facts, problem_sentences
from dialogs.patients.examples import IN_SENTENCES, SNILS

SENTENCES: Mapping[Problem, str] = {
    PolicyProblem.EMPTY: N_("I see no number here. A policy number has 16 digits."),
    PolicyProblem.CHARACTERS: N_("Character {at} is “{found}”, and a policy number has digits only."),
    PolicyProblem.ELEVEN: N_(
        "These are 11 digits. That is how a SNILS looks, or the number of the form on the back. A policy number is "
        "longer: 16 digits, on the front."
    ),
    PolicyProblem.OLD_FORM: N_(
        "This looks like the number of an old policy. Press “Old policy” for it; a new number has 16 digits, and "
        "your insurer will tell it by phone."
    ),
    PolicyProblem.AND_WORDS: N_("Write the 16 digits alone for now: I will ask the name next."),
    PolicyProblem.CHECK_DIGIT: N_(
        "The number does not agree with its check digit: there is a typing error. Compare by fours: {groups}"
    ),
    PolicyProblem.REGION: N_(
        "A policy number begins with its region, 01 to 99: there is a typing error. Compare by fours: {groups}"
    ),
    PolicyProblem.DATE: N_(
        "There is no date of birth in this number: there is a typing error. Compare by fours: {groups}"
    ),
    PolicyProblem.OF_ANOTHER: N_(
        "This number is not this child's: its date of birth or sex is another. Add another child as a card of its own."
    ),
    PolicyProblem.ON_OTHER_CARD: N_("This number is already on another of your cards."),
    PolicyProblem.ADULT: N_("This is an adult's policy. I book visits for patients under 18."),
    OldPolicyProblem.EMPTY: N_("I see no number here. Write series and number, for example: {old_policy}"),
    OldPolicyProblem.PARTS: N_(
        "Both series and number are needed. Put № or a space between them, for example: {old_policy}"
    ),
    OldPolicyProblem.SERIES: N_(
        "“{found}” does not look like a series: letters, digits and hyphens. For example: {old_policy}"
    ),
    OldPolicyProblem.NUMBER: N_(
        "Character {at} of the number is “{found}”, and it has digits only. For example: {old_policy}"
    ),
    OldPolicyProblem.NEW: N_("These are 16 digits: the number of a new policy. Go back and press “Policy number”."),
    SnilsProblem.EMPTY: N_("I see no number here. A SNILS has 11 digits, for example: {snils}"),
    SnilsProblem.CHARACTERS: N_("Character {at} is “{found}”, and a SNILS has digits only. For example: {snils}"),
    SnilsProblem.LENGTH: N_("A SNILS has 11 digits, and here are {length}: {groups}. For example: {snils}"),
    SnilsProblem.SAME: N_("One digit eleven times is not a SNILS. It looks like this: {snils}"),
    SnilsProblem.CHECK: N_(
        "The last two digits do not agree with the rest: there is a typing error. Compare by threes: {groups}"
    ),
    CertificateProblem.FORM: N_(
        "The whole series and number are needed: a Roman numeral, two Russian letters and six digits. For example: "
        "{certificate}"
    ),
    CertificateProblem.ROMAN: N_(
        "There is no Roman numeral “{found}”. A series begins with one, for example: {certificate}"
    ),
    CertificateProblem.LETTERS: N_(
        "After the Roman numeral there are two Russian letters, and here is “{found}”. For example: {certificate}"
    ),
    CertificateProblem.CHARACTERS: N_(
        "Character {at} of the number is “{found}”, and it has digits only. For example: {certificate}"
    ),
    CertificateProblem.NUMBER: N_(
        "A certificate's number has 6 digits, and here are {length}: {found}. For example: {certificate}"
    ),
    AddressProblem.EMPTY: N_("Write the city, the street and the house, for example: {home_address}"),
    AddressProblem.LETTERS: N_(
        "I see no street here. Write the address in Russian letters, for example: {home_address}"
    ),
    AddressProblem.HOUSE: N_("There is no house in this address. Add it, for example: {home_address}"),
    AddressProblem.INDEX: N_(
        "A postcode has 6 digits, and here are {length}: {found}. Mend it, or write the address without it: "
        "{city_and_street}"
    ),
    AddressProblem.LENGTH: N_(
        "This address is too long: at most {limit} characters fit. City, street and house are enough."
    ),
    DateProblem.FORM: N_("I cannot read this date. Write day, month and year: 15.03.2018"),
    DateProblem.EITHER_ORDER: N_("{found}: which is the month? Write it as a word: 15 March 2018"),
    DateProblem.NO_DAY: N_("{found}: there is no such day. Write day, month and year: 15.03.2018"),
    DateProblem.SWAPPED: N_("{found}: there is no such month. The day goes first; perhaps {hint}?"),
    DateProblem.EARLY: N_("{found}: that is too long ago. Check the year, for example: 15.03.2018"),
    DateProblem.BIRTH_FUTURE: N_("{found} has not come yet. Write the date of birth, for example: 15.03.2018"),
    DateProblem.BIRTH_ADULT: N_("Who was born on {found} is already 18. I book visits for patients under 18."),
    DateProblem.ISSUED_FUTURE: N_(
        "{found} has not come yet. The date of issue is printed at the top right, for example: 15.03.2018"
    ),
    DateProblem.ISSUED_EARLY: N_(
        "The child was born on {born}: a policy cannot be older than that. Check the date of issue, and the year "
        "most of all."
    ),
    DateProblem.VALID_OVER: N_(
        "The policy was valid until {found}. Extend it with the insurer first, then write the new date. If there is "
        "no end date, nothing needs to be written."
    ),
    NameProblem.CHARACTERS: N_(
        "“{word}”: character {at} is “{found}”. A name has only Russian letters, hyphens, apostrophes and spaces."
    ),
    NameProblem.MIXED_ALPHABETS: N_(
        "“{word}”: character {at}, “{found}”, is a Latin letter. Write the name in Russian letters."
    ),
    NameProblem.LENGTH: N_("“{word}” is too long: at most {limit} letters fit."),
    NameProblem.FORM: N_("“{word}”: write it in full, as in the policy, beginning and ending with a letter."),
    NameProblem.NO_WORD: N_("“{word}” is not a patronymic. If there is none, press the button below."),
    NameProblem.PATRONYMIC_SEX: N_(
        "“{word}”: the ending does not fit. Check the patronymic; if it is right, send it once more."
    ),
    AnswerProblem.YES_OR_NO: N_("First answer the question, please: press a button below."),
    AnswerProblem.GIRL_OR_BOY: N_("Press a button below, please, or write: a girl, a boy."),
    FileProblem.TOO_BIG: N_(
        "This file is too big: {limit} MB at most. Send an ordinary photo of the policy, not a file: Telegram makes it "
        "smaller. Or write the number."
    ),
    FileProblem.TOO_LARGE: N_(
        "This picture has too many points for me. Send it as an ordinary photo, not as a file: Telegram makes it "
        "smaller. Or write the number."
    ),
    FileProblem.TOO_HARD: N_(
        "This file is too complicated: I could not open it in time. Send an ordinary photo of the policy, or write "
        "the number."
    ),
    FileProblem.UNREADABLE: N_("I cannot read photos right now. Please write the number of the policy."),
    FileProblem.KIND: N_("I can read JPG, PNG and PDF only. Send such a file, or write the number."),
    FileProblem.HEIC: N_(
        "I cannot open HEIC files. Send the picture as an ordinary photo, not as a file. Or set the iPhone to Settings "
        "→ Camera → Formats → Most Compatible. Or write the number."
    ),
    FileProblem.BROKEN: N_("This file does not open. Send another one, or write the number."),
    FileProblem.LOST: N_("The file has not reached me. Send it once more, or write the number."),
    FileProblem.CODE_NOT_FOUND: N_(
        "I cannot read a policy's barcode here. Take the picture close and straight, in good light, the whole "
        "barcode in it, and send it as a file, without compression. Or write the number."
    ),
    FileProblem.CODE_NOT_IN_FILE: N_(
        "I cannot read a policy's barcode in this file. Take the picture again, close and straight, in good light, "
        "the whole barcode in it. Or write the number."
    ),
    FileProblem.SCREENSHOT: N_(
        "This looks like a picture of a screen. A digital policy has no barcode: write its number, the 16 digits on "
        "the screen."
    ),
    FileProblem.PAGES: N_(
        "There is no policy's barcode on the first {limit} pages, and I look no further. Send the page with the "
        "policy alone, or a photo of it. Or write the number."
    ),
    FileProblem.CODE_SEVERAL: N_(
        "There are several policies in this picture. Cover the others, or take the child's one by itself. Or write "
        "the number."
    ),
}

DIGIT = N_("Character {at} is “{found}”: should it be the digit {hint}? Only digits go here.")
DIGIT_OF_NUMBER = N_("Character {at} of the number is “{found}”: should it be the digit {hint}?")
WITH_HINT: Mapping[Problem, str] = {
    PolicyProblem.CHARACTERS: N_(
        "Character {at} is “{found}”: should it be the digit {hint}? A policy number has digits only."
    ),
    OldPolicyProblem.NUMBER: DIGIT_OF_NUMBER,
    SnilsProblem.CHARACTERS: DIGIT,
    CertificateProblem.ROMAN: N_(
        "There is no Roman numeral “{found}”: should it be {hint}? A series looks like this: {series}"
    ),
    CertificateProblem.CHARACTERS: DIGIT_OF_NUMBER,
}
"""used if the problem has the fact ``hint``: the text that was probably meant"""


@problem_sentences(
    PolicyProblem,
    OldPolicyProblem,
    SnilsProblem,
    CertificateProblem,
    DateProblem,
    AddressProblem,
    NameProblem,
    AnswerProblem,
    FileProblem,
)
def sentence(problem: Problem, facts: Facts) -> str:
    if problem is PolicyProblem.LENGTH:
        return _wrong_length(int(facts["length"]), str(facts["groups"]))
    if problem is NameProblem.PARTS:
        return _missing_words(int(facts["expected"]))
    if problem is SnilsProblem.LENGTH and facts["length"] == 16:
        return _("These are 16 digits, as in a policy number. A SNILS has 11, for example: {snils}").format(snils=SNILS)
    hinted = WITH_HINT.get(problem) if facts.get("hint") else None
    return _(hinted or SENTENCES[problem]).format(**IN_SENTENCES, **facts)


def _missing_words(expected: int) -> str:
    if expected == 1:
        return _("I see no letters here. Write it as in the policy.")
    if expected == 2:
        return _("Two words are needed: family name and given name.")
    return _(
        "Three words are needed: family name, given name and patronymic. If there is no patronymic, press the button "
        "below."
    )


def _wrong_length(length: int, groups: str) -> str:
    typed = ngettext(
        "The number has {n} digit, and 16 are needed.", "The number has {n} digits, and 16 are needed.", length
    ).format(n=length)
    if length == 15:
        more = _("It seems that one is missing: {groups}").format(groups=groups)
    elif length == 17:
        more = _("It seems that one is too many: {groups}").format(groups=groups)
    elif length in {8, 10}:
        more = _("A temporary certificate has 9. You typed: {groups}").format(groups=groups)
    else:
        more = _("You typed: {groups}").format(groups=groups)
    return f"{typed} {more}"
