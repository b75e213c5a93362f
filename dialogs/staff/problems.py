"""Sentences for text that is typed at the desk and cannot be read."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.errors import Problem
from bot.core.i18n import N_, gettext as _
from bot.staff.problems import (
    DeskProblem,
    DigitsProblem,
    MatterProblem,
    PersonProblem,
    ReferralFormProblem,
    ScheduleProblem,
)
from dialogs.kit.problems import Facts, problem_sentences

SENTENCES: Mapping[Problem, str] = {
    DeskProblem.SEARCH: N_("Write at least three letters of the family name, or the number of the visit."),
    PersonProblem.OTHER_DAY: N_("This number is of a person who was born on another day. Compare it with the policy."),
    PersonProblem.OTHER_SEX: N_("This number is of a person of the other sex. Compare it with the policy."),
    ReferralFormProblem.LAST_DAY: N_("Write the last day of the referral, within a year from now: 31.12.2026"),
    ReferralFormProblem.NUMBER: N_("Write the number as on the form, at most 30 characters."),
    ScheduleProblem.HOURS: N_("Write a time or hours, for example 12:30 or 14:00–16:00."),
    ScheduleProblem.ROOM: N_("Write the number of the room, for example 214."),
    ScheduleProblem.MINUTES: N_("Write a number of minutes from 5 to 180."),
    ScheduleProblem.DAY: N_("Write a day of the coming year, for example 15.12."),
    DeskProblem.NO_TICKET: N_(
        "I see no QR code in this photo. Take it straight and close, or write the number of the visit."
    ),
    DeskProblem.SEVERAL_TICKETS: N_("There are several codes in this photo. Send one at a time."),
    DeskProblem.UNREADABLE: N_("I cannot open this photo. Send another one, or write the number of the visit."),
    DigitsProblem.FORM: N_("Write the last four digits of the policy, for example 0014."),
    MatterProblem.FORM: N_("This is not the number of a question: it has six characters, like {example}."),
}


@problem_sentences(DeskProblem, PersonProblem, ReferralFormProblem, DigitsProblem, MatterProblem, ScheduleProblem)
def staff_problem(problem: Problem, facts: Facts) -> str:
    return _(SENTENCES[problem]).format(**facts)
