"""Drafts: what the form of a new patient says by now, and which question comes next, from its fields alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from bot.models import (
    Detail,
    Draft,
    FoundPolicy,
    NameField,
    PersonName,
    PersonSearch,
    PolicyClaim,
    PolicyStatus,
    Sex,
    masked,
)
from bot.rules.names import patronymic_fits
from bot.rules.policy import policy_facts


class Entry(StrEnum):
    """The fields of a draft besides the parts of the name (NameField) and the details (Detail)."""

    WAY = "way"
    NUMBER = "number"
    CONFIRMED = "confirmed"
    """what the number says of its holder is right"""
    BIRTH_DATE = "birth_date"
    SEX = "sex"
    TYPED_NAME = "name"
    """as it was typed, while something is wrong with it"""
    NO_PATRONYMIC = "no_patronymic"
    NAMED = "named"
    """the parts of the name are the person's own word; without it they are what a photo told"""
    FOUND = "found"
    """the register's policies of such a person, empty where there are none"""


class Way(StrEnum):
    """What there was at hand to begin with."""

    NUMBER = "NUMBER"
    OLD = "OLD"
    PERSON = "PERSON"


class Step(StrEnum):
    """The questions, one a screen."""

    NUMBER = "NUMBER"
    OLD_NUMBER = "OLD_NUMBER"
    FACTS = "FACTS"
    BIRTH_DATE = "BIRTH_DATE"
    SEX = "SEX"
    NAME_READ = "NAME_READ"
    NAME = "NAME"
    SNILS = "SNILS"
    POLICIES = "POLICIES"
    REVIEW = "REVIEW"


WORTH_KEEPING = frozenset({Entry.CONFIRMED, Entry.NAMED, Entry.BIRTH_DATE, *Detail})
"""A draft with one of these is somebody's own: another number begins another draft."""


def next_step(draft: Draft) -> Step:
    """The first question that has no answer yet."""
    fields = draft.fields
    if Entry.NUMBER not in fields:
        return _before_number(fields)
    if policy_facts(fields[Entry.NUMBER]) is None:
        if Entry.BIRTH_DATE not in fields:
            return Step.BIRTH_DATE
        if Entry.SEX not in fields:
            return Step.SEX
    elif Entry.CONFIRMED not in fields:
        return Step.FACTS
    return _naming(fields) or Step.REVIEW


def _before_number(fields: Mapping[str, str]) -> Step:
    if fields.get(Entry.WAY) != Way.PERSON:
        return Step.OLD_NUMBER if fields.get(Entry.WAY) == Way.OLD else Step.NUMBER
    if step := _naming(fields):
        return step
    if Entry.BIRTH_DATE not in fields:
        return Step.BIRTH_DATE
    return Step.POLICIES if Detail.SNILS in fields else Step.SNILS


def _naming(fields: Mapping[str, str]) -> Step | None:
    if NameField.FAMILY not in fields:
        return Step.NAME
    return None if Entry.NAMED in fields else Step.NAME_READ


# --- what it says -----------------------------------------------------------------------------------------------------


def name_of(draft: Draft) -> PersonName | None:
    """The name that the person has typed or confirmed."""
    return _name(draft) if Entry.NAMED in draft.fields else None


def suggested_name(draft: Draft) -> PersonName | None:
    """The name that a photo told, until it is confirmed or refused."""
    return None if Entry.NAMED in draft.fields else _name(draft)


def _name(draft: Draft) -> PersonName | None:
    if NameField.FAMILY not in draft.fields:
        return None
    return PersonName(*(draft.fields.get(part, "") for part in NameField))


def birth_date_of(draft: Draft) -> date | None:
    """As the number says it, else as it was typed."""
    facts = policy_facts(draft.fields.get(Entry.NUMBER, ""))
    if facts is not None:
        return facts.birth_date
    typed = draft.fields.get(Entry.BIRTH_DATE)
    return None if typed is None else date.fromisoformat(typed)


def sex_of(draft: Draft) -> Sex | None:
    facts = policy_facts(draft.fields.get(Entry.NUMBER, ""))
    if facts is not None:
        return facts.sex
    told = draft.fields.get(Entry.SEX)
    return None if told is None else Sex(told)


def details_of(draft: Draft) -> dict[Detail, str]:
    return {detail: draft.fields[detail] for detail in Detail if detail in draft.fields}


def claim_of(draft: Draft) -> PolicyClaim | None:
    """What the register is asked; None while a question is open."""
    name, born, sex = name_of(draft), birth_date_of(draft), sex_of(draft)
    if next_step(draft) is not Step.REVIEW or name is None or born is None or sex is None:
        return None
    return PolicyClaim(draft.fields[Entry.NUMBER], name, born, sex)


def search_of(draft: Draft) -> PersonSearch | None:
    """Whose policies are looked for; None while a question about the person is open."""
    name, fields = name_of(draft), draft.fields
    if name is None or Entry.BIRTH_DATE not in fields or Detail.SNILS not in fields:
        return None
    return PersonSearch(name, date.fromisoformat(fields[Entry.BIRTH_DATE]), fields[Detail.SNILS])


def found_in(draft: Draft) -> list[FoundPolicy] | None:
    """None while the register has not been asked."""
    written = draft.fields.get(Entry.FOUND)
    if written is None:
        return None
    rows = (line.rsplit(" ", 2) for line in written.splitlines())
    return [FoundPolicy(number, Sex(sex), PolicyStatus(status)) for number, sex, status in rows]


def written_found(found: Sequence[FoundPolicy]) -> str:
    return "\n".join(f"{each.policy_number} {each.sex} {each.status}" for each in found)


def is_hidden(draft: Draft) -> bool:
    """Whether the number is the register's word and not the person's: it is shown to nobody before it is confirmed."""
    return draft.fields.get(Entry.WAY) == Way.PERSON


def shown(fields: Mapping[str, str]) -> dict[str, str]:
    """A draft for its owner to take along: what nobody but the register has told stays hidden there too."""
    told = {name: value for name, value in fields.items() if name != Entry.FOUND}
    if fields.get(Entry.WAY) == Way.PERSON and Entry.NUMBER in fields:
        told[Entry.NUMBER] = masked(fields[Entry.NUMBER])
    return told


def sex_told_by(typed_name: str) -> Sex:
    """For reading a name in the right order while nothing else tells the sex."""
    masculine = any(not patronymic_fits(word, Sex.FEMALE) for word in typed_name.split())
    return Sex.MALE if masculine else Sex.FEMALE
