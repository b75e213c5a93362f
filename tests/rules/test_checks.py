"""Rules of policy checks: verdicts, limits of failures, retries, and notices that become due with time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from bot.clinics.port import InsuredPerson, PolicyStatus
from bot.core.patient import NameField, Patient, RejectionReason, Verification, VerificationStatus
from bot.core.people import PersonName, Sex
from bot.core.timing import MOSCOW, in_quiet_hours
from bot.glossary import ClinicRef, PatientId, PersonRef
from bot.patients.rules.checks import (
    FAILURE_COUNTS_FOR,
    LATE_AFTER,
    MOST_FAILURES,
    by_day,
    correct_until,
    is_answered,
    is_failure,
    is_late,
    is_still_valid,
    is_watched,
    judge,
    next_look,
    next_try,
    paused_until,
    retry_delay,
    verdict,
)
from bot.patients.rules.watch import ASK_AFTER, Occasion, birthday, has_grown_up, matter_of, occasions
from tests.pure_builders import MONDAY

URAL = ZoneInfo("Asia/Yekaterinburg")
MINUTE = timedelta(minutes=1)

moments = st.integers(0, 6 * 366 * 86400).map(lambda after: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=after))
zones = st.sampled_from([MOSCOW, URAL, ZoneInfo("Asia/Kamchatka"), ZoneInfo("Europe/Kaliningrad")])


# --- verdicts ---------------------------------------------------------------------------------------------------------


def person(
    *differs: NameField, status: PolicyStatus = PolicyStatus.ACTIVE, birth_differs: bool = False
) -> InsuredPerson:
    return InsuredPerson(PersonRef("p1"), status, frozenset(differs), birth_differs, ClinicRef("12"))


@pytest.mark.requirement("C14")
def test_policy_is_verified_when_everything_matches() -> None:
    queued_at = MONDAY - timedelta(seconds=30)
    checked = verdict(person(), MONDAY, queued_at, attempts=2)
    assert checked.status is VerificationStatus.VERIFIED
    assert (checked.reason, checked.correct) == (None, None)
    assert (checked.queued_at, checked.checked_at, checked.attempts) == (queued_at, MONDAY, 2)


@pytest.mark.requirement("E31")
def test_policy_without_an_end_date_is_verified() -> None:
    unending = person()
    assert unending.valid_until is None
    assert verdict(unending, MONDAY).status is VerificationStatus.VERIFIED


@pytest.mark.requirement("C14")
def test_unknown_policy_and_that_of_another_person_look_alike() -> None:
    answers = {
        verdict(None, MONDAY),
        verdict(person(birth_differs=True), MONDAY),
        verdict(person(NameField.FAMILY, birth_differs=True), MONDAY),
        verdict(person(NameField.FAMILY, NameField.GIVEN), MONDAY),
        verdict(person(*NameField), MONDAY),
        verdict(person(NameField.FAMILY, NameField.GIVEN, status=PolicyStatus.EXPIRED), MONDAY),
        verdict(person(birth_differs=True, status=PolicyStatus.SUSPENDED), MONDAY),
    }
    assert {(answer.status, answer.reason, answer.correct) for answer in answers} == {
        (VerificationStatus.REJECTED, RejectionReason.NOT_MATCHED, None)
    }


@pytest.mark.requirement("C36", "E44", "E47")
@pytest.mark.parametrize("field", NameField)
@pytest.mark.parametrize("status", PolicyStatus)
def test_one_wrong_part_of_a_name_needs_correction(field: NameField, status: PolicyStatus) -> None:
    checked = verdict(person(field, status=status), MONDAY)
    assert (checked.status, checked.reason) == (VerificationStatus.NEEDS_CORRECTION, None)
    assert checked.correct is field


@pytest.mark.parametrize(
    ("status", "reason"),
    [(PolicyStatus.SUSPENDED, RejectionReason.SUSPENDED), (PolicyStatus.EXPIRED, RejectionReason.EXPIRED)],
)
def test_owner_learns_that_the_policy_is_not_in_force(status: PolicyStatus, reason: RejectionReason) -> None:
    checked = verdict(person(status=status), MONDAY)
    assert (checked.status, checked.reason) == (VerificationStatus.REJECTED, reason)


def test_retry_delay_grows_while_the_register_is_silent() -> None:
    seconds = [retry_delay(attempts).total_seconds() for attempts in range(8)]
    assert seconds == [5, 5, 15, 60, 300, 900, 900, 900]


# --- failures ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("C20")
def test_five_failures_in_an_hour_pause_checks_until_the_first_expires() -> None:
    at = [MONDAY + each * MINUTE for each in (0, 10, 20, 30)]
    assert paused_until(at, MONDAY + 35 * MINUTE) is None
    at.append(MONDAY + 40 * MINUTE)
    assert paused_until(at, MONDAY + 41 * MINUTE) == MONDAY + 60 * MINUTE
    assert paused_until(at, MONDAY + 60 * MINUTE) is None


@pytest.mark.requirement("C20")
@given(st.lists(st.integers(0, 7200)), st.integers(0, 7200))
def test_pause_ends_at_its_time_within_an_hour(ages: list[int], later: int) -> None:
    failures = [MONDAY + timedelta(seconds=age) for age in ages]
    now = MONDAY + timedelta(seconds=later)
    until = paused_until(failures, now)
    recent = [at for at in failures if at > now - FAILURE_COUNTS_FOR]
    assert (until is None) == (len(recent) < MOST_FAILURES)
    if until is not None:
        assert until > now
        assert paused_until(failures, until) is None or max(failures) > now


# --- the answer -------------------------------------------------------------------------------------------------------


def a_patient(number: str = "7796189784000014", **given: Any) -> Patient:
    asked = Verification(VerificationStatus.CHECKING, queued_at=MONDAY)
    name = PersonName("Иванова", "Мария", "Сергеевна")
    patient = Patient(PatientId(1), name, date(2018, 3, 15), Sex.FEMALE, number, asked)
    return replace(patient, **given)


def insured(**given: Any) -> InsuredPerson:
    return replace(InsuredPerson(PersonRef("1"), PolicyStatus.ACTIVE), **given)


MISMATCH = insured(differs=frozenset({NameField.FAMILY, NameField.GIVEN}))


@pytest.mark.requirement("E35", "C17")
def test_verdicts_of_a_policy_of_sixteen_digits() -> None:
    reasons = {
        None: RejectionReason.NOT_MATCHED,
        MISMATCH: RejectionReason.NOT_MATCHED,
        insured(birth_differs=True): RejectionReason.NOT_MATCHED,
        insured(status=PolicyStatus.SUSPENDED): RejectionReason.SUSPENDED,
        insured(status=PolicyStatus.EXPIRED): RejectionReason.EXPIRED,
        insured(): None,
    }
    assert {person: judge(a_patient(), person, MONDAY).reason for person in reasons} == reasons
    almost = judge(a_patient(), insured(differs=frozenset({NameField.PATRONYMIC})), MONDAY)
    assert (almost.status, almost.correct) == (VerificationStatus.NEEDS_CORRECTION, NameField.PATRONYMIC)


@pytest.mark.parametrize("number", ["012345678", "АБ № 123456"])
@pytest.mark.parametrize("person", [None, MISMATCH])
def test_older_policies_are_checked_at_the_clinic(number: str, person: InsuredPerson | None) -> None:
    checked = judge(a_patient(number), person, MONDAY)
    assert checked.reason is RejectionReason.AT_CLINIC
    assert is_failure(checked)


def test_only_a_mismatch_counts_as_a_failure() -> None:
    fails = {
        person: is_failure(judge(a_patient(), person, MONDAY))
        for person in (None, MISMATCH, insured(), insured(status=PolicyStatus.SUSPENDED))
    }
    assert list(fails.values()) == [True, True, False, False]


def test_answer_to_other_data_or_an_earlier_check_is_ignored() -> None:
    asked = a_patient()
    assert is_still_valid(asked, a_patient())
    assert not is_still_valid(asked, a_patient(name=PersonName("Иванова", "Анна", "Сергеевна")))
    assert not is_still_valid(asked, a_patient("7788489747000022"))
    verified = Verification(VerificationStatus.VERIFIED, checked_at=MONDAY)
    assert not is_still_valid(asked, a_patient(verification=verified))
    assert not is_still_valid(a_patient(verification=verified), asked)
    assert is_still_valid(a_patient(verification=verified), a_patient(verification=verified))


def test_matched_policy_is_watched_in_force_or_not() -> None:
    rejected = VerificationStatus.REJECTED
    watched = [reason for reason in RejectionReason if is_watched(Verification(rejected, reason))]
    assert watched == [RejectionReason.SUSPENDED, RejectionReason.EXPIRED]
    assert is_watched(Verification(VerificationStatus.VERIFIED))


def test_second_press_reuses_the_recent_check() -> None:
    answered = Verification(VerificationStatus.REJECTED, RejectionReason.NOT_MATCHED, checked_at=MONDAY)
    assert is_answered(answered, MONDAY + timedelta(seconds=4))
    assert not is_answered(answered, MONDAY + timedelta(seconds=5))
    assert not is_answered(answered, MONDAY - timedelta(hours=1)), "the clock was put back"
    waiting = {status: is_answered(Verification(status, queued_at=MONDAY), MONDAY) for status in VerificationStatus}
    assert [status for status, done in waiting.items() if done] == [
        VerificationStatus.QUEUED,
        VerificationStatus.CHECKING,
    ]


# --- when -------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("E41")
@given(st.integers(1, 50), st.integers(0, 7200))
def test_check_is_retried_before_it_becomes_late(attempts: int, after: int) -> None:
    now = MONDAY + timedelta(seconds=after)
    again = next_try(MONDAY, attempts, now)
    assert again > now
    assert is_late(MONDAY, now) or again <= MONDAY + LATE_AFTER


@given(moments, zones, st.integers(1, 10**6))
def test_policy_is_rechecked_daily_between_10_and_18(now: datetime, zone: ZoneInfo, number: int) -> None:
    look = next_look(now, zone, PatientId(number))
    assert now < look <= now + timedelta(hours=25)
    assert 10 <= look.astimezone(zone).hour < 18
    again = next_look(look, zone, PatientId(number))
    assert again.astimezone(zone).time() == look.astimezone(zone).time()


def test_daily_rechecks_are_spread_over_time() -> None:
    looks = {next_look(MONDAY, MOSCOW, PatientId(number)) for number in range(1, 10_001)}
    assert len(looks) == 10_000


@given(moments, zones)
def test_daytime_news_wait_for_the_end_of_quiet_hours(moment: datetime, zone: ZoneInfo) -> None:
    due_at = by_day(moment, zone)
    assert not in_quiet_hours(due_at, zone)
    assert due_at == moment or in_quiet_hours(moment, zone)


@pytest.mark.requirement("C17")
def test_correction_is_due_in_a_week() -> None:
    assert correct_until(MONDAY) == MONDAY + timedelta(days=7)


# --- what becomes due -------------------------------------------------------------------------------------------------

KNOWN = {"confirmed": MONDAY}


def due(birth_date: date, now: datetime, valid_until: date | None = None, **known: datetime) -> list[Occasion]:
    return occasions(birth_date, valid_until, {"confirmed": now, **known}, now, MOSCOW)


@pytest.mark.parametrize(("age", "occasion"), [(14, Occasion.PASSPORT), (15, Occasion.CONSENT)])
def test_birthday_notice_is_due_once_within_two_months(age: int, occasion: Occasion) -> None:
    born = date(2026 - age, 11, 23)
    assert due(born, MONDAY - timedelta(days=1)) == []
    assert due(born, MONDAY) == [occasion]
    assert due(born, MONDAY, **{occasion.value: MONDAY}) == []
    assert due(born, MONDAY + timedelta(days=59)) == [occasion]
    assert due(born, MONDAY + timedelta(days=60)) == []


def test_birthday_is_a_day_of_the_clinics_zone() -> None:
    evening = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)  # 23:00 in Moscow, 01:00 of the 23rd beyond the Urals
    born = date(2012, 11, 23)
    assert occasions(born, None, KNOWN, evening, MOSCOW) == []
    assert occasions(born, None, KNOWN, evening, URAL) == [Occasion.PASSPORT]
    assert not has_grown_up(date(2008, 11, 23), evening, MOSCOW)
    assert has_grown_up(date(2008, 11, 23), evening, URAL)


def test_patient_born_on_29_february_comes_of_age_on_1_march() -> None:
    born = date(2008, 2, 29)
    assert birthday(born, 18) == date(2026, 3, 1)
    assert birthday(born, 16) == date(2024, 2, 29)
    assert not has_grown_up(born, datetime(2026, 2, 28, 12, tzinfo=UTC), MOSCOW)
    assert has_grown_up(born, datetime(2026, 3, 1, 0, tzinfo=UTC), MOSCOW)


@given(st.dates(date(2005, 1, 1), date(2026, 1, 1)), moments, zones)
def test_birthday_is_the_day_the_age_is_reached(born: date, now: datetime, zone: ZoneInfo) -> None:
    grown = has_grown_up(born, now, zone)
    assert grown == (now.astimezone(zone).date() >= birthday(born, 18))


@pytest.mark.requirement("E30")
def test_policy_end_notice_is_due_thirty_days_before_the_end() -> None:
    child, end = date(2020, 1, 1), date(2026, 12, 23)
    assert due(child, MONDAY - timedelta(days=1), end) == []
    assert due(child, MONDAY, end) == [Occasion.ENDS]
    assert due(child, MONDAY, end, **{matter_of(Occasion.ENDS, end): MONDAY}) == []
    assert due(child, MONDAY, date(2026, 12, 24)) == []
    assert due(child, MONDAY, date(2026, 11, 22)) == []
    assert due(child, MONDAY, date(2026, 12, 1), **{matter_of(Occasion.ENDS, end): MONDAY}) == [Occasion.ENDS]


@pytest.mark.requirement("C4")
def test_card_is_to_be_confirmed_half_a_year_after_the_last_answer() -> None:
    """Not on a day with another notice."""
    child, now = date(2020, 1, 1), MONDAY + ASK_AFTER
    assert occasions(child, None, {}, now, MOSCOW) == []
    assert occasions(child, None, KNOWN, now - MINUTE, MOSCOW) == []
    assert occasions(child, None, KNOWN, now, MOSCOW) == [Occasion.CONFIRM]
    assert occasions(child, None, {**KNOWN, "asked": now}, now, MOSCOW) == []
    assert occasions(child, now.date(), KNOWN, now, MOSCOW) == [Occasion.ENDS]
