"""What a person is told when something cannot be done, and where he goes from there: one sentence and one link each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.errors import (
    AlreadyBooked,
    AskedRecently,
    ClinicSilent,
    CodePaused,
    ConsentRequired,
    DeskSlotGone,
    InvalidInput,
    InvitationGone,
    InvitationTrouble,
    LevelTooLow,
    NotActive,
    NotForThisPatient,
    NotOwner,
    NotPrinted,
    NotYours,
    OfferGone,
    OrderExpired,
    OutcomePending,
    PolicyNotVerified,
    ProofNeeded,
    ReferralRequired,
    RequestGone,
    RuleError,
    SlotGone,
    SlotTaken,
    TakeoverPaused,
    TimeClash,
    TooLateToReschedule,
    TooManyChecks,
    TooManyPatients,
    VisitGone,
    VisitsAhead,
    WrongCode,
)
from bot.i18n import MOSCOW, N_, clock_time, ngettext, spoken_moment
from bot.i18n import gettext as _
from bot.models import Level
from dialogs import problems
from dialogs.links import (
    AppointmentCard,
    AskAccess,
    AskConsent,
    AskPin,
    Days,
    DeskDay,
    DeskMove,
    Home,
    LevelNeeded,
    Link,
    MyContacts,
    NewPin,
    PatientCard,
    PatientList,
    ReviewCorrection,
    ReviewDraft,
    Specialties,
    Times,
    WhoKeeps,
)

ALWAYS_THE_SAME: Mapping[type[RuleError], str] = {
    ConsentRequired: N_("Your consent is needed first."),
    NotYours: N_("This is not here any more. Here is what there is now."),
    VisitsAhead: N_(
        "The register has this number as another record, and visits are booked under the old one. "
        "Change the number after them, or cancel them first."
    ),
    NotOwner: N_("Only the owner of the card can do this. You may look, book, move and cancel."),
    RequestGone: N_("This request is answered already, or too old."),
    PolicyNotVerified: N_("Booking by this policy is not possible now: the card says why."),
    ReferralRequired: N_("This doctor sees patients with a referral from the pediatrician."),
    NotForThisPatient: N_("This doctor does not see patients of this age or sex."),
    SlotGone: N_("This time can no longer be booked. Here is what is free."),
    OrderExpired: N_("This screen is too old to book from. Please choose again."),
    NotActive: N_("This visit is no longer active."),
    OutcomePending: N_("The clinic has not confirmed in time. I will write as soon as I know."),
    ClinicSilent: N_("The clinic's system does not answer. Please try again in a minute."),
    NotPrinted: N_("The file was not ready in time. Please try again in a minute."),
    ProofNeeded: N_("Enter the present code first."),
    OfferGone: N_("More than ten minutes have passed. Enter the new code from the beginning."),
    VisitGone: N_("This visit is already cancelled or moved."),
    DeskSlotGone: N_("This time has just been taken. Choose another one."),
}
OF_ANY = N_("This cannot be done.")

OF_INVITATIONS: Mapping[InvitationTrouble, str] = {
    InvitationTrouble.UNKNOWN: N_("This link does not work. Ask for a new one."),
    InvitationTrouble.OWN: N_("This is your own link: send it to the other parent."),
    InvitationTrouble.ALREADY: N_("You keep this child's card already."),
    InvitationTrouble.USED: N_("This link has been used already. Ask for a new one."),
    InvitationTrouble.EXPIRED: N_("This link has expired. Ask for a new one."),
}


def sentence(refusal: RuleError, now: datetime) -> str:
    """Plain text, no markup; at most 200 characters where it may become an alert."""
    if isinstance(refusal, InvalidInput):
        return problems.told(refusal)
    if isinstance(refusal, SlotTaken):
        return _taken(refusal)
    if isinstance(refusal, AlreadyBooked):
        when = spoken_moment(refusal.starts_at, refusal.zone, now)
        return _("There is already a visit to this specialist: {when}. You can move it or cancel it.").format(when=when)
    if isinstance(refusal, TimeClash):
        when = spoken_moment(refusal.starts_at, refusal.zone, now)
        return _("Another visit is booked for this time: {when}. Choose another time.").format(when=when)
    if isinstance(refusal, TooManyChecks):
        return _paused(refusal)
    if isinstance(refusal, TooManyPatients):
        return ngettext(
            "There can be {n} card at most. Write to support if you need more.",
            "There can be {n} cards at most. Write to support if you need more.",
            refusal.limit,
        ).format(n=refusal.limit)
    if isinstance(refusal, TooLateToReschedule):
        hours = int(refusal.deadline.total_seconds()) // 3600
        return ngettext(
            "Less than {n} hour is left before the visit: it cannot be moved here, only cancelled. "
            "The clinic may move it by phone.",
            "Less than {n} hours are left before the visit: it cannot be moved here, only cancelled. "
            "The clinic may move it by phone.",
            hours,
        ).format(n=hours)
    return _of_access(refusal, now) or _(ALWAYS_THE_SAME.get(type(refusal), OF_ANY))


def _of_access(refusal: RuleError, now: datetime) -> str:
    if isinstance(refusal, WrongCode):
        return ngettext(
            "The code is wrong. {n} try is left.", "The code is wrong. {n} tries are left.", refusal.left
        ).format(n=refusal.left)
    if isinstance(refusal, CodePaused):
        until = spoken_moment(refusal.until, MOSCOW, now)
        return _("There were too many wrong codes. Next try: {until}.").format(until=until)
    if isinstance(refusal, LevelTooLow):
        wants_phone = refusal.level is Level.PHONE
        return _("This clinic wants your phone first.") if wants_phone else _("This clinic wants to see papers first.")
    if isinstance(refusal, TakeoverPaused):
        when = spoken_moment(refusal.until, MOSCOW, now)
        return _("The other account has refused, or is being asked already. You can ask it again: {when}.").format(
            when=when
        )
    if isinstance(refusal, AskedRecently):
        return _("The owner has refused not long ago. You can ask once more {when}.").format(
            when=spoken_moment(refusal.until, MOSCOW, now)
        )
    if isinstance(refusal, InvitationGone):
        return _(OF_INVITATIONS[refusal.trouble])
    return ""


def _paused(refusal: TooManyChecks) -> str:
    return _(
        "Five times the data did not agree. The next try is at {time}; nothing is lost. "
        "Compare everything with the policy; for help send /help."
    ).format(time=next_try(refusal.until))


def next_try(until: datetime) -> str:
    """A minute begun counts whole: at the time that is told the register may really be asked."""
    return clock_time(until + timedelta(minutes=1, microseconds=-1), MOSCOW)


def _paused_at(refusal: TooManyChecks) -> Link | None:
    if refusal.draft is not None:
        return ReviewDraft(draft=refusal.draft)
    return None if refusal.patient is None else PatientCard(patient=refusal.patient)


def _taken(refusal: SlotTaken) -> str:
    taken = clock_time(refusal.starts_at, refusal.zone)
    near = [clock_time(start, refusal.zone) for start in refusal.neighbours]
    if len(near) == 2:
        return _("{time} has just been taken. Nearby {one} and {two} are free.").format(
            time=taken, one=near[0], two=near[1]
        )
    if near:
        return _("{time} has just been taken. Nearby {one} is free.").format(time=taken, one=near[0])
    return _("{time} has just been taken. No other time is left on that day.").format(time=taken)


def way_out(refusal: RuleError) -> Link | None:  # noqa: C901 one line a refusal: it is a table
    """The screen that a refusal leads to; None for the screen where it happened, or the menu."""
    match refusal:
        case ConsentRequired():
            return AskConsent(step=1)
        case PolicyNotVerified(patient=patient) | NotOwner(patient=patient):
            return PatientCard(patient=patient)
        case VisitsAhead(patient=patient):
            return ReviewCorrection(patient=patient)
        case TooManyPatients():
            return PatientList()
        case TooManyChecks():
            return _paused_at(refusal)
        case SlotTaken() as taken:
            day = taken.starts_at.astimezone(taken.zone).date()
            return Times(patient=taken.patient, doctor=taken.doctor, day=day, replaces=taken.replaces)
        case SlotGone(patient=patient, doctor=doctor, replaces=replaces):
            return Days(patient=patient, doctor=doctor, replaces=replaces)
        case OrderExpired(patient=patient, doctor=doctor) if patient and doctor:
            return Days(patient=patient, doctor=doctor)
        case AlreadyBooked(appointment=appointment) | TimeClash(appointment=appointment) if appointment:
            return AppointmentCard(appointment=appointment)
        case AlreadyBooked(patient=patient) | TimeClash(patient=patient):
            return Specialties(patient=patient)
        case ReferralRequired(patient=patient) | NotForThisPatient(patient=patient):
            return Specialties(patient=patient)
        case NotActive(appointment=appointment) | TooLateToReschedule(appointment=appointment):
            return AppointmentCard(appointment=appointment)
        case OutcomePending(appointment=appointment):
            return AppointmentCard(appointment=appointment)
        case TakeoverPaused():
            return MyContacts()
        case LevelTooLow(patient=patient, clinic=clinic):
            return LevelNeeded(patient=patient, clinic=clinic)
        case ProofNeeded():
            return AskPin()
        case OfferGone():
            return NewPin()
        case AskedRecently(card=card):
            return AskAccess(patient=card)
        case RequestGone(patient=patient):
            return WhoKeeps(patient=patient)
        case VisitGone():
            return DeskDay()
        case DeskSlotGone(number=number):
            return DeskMove(number=number)
        case NotYours() | OrderExpired():
            return Home()
    return None
