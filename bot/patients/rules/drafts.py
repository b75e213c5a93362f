"""The form of a new patient: its answers, the next question, its fields in the storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.clinics.port import FoundPolicy, PersonSearch, PolicyClaim, PolicyStatus
from bot.core.errors import InvalidInput
from bot.core.patient import NameField, masked
from bot.core.people import PersonName, Sex
from bot.glossary import DraftId
from bot.patients.records import Detail, Draft
from bot.patients.rules.names import parse_full_name, patronymic_fits
from bot.patients.rules.policy_number import policy_facts

PARTS_WITHOUT_PATRONYMIC = 2


class Way(StrEnum):
    """What the person began with: a number, an old policy, or the name, the birth date and the SNILS."""

    NUMBER = "NUMBER"
    OLD = "OLD"
    PERSON = "PERSON"


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """What the form of a new patient contains so far."""

    id: DraftId
    way: Way | None = None
    number: str = ""
    confirmed: bool = False
    """the birth date and the sex that the number encodes are right"""
    pictured: bool = False
    """the number was read from a photo: the review shows what it says"""
    birth_date: date | None = None
    """as typed, for a number that encodes none"""
    sex: Sex | None = None
    typed_name: str | None = None
    """the text as typed, while something is wrong with it"""
    no_patronymic: bool = False
    adds_patronymic: bool = False
    """the typed name has two parts, and the patronymic is going to be typed alone"""
    name: PersonName | None = None
    named: bool = False
    """the name was typed or confirmed by the person; otherwise it comes from a photo"""
    found: tuple[FoundPolicy, ...] | None = None
    """the policies that the register has of this person; None: it was not asked"""
    details: Mapping[Detail, str] = field(default_factory=dict)

    @property
    def is_begun(self) -> bool:
        """Whether it has an answer that must not be mixed with another child's number."""
        return self.confirmed or self.named or self.birth_date is not None or bool(self.details)


class Step(StrEnum):
    """The questions; each has one screen."""

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


def next_step(draft: PolicyDraft) -> Step:
    """Return the first question without an answer.

    What a photo says is confirmed once, by the review: what is missing is asked for first.
    """
    if not draft.number:
        return _before_number(draft)
    if policy_facts(draft.number) is None:
        if draft.birth_date is None:
            return Step.BIRTH_DATE
        if draft.sex is None:
            return Step.SEX
    elif not draft.confirmed and not draft.pictured and suggested_name(draft) is None:
        return Step.FACTS
    return Step.NAME if draft.name is None else Step.REVIEW


def _before_number(draft: PolicyDraft) -> Step:
    if draft.way is not Way.PERSON:
        return Step.OLD_NUMBER if draft.way is Way.OLD else Step.NUMBER
    if step := _naming(draft):
        return step
    if draft.birth_date is None:
        return Step.BIRTH_DATE
    return Step.POLICIES if Detail.SNILS in draft.details else Step.SNILS


def _naming(draft: PolicyDraft) -> Step | None:
    if draft.name is None:
        return Step.NAME
    return None if draft.named else Step.NAME_READ


# --- what it says -----------------------------------------------------------------------------------------------------


def name_of(draft: PolicyDraft) -> PersonName | None:
    """Return the name that the person has typed or confirmed."""
    return draft.name if draft.named else None


def suggested_name(draft: PolicyDraft) -> PersonName | None:
    """Return the name from a photo until the person confirms or refuses it."""
    return None if draft.named else draft.name


def two_part_name(draft: PolicyDraft) -> PersonName | None:
    """Return the typed name if it has two parts, so that the patronymic may be missing, else None."""
    if draft.typed_name is None or draft.no_patronymic:
        return None
    typed = " ".join(draft.typed_name.split()[:PARTS_WITHOUT_PATRONYMIC]) if draft.adds_patronymic else draft.typed_name
    try:
        return parse_full_name(typed, sex_of(draft) or Sex.FEMALE, no_patronymic=True)
    except InvalidInput:
        return None


def completed(draft: PolicyDraft, typed: str) -> str:
    """Return the typed name, after the two parts typed before if only the patronymic was left to type."""
    begun = two_part_name(draft) if draft.adds_patronymic else None
    return f"{begun.family} {begun.given} {typed}" if begun is not None and len(typed.split()) == 1 else typed


def birth_date_of(draft: PolicyDraft) -> date | None:
    """Return the birth date that the number encodes, else the typed one."""
    facts = policy_facts(draft.number)
    return draft.birth_date if facts is None else facts.birth_date


def sex_of(draft: PolicyDraft) -> Sex | None:
    """Return the sex that the number encodes, else the answered one."""
    facts = policy_facts(draft.number)
    return draft.sex if facts is None else facts.sex


def claim_of(draft: PolicyDraft) -> PolicyClaim | None:
    """Return what the register is to check, or None while a question is open."""
    name, born, sex = draft.name, birth_date_of(draft), sex_of(draft)
    if next_step(draft) is not Step.REVIEW or name is None or born is None or sex is None:
        return None
    return PolicyClaim(draft.number, name, born, sex)


