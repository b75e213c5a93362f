"""Rules of drafts: any set of answers has one next step, and a claim is made only after the last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given, strategies as st

from bot.clinics.port import FoundPolicy, PolicyStatus
from bot.core.patient import NameField
from bot.core.people import Sex
from bot.glossary import DraftId
from bot.patients.records import Detail, Draft
from bot.patients.rules.drafts import (
    Entry,
    PolicyDraft,
    Step,
    Way,
    claim_of,
    completed,
    name_of,
    next_step,
    read,
    search_of,
    sex_by_patronymic,
    shown,
    suggested_name,
    two_part_name,
    written,
)
from bot.patients.rules.policy_number import policy_facts

NUMBERS = ("7796189784000014", "304517826", "АБ № 123456")
ANSWERS: dict[Step, list[Mapping[str, str]]] = {
    Step.NUMBER: [{Entry.NUMBER: number} for number in NUMBERS[:2]],
    Step.OLD_NUMBER: [{Entry.NUMBER: NUMBERS[2]}],
    Step.FACTS: [{Entry.CONFIRMED: "yes"}],
    Step.BIRTH_DATE: [{Entry.BIRTH_DATE: "2018-03-15"}],
    Step.SEX: [{Entry.SEX: Sex.FEMALE}, {Entry.SEX: Sex.MALE}],
    Step.NAME_READ: [{Entry.NAMED: "yes"}],
    Step.NAME: [{NameField.FAMILY: "Иванова", NameField.GIVEN: "Мария", NameField.PATRONYMIC: "", Entry.NAMED: "yes"}],
    Step.SNILS: [{Detail.SNILS: "11223344595"}],
    Step.POLICIES: [{Entry.NUMBER: number, Entry.SEX: Sex.FEMALE} for number in NUMBERS[:2]],
}
"""Possible answers to each step."""

WAYS: list[Mapping[str, str]] = [{Entry.WAY: way} for way in Way]
EVERY_ANSWER: list[Mapping[str, str]] = [
    *[answer for answers in ANSWERS.values() for answer in answers],
    {NameField.FAMILY: "Иванова", NameField.GIVEN: "Мария", NameField.PATRONYMIC: "Сергеевна"},
    {Entry.PICTURED: "yes"},
    *WAYS,
]
partly_filled = st.lists(st.sampled_from(EVERY_ANSWER), max_size=8).map(
    lambda answers: draft_of({name: value for answer in answers for name, value in answer.items()})
)


def draft_of(fields: Mapping[str, str]) -> PolicyDraft:
    return read(Draft(DraftId(1), "policy", fields))


@given(partly_filled)
def test_draft_makes_a_claim_only_when_no_step_is_open(draft: PolicyDraft) -> None:
    assert (claim_of(draft) is not None) == (next_step(draft) is Step.REVIEW)


@given(partly_filled, st.data())
def test_every_answer_closes_its_step_and_the_last_opens_the_review(draft: PolicyDraft, data: st.DataObject) -> None:
    asked: list[Step] = []
    while (step := next_step(draft)) is not Step.REVIEW:
        assert step not in asked
        asked.append(step)
        draft = draft_of({**written(draft), **data.draw(st.sampled_from(ANSWERS[step]))})
    claim = claim_of(draft)
    assert claim is not None
    facts = policy_facts(claim.policy_number)
    assert facts is None or (facts.birth_date, facts.sex) == (claim.birth_date, claim.sex)


@given(partly_filled)
def test_name_is_either_typed_or_suggested(draft: PolicyDraft) -> None:
    assert name_of(draft) is None or suggested_name(draft) is None
    assert search_of(draft) is None or name_of(draft) is not None


@given(st.lists(st.builds(FoundPolicy, st.sampled_from(NUMBERS), st.sampled_from(Sex), st.sampled_from(PolicyStatus))))
def test_found_policies_are_read_as_they_were_written(found: list[FoundPolicy]) -> None:
    draft = replace(draft_of({}), found=tuple(found))
    assert draft_of(written(draft)) == draft
    assert draft_of({}).found is None


@given(st.lists(st.sampled_from(EVERY_ANSWER), max_size=8))
def test_stored_draft_is_read_and_written_unchanged(answers: list[Mapping[str, str]]) -> None:
    """Drafts in existing databases stay readable: the stored keys and values do not change."""
    fields = {name: value for answer in answers for name, value in answer.items()}
    assert written(draft_of(fields)) == fields


def test_every_stored_key_has_its_attribute() -> None:
    fields = {
        "way": "PERSON",
        "number": NUMBERS[0],
        "confirmed": "yes",
        "birth_date": "2018-03-15",
        "sex": "F",
        "name": "Иванова Мария Сергеевна",
        "no_patronymic": "yes",
        "named": "yes",
        "found": f"{NUMBERS[0]} F ACTIVE\n{NUMBERS[2]} M EXPIRED",
        "FAMILY": "Иванова",
        "GIVEN": "Мария",
        "PATRONYMIC": "",
        **{detail.value: "1" for detail in Detail},
    }
    draft = draft_of(fields)
    assert written(draft) == fields
    assert draft.found is not None
    assert [policy.policy_number for policy in draft.found] == [NUMBERS[0], NUMBERS[2]]
    assert (draft.way, draft.sex, draft.confirmed, draft.named) == (Way.PERSON, Sex.FEMALE, True, True)


def test_number_found_in_the_register_shows_four_digits() -> None:
    found = f"{NUMBERS[0]} F ACTIVE"
    searched = shown({Entry.WAY: Way.PERSON, Entry.NUMBER: NUMBERS[0], Entry.FOUND: found, Detail.SNILS: "1"})
    assert searched == {Entry.WAY: Way.PERSON, Entry.NUMBER: "••••\u00a00014", Detail.SNILS: "1"}
    typed: dict[str, str] = {Entry.WAY: Way.NUMBER, Entry.NUMBER: NUMBERS[0]}
    assert shown(typed) == typed


def test_patronymic_determines_the_sex_in_any_order() -> None:
    assert sex_by_patronymic("Королёв Артём Дмитриевич") is Sex.MALE
    assert sex_by_patronymic("Артём Дмитриевич Королёв") is Sex.MALE
    assert sex_by_patronymic("Иванова Мария Сергеевна") is Sex.FEMALE


def test_name_of_two_parts_may_lack_its_patronymic() -> None:
    draft = read(Draft(DraftId(1), "policy", {Entry.NUMBER: NUMBERS[0], Entry.TYPED_NAME: "иванова мария"}))
    begun = two_part_name(draft)
    assert begun is not None
    assert begun.full == "Иванова Мария"
    assert completed(draft, "Сергеевна") == "Сергеевна"
    adding = replace(draft, adds_patronymic=True)
    assert completed(adding, "Сергеевна") == "Иванова Мария Сергеевна"
    assert completed(adding, "Петрова Мария Сергеевна") == "Петрова Мария Сергеевна"
    assert read(Draft(DraftId(1), "policy", written(adding))) == adding
    for typed in ("Иванова", "Иванова Мария Сергеевна", "Иванова М4рия"):
        assert two_part_name(replace(draft, typed_name=typed)) is None
