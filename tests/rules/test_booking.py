"""Rules of booking: who may book what, free times nearby, and until when a visit may change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.booking.clinic_access import ClinicAccess, access_at
from bot.booking.errors import (
    AlreadyBooked,
    BookedByFamily,
    NotActive,
    NotForThisPatient,
    ReferralRequired,
    SlotGone,
    TimeClash,
    TooLateToReschedule,
)
from bot.booking.records import Appointment, AppointmentCard
from bot.booking.rules import (
    booked_by_family,
    clinics_for_anybody,
    deadline,
    find_referral,
    fits,
    is_late,
    neighbours,
    offered,
    offered_clinics,
    referral_on,
    referrals_to,
    refusals,
    require_reschedulable,
    taken_by_family,
    to_book_again,
)
from bot.clinics.port import BookingStatus, Referral
from bot.core.clinic import Clinic, ClinicKind, ClinicRules, Doctor, Slot, Specialty, VisitType
from bot.core.errors import RuleError
from bot.core.patient import Patient, Verification, VerificationStatus
from bot.core.people import PersonName, Sex
from bot.glossary import (
    AccountId,
    AppointmentId,
    BookingRef,
    ClinicId,
    ClinicRef,
    DoctorId,
    DoctorRef,
    Key,
    PatientId,
    Ref,
    ReferralRef,
    SlotRef,
    SpecialtyId,
    SpecialtyRef,
    SystemName,
)
from bot.patients.errors import PolicyNotVerified
from bot.patients.rules.regions import zone_of_region

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TOMORROW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
MOTHER, FATHER = AccountId(1), AccountId(2)

MARIA = Patient(
    id=PatientId(1),
    name=PersonName("Иванова", "Мария", "Сергеевна"),
    birth_date=date(2018, 3, 15),
    sex=Sex.FEMALE,
    policy_number="7796189784000014",
    verification=Verification(VerificationStatus.VERIFIED),
)
PEDIATRICIAN = Specialty(SpecialtyRef("ped"), "pediatrician", "Педиатр", max_age=17, id=SpecialtyId(1))
SURGEON = Specialty(SpecialtyRef("sur"), "surgeon", "Хирург", max_age=17, id=SpecialtyId(2))
NEUROLOGIST = Specialty(SpecialtyRef("neu"), "neurologist", "Невролог", needs_referral=True, id=SpecialtyId(3))
ANDROLOGIST = Specialty(SpecialtyRef("and"), "andrologist", "Андролог", sex=Sex.MALE, id=SpecialtyId(4))


def referral(number: str = "Н-7", until: date = date(2026, 12, 31), spent_by: BookingRef | None = None) -> Referral:
    return Referral(ReferralRef(number), NEUROLOGIST.ref, number, date(2026, 11, 1), until, spent_by=spent_by)


def slot(starts_at: datetime = TOMORROW, minutes: int = 15) -> Slot:
    ends_at = starts_at + timedelta(minutes=minutes)
    return Slot(SlotRef(f"s{starts_at}"), DoctorRef("d"), starts_at, ends_at, VisitType.CHECKUP)


def visit(
    starts_at: datetime = TOMORROW,
    *,
    specialty: Specialty = PEDIATRICIAN,
    status: BookingStatus = BookingStatus.BOOKED,
    patient: Patient = MARIA,
    account: AccountId = MOTHER,
) -> Appointment:
    return Appointment(
        id=AppointmentId(7),
        ref=Ref("A7KM-9X"),
        account=account,
        patient=patient.id,
        clinic=ClinicId(1),
        specialty=specialty.id,
        doctor=DoctorId(1),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=15),
        visit_type=VisitType.CHECKUP,
        room="214",
        status=status,
        key=Key("k"),
        slot=SlotRef("s"),
    )


def card(appointment: Appointment, rules: ClinicRules | None = None) -> AppointmentCard:
    doctor = Doctor(DoctorRef("d"), PersonName("Петрова", "Анна"), "214", id=DoctorId(1))
    clinic = Clinic(
        id=ClinicId(1),
        system=SystemName("registry"),
        ref=ClinicRef("12"),
        name="детская № 12",
        address="Садовая, 5",
        phone="+7 495 000-00-12",
        zone=MOSCOW,
        kind=ClinicKind.CHILDREN,
        rules=rules or ClinicRules(),
    )
    return AppointmentCard(appointment, MARIA, doctor, PEDIATRICIAN, clinic)


def reasons(
    *others: Appointment,
    patient: Patient = MARIA,
    specialty: Specialty = PEDIATRICIAN,
    wanted: Slot | None = None,
    zone: ZoneInfo = MOSCOW,
    replaces: AppointmentId | None = None,
    referrals: Sequence[Referral] | None = (),
) -> list[RuleError]:
    return refusals(
        patient,
        specialty,
        wanted or slot(),
        others,
        NOW,
        clinic=ClinicId(1),
        doctor=DoctorId(1),
        zone=zone,
        referrals=referrals,
        replaces=replaces,
    )


def kinds(found: list[RuleError]) -> list[type[RuleError]]:
    return [type(reason) for reason in found]


# --- specialties ------------------------------------------------------------------------------------------------------


def test_offered_specialties_fit_the_patient() -> None:
    teens = replace(SURGEON, min_age=14)
    assert offered([ANDROLOGIST, SURGEON, teens, PEDIATRICIAN], MARIA, date(2026, 11, 24)) == [SURGEON, PEDIATRICIAN]


@pytest.mark.parametrize(
    ("on", "seen"),
    [(date(2036, 3, 14), True), (date(2036, 3, 15), False), (date(2022, 3, 14), False), (date(2022, 3, 15), True)],
)
def test_both_ages_of_a_specialty_are_inclusive(on: date, seen: bool) -> None:
    assert fits(replace(PEDIATRICIAN, min_age=4), MARIA, on) is seen


# --- refusals ---------------------------------------------------------------------------------------------------------


def test_free_time_tomorrow_is_bookable() -> None:
    assert reasons() == []


def test_unverified_policy_is_refused() -> None:
    waiting = replace(MARIA, verification=Verification(VerificationStatus.QUEUED))
    [reason] = reasons(patient=waiting)
    assert isinstance(reason, PolicyNotVerified)
    assert reason.patient == MARIA.id


def test_specialty_with_referral_is_refused() -> None:
    [reason] = reasons(specialty=NEUROLOGIST)
    assert isinstance(reason, ReferralRequired)
    assert (reason.patient, reason.specialty) == (MARIA.id, NEUROLOGIST.id)


@pytest.mark.parametrize(("until", "good"), [(date(2026, 11, 23), False), (date(2026, 11, 24), True)])
def test_referral_must_be_good_on_the_day_of_the_visit(until: date, good: bool) -> None:
    assert kinds(reasons(specialty=NEUROLOGIST, referrals=[referral(until=until)])) == (
        [] if good else [ReferralRequired]
    )


def test_referral_that_was_looked_at_before_is_not_asked_for_again() -> None:
    assert reasons(specialty=NEUROLOGIST, referrals=None) == []


def test_visit_spends_the_referral_of_that_day_that_ends_first() -> None:
    sooner, later = referral("1", until=date(2026, 12, 1)), referral("2", until=date(2026, 12, 9))
    assert referral_on([later, sooner], date(2026, 12, 1)) == sooner
    assert referral_on([later, sooner], date(2026, 12, 2)) == later
    assert referral_on([later, sooner], date(2026, 12, 10)) is None


def test_who_may_not_see_referrals_uses_the_one_whose_number_was_typed() -> None:
    listed = [referral("1"), referral("2"), referral("3", spent_by=BookingRef("7"))]
    today, known = date(2026, 11, 23), {ReferralRef("2")}
    used = referrals_to(NEUROLOGIST.ref, listed, known, today, sees_all=False)
    assert [each.number for each in used] == ["2", "3"], "and the one that the visit to be moved keeps"
    assert referrals_to(NEUROLOGIST.ref, listed, (), today, sees_all=True) == listed
    assert referrals_to(SURGEON.ref, listed, known, today, sees_all=True) == []
    assert referrals_to(NEUROLOGIST.ref, listed, known, date(2027, 1, 1), sees_all=True) == []


@pytest.mark.parametrize("typed", ["Н-7К4М", "н7к4м", " № Н 7К 4М ", "H-7K4M", "Н‑7К4М"])
def test_number_of_a_referral_is_found_however_it_is_typed(typed: str) -> None:
    assert find_referral([referral("Н-7К4М")], typed) is not None


@pytest.mark.parametrize("typed", ["", "№ -", "Н-7К4", "7К4М"])
def test_part_of_a_number_finds_no_referral(typed: str) -> None:
    assert find_referral([referral("Н-7К4М"), referral("-")], typed) is None


def test_specialty_of_another_sex_is_refused() -> None:
    assert kinds(reasons(specialty=ANDROLOGIST)) == [NotForThisPatient]


def test_age_is_that_of_the_local_day_of_the_visit() -> None:
    turns_18 = replace(MARIA, birth_date=date(2008, 11, 25))
    late = slot(datetime(2026, 11, 24, 20, 30, tzinfo=UTC))
    assert reasons(patient=turns_18, wanted=late) == []
    assert kinds(reasons(patient=turns_18, wanted=late, zone=ZoneInfo("Asia/Kamchatka"))) == [NotForThisPatient]


@pytest.mark.requirement("B34", "B37")
@pytest.mark.parametrize("ago", [timedelta(), timedelta(minutes=1), timedelta(days=3)])
def test_time_that_has_begun_is_refused(ago: timedelta) -> None:
    [reason] = reasons(wanted=slot(NOW - ago), replaces=AppointmentId(5))
    assert isinstance(reason, SlotGone)
    assert (reason.patient, reason.doctor, reason.replaces) == (MARIA.id, DoctorId(1), AppointmentId(5))


@pytest.mark.parametrize("status", [BookingStatus.BOOKED, BookingStatus.CHECKED_IN, BookingStatus.PENDING])
def test_second_visit_to_a_specialty_is_refused(status: BookingStatus) -> None:
    existing = visit(TOMORROW + timedelta(days=2), status=status)
    [reason] = reasons(existing)
    assert isinstance(reason, AlreadyBooked)
    assert (reason.starts_at, reason.zone, reason.appointment) == (existing.starts_at, MOSCOW, existing.id)


@pytest.mark.parametrize(
    "status", [BookingStatus.CANCELLED, BookingStatus.FULFILLED, BookingStatus.NO_SHOW, BookingStatus.REFUSED]
)
def test_visit_that_will_not_happen_is_ignored(status: BookingStatus) -> None:
    assert reasons(visit(status=status)) == []


def test_past_visit_and_another_patients_visit_are_ignored() -> None:
    brother = replace(MARIA, id=PatientId(2))
    assert reasons(visit(NOW - timedelta(days=1)), visit(patient=brother)) == []


def test_rescheduled_visit_itself_is_ignored() -> None:
    assert reasons(visit(), replaces=visit().id) == []


def test_refusal_names_the_nearest_visit() -> None:
    nearest = replace(visit(TOMORROW + timedelta(days=1)), id=AppointmentId(8))
    [reason] = reasons(visit(TOMORROW + timedelta(days=9)), nearest)
    assert isinstance(reason, AlreadyBooked)
    assert reason.appointment == nearest.id


def test_refusal_names_a_visit_booked_by_another_representative() -> None:
    existing = visit(account=FATHER)
    same, clash = reasons(existing)
    assert isinstance(same, AlreadyBooked)
    assert isinstance(clash, TimeClash)
    assert same.appointment == clash.appointment == existing.id
    assert same.starts_at == clash.starts_at == existing.starts_at


@pytest.mark.parametrize(("minutes", "clashes"), [(-15, False), (-14, True), (0, True), (14, True), (15, False)])
def test_overlapping_visits_are_refused_and_adjacent_ones_are_not(minutes: int, clashes: bool) -> None:
    existing = visit(TOMORROW + timedelta(minutes=minutes), specialty=SURGEON)
    assert kinds(reasons(existing)) == ([TimeClash] if clashes else [])


def test_all_refusals_are_listed_the_most_important_first() -> None:
    boy_doctor = replace(ANDROLOGIST, needs_referral=True)
    unverified = replace(MARIA, verification=Verification(VerificationStatus.REJECTED))
    running = visit(NOW - timedelta(minutes=5), specialty=SURGEON)
    coming = visit(TOMORROW, specialty=boy_doctor)
    found = reasons(running, coming, patient=unverified, specialty=boy_doctor, wanted=slot(NOW))
    assert kinds(found) == [PolicyNotVerified, ReferralRequired, NotForThisPatient, SlotGone, AlreadyBooked, TimeClash]


# --- neighbours -------------------------------------------------------------------------------------------------------


def near(*minutes: int) -> list[Slot]:
    return [slot(TOMORROW + timedelta(minutes=shift)) for shift in minutes]


@pytest.mark.requirement("B37")
@pytest.mark.parametrize(
    ("free", "expected"),
    [
        ((-60, -15, 15, 45), (-15, 15)),
        ((15, -15), (-15, 15)),
        ((45, 30, 90), (30, 45)),
        ((0, 30), (30,)),
        ((120,), (120,)),
        ((), ()),
    ],
)
def test_neighbours_are_the_two_nearest_free_times(free: tuple[int, ...], expected: tuple[int, ...]) -> None:
    assert neighbours(near(*free), TOMORROW) == near(*expected)


# --- the family -------------------------------------------------------------------------------------------------------


def test_visit_that_another_representative_booked_is_named_as_the_familys() -> None:
    hers = visit()
    [refusal, *_others] = refusals(
        MARIA, PEDIATRICIAN, slot(), [hers], NOW, clinic=ClinicId(1), doctor=DoctorId(1), zone=MOSCOW
    )
    assert booked_by_family(refusal, MOTHER, MARIA, [hers]) is refusal
    told = booked_by_family(refusal, FATHER, MARIA, [hers])
    assert isinstance(told, BookedByFamily)
    assert (told.appointment, told.starts_at) == (hers.id, hers.starts_at)
    other = SlotGone(MARIA.id, DoctorId(1))
    assert booked_by_family(other, FATHER, MARIA, [hers]) is other


def test_time_is_taken_by_the_family_only_at_its_own_moment() -> None:
    assert taken_by_family(MOTHER, MARIA, TOMORROW, MOSCOW, [visit()]) is None
    assert taken_by_family(FATHER, MARIA, TOMORROW + timedelta(minutes=15), MOSCOW, [visit()]) is None
    taken = taken_by_family(FATHER, MARIA, TOMORROW, MOSCOW, [visit()])
    assert taken is not None
    assert taken.appointment == visit().id


# --- deadlines --------------------------------------------------------------------------------------------------------


def test_cancellation_is_late_only_after_the_deadline() -> None:
    rules = ClinicRules(cancel_before=timedelta(hours=24))
    last = TOMORROW - timedelta(hours=24)
    assert deadline(visit(), rules) == last
    assert not is_late(visit(), rules, last)
    assert is_late(visit(), rules, last + timedelta(seconds=1))


def test_visit_may_be_rescheduled_until_the_deadline() -> None:
    require_reschedulable(card(visit()), TOMORROW - timedelta(hours=24))
    with pytest.raises(TooLateToReschedule) as refusal:
        require_reschedulable(card(visit()), TOMORROW - timedelta(hours=23))
    assert refusal.value.appointment == visit().id
    assert refusal.value.deadline == timedelta(hours=24)
    assert refusal.value.phone == card(visit()).clinic.phone


@pytest.mark.parametrize("status", [status for status in BookingStatus if status is not BookingStatus.BOOKED])
def test_only_a_booked_visit_can_be_rescheduled(status: BookingStatus) -> None:
    with pytest.raises(NotActive):
        require_reschedulable(card(visit(status=status)), NOW - timedelta(days=5))


def test_visit_in_the_past_or_being_cancelled_is_not_rescheduled() -> None:
    never_late = ClinicRules(cancel_before=timedelta())
    with pytest.raises(NotActive):
        require_reschedulable(card(visit(), never_late), TOMORROW)
    with pytest.raises(NotActive):
        require_reschedulable(card(replace(visit(), cancelling=True), never_late), NOW)


# --- clinics ----------------------------------------------------------------------------------------------------------


def clinic(number: int, kind: ClinicKind = ClinicKind.CHILDREN, zone: str = "Europe/Moscow") -> Clinic:
    return Clinic(ClinicRef(str(number)), f"№ {number}", "", "", ZoneInfo(zone), kind, id=ClinicId(number))


GARDEN, FIELD, TEETH = clinic(1), clinic(2), clinic(3, ClinicKind.DENTAL)
ADULTS, URAL = clinic(4, ClinicKind.ADULT), clinic(5, zone="Asia/Yekaterinburg")
TOWN = [GARDEN, FIELD, TEETH, ADULTS, URAL]


def test_clinics_for_another_age_or_of_another_town_stand_behind() -> None:
    offer = offered_clinics(TOWN, MARIA, [], MOSCOW, NOW)
    assert (offer.recent, offer.near, offer.others) == ([], [GARDEN, FIELD, TEETH], [ADULTS, URAL])


def test_a_clinic_where_the_patient_has_been_stands_first_wherever_it_is() -> None:
    offer = offered_clinics(TOWN, MARIA, [URAL.id, TEETH.id], MOSCOW, NOW)
    assert (offer.recent, offer.near, offer.others) == ([URAL, TEETH], [GARDEN, FIELD], [ADULTS])


def test_favourites_for_the_age_stand_first_in_the_order_of_keeping() -> None:
    offer = offered_clinics(TOWN, MARIA, [FIELD.id, TEETH.id], MOSCOW, NOW, [URAL.id, ADULTS.id, FIELD.id])
    assert (offer.favourites, offer.recent) == ([URAL, FIELD], [TEETH])
    assert (offer.near, offer.others) == ([GARDEN], [ADULTS])
    assert offer.first == [URAL, FIELD, TEETH, GARDEN]


def test_clinics_for_adults_stand_last_without_a_patient_unless_kept() -> None:
    offer = clinics_for_anybody([ADULTS, *TOWN], [ADULTS.id, TEETH.id, ClinicId(99)])
    assert offer.first == [ADULTS, TEETH, GARDEN, FIELD, URAL]
    assert not offer.others
    assert clinics_for_anybody(TOWN, []).first[-1] == ADULTS


NEUROLOGIST = replace(PEDIATRICIAN, needs_referral=True)


@pytest.mark.requirement("B7")
@pytest.mark.parametrize(
    ("own", "where", "specialties", "access"),
    [
        (GARDEN.id, GARDEN, [PEDIATRICIAN, NEUROLOGIST], ClinicAccess.OWN),
        (GARDEN.id, GARDEN, [PEDIATRICIAN], None),
        (GARDEN.id, GARDEN, [], None),
        (GARDEN.id, FIELD, [PEDIATRICIAN], ClinicAccess.ELSEWHERE),
        (None, FIELD, [PEDIATRICIAN], ClinicAccess.UNKNOWN),
        (GARDEN.id, TEETH, [PEDIATRICIAN, NEUROLOGIST], None),
    ],
)
def test_what_is_told_before_a_doctor_is_chosen(
    own: ClinicId | None, where: Clinic, specialties: list[Specialty], access: ClinicAccess | None
) -> None:
    assert access_at(replace(MARIA, clinic=own), where, specialties) == access


def test_an_unknown_town_hides_no_clinic_for_the_age() -> None:
    assert offered_clinics(TOWN, MARIA, [], None, NOW).others == [ADULTS]


def test_a_town_without_clinics_is_offered_the_others() -> None:
    assert offered_clinics(TOWN, MARIA, [], ZoneInfo("Asia/Omsk"), NOW).near == [GARDEN, FIELD, TEETH, URAL]
    assert offered_clinics([ADULTS], MARIA, [], MOSCOW, NOW).near == [ADULTS]


def test_the_last_specialty_is_offered_again_if_it_can_be_booked() -> None:
    free = replace(PEDIATRICIAN, nearest=TOMORROW)
    assert to_book_again([SURGEON, free], [free.id, SURGEON.id], ()) == free
    assert to_book_again([SURGEON, free], [SURGEON.id, free.id], ()) is None  # no time is free
    assert to_book_again([free], [free.id], {free.id}) is None
    with_referral = replace(NEUROLOGIST, nearest=TOMORROW)
    assert to_book_again([with_referral], [NEUROLOGIST.id], ()) == with_referral
    assert to_book_again([free], [], ()) is None


@pytest.mark.parametrize(
    ("region", "hours"),
    [("77", 3), ("39", 2), ("63", 4), ("66", 5), ("55", 6), ("54", 7), ("38", 8), ("14", 9), ("99", 3)],
)
def test_a_policy_number_names_a_region_with_its_clock(region: str, hours: int) -> None:
    assert NOW.astimezone(zone_of_region(region)).utcoffset() == timedelta(hours=hours)
