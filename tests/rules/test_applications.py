"""Rules of applications: their life, the limits of a clinic, the yearly change, and deadlines across the holidays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.applications import rules
from bot.applications.records import (
    AT_DESK,
    Application,
    ApplicationKind,
    ApplicationStatus,
    ApplicationStep,
    Decision,
    DocumentWish,
    EnrollmentReason,
    EnrollmentWish,
    LastChange,
    RefusalReason,
    ToCorrect,
    Verdict,
)
from bot.core.clinic import Clinic, ClinicFacts, ClinicKind, Enrolling
from bot.core.clinic_documents import DocumentAsks
from bot.core.patient import Patient, Verification, VerificationStatus
from bot.core.people import PersonName, Sex
from bot.core.timing import MOSCOW
from bot.core.working_hours import CLOSES, end_of_working_day, is_working_day
from bot.glossary import AccountId, ApplicationId, ClinicId, ClinicRef, DocumentId, PatientId, Ref
from tests.pure_builders import MONDAY

MOTHER, ANNA, OLGA = AccountId(1), AccountId(2), AccountId(3)
CLINIC = Clinic(ClinicRef("12"), "Детская № 12", "Садовая, 5", "+7", MOSCOW, ClinicKind.CHILDREN)
MASHA = Patient(
    PatientId(1), PersonName("Иванова", "Мария"), date(2018, 3, 15), Sex.FEMALE, "7796189784000014",
    Verification(VerificationStatus.VERIFIED),
)  # fmt: skip
NEW = Application(
    id=ApplicationId(1), ref=Ref("A7KM-9X"), kind=ApplicationKind.ENROLLMENT, account=MOTHER, patient=MASHA.id,
    clinic=ClinicId(1), status=ApplicationStatus.SUBMITTED, wish=EnrollmentWish(EnrollmentReason.CHOICE),
    filed_at=MONDAY, due_at=MONDAY + timedelta(days=2),
)  # fmt: skip
CAMP = DocumentWish(DocumentId(7), "Справка 079/у", DocumentAsks.PLACE, "лагерь", days=3)
FILED = {
    ApplicationKind.ENROLLMENT: NEW,
    ApplicationKind.DOCUMENT: replace(NEW, kind=ApplicationKind.DOCUMENT, wish=CAMP),
}
APPROVE = Decision(Verdict.APPROVE)
DECISIONS = [
    APPROVE,
    Decision(Verdict.REFUSE, RefusalReason.NO_PLACES),
    Decision(Verdict.RETURN, fields=(ToCorrect.NAME,), days=7),
    Decision(Verdict.REFUSE, RefusalReason.DOCTOR_FIRST),
    Decision(Verdict.REFUSE, RefusalReason.OTHER),
    Decision(Verdict.RETURN, fields=(ToCorrect.DETAILS, ToCorrect.PAPERS), days=3),
    Decision(Verdict.APPROVE, district="4"),
]


class LifeOfAnApplication(RuleBasedStateMachine):
    """Two members of a desk, a mother and the job act in any order; a model of the rules is driven by them alone."""

    @initialize(kind=some.sampled_from(sorted(FILED)))
    def file(self, kind: ApplicationKind) -> None:
        self.now, self.found = MONDAY, FILED[kind]
        self.ended: ApplicationStatus | None = None

    def move(self, step: ApplicationStep) -> None:
        status = rules.after(self.found.status, step)
        assert status is not None
        closed = None if status.is_open else self.now
        self.found = replace(self.found, status=status, closed_at=closed)
        if closed:
            self.ended = status

    @rule(member=some.sampled_from([ANNA, OLGA]))
    def claim(self, member: AccountId) -> None:
        if rules.may_claim(self.found, member, self.now):
            self.move(ApplicationStep.OPENED)
            until = self.now + rules.CLAIM_FOR
            self.found = replace(self.found, claimed_by=member, claimed_until=until)
            other = OLGA if member == ANNA else ANNA
            assert not rules.may_claim(self.found, other, self.now)

    @rule(member=some.sampled_from([ANNA, OLGA]), decision=some.sampled_from(DECISIONS))
    def decide(self, member: AccountId, decision: Decision) -> None:
        assert rules.is_complete(decision)
        if not rules.fits(decision, self.found.kind):
            return
        if rules.has_claimed(self.found, member, self.now):
            final = self.now + rules.UNDO_FOR
            self.found = replace(
                self.found, decision=decision, decided_by=member, final_at=final, claimed_by=None, claimed_until=None
            )

    @rule(member=some.sampled_from([ANNA, OLGA]))
    def undo(self, member: AccountId) -> None:
        if rules.may_undo(self.found, member, self.now):
            assert self.found.decided_by == member
            self.found = replace(self.found, decision=None, decided_by=None, final_at=None)

    @rule()
    def finish(self) -> None:
        final, decision = self.found.final_at, self.found.decision
        if final is None or decision is None or final > self.now or not self.found.is_open:
            return
        self.move(rules.STEP_OF[decision.verdict])
        self.found = replace(self.found, final_at=None)
        assert not rules.may_undo(self.found, ANNA, self.now)

    @rule()
    def withdraw(self) -> None:
        if self.found.is_open:
            self.move(ApplicationStep.WITHDRAWN)
            self.found = replace(self.found, decision=None, final_at=None)

    @precondition(lambda self: self.found.status is ApplicationStatus.NEEDS_CORRECTION)
    @rule()
    def resend(self) -> None:
        self.move(ApplicationStep.RESENT)
        self.found = replace(self.found, decision=None, decided_by=None)

    @precondition(lambda self: self.found.status is ApplicationStatus.NEEDS_CORRECTION)
    @rule()
    def lapse(self) -> None:
        self.move(ApplicationStep.LAPSED)

    @rule(minutes=some.integers(0, 20))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @invariant()
    def an_ended_application_stays_as_it_is(self) -> None:
        if self.ended is not None:
            assert self.found.status is self.ended
            assert not any(rules.may_claim(self.found, each, self.now) for each in (ANNA, OLGA))
            assert not any(rules.may_undo(self.found, each, self.now) for each in (ANNA, OLGA))
            assert all(rules.after(self.found.status, step) is None for step in ApplicationStep)

    @invariant()
    def what_is_asked_stays_of_its_kind(self) -> None:
        kind = self.found.kind
        assert (self.found.document is None) == (kind is not ApplicationKind.DOCUMENT)
        assert (self.found.enrollment is None) == (kind is not ApplicationKind.ENROLLMENT)
        if self.found.decision is not None:
            assert rules.fits(self.found.decision, kind)

    @invariant()
    def the_desk_decides_only_what_is_before_it(self) -> None:
        if self.found.status not in AT_DESK:
            assert not self.found.awaits_desk
            assert not any(rules.has_claimed(self.found, each, self.now) for each in (ANNA, OLGA))


TestLifeOfAnApplication = LifeOfAnApplication.TestCase


def test_every_open_status_can_be_left_by_withdrawing() -> None:
    for status in ApplicationStatus:
        can = rules.after(status, ApplicationStep.WITHDRAWN) is ApplicationStatus.WITHDRAWN
        assert can == status.is_open


def test_decision_says_what_it_has_to() -> None:
    assert not rules.is_complete(Decision(Verdict.REFUSE))
    assert not rules.is_complete(Decision(Verdict.RETURN, days=7))
    assert not rules.is_complete(Decision(Verdict.RETURN, fields=(ToCorrect.NAME,), days=5))
    assert not rules.is_complete(Decision(Verdict.APPROVE, RefusalReason.AGE))


# --- deadlines --------------------------------------------------------------------------------------------------------


def moscow(year: int, month: int, day: int, hour: int) -> datetime:
    return datetime(year, month, day, hour, tzinfo=MOSCOW).astimezone(UTC)


@pytest.mark.requirement("K12")
@pytest.mark.parametrize(
    ("filed", "due"),
    [
        (moscow(2026, 11, 23, 12), moscow(2026, 11, 25, 20)),
        (moscow(2026, 11, 26, 23), moscow(2026, 11, 30, 20)),  # Friday and Monday
        (moscow(2026, 11, 28, 12), moscow(2026, 12, 1, 20)),  # filed on a Saturday
        (moscow(2026, 12, 30, 15), moscow(2027, 1, 12, 20)),  # 31 December is off, then the New Year's holidays
        (moscow(2026, 12, 29, 9), moscow(2027, 1, 11, 20)),
        (moscow(2027, 1, 3, 9), moscow(2027, 1, 12, 20)),
    ],
)
def test_clinic_has_two_working_days_without_the_holidays(filed: datetime, due: datetime) -> None:
    assert rules.due_of(filed, CLINIC) == due


@given(
    some.integers(1, 5),
    some.integers(0, 2 * 365 * 24).map(lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)),
    some.sampled_from([MOSCOW, ZoneInfo("Asia/Omsk"), ZoneInfo("Asia/Kamchatka")]),
)
def test_term_ends_in_the_evening_of_a_working_day(days: int, since: datetime, zone: ZoneInfo) -> None:
    local = end_of_working_day(days, since, zone).astimezone(zone)
    begun = since.astimezone(zone).date()
    assert is_working_day(local.date())
    assert local.time() == CLOSES
    between = [begun + timedelta(days=each) for each in range(1, (local.date() - begun).days + 1)]
    assert sum(map(is_working_day, between)) == days


def test_correction_is_due_at_the_end_of_a_local_day() -> None:
    assert rules.correct_until(MONDAY, 7, CLINIC) == moscow(2026, 12, 1, 0)


@pytest.mark.requirement("A43")
def test_silent_system_is_asked_again_ever_later() -> None:
    pauses = [rules.pause_after(attempts).total_seconds() for attempts in range(9)]
    assert pauses == [10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert rules.pause_after(10_000) == timedelta(minutes=15)


# --- the clinic's limits ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "born", "why"),
    [
        (ClinicKind.CHILDREN, date(2008, 11, 24), None),
        (ClinicKind.CHILDREN, date(2008, 11, 23), Enrolling.TOO_OLD),  # the 18th birthday is today
        (ClinicKind.ADULT, date(2008, 11, 24), Enrolling.TOO_YOUNG),
        (ClinicKind.ADULT, date(2008, 11, 23), None),
        (ClinicKind.DENTAL, date(2018, 1, 1), Enrolling.NOBODY),
    ],
)
def test_age_decides_where_a_patient_can_be_enrolled(kind: ClinicKind, born: date, why: Enrolling | None) -> None:
    patient, clinic = replace(MASHA, birth_date=born), replace(CLINIC, kind=kind)
    assert rules.unsuited(clinic, patient, MONDAY) is why


@pytest.mark.parametrize("patient", [MASHA, None])
@pytest.mark.parametrize(
    ("says_online", "takes", "is_full", "enrolling"),
    [
        (True, True, False, Enrolling.IN_THE_BOT),
        (True, True, True, Enrolling.FULL),
        (True, False, False, Enrolling.AT_RECEPTION),
        (False, True, False, Enrolling.AT_RECEPTION),
        (False, False, True, Enrolling.AT_RECEPTION),  # the bot knows nothing of its lists
    ],
)
def test_clinic_enrolls_in_the_bot_if_it_says_so_and_can(
    patient: Patient | None, says_online: bool, takes: bool, is_full: bool, enrolling: Enrolling
) -> None:
    clinic = replace(CLINIC, facts=ClinicFacts(enrolls_online=says_online))
    found = rules.enrolling_of(clinic, patient, MONDAY, takes_applications=takes, is_full=is_full)
    assert found is enrolling


@pytest.mark.requirement("A27")
@pytest.mark.parametrize(
    ("reason", "said", "days_ago", "warns"),
    [
        (EnrollmentReason.CHOICE, LastChange.UNKNOWN, None, False),
        (EnrollmentReason.CHOICE, LastChange.THIS_YEAR, None, True),
        (EnrollmentReason.CHOICE, LastChange.LONG_AGO, None, False),
        (EnrollmentReason.CHOICE, LastChange.LONG_AGO, 364, True),  # what is known counts, whatever is said
        (EnrollmentReason.CHOICE, LastChange.UNKNOWN, 365, False),
        (EnrollmentReason.CHOICE, LastChange.THIS_YEAR, 400, False),
        (EnrollmentReason.MOVED, LastChange.THIS_YEAR, 10, False),  # a move is an exception
    ],
)
def test_second_change_within_a_year_is_warned_of(
    reason: EnrollmentReason, said: LastChange, days_ago: int | None, *, warns: bool
) -> None:
    since = None if days_ago is None else MONDAY - timedelta(days=days_ago)
    assert rules.warns_of_year(reason, said, since, MONDAY) is warns


@pytest.mark.requirement("A27")
def test_later_of_a_decision_and_the_registers_day_counts() -> None:
    decided, registered = moscow(2026, 6, 1, 12), date(2026, 9, 1)
    assert rules.last_known_change(None, None, CLINIC) is None
    assert rules.last_known_change(decided, None, CLINIC) == decided
    assert rules.last_known_change(None, registered, CLINIC) == moscow(2026, 9, 1, 0)
    assert rules.last_known_change(decided, registered, CLINIC) == moscow(2026, 9, 1, 0)
    assert rules.last_known_change(decided, date(2025, 1, 1), CLINIC) == decided


def test_five_are_sent_in_a_day() -> None:
    sent = [MONDAY + timedelta(hours=hour) for hour in range(7)]
    assert [rules.next_sending(sent[:count]) for count in range(5)] == [None] * 5
    assert rules.next_sending(sent[:5]) == sent[0] + timedelta(days=1)
    assert rules.next_sending(sent) == sent[2] + timedelta(days=1)


@given(some.integers(0, 2 ** len(ToCorrect) - 1), some.sampled_from(ToCorrect))
def test_button_carries_the_parts_to_correct(bits: int, part: ToCorrect) -> None:
    assert set(rules.fields_of(rules.toggled(bits, part))) == set(rules.fields_of(bits)) ^ {part}
    assert rules.toggled(rules.toggled(bits, part), part) == bits


@pytest.mark.parametrize(
    ("address", "street", "is_there"),
    [
        ("ул. Садовая, 5, кв. 3", "Садовая", True),
        ("г. Заречный, ул Зелёная роща, д.4", "Зеленая роща", True),
        ("Садовый пер., 5", "Садовая", False),
        ("Новосадовая, 5", "Садовая", False),
        ("", "Садовая", False),
        ("Садовая, 5", "", False),
    ],
)
def test_street_is_found_in_an_address(address: str, street: str, *, is_there: bool) -> None:
    assert rules.is_in_street(address, street) is is_there


def test_nearest_clinics_are_first_and_those_without_a_place_last() -> None:
    def at(number: int, place: tuple[float, float] | None) -> Clinic:
        facts = ClinicFacts() if place is None else ClinicFacts(latitude=place[0], longitude=place[1])
        return replace(CLINIC, id=ClinicId(number), facts=facts)

    here = at(1, (54.0, 40.0))
    others = [at(2, None), at(3, (55.0, 40.0)), at(4, (54.1, 40.0))]
    assert [each.id for each in rules.by_distance(here, others)] == [4, 3, 2]
    assert [each.id for each in rules.by_distance(at(1, None), others)] == [2, 3, 4]


def test_every_refusal_has_a_way_out() -> None:
    assert rules.WAYS_OUT.keys() == set(RefusalReason)
    assert all(rules.WAYS_OUT.values())


@pytest.mark.parametrize("kind", ApplicationKind)
def test_every_kind_can_be_refused_and_given_back(kind: ApplicationKind) -> None:
    assert RefusalReason.OTHER in rules.REFUSALS_OF[kind]
    assert ToCorrect.PAPERS in rules.PARTS_OF[kind]
    for reason in rules.REFUSALS_OF[kind]:
        assert rules.fits(Decision(Verdict.REFUSE, reason), kind)


def test_document_takes_no_decision_of_an_enrollment() -> None:
    for decision in (
        Decision(Verdict.REFUSE, RefusalReason.NO_PLACES),
        Decision(Verdict.RETURN, fields=(ToCorrect.REASON,), days=7),
        Decision(Verdict.APPROVE, district="4"),
    ):
        assert rules.fits(decision, ApplicationKind.ENROLLMENT)
        assert not rules.fits(decision, ApplicationKind.DOCUMENT)
    assert not rules.fits(Decision(Verdict.REFUSE, RefusalReason.DOCTOR_FIRST), ApplicationKind.ENROLLMENT)


def test_document_that_is_sent_again_has_its_own_term() -> None:
    assert rules.due_again(FILED[ApplicationKind.DOCUMENT], MONDAY, CLINIC) == moscow(2026, 11, 26, 20)
    assert rules.due_again(NEW, MONDAY, CLINIC) == moscow(2026, 11, 25, 20)
