"""Sentences for text that is typed on the way to a visit and cannot be used."""

from __future__ import annotations

from collections.abc import Mapping

from bot.booking.problems import ReferralProblem
from bot.core.errors import Problem
from bot.core.i18n import N_, gettext as _
from dialogs.kit.problems import Facts, problem_sentences

SENTENCES: Mapping[Problem, str] = {
    ReferralProblem.FORM: N_("Write the number as it stands on the referral."),
    ReferralProblem.NUMBER: N_(
        "No valid referral of this child to this doctor has such a number. Compare it with the paper, or ask the "
        "reception."
    ),
}


@problem_sentences(ReferralProblem)
def booking_problem(problem: Problem, facts: Facts) -> str:
    return _(SENTENCES[problem])
