"""The rules of a check: the pause after refusals, the meaning of an answer, the occasions of the calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from tests.moments import MONDAY

URAL = ZoneInfo("Asia/Yekaterinburg")
MINUTE = timedelta(minutes=1)

moments = st.integers(0, 6 * 366 * 86400).map(lambda after: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=after))
zones = st.sampled_from([MOSCOW, URAL, ZoneInfo("Asia/Kamchatka"), ZoneInfo("Europe/Kaliningrad")])


# --- the register's answer --------------------------------------------------------------------------------------------


def person(
    *differs: NameField, status: PolicyStatus = PolicyStatus.ACTIVE, birth_differs: bool = False
) -> InsuredPerson:
    return InsuredPerson(PersonRef("p1"), status, frozenset(differs), birth_differs, ClinicRef("12"))


@pytest.mark.requirement("C14")
def test_a_policy_is_verified_when_everything_matches() -> None:
    queued_at = MONDAY - timedelta(seconds=30)
    checked = verdict(person(), MONDAY, queued_at, attempts=2)
    assert checked.status is VerificationStatus.VERIFIED
    assert (checked.reason, checked.correct) == (None, None)
    assert (checked.queued_at, checked.checked_at, checked.attempts) == (queued_at, MONDAY, 2)


@pytest.mark.requirement("E31")
def test_a_policy_without_an_end_date_is_verified() -> None:
    unending = person()
    assert unending.valid_until is None
    assert verdict(unending, MONDAY).status is VerificationStatus.VERIFIED


@pytest.mark.requirement("C14")
def test_unknown_and_anothers_policy_have_the_same_verdict() -> None:
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
def test_one_wrong_name_needs_a_correction(field: NameField, status: PolicyStatus) -> None:
    checked = verdict(person(field, status=status), MONDAY)
    assert (checked.status, checked.reason) == (VerificationStatus.NEEDS_CORRECTION, None)
    assert checked.correct is field


@pytest.mark.parametrize(
    ("status", "reason"),
    [(PolicyStatus.SUSPENDED, RejectionReason.SUSPENDED), (PolicyStatus.EXPIRED, RejectionReason.EXPIRED)],
)
def test_policy_out_of_force_is_named_if_all_data_agree(status: PolicyStatus, reason: RejectionReason) -> None:
    checked = verdict(person(status=status), MONDAY)
    assert (checked.status, checked.reason) == (VerificationStatus.REJECTED, reason)


def test_retries_of_a_silent_register_become_rarer() -> None:
    seconds = [retry_delay(attempts).total_seconds() for attempts in range(8)]
    assert seconds == [5, 5, 15, 60, 300, 900, 900, 900]


# --- tries ------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("C20")
def test_fifth_refusal_pauses_until_the_first_is_an_hour_old() -> None:
    at = [MONDAY + each * MINUTE for each in (0, 10, 20, 30)]
    assert paused_until(at, MONDAY + 35 * MINUTE) is None
    at.append(MONDAY + 40 * MINUTE)
    assert paused_until(at, MONDAY + 41 * MINUTE) == MONDAY + 60 * MINUTE
    assert paused_until(at, MONDAY + 60 * MINUTE) is None


@pytest.mark.requirement("C20")
@given(st.lists(st.integers(0, 7200)), st.integers(0, 7200))
def test_pause_ends_on_time_and_within_an_hour(ages: list[int], later: int) -> None:
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


def someone(**given: Any) -> InsuredPerson:
    return replace(InsuredPerson(PersonRef("1"), PolicyStatus.ACTIVE), **given)


MISMATCH = someone(differs=frozenset({NameField.FAMILY, NameField.GIVEN}))


@pytest.mark.requirement("E35", "C17")
def test_verdict_on_sixteen_digits_follows_the_answer() -> None:
    said = {
        None: RejectionReason.NOT_MATCHED,
        MISMATCH: RejectionReason.NOT_MATCHED,
        someone(birth_differs=True): RejectionReason.NOT_MATCHED,
        someone(status=PolicyStatus.SUSPENDED): RejectionReason.SUSPENDED,
        someone(status=PolicyStatus.EXPIRED): RejectionReason.EXPIRED,
        someone(): None,
    }
    assert {person: judge(a_patient(), person, MONDAY).reason for person in said} == said
    almost = judge(a_patient(), someone(differs=frozenset({NameField.PATRONYMIC})), MONDAY)
    assert (almost.status, almost.correct) == (VerificationStatus.NEEDS_CORRECTION, NameField.PATRONYMIC)


@pytest.mark.parametrize("number", ["012345678", "АБ № 123456"])
@pytest.mark.parametrize("person", [None, MISMATCH])
def test_papers_of_before_the_sixteen_digits_are_looked_at_in_the_clinic(
    number: str, person: InsuredPerson | None
) -> None:
    said = judge(a_patient(number), person, MONDAY)
    assert said.reason is RejectionReason.AT_CLINIC
    assert is_failure(said)


def test_only_what_was_typed_wrong_counts_as_a_failure() -> None:
    fails = {
        person: is_failure(judge(a_patient(), person, MONDAY))
        for person in (None, MISMATCH, someone(), someone(status=PolicyStatus.SUSPENDED))
    }
    assert list(fails.values()) == [True, True, False, False]


def test_an_answer_about_another_name_or_an_earlier_question_is_no_answer() -> None:
    asked = a_patient()
    assert is_still_valid(asked, a_patient())
    assert not is_still_valid(asked, a_patient(name=PersonName("Иванова", "Анна", "Сергеевна")))
    assert not is_still_valid(asked, a_patient("7788489747000022"))
    verified = Verification(VerificationStatus.VERIFIED, checked_at=MONDAY)
    assert not is_still_valid(asked, a_patient(verification=verified))
    assert not is_still_valid(a_patient(verification=verified), asked)
    assert is_still_valid(a_patient(verification=verified), a_patient(verification=verified))


def test_a_policy_that_is_theirs_is_watched_in_force_or_not() -> None:
    rejected = VerificationStatus.REJECTED
    watched = [reason for reason in RejectionReason if is_watched(Verification(rejected, reason))]
    assert watched == [RejectionReason.SUSPENDED, RejectionReason.EXPIRED]
    assert is_watched(Verification(VerificationStatus.VERIFIED))


def test_a_second_press_is_answered_by_the_first() -> None:
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
def test_retry_is_no_later_than_the_late_notice(attempts: int, after: int) -> None:
    now = MONDAY + timedelta(seconds=after)
    again = next_try(MONDAY, attempts, now)
    assert again > now
    assert is_late(MONDAY, now) or again <= MONDAY + LATE_AFTER


@given(moments, zones, st.integers(1, 10**6))
def test_a_policy_is_looked_at_once_a_day_between_ten_and_six(now: datetime, zone: ZoneInfo, number: int) -> None:
    look = next_look(now, zone, PatientId(number))
    assert now < look <= now + timedelta(hours=25)
    assert 10 <= look.astimezone(zone).hour < 18
    again = next_look(look, zone, PatientId(number))
    assert again.astimezone(zone).time() == look.astimezone(zone).time()


def test_ten_thousand_children_are_not_looked_at_in_one_second() -> None:
    looks = {next_look(MONDAY, MOSCOW, PatientId(number)) for number in range(1, 10_001)}
    assert len(looks) == 10_000


@given(moments, zones)
def test_news_by_day_are_at_once_or_after_the_night(moment: datetime, zone: ZoneInfo) -> None:
    told = by_day(moment, zone)
    assert not in_quiet_hours(told, zone)
    assert told == moment or in_quiet_hours(moment, zone)


@pytest.mark.requirement("C17")
def test_correction_term_is_a_week() -> None:
    assert correct_until(MONDAY) == MONDAY + timedelta(days=7)


# --- what becomes due -------------------------------------------------------------------------------------------------

KNOWN = {"confirmed": MONDAY}


def due(birth_date: date, now: datetime, valid_until: date | None = None, **told: datetime) -> list[Occasion]:
    return occasions(birth_date, valid_until, {"confirmed": now, **told}, now, MOSCOW)


@pytest.mark.parametrize(("age", "occasion"), [(14, Occasion.PASSPORT), (15, Occasion.CONSENT)])
def test_birthday_is_an_occasion_once_within_two_months(age: int, occasion: Occasion) -> None:
    born = date(2026 - age, 11, 23)
    assert due(born, MONDAY - timedelta(days=1)) == []
    assert due(born, MONDAY) == [occasion]
    assert due(born, MONDAY, **{occasion.value: MONDAY}) == []
    assert due(born, MONDAY + timedelta(days=59)) == [occasion]
    assert due(born, MONDAY + timedelta(days=60)) == []


def test_the_day_of_a_birthday_is_the_clinics_own() -> None:
    evening = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)  # 23:00 in Moscow, 01:00 of the 23rd beyond the Urals
    born = date(2012, 11, 23)
    assert occasions(born, None, KNOWN, evening, MOSCOW) == []
    assert occasions(born, None, KNOWN, evening, URAL) == [Occasion.PASSPORT]
    assert not has_grown_up(date(2008, 11, 23), evening, MOSCOW)
    assert has_grown_up(date(2008, 11, 23), evening, URAL)


def test_who_was_born_on_the_29th_of_february_grows_up_on_the_1st_of_march() -> None:
    born = date(2008, 2, 29)
    assert birthday(born, 18) == date(2026, 3, 1)
    assert birthday(born, 16) == date(2024, 2, 29)
    assert not has_grown_up(born, datetime(2026, 2, 28, 12, tzinfo=UTC), MOSCOW)
    assert has_grown_up(born, datetime(2026, 3, 1, 0, tzinfo=UTC), MOSCOW)


@given(st.dates(date(2005, 1, 1), date(2026, 1, 1)), moments, zones)
def test_a_birthday_falls_when_the_age_is_reached(born: date, now: datetime, zone: ZoneInfo) -> None:
    grown = has_grown_up(born, now, zone)
    assert grown == (now.astimezone(zone).date() >= birthday(born, 18))


@pytest.mark.requirement("E30")
def test_policy_end_is_an_occasion_for_its_last_thirty_days() -> None:
    child, end = date(2020, 1, 1), date(2026, 12, 23)
    assert due(child, MONDAY - timedelta(days=1), end) == []
    assert due(child, MONDAY, end) == [Occasion.ENDS]
    assert due(child, MONDAY, end, **{matter_of(Occasion.ENDS, end): MONDAY}) == []
    assert due(child, MONDAY, date(2026, 12, 24)) == []
    assert due(child, MONDAY, date(2026, 11, 22)) == []
    assert due(child, MONDAY, date(2026, 12, 1), **{matter_of(Occasion.ENDS, end): MONDAY}) == [Occasion.ENDS]


@pytest.mark.requirement("C4")
def test_half_yearly_question_waits_for_a_day_without_other_news() -> None:
    child, now = date(2020, 1, 1), MONDAY + ASK_AFTER
    assert occasions(child, None, {}, now, MOSCOW) == []
    assert occasions(child, None, KNOWN, now - MINUTE, MOSCOW) == []
    assert occasions(child, None, KNOWN, now, MOSCOW) == [Occasion.CONFIRM]
    assert occasions(child, None, {**KNOWN, "asked": now}, now, MOSCOW) == []
    assert occasions(child, now.date(), KNOWN, now, MOSCOW) == [Occasion.ENDS]
