"""Sentences and ways out for refusals at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil

from bot.core.i18n import N_, gettext as _, ngettext
from bot.staff.errors import (
    ApplicationTaken,
    CannotUndo,
    ClosureGone,
    DayHasChanged,
    DeskCheckGone,
    DeskCheckTaken,
    DeskRefusal,
    DeskRefused,
    DeskSlotGone,
    DeskTimeGone,
    DeskTimeOffered,
    DigitsWrong,
    DoctorGone,
    FormUnfinished,
    LastAdmin,
    MatterElsewhere,
    MatterGone,
    MergeClashes,
    NeverShown,
    NobodyToReplace,
    NotBlocked,
    NotExpected,
    NothingToCloseHere,
    NotOnePerson,
    NumberOfAnother,
    OwnApplication,
    OwnDeskCheck,
    OwnMatter,
    PersonGone,
    PersonHasPolicy,
    PolicyOfAnother,
    PolicyUnconfirmed,
    PolicyWithApplication,
    PostGone,
    PostTrouble,
    ReferralGone,
    ReferralNumberTaken,
    StaffCodeNeeded,
    StaleApplication,
    VisitGone,
)
from dialogs.account.links import NewCode
from dialogs.kit.refusals import Explanation, refusal
from dialogs.staff.application_links import DeskApplicationList, SeeApplication
from dialogs.staff.check_links import AskBothDigits, AskDigits, PolicyQueue, SeePolicy
from dialogs.staff.day_links import DeskReviewFor, DeskSpecialtiesFor, DeskTimesFor
from dialogs.staff.links import AskMatter, DeskDay, DeskMove, DeskReferrals, DeskReferUntil, DeskVisit, StaffList
from dialogs.staff.list_links import DeskPatient, DeskPatients, Doubles
from dialogs.staff.schedule_links import DoctorDay, ScheduleDoctors

POSTS: Mapping[PostTrouble, str] = {
    PostTrouble.UNKNOWN: N_("This link does not work. Ask for a new one."),
    PostTrouble.USED: N_("This link has been used already. Ask for a new one."),
    PostTrouble.WITHDRAWN: N_("The invitation was taken back. If you still need it, ask for a new link."),
    PostTrouble.EXPIRED: N_("This link has expired. Ask for a new one."),
    PostTrouble.ALREADY: N_("You have this post already."),
}


@refusal(StaffCodeNeeded)
def staff_code_needed(refusal: StaffCodeNeeded, now: datetime) -> Explanation:
    return Explanation(
        _("The desk opens by an access code only. Set yours now: it takes a minute."), NewCode(desk=True)
    )


@refusal(VisitGone)
def visit_gone(refusal: VisitGone, now: datetime) -> Explanation:
    return Explanation(_("This visit is already cancelled or moved."), DeskDay())


@refusal(DeskTimeOffered)
def desk_time_offered(refusal: DeskTimeOffered, now: datetime) -> Explanation:
    to = DeskReviewFor(person=refusal.person, doctor=refusal.doctor, start=refusal.starts_at, kind=refusal.kind)
    return Explanation(_("This time is kept for somebody else. Look at the question once more."), to)


@refusal(NotBlocked)
def not_blocked(refusal: NotBlocked, now: datetime) -> Explanation:
    return Explanation(_("Booking is open already."), DeskVisit(number=refusal.number))


@refusal(DeskSlotGone)
def desk_slot_gone(refusal: DeskSlotGone, now: datetime) -> Explanation:
    return Explanation(_("This time has just been taken. Choose another one."), DeskMove(number=refusal.number))


@refusal(NothingToCloseHere)
def nothing_to_close(refusal: NothingToCloseHere, now: datetime) -> Explanation:
    sentence = _("These hours are closed already, or the doctor has no times in them.")
    return Explanation(sentence, DoctorDay(doctor=refusal.doctor, day=refusal.day))


@refusal(NobodyToReplace)
def nobody_to_replace(refusal: NobodyToReplace, now: datetime) -> Explanation:
    sentence = _("There is no time to take over: it is closed, or another doctor has it already. Open it again first.")
    return Explanation(sentence, DoctorDay(doctor=refusal.doctor, day=refusal.day))


@refusal(DayHasChanged)
def day_has_changed(refusal: DayHasChanged, now: datetime) -> Explanation:
    sentence = _("The visits of this day have just changed. Nothing is closed: look again.")
    return Explanation(sentence, DoctorDay(doctor=refusal.doctor, day=refusal.day))


@refusal(ClosureGone)
def closure_gone(refusal: ClosureGone, now: datetime) -> Explanation:
    return Explanation(_("These hours are open again."), ScheduleDoctors())


@refusal(DoctorGone)
def doctor_gone(refusal: DoctorGone, now: datetime) -> Explanation:
    return Explanation(_("This doctor is not in the list of the clinic."), ScheduleDoctors())


DESK_REFUSALS: Mapping[DeskRefusal, str] = {
    DeskRefusal.HAS_VISIT: N_("This patient already has a visit ahead to this specialty."),
    DeskRefusal.OVERLAPS: N_("This patient already has a visit at this time."),
    DeskRefusal.NOT_ELIGIBLE: N_("This time is for patients of another age or sex."),
    DeskRefusal.NO_REFERRAL: N_("This doctor needs a referral, and the patient has none for that day."),
    DeskRefusal.POLICY: N_("The policy is not in force: look into the register."),
}


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
    sentence = _(
        "It is answered, or the parent has changed the card. Only who has answered undoes it, within a minute."
    )
    return Explanation(sentence, PolicyQueue())


@refusal(DeskCheckTaken)
def desk_check_taken(refusal: DeskCheckTaken, now: datetime) -> Explanation:
    if refusal.is_barred:
        sentence = _("The digits were wrong three times: a colleague checks this policy. Take another one.")
        return Explanation(sentence, PolicyQueue())
    if refusal.until is None:
        sentence = _("Your ten minutes are over. Open the policy again, unless a colleague has taken it.")
        return Explanation(sentence, PolicyQueue())
    left = minutes_left(refusal.until, now)
    sentence = ngettext(
        "A colleague has this policy open, for {n} minute yet. Take another one.",
        "A colleague has this policy open, for {n} minutes yet. Take another one.",
        left,
    )
    return Explanation(sentence.format(n=left), PolicyQueue())


def minutes_left(until: datetime, now: datetime) -> int:
    return max(1, ceil((until - now) / timedelta(minutes=1)))


@refusal(DigitsWrong)
def digits_wrong(refusal: DigitsWrong, now: datetime) -> Explanation:
    if not refusal.left:
        sentence = _("The digits were wrong three times. A colleague checks this policy, and the head is told.")
        return Explanation(sentence, PolicyQueue() if refusal.application is None else DeskApplicationList())
    sentence = ngettext(
        "These are not the last digits of the parent's number. {n} try is left.",
        "These are not the last digits of the parent's number. {n} tries are left.",
        refusal.left,
    )
    if refusal.application is not None:
        again = AskBothDigits(application=refusal.application, doctor=refusal.doctor)
        return Explanation(sentence.format(n=refusal.left), again)
    return Explanation(sentence.format(n=refusal.left), AskDigits(check=refusal.check))


@refusal(NumberOfAnother)
def number_of_another(refusal: NumberOfAnother, now: datetime) -> Explanation:
    sentence = _("The list has this number under another name. Ask for the papers, or refuse it.")
    if refusal.application is not None:
        return Explanation(sentence, SeeApplication(application=refusal.application))
    return Explanation(sentence, SeePolicy(check=refusal.check))


@refusal(PolicyWithApplication)
def policy_with_application(refusal: PolicyWithApplication, now: datetime) -> Explanation:
    sentence = _("This policy is decided with the application for enrollment: here it is.")
    return Explanation(sentence, SeeApplication(application=refusal.application))


@refusal(PersonGone)
def person_gone(refusal: PersonGone, now: datetime) -> Explanation:
    return Explanation(_("There is no such patient in the clinic's list."), DeskPatients())


@refusal(PersonHasPolicy)
def person_has_policy(refusal: PersonHasPolicy, now: datetime) -> Explanation:
    sentence = _("This record has a policy already: its number is not replaced here, and the record does not go.")
    return Explanation(sentence, DeskPatient(person=refusal.person))


@refusal(PolicyOfAnother)
def policy_of_another(refusal: PolicyOfAnother, now: datetime) -> Explanation:
    if refusal.is_here:
        sentence = _("Another record of the list has this number. If it is the same patient, merge the two.")
        return Explanation(sentence, Doubles(person=refusal.person))
    sentence = _("This number is another person's already. Compare it with the policy.")
    return Explanation(sentence, DeskPatient(person=refusal.person))


@refusal(NotOnePerson)
def not_one_person(refusal: NotOnePerson, now: datetime) -> Explanation:
    sentence = _("These are two people: the birth date or the sex differs.")
    return Explanation(sentence, DeskPatient(person=refusal.person))


@refusal(MergeClashes)
def merge_clashes(refusal: MergeClashes, now: datetime) -> Explanation:
    sentence = _(
        "Both records have a visit ahead to one specialty or at one time. Cancel one of the two visits, then merge."
    )
    return Explanation(sentence, DeskPatient(person=refusal.person))


@refusal(FormUnfinished)
def form_unfinished(refusal: FormUnfinished, now: datetime) -> Explanation:
    return Explanation(_("These answers are not there any more. Begin anew, or go on."), DeskPatients())


@refusal(ReferralNumberTaken)
def referral_number_taken(refusal: ReferralNumberTaken, now: datetime) -> Explanation:
    sentence = _("There is a referral with this number already. Compare the number with the form.")
    return Explanation(sentence, DeskReferUntil(number=refusal.number, specialty=refusal.specialty))


@refusal(StaleApplication)
def stale_application(refusal: StaleApplication, now: datetime) -> Explanation:
    sentence = _("It is decided, withdrawn or with the parent. Only who has decided undoes it, within a minute.")
    return Explanation(sentence, DeskApplicationList())


@refusal(ApplicationTaken)
def application_taken(refusal: ApplicationTaken, now: datetime) -> Explanation:
    if refusal.until is None:
        sentence = _("Your ten minutes are over. Open the application again, unless a colleague has taken it.")
        return Explanation(sentence, DeskApplicationList())
    left = minutes_left(refusal.until, now)
    sentence = ngettext(
        "A colleague has this application open, for {n} minute yet. Take another one.",
        "A colleague has this application open, for {n} minutes yet. Take another one.",
        left,
    )
    return Explanation(sentence.format(n=left), DeskApplicationList())


@refusal(OwnApplication)
def own_application(refusal: OwnApplication, now: datetime) -> Explanation:
    return Explanation(_("This is your own child: a colleague decides."), DeskApplicationList())


@refusal(PolicyUnconfirmed)
def policy_unconfirmed(refusal: PolicyUnconfirmed, now: datetime) -> Explanation:
    sentence = _("The policy is not confirmed now. Wait for the check, or give the application back to correct.")
    return Explanation(sentence, SeeApplication(application=refusal.application))
