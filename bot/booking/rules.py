"""Rules of booking: which specialties fit a patient, what refuses a booking, and until when a visit may change."""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.booking.errors import (
    AlreadyBooked,
    BookedByFamily,
    NotActive,
    NotForThisPatient,
    ReferralRequired,
    SlotGone,
    SlotTaken,
    TimeClash,
    TooLateToReschedule,
)
from bot.booking.records import Appointment, AppointmentCard, ClinicLook
from bot.clinics.port import Booking, BookingStatus, Referral
from bot.core.ages import age_on, is_child
from bot.core.clinic import Clinic, ClinicFacts, ClinicKind, ClinicRules, Doctor, Level, Slot, Specialty
from bot.core.errors import RuleError
from bot.core.patient import Patient
from bot.core.timing import local_day
from bot.glossary import (
    AccountId,
    AppointmentId,
    ClinicId,
    DoctorId,
    PatientId,
    ReferralRef,
    SpecialtyId,
    SpecialtyRef,
)
from bot.patients.errors import PolicyNotVerified
from bot.patients.records import Representation

_MOST_NEIGHBOURS = 2

LOOK_AGAIN_AFTER = timedelta(minutes=3)
"""A card that is opened again and again asks its clinics once in this time."""


def fits(specialty: Specialty, patient: Patient, on: date) -> bool:
    """Whether the specialty sees a patient of this sex and of this age on that local day; both ages are inclusive."""
    of_age = specialty.min_age <= age_on(patient.birth_date, on) <= specialty.max_age
    return of_age and specialty.sex in {None, patient.sex}


def sees_age(doctor: Doctor, patient: Patient, on: date) -> bool:
    """Whether the doctor's own ages, where there are any, contain that of the patient on that local day."""
    age = age_on(patient.birth_date, on)
    is_old_enough = doctor.min_age is None or doctor.min_age <= age
    return is_old_enough and (doctor.max_age is None or age <= doctor.max_age)


def offered(specialties: Iterable[Specialty], patient: Patient, on: date) -> list[Specialty]:
    """Return the specialties that fit the patient, in the order given."""
    return [specialty for specialty in specialties if fits(specialty, patient, on)]


# --- clinics ----------------------------------------------------------------------------------------------------------


class ClinicOffer(NamedTuple):
    """The clinics to choose from, each in one of the lists."""

    recent: Sequence[Clinic]
    """where the patient has been, the last one first, without the favourites"""
    near: Sequence[Clinic]
    """for the patient's age, on the clock of the patient's town"""
    others: Sequence[Clinic]
    favourites: Sequence[Clinic] = ()
    """that the account has kept and that fit the patient's age, the last one first"""

    @property
    def first(self) -> list[Clinic]:
        """The clinics that are shown at once, in their order."""
        return [*self.favourites, *self.recent, *self.near]


def offered_clinics(
    clinics: Iterable[Clinic],
    patient: Patient,
    been: Sequence[ClinicId],
    town: ZoneInfo | None,
    now: datetime,
    kept: Sequence[ClinicId] = (),
) -> ClinicOffer:
    """Sort the clinics by how well they fit the patient; each list keeps the given order, ``recent`` that of ``been``.

    ``kept`` are the favourites of the account; one that does not fit the patient's age is no favourite here. ``town``
    is the zone of the patient's town, None if it is not known. If none fits both age and town, those for the age are
    near, and if none fits the age either, all are.
    """
    by_id = {each.id: each for each in clinics}
    # There may be ten thousand clinics, but few kinds and zones.
    kinds = {(each.kind, each.zone): each for each in by_id.values()}
    suiting = {kind for kind, each in kinds.items() if suits_age(each, patient, now)}
    zones = {zone for _kind, zone in kinds if town is None or _offset(zone, now) == _offset(town, now)}
    favourites = [by_id[id] for id in kept if id in by_id and (by_id[id].kind, by_id[id].zone) in suiting]
    recent = [by_id[id] for id in been if id in by_id and by_id[id] not in favourites]
    known = {each.id for each in (*favourites, *recent)}
    left = [each for each in by_id.values() if each.id not in known]
    of_age = [each for each in left if (each.kind, each.zone) in suiting]
    here = [each for each in of_age if each.zone in zones]
    near = here or ([] if recent or favourites else of_age or left)
    shown = {each.id for each in near}
    return ClinicOffer(recent, near, [each for each in left if each.id not in shown], favourites)


