"""Sentences and ways out for refusals at the desk."""

from __future__ import annotations

from datetime import datetime

from bot.core.i18n import gettext as _
from bot.staff.errors import (
    CannotUndo,
    DeskSlotGone,
    MatterElsewhere,
    MatterGone,
    OwnMatter,
    ReferralGone,
    StaffCodeNeeded,
    VisitGone,
)
from dialogs.account.links import NewCode
from dialogs.kit.refusals import Explanation, refusal
from dialogs.staff.links import AskMatter, DeskDay, DeskMove, DeskReferrals, DeskVisit


@refusal(StaffCodeNeeded)
def staff_code_needed(refusal: StaffCodeNeeded, now: datetime) -> Explanation:
    return Explanation(_("The desk opens by an access code only. Set yours now: it takes a minute."), NewCode())


@refusal(VisitGone)
def visit_gone(refusal: VisitGone, now: datetime) -> Explanation:
    return Explanation(_("This visit is already cancelled or moved."), DeskDay())


@refusal(DeskSlotGone)
def desk_slot_gone(refusal: DeskSlotGone, now: datetime) -> Explanation:
    return Explanation(_("This time has just been taken. Choose another one."), DeskMove(number=refusal.number))


@refusal(CannotUndo)
def cannot_undo(refusal: CannotUndo, now: datetime) -> Explanation:
    sentence = _("This can no longer be undone: the minute is over, or the parent has changed the visit.")
    return Explanation(sentence, DeskVisit(number=refusal.number))


@refusal(ReferralGone)
def referral_gone(refusal: ReferralGone, now: datetime) -> Explanation:
    sentence = _("This referral is already used or withdrawn.")
    return Explanation(sentence, DeskReferrals(number=refusal.number))


@refusal(MatterGone)
def matter_gone(refusal: MatterGone, now: datetime) -> Explanation:
    sentence = _("There is no such question, or it is settled already. Compare the number with the parent's screen.")
    return Explanation(sentence, AskMatter())


@refusal(MatterElsewhere)
def matter_elsewhere(refusal: MatterElsewhere, now: datetime) -> Explanation:
    sentence = _("The clinic to which the child is assigned settles this question. Send the parent there.")
    return Explanation(sentence, AskMatter())


@refusal(OwnMatter)
def own_matter(refusal: OwnMatter, now: datetime) -> Explanation:
    return Explanation(_("This is your own question: a colleague settles it."), AskMatter())
