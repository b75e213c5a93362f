"""Refusals at the desk.

RuleError
├── StaffCodeNeeded     the desk opens only to staff who have set an access code
├── VisitGone           the visit is cancelled, moved or another clinic's
├── DeskSlotGone        the time is not free any more
├── CannotUndo          the minute is over, or the parent has acted since
├── MatterGone          no open matter has this number
├── PostGone            a link to a post that is unknown, used, withdrawn, late, or to the post that one has
├── LastAdmin           the only admin of a clinic cannot dismiss themselves
├── NeverShown          this bot shows no full data of a child at the desk
├── MatterElsewhere     a desk of the child's own clinic settles this matter
└── OwnMatter           a colleague settles what a staff member asks as a parent
"""

from __future__ import annotations

from enum import StrEnum

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


class MatterGone(RuleError):
    pass


class MatterElsewhere(RuleError):
    pass


class OwnMatter(RuleError):
    pass


class PostTrouble(StrEnum):
    """Why a link to a post opens nothing."""

    UNKNOWN = "UNKNOWN"
    USED = "USED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"
    ALREADY = "ALREADY"
    """the account has this post"""


class PostGone(RuleError):
    def __init__(self, trouble: PostTrouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


class LastAdmin(RuleError):
    pass


class NeverShown(RuleError):
    pass