def clinics_for_anybody(clinics: Iterable[Clinic], kept: Sequence[ClinicId]) -> ClinicOffer:
    """Sort the clinics for somebody who has named no patient: those that see children before those for adults."""
    by_id = {each.id: each for each in clinics}
    favourites = [by_id[id] for id in kept if id in by_id]
    left = [each for each in by_id.values() if each not in favourites]
    return ClinicOffer((), sorted(left, key=lambda each: each.kind is ClinicKind.ADULT), (), favourites)


def suits_age(clinic: Clinic, patient: Patient, now: datetime) -> bool:
    """Whether a clinic of this kind sees patients of this age; a dental one may see any."""
    if clinic.kind is ClinicKind.DENTAL:
        return True
    return (clinic.kind is ClinicKind.CHILDREN) == is_child(patient.birth_date, local_day(now, clinic.zone))


def is_own_kind(clinic: Clinic) -> bool:
    """Whether a patient may belong to the clinic: to a dental one people only go."""
    return clinic.kind is not ClinicKind.DENTAL


def books_at_once(clinic: Clinic) -> bool:
    """Whether the clinic demands no more than the confirmed policy."""
    return clinic.level in {Level.NOTHING, Level.POLICY}


def _offset(zone: ZoneInfo, now: datetime) -> timedelta | None:
    return now.astimezone(zone).utcoffset()


def to_book_again(
    offered_now: Iterable[Specialty], been: Sequence[SpecialtyId], booked: Container[SpecialtyId]
) -> Specialty | None:
    """Return the specialty of the last visit if it has a free time; ``been`` are those of the last visits.

    One that needs a referral asks for it once it is chosen.
    """
    last = next(iter(been), None)
    again = next((each for each in offered_now if each.id == last), None)
    if again is None or again.nearest is None or again.id in booked:
        return None
    return again


# --- referrals --------------------------------------------------------------------------------------------------------

LATIN_ALIKE = str.maketrans("ABCEHKMOPTXY", "АВСЕНКМОРТХУ")
"""Latin letters that look like the Cyrillic ones of a printed number"""


def referrals_to(
    specialty: SpecialtyRef,
    referrals: Iterable[Referral],
    known: Container[ReferralRef],
    today: date,
    *,
    sees_all: bool,
) -> list[Referral]:
    """Return the referrals to a specialty that an account may use, by last day.

    It may use them all if it may see what was made elsewhere (``sees_all``), else those whose number it has typed
    (``known``) and the one that the visit to be moved has spent. One that is over is left out.
    """
    usable = (
        each
        for each in referrals
        if each.specialty == specialty and each.valid_until >= today
        if sees_all or each.spent_by is not None or each.ref in known
    )
    return sorted(usable, key=lambda each: each.valid_until)


def referral_on(referrals: Iterable[Referral], day: date) -> Referral | None:
    """Return the referral that a visit on that day spends: of those that are good then, the one that ends first."""
    good = (each for each in referrals if each.issued_on <= day <= each.valid_until)
    return min(good, key=lambda each: each.valid_until, default=None)


def referral_key(number: str) -> str:
    """Return a number of a referral without what people write in other ways: case, spaces, dashes, alike letters."""
    plain = unicodedata.normalize("NFKC", number.replace("№", "")).upper().translate(LATIN_ALIKE)
    return "".join(filter(str.isalnum, plain))


def find_referral(referrals: Iterable[Referral], typed: str) -> Referral | None:
    """Return the referral whose number was typed."""
    wanted = referral_key(typed)
    return next((each for each in referrals if wanted and referral_key(each.number) == wanted), None)


