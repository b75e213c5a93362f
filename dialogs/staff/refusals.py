"""Sentences and ways out for refusals at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.core.i18n import N_, gettext as _, ngettext
from bot.staff.errors import (
    CannotUndo,
    DeskCheckGone,
    DeskCheckTaken,
    DeskRefusal,
    DeskRefused,
    DeskSlotGone,
    DeskTimeGone,
    DigitsWrong,
    LastAdmin,
    MatterElsewhere,
    MatterGone,
    NeverShown,
    NotExpected,
    NumberOfAnother,
    OwnDeskCheck,
    OwnMatter,
    PersonGone,
    PostGone,
    PostTrouble,
    ReferralGone,
    StaffCodeNeeded,
    VisitGone,
)
from dialogs.account.links import NewCode
from dialogs.kit.refusals import Explanation, refusal
from dialogs.staff.day_links import DeskSpecialtiesFor, DeskTimesFor, DeskWhom
from dialogs.staff.links import (
    AskDigits,
    AskMatter,
    DeskDay,
    DeskMove,
    DeskReferrals,
    DeskVisit,
    PolicyQueue,
    SeePolicy,
    StaffList,
)

POSTS: Mapping[PostTrouble, str] = {
    PostTrouble.UNKNOWN: N_("This link does not work. Ask for a new one."),
    PostTrouble.USED: N_("This link has been used already. Ask for a new one."),
    PostTrouble.WITHDRAWN: N_("The invitation was taken back. If you still need it, ask for a new link."),
    PostTrouble.EXPIRED: N_("This link has expired. Ask for a new one."),
    PostTrouble.ALREADY: N_("You have this post already."),
}


@refusal(StaffCodeNeeded)
def staff_code_needed(refusal: StaffCodeNeeded, now: datetime) -> Explanation:
    return Explanation(_("The desk opens by an access code only. Set yours now: it takes a minute."), NewCode())


@refusal(VisitGone)
def visit_gone(refusal: VisitGone, now: datetime) -> Explanation:
    return Explanation(_("This visit is already cancelled or moved."), DeskDay())


@refusal(DeskSlotGone)
def desk_slot_gone(refusal: DeskSlotGone, now: datetime) -> Explanation:
    return Explanation(_("This time has just been taken. Choose another one."), DeskMove(number=refusal.number))


DESK_REFUSALS: Mapping[DeskRefusal, str] = {
    DeskRefusal.HAS_VISIT: N_("This patient already has a visit ahead to this specialty."),
    DeskRefusal.OVERLAPS: N_("This patient already has a visit at this time."),
    DeskRefusal.NOT_ELIGIBLE: N_("This time is for patients of another age or sex."),
    DeskRefusal.NO_REFERRAL: N_("This doctor needs a referral, and the patient has none for that day."),
    DeskRefusal.POLICY: N_("The policy is not in force: look into the register."),
}


@refusal(PersonGone)
def person_gone(refusal: PersonGone, now: datetime) -> Explanation:
    return Explanation(_("This patient is not on the clinic's list."), DeskWhom())


@refusal(DeskTimeGone)
def desk_time_gone(refusal: DeskTimeGone, now: datetime) -> Explanation:
    to = DeskTimesFor(person=refusal.person, doctor=refusal.doctor)
    return Explanation(_("This time has just been taken. Choose another one."), to)


@refusal(DeskRefused)
def desk_refused(refusal: DeskRefused, now: datetime) -> Explanation:
    return Explanation(_(DESK_REFUSALS[refusal.why]), DeskSpecialtiesFor(person=refusal.person))


@refusal(NotExpected)
def not_expected(refusal: NotExpected, now: datetime) -> Explanation:
    return Explanation(_("This visit has changed meanwhile. Look at it once more."), DeskVisit(number=refusal.number))


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


@refusal(PostGone)
def post_gone(refusal: PostGone, now: datetime) -> Explanation:
    return Explanation(_(POSTS[refusal.trouble]))


@refusal(LastAdmin)
def last_admin(refusal: LastAdmin, now: datetime) -> Explanation:
    sentence = _("You are the only admin of the clinic. Invite another one first, then you can leave.")
    return Explanation(sentence, StaffList())


@refusal(NeverShown)
def never_shown(refusal: NeverShown, now: datetime) -> Explanation:
    return Explanation(_("This bot shows no full data of a child."), DeskDay())


@refusal(OwnDeskCheck)
def own_desk_check(refusal: OwnDeskCheck, now: datetime) -> Explanation:
    return Explanation(_("This is the policy of your own child: a colleague checks it."), PolicyQueue())


@refusal(DeskCheckGone)
def desk_check_gone(refusal: DeskCheckGone, now: datetime) -> Explanation:
    sentence = _("This policy does not wait any more: it is decided, or the parent has changed the card.")
    return Explanation(sentence, PolicyQueue())


@refusal(DeskCheckTaken)
def desk_check_taken(refusal: DeskCheckTaken, now: datetime) -> Explanation:
    return Explanation(_("A colleague checks this policy now. Take another one."), PolicyQueue())


@refusal(DigitsWrong)
def digits_wrong(refusal: DigitsWrong, now: datetime) -> Explanation:
    if not refusal.left:
        sentence = _("The digits were wrong three times. A colleague checks this policy, and the head is told.")
        return Explanation(sentence, PolicyQueue())
    sentence = ngettext(
        "These are not the last digits of the parent's number. {n} try is left.",
        "These are not the last digits of the parent's number. {n} tries are left.",
        refusal.left,
    )
    return Explanation(sentence.format(n=refusal.left), AskDigits(check=refusal.check))


@refusal(NumberOfAnother)
def number_of_another(refusal: NumberOfAnother, now: datetime) -> Explanation:
    sentence = _("The list has this number under another name. Ask for the papers, or refuse it.")
    return Explanation(sentence, SeePolicy(check=refusal.check))