def search_of(draft: PolicyDraft) -> PersonSearch | None:
    """Return the person to search policies for, or None while a question about the person is open."""
    name, snils = name_of(draft), draft.details.get(Detail.SNILS)
    if name is None or draft.birth_date is None or snils is None:
        return None
    return PersonSearch(name, draft.birth_date, snils)


def is_hidden(draft: PolicyDraft) -> bool:
    """Return whether the number comes from the register: it is not shown before it is confirmed."""
    return draft.way is Way.PERSON


def sex_by_patronymic(typed_name: str) -> Sex:
    """Guess the sex from a typed name, to read its parts in the right order while the sex is not known."""
    masculine = any(not patronymic_fits(word, Sex.FEMALE) for word in typed_name.split())
    return Sex.MALE if masculine else Sex.FEMALE


# --- as it is stored --------------------------------------------------------------------------------------------------


class Entry(StrEnum):
    """The keys of a stored draft besides the parts of the name (NameField) and the details (Detail)."""

    WAY = "way"
    NUMBER = "number"
    CONFIRMED = "confirmed"
    PICTURED = "pictured"
    BIRTH_DATE = "birth_date"
    SEX = "sex"
    TYPED_NAME = "name"
    NO_PATRONYMIC = "no_patronymic"
    ADDS_PATRONYMIC = "adds_patronymic"
    NAMED = "named"
    FOUND = "found"
    """lines of number, sex and status"""


YES = "yes"


def read(draft: Draft) -> PolicyDraft:
    """Parse the stored fields of a draft. Raises ValueError for fields that ``written`` does not return."""
    fields = draft.fields
    way, born, sex, found = (fields.get(key) for key in (Entry.WAY, Entry.BIRTH_DATE, Entry.SEX, Entry.FOUND))
    return PolicyDraft(
        draft.id,
        way=None if way is None else Way(way),
        number=fields.get(Entry.NUMBER, ""),
        confirmed=Entry.CONFIRMED in fields,
        pictured=Entry.PICTURED in fields,
        birth_date=None if born is None else date.fromisoformat(born),
        sex=None if sex is None else Sex(sex),
        typed_name=fields.get(Entry.TYPED_NAME),
        no_patronymic=Entry.NO_PATRONYMIC in fields,
        adds_patronymic=Entry.ADDS_PATRONYMIC in fields,
        name=_read_name(fields),
        named=Entry.NAMED in fields,
        found=None if found is None else _read_found(found),
        details={detail: fields[detail] for detail in Detail if detail in fields},
    )


def _read_name(fields: Mapping[str, str]) -> PersonName | None:
    if NameField.FAMILY not in fields:
        return None
    return PersonName(*(fields.get(part, "") for part in NameField))


def _read_found(written: str) -> tuple[FoundPolicy, ...]:
    rows = (line.rsplit(" ", 2) for line in written.splitlines())
    return tuple(FoundPolicy(number, Sex(sex), PolicyStatus(status)) for number, sex, status in rows)


def written(draft: PolicyDraft) -> dict[str, str]:
    """Return the fields to store."""
    known: dict[str, str | None] = {
        Entry.WAY: draft.way,
        Entry.NUMBER: draft.number or None,
        Entry.CONFIRMED: YES if draft.confirmed else None,
        Entry.PICTURED: YES if draft.pictured else None,
        Entry.BIRTH_DATE: None if draft.birth_date is None else draft.birth_date.isoformat(),
        Entry.SEX: draft.sex,
        Entry.TYPED_NAME: draft.typed_name,
        Entry.NO_PATRONYMIC: YES if draft.no_patronymic else None,
        Entry.ADDS_PATRONYMIC: YES if draft.adds_patronymic else None,
        Entry.NAMED: YES if draft.named else None,
        Entry.FOUND: None if draft.found is None else _written_found(draft.found),
    }
    answered = {key: value for key, value in known.items() if value is not None}
    return {**answered, **_written_name(draft.name), **{detail.value: text for detail, text in draft.details.items()}}


def _written_name(name: PersonName | None) -> dict[str, str]:
    if name is None:
        return {}
    return {NameField.FAMILY: name.family, NameField.GIVEN: name.given, NameField.PATRONYMIC: name.patronymic}


def _written_found(found: Sequence[FoundPolicy]) -> str:
    return "\n".join(f"{each.policy_number} {each.sex} {each.status}" for each in found)


def shown(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the stored fields for the export; a number that only the register knows is masked."""
    fields_shown = {name: value for name, value in fields.items() if name != Entry.FOUND}
    if fields.get(Entry.WAY) == Way.PERSON and Entry.NUMBER in fields:
        fields_shown[Entry.NUMBER] = masked(fields[Entry.NUMBER])
    return fields_shown