# --- refusals ---------------------------------------------------------------------------------------------------------


def refusals(
    patient: Patient,
    specialty: Specialty,
    slot: Slot,
    others: Sequence[Appointment],
    now: datetime,
    *,
    clinic: ClinicId,
    doctor: DoctorId,
    zone: ZoneInfo,
    referrals: Sequence[Referral] | None = (),
    replaces: AppointmentId | None = None,
    is_unchecked: bool = False,
) -> list[RuleError]:
    """Return every reason not to book, the most important first; an empty list permits the booking.

    ``zone`` is the clinic's; ``referrals`` are those to the specialty that the account may use, None if that was
    looked at before. ``others`` may contain any appointments: only PENDING and live ones of this patient
    count, whichever representative booked them, except the one that is rescheduled (``replaces``).
    """
    planned = sorted(
        (visit for visit in others if _counts(visit, patient, replaces)), key=lambda visit: visit.starts_at
    )
    same = next((visit for visit in planned if visit.specialty == specialty.id and visit.starts_at > now), None)
    clash = next(
        (visit for visit in planned if visit.starts_at < slot.ends_at and slot.starts_at < visit.ends_at), None
    )
    day = local_day(slot.starts_at, zone)
    reasons: list[RuleError] = [] if patient.is_verified or is_unchecked else [PolicyNotVerified(patient.id)]
    if specialty.needs_referral and referrals is not None and referral_on(referrals, day) is None:
        reasons.append(ReferralRequired(patient.id, clinic, specialty.id))
    if not fits(specialty, patient, day):
        reasons.append(NotForThisPatient(patient.id, specialty.id))
    if slot.starts_at <= now:
        reasons.append(SlotGone(patient.id, doctor, replaces))
    if same:
        reasons.append(AlreadyBooked(patient.id, same.starts_at, zone, same.id))
    if clash:
        reasons.append(TimeClash(patient.id, clash.starts_at, zone, clash.id))
    return reasons


def elsewhere_meanwhile(
    patient: PatientId, clinic: ClinicId, slot: Slot, others: Sequence[Appointment]
) -> list[Appointment]:
    """Return the visits of other patients at the time of a slot in other clinics: one person cannot take both there."""
    return [
        each
        for each in others
        if each.patient != patient
        and each.clinic != clinic
        and each.starts_at < slot.ends_at
        and slot.starts_at < each.ends_at
    ]


def booked_by_family(
    refusal: RuleError, account: AccountId, patient: Patient, visits: Sequence[Appointment]
) -> RuleError:
    """Return BookedByFamily for a refusal because of a visit that another representative booked, else the refusal."""
    if not isinstance(refusal, AlreadyBooked | TimeClash):
        return refusal
    by_other = next((each for each in visits if each.id == refusal.appointment and each.account != account), None)
    if by_other is None:
        return refusal
    return BookedByFamily(patient, by_other.starts_at, refusal.zone, by_other.id)


def taken_by_family(
    account: AccountId, patient: Patient, slot_start: datetime, zone: ZoneInfo, visits: Sequence[Appointment]
) -> BookedByFamily | None:
    """Return the refusal if another representative has booked the patient at just that time, else None."""
    for each in visits:
        if each.patient == patient.id and each.starts_at == slot_start and each.account != account:
            return BookedByFamily(patient, each.starts_at, zone, each.id)
    return None


def _counts(visit: Appointment, patient: Patient, replaces: AppointmentId | None) -> bool:
    is_planned = visit.is_live or visit.status is BookingStatus.PENDING
    return is_planned and visit.patient == patient.id and visit.id != replaces


def find_same(
    visits: Iterable[Appointment], patient: Patient, specialty: SpecialtyId, now: datetime
) -> Appointment | None:
    """Return the patient's first PENDING or live visit to a specialty that has not begun: a second one is refused."""
    same = (each for each in visits if _counts(each, patient, None) and each.specialty == specialty)
    return min((each for each in same if each.starts_at > now), key=lambda each: each.starts_at, default=None)


