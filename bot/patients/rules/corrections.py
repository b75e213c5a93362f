"""Correct one key field of a card, which gives the identity that the register is to check."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.clinics.port import PolicyClaim
from bot.core.errors import InvalidInput
from bot.core.patient import NameField, Patient
from bot.core.people import PersonName, Sex
from bot.patients.problems import PolicyProblem
from bot.patients.records import KeyField, PolicyKind
from bot.patients.rules.names import parse_name_part
from bot.patients.rules.papers import parse_birth_date
from bot.patients.rules.policy_number import parse_old_policy, parse_policy, policy_facts, policy_kind

OF_THE_NAME = {
    KeyField.FAMILY: NameField.FAMILY,
    KeyField.GIVEN: NameField.GIVEN,
    KeyField.PATRONYMIC: NameField.PATRONYMIC,
}

OF_SIXTEEN_DIGITS = frozenset(
    {PolicyProblem.CHECK_DIGIT, PolicyProblem.REGION, PolicyProblem.DATE, PolicyProblem.ADULT}
)
"""Problems of sixteen digits, which are not the number of an old policy."""


def claim_of(patient: Patient) -> PolicyClaim:
    return PolicyClaim(patient.policy_number, patient.name, patient.birth_date, patient.sex)


def with_claim(patient: Patient, claim: PolicyClaim) -> Patient:
    return replace(
        patient, policy_number=claim.policy_number, name=claim.name, birth_date=claim.birth_date, sex=claim.sex
    )


def changed_fields(before: PolicyClaim, after: PolicyClaim) -> list[KeyField]:
    """Return the fields that differ, in the order of KeyField."""
    return [field for field in KeyField if value_of(before, field) != value_of(after, field)]


def value_of(claim: PolicyClaim, field: KeyField) -> str:
    return {
        KeyField.FAMILY: claim.name.family,
        KeyField.GIVEN: claim.name.given,
        KeyField.PATRONYMIC: claim.name.patronymic,
        KeyField.NUMBER: claim.policy_number,
        KeyField.BIRTH_DATE: claim.birth_date.isoformat(),
        KeyField.SEX: claim.sex,
    }[field]


def is_typed(claim: PolicyClaim, field: KeyField) -> bool:
    """Return whether a person types this field: an ENP encodes the birth date and the sex."""
    return field not in {KeyField.BIRTH_DATE, KeyField.SEX} or policy_kind(claim.policy_number) is not PolicyKind.ENP


def corrected(claim: PolicyClaim, field: KeyField, text: str, today: date) -> PolicyClaim:
    """Return the claim with one field as typed. Raises InvalidInput.

    A new number must be of the same child: the birth date and the sex that an ENP encodes must be those of the card.
    """
    if field in OF_THE_NAME:
        return replace(claim, name=renamed(claim.name, OF_THE_NAME[field], text))
    if field is KeyField.NUMBER:
        return replace(claim, policy_number=_of_the_same_child(claim, _number(claim, text, today)))
    if field is KeyField.BIRTH_DATE:
        return replace(claim, birth_date=parse_birth_date(text, today))
    return replace(claim, sex=Sex(text))


def renamed(name: PersonName, field: NameField, text: str) -> PersonName:
    """Return the name with one part as typed. Raises InvalidInput."""
    part = parse_name_part(text, field)
    if field is NameField.FAMILY:
        return replace(name, family=part)
    return replace(name, given=part) if field is NameField.GIVEN else replace(name, patronymic=part)


def _number(claim: PolicyClaim, text: str, today: date) -> str:
    try:
        return parse_policy(text, today)
    except InvalidInput as refused:
        if policy_kind(claim.policy_number) is not PolicyKind.OLD or refused.problem in OF_SIXTEEN_DIGITS:
            raise
    return parse_old_policy(text)


def _of_the_same_child(claim: PolicyClaim, number: str) -> str:
    facts = policy_facts(number)
    if facts is not None and (facts.birth_date, facts.sex) != (claim.birth_date, claim.sex):
        raise InvalidInput(PolicyProblem.OF_ANOTHER)
    return number
