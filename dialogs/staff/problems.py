"""Sentences for text that is typed at the desk and cannot be read."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.errors import Problem
from bot.core.i18n import N_, gettext as _
from bot.staff.problems import DeskProblem, DigitsProblem, MatterProblem
from dialogs.kit.problems import Facts, problem_sentences

SENTENCES: Mapping[Problem, str] = {
    DeskProblem.SEARCH: N_("Write at least three letters of the family name, or the number of the visit."),
    DeskProblem.NO_TICKET: N_(
        "I see no QR code in this photo. Take it straight and close, or write the number of the visit."
    ),
    DeskProblem.SEVERAL_TICKETS: N_("There are several tickets in this photo. Send one at a time."),
    DeskProblem.UNREADABLE: N_("I cannot open this photo. Send another one, or write the number of the visit."),
    DigitsProblem.FORM: N_("Write the last four digits of the policy, for example 0014."),
    MatterProblem.FORM: N_("This is not the number of a question: it has six characters, like {example}."),
}


@problem_sentences(DeskProblem, DigitsProblem, MatterProblem)
def staff_problem(problem: Problem, facts: Facts) -> str:
    return _(SENTENCES[problem]).format(**facts)
