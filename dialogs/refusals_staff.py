"""What staff read, and where they go next, when something cannot be done at the desk."""

from __future__ import annotations

from datetime import datetime

from bot.errors import DeskSlotGone, VisitGone
from bot.i18n import gettext as _
from dialogs.links import DeskDay, DeskMove
from dialogs.refusals import Explanation, refusal


@refusal(VisitGone)
def visit_gone(refusal: VisitGone, now: datetime) -> Explanation:
    return Explanation(_("This visit is already cancelled or moved."), DeskDay())


@refusal(DeskSlotGone)
def desk_slot_gone(refusal: DeskSlotGone, now: datetime) -> Explanation:
    return Explanation(_("This time has just been taken. Choose another one."), DeskMove(number=refusal.number))
