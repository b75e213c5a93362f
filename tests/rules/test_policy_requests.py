"""Rules of applications for a policy: the form, complete decisions, and their life under any order of acts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.applications import policy_form as forms, rules
from bot.applications.records import (
    ApplicationKind,
    ApplicationStatus,
    ApplicationStep,
    Decision,
    PolicyRequest,
    RefusalReason,
    ToCorrect,
    Verdict,
)
from bot.core.errors import InvalidInput
from bot.core.people import PersonName, Sex
from bot.core.policy_form import FormPart, PolicyForm, PolicyReady, read_form, written_form
from bot.glossary import AccountId, ClinicId, PolicyRequestId, Ref
from tests.pure_builders import MONDAY

MOTHER, ANNA, OLGA = AccountId(1), AccountId(2), AccountId(3)
TODAY = date(2026, 11, 23)
WHOLE = PolicyForm(
    Sex.FEMALE, PersonName("Иванова", "Мария", "Сергеевна"), date(2024, 3, 15), "11223344595", "Заречный, Садовая, 5"
)
TYPED = {
    FormPart.SEX: "девочка",
    FormPart.NAME: "Иванова Мария Сергеевна",
    FormPart.BIRTH_DATE: "15.03.2024",
    FormPart.SNILS: "112-233-445 95",
    FormPart.ADDRESS: "Заречный, Садовая, 5",
}
WRONG = {
    FormPart.SEX: "не знаю",
    FormPart.NAME: "Ivanova Maria",
    FormPart.BIRTH_DATE: "15.03.1990",
    FormPart.SNILS: "112-233-445 96",
    FormPart.ADDRESS: "дом",
}
NEW = PolicyRequest(
    id=PolicyRequestId(1), ref=Ref("A7KM-9X"), account=MOTHER, clinic=ClinicId(1),
    status=ApplicationStatus.SUBMITTED, form=WHOLE, filed_at=MONDAY, due_at=MONDAY + timedelta(days=2),
)  # fmt: skip
POLICY = ApplicationKind.POLICY
READY = Decision(Verdict.APPROVE, ready=PolicyReady.GOSUSLUGI)
REFUSE = Decision(Verdict.REFUSE, RefusalReason.HAS_POLICY)
RETURN = Decision(Verdict.RETURN, fields=(ToCorrect.SEX,), days=7)


# --- the form ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("C24")
def test_questions_come_one_after_another_until_nothing_is_missing() -> None:
    form, asked = PolicyForm(), []
    while (part := forms.next_part(form)) is not None:
        asked.append(part)
        form = forms.with_answer(form, part, TYPED[part], TODAY, no_patronymic=False)
    assert asked == list(FormPart)
    assert form == WHOLE


@pytest.mark.parametrize("part", list(FormPart))
def test_wrong_answer_is_refused_with_its_problem(part: FormPart) -> None:
    with pytest.raises(InvalidInput):
        forms.with_answer(PolicyForm(), part, WRONG[part], TODAY, no_patronymic=False)


def test_child_without_snils_or_patronymic_has_a_whole_form() -> None:
    form = forms.with_answer(WHOLE, FormPart.NAME, "Иванова Мария", TODAY, no_patronymic=True)
    assert form.name == PersonName("Иванова", "Мария", "")
    assert forms.next_part(replace(form, snils="")) is None
    assert forms.next_part(replace(form, snils=None)) is FormPart.SNILS


@given(
    sex=some.none() | some.sampled_from(Sex),
    name=some.none() | some.just(WHOLE.name),
    born=some.none() | some.dates(date(2009, 1, 1), date(2026, 1, 1)),
    snils=some.none() | some.sampled_from(["", "11223344595"]),
    address=some.sampled_from(["", "Заречный, Садовая, 5"]),
    request=some.none() | some.integers(1, 9).map(PolicyRequestId),
)
def test_stored_form_is_read_as_it_was(
    sex: Sex | None, name: PersonName | None, born: date | None, snils: str | None, address: str,
    request: PolicyRequestId | None,
) -> None:  # fmt: skip
    form = PolicyForm(sex, name, born, snils, address, request)
    assert read_form(written_form(form)) == form


# --- decisions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("decision", [READY, REFUSE, RETURN])
def test_complete_decisions(decision: Decision) -> None:
    assert rules.is_complete(decision)
    assert rules.fits(decision, POLICY)


@pytest.mark.parametrize(
    "decision",
    [
        Decision(Verdict.APPROVE),
        replace(READY, reason=RefusalReason.OTHER),
        Decision(Verdict.REFUSE),
        Decision(Verdict.REFUSE, RefusalReason.NO_PLACES),
        replace(REFUSE, ready=PolicyReady.RECEPTION),
        Decision(Verdict.RETURN, days=7),
        replace(RETURN, days=5),
        replace(RETURN, fields=(ToCorrect.POLICY,)),
    ],
)
def test_decision_that_misses_something_is_not_complete(decision: Decision) -> None:
    assert not (rules.is_complete(decision) and rules.fits(decision, POLICY))


# --- the life ---------------------------------------------------------------------------------------------------------


class LifeOfAPolicyRequest(RuleBasedStateMachine):
    """Two members of a desk, a mother and the job act in any order."""

    @initialize()
    def send(self) -> None:
        self.now: datetime = MONDAY
        self.found, self.ended = NEW, False

    def move(self, step: ApplicationStep) -> bool:
        status = rules.after(self.found.status, step)
        if status is None:
            return False
        self.found = replace(self.found, status=status, closed_at=None if status.is_open else self.now)
        self.ended = self.ended or not status.is_open
        return True

    @rule(member=some.sampled_from([ANNA, OLGA]))
    def claim(self, member: AccountId) -> None:
        if rules.may_claim(self.found, member, self.now):
            self.move(ApplicationStep.OPENED)
            self.found = replace(self.found, claimed_by=member, claimed_until=self.now + rules.CLAIM_FOR)
            assert not rules.may_claim(self.found, OLGA if member == ANNA else ANNA, self.now)

    @rule(member=some.sampled_from([ANNA, OLGA]), decision=some.sampled_from([READY, REFUSE, RETURN]))
    def decide(self, member: AccountId, decision: Decision) -> None:
        if rules.has_claimed(self.found, member, self.now):
            self.found = replace(
                self.found, decision=decision, decided_by=member, final_at=self.now + rules.UNDO_FOR,
                claimed_by=None, claimed_until=None,
            )  # fmt: skip
            assert not rules.is_overdue(self.found, self.now + timedelta(days=99))

    @rule(member=some.sampled_from([ANNA, OLGA]))
    def undo(self, member: AccountId) -> None:
        if rules.may_undo(self.found, member, self.now):
            assert member == self.found.decided_by
            self.found = replace(self.found, decision=None, decided_by=None, final_at=None)

    @rule()
    def finish(self) -> None:
        final, decision = self.found.final_at, self.found.decision
        if final is not None and decision is not None and final <= self.now and self.found.is_open:
            assert self.move(rules.STEP_OF[decision.verdict])
            self.found = replace(self.found, final_at=None)

    @rule()
    def resend(self) -> None:
        if self.move(ApplicationStep.RESENT):
            self.found = replace(self.found, decision=None, decided_by=None)

    @rule(step=some.sampled_from([ApplicationStep.WITHDRAWN, ApplicationStep.LAPSED]))
    def end(self, step: ApplicationStep) -> None:
        was = self.found.status
        assert self.move(step) is (was.is_open and (step is ApplicationStep.WITHDRAWN or was is S.NEEDS_CORRECTION))

    @rule(minutes=some.sampled_from([1, 11, 3000]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @invariant()
    def ended_ones_stay_ended(self) -> None:
        found = self.found
        assert found.is_open is not self.ended
        assert (found.closed_at is not None) is self.ended
        if found.status in {S.APPROVED, S.REFUSED, S.NEEDS_CORRECTION}:
            assert found.decision is not None
            assert not found.awaits_desk


S = ApplicationStatus
TestLifeOfAPolicyRequest = LifeOfAPolicyRequest.TestCase
