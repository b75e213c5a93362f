"""What may be wrong with text that is typed on the way to a visit."""

from __future__ import annotations

from bot.core.errors import Problem


class ReferralProblem(Problem):
    FORM = "REFERRAL_FORM"  # neither a letter nor a digit
    NUMBER = "REFERRAL_NUMBER"  # no referral of this patient to this specialty that can be used; why is not told
