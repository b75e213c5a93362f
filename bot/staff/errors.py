"""Refusals at the desk.

RuleError
├── StaffCodeNeeded     the desk opens only to staff who have set an access code
├── VisitGone           the visit is cancelled, moved or another clinic's
├── DeskSlotGone        the time is not free any more
├── CannotUndo          the minute is over, or the parent has acted since
├── ReferralGone        the referral is spent or withdrawn, or another clinic's
├── MatterGone          no open matter has this number
├── MatterElsewhere     a desk of the child's own clinic settles this matter
└── OwnMatter           a colleague settles what a staff member asks as a parent
"""

from __future__ import annotations

from bot.core.errors import RuleError


class StaffCodeNeeded(RuleError):
    pass


class VisitGone(RuleError):
    pass


class DeskSlotGone(RuleError):
    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class CannotUndo(RuleError):
    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class ReferralGone(RuleError):
    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class MatterGone(RuleError):
    pass


class MatterElsewhere(RuleError):
    pass


class OwnMatter(RuleError):
    pass