def may_see_elsewhere(keepers: Sequence[Representation], look: ClinicLook | None) -> bool | None:
    """Whether the representatives of a card may see the visits that were made elsewhere; None if it is not known yet.

    They may if a desk has seen the papers of one of them, or if the clinic has the telephone of the card's owner on
    file: typing all data of a child proves nothing. ``look`` is what the clinic has answered, about that owner or one
    before.
    """
    if any(keeper.papers_at is not None for keeper in keepers):
        return True
    owner = next((keeper.account for keeper in keepers if keeper.is_owner), None)
    return look.knows_phone if look is not None and look.account == owner else None


def is_look_due(look: ClinicLook | None, owner: AccountId, now: datetime) -> bool:
    """Whether a clinic is to be asked about a card again; another owner has another telephone."""
    return look is None or look.account != owner or now - look.at >= LOOK_AGAIN_AFTER


def neighbours(slots: Sequence[Slot], wanted: datetime) -> list[Slot]:
    """Return the two free slots nearest to the wanted time, nearest first; of two equally near ones the earlier first.

    A slot at the wanted time itself is left out: it was just taken, and the list is stale.
    """
    free = (slot for slot in slots if slot.starts_at != wanted)
    return sorted(free, key=lambda slot: (abs(slot.starts_at - wanted), slot.starts_at))[:_MOST_NEIGHBOURS]


def slot_taken(
    patient: Patient,
    doctor: Doctor,
    clinic: Clinic,
    starts_at: datetime,
    free: Sequence[Slot],
    replaces: AppointmentId | None,
) -> SlotTaken:
    """Return the refusal of a time that was taken; ``free`` are the doctor's free slots of that day."""
    near = [slot.starts_at for slot in neighbours(free, starts_at)]
    return SlotTaken(patient.id, doctor.id, starts_at, clinic.zone, near, replaces)


def deadline(visit: Appointment | Slot, rules: ClinicRules) -> datetime:
    """Return the last moment to cancel without its counting as late."""
    return visit.starts_at - rules.cancel_before


def is_late(appointment: Appointment, rules: ClinicRules, now: datetime) -> bool:
    return now > deadline(appointment, rules)


def is_too_late_to_move(appointment: Appointment, rules: ClinicRules, now: datetime) -> bool:
    return now > appointment.starts_at - rules.move_before


def has_ticket(card: AppointmentCard, now: datetime) -> bool:
    """Whether the desk would still look at the ticket of a visit: it is live and its day is not over."""
    visit, zone = card.appointment, card.clinic.zone
    return visit.is_live and not visit.cancelling and local_day(visit.starts_at, zone) >= local_day(now, zone)


def minutes_late(visit: Appointment | Booking, facts: ClinicFacts, now: datetime) -> int | None:
    """Return how many minutes a visit waits for a patient who is late by the clinic's rule; None if not late.

    Nobody but the clinic cancels it for that.
    """
    waited = int((now - visit.starts_at).total_seconds()) // 60
    return waited if 0 < facts.late_after < waited else None


def require_ahead(appointment: Appointment, now: datetime) -> None:
    """Raises NotActive for a visit that is not live or has begun."""
    if not appointment.is_ahead(now):
        raise NotActive(appointment.id)


def require_reschedulable(card: AppointmentCard, now: datetime) -> None:
    """Raises NotActive for a visit that is not BOOKED, is being cancelled or has begun.

    Raises TooLateToReschedule after the clinic's deadline.
    """
    appointment, rules = card.appointment, card.clinic.rules
    if appointment.status is not BookingStatus.BOOKED or appointment.cancelling or appointment.starts_at <= now:
        raise NotActive(appointment.id)
    if is_too_late_to_move(appointment, rules, now):
        raise TooLateToReschedule(appointment.id, rules.move_before, card.clinic.phone)
