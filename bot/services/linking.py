"""Linking: a draft grows answer by answer, from whatever paper is at hand, until the register can check it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from bot.errors import InvalidInput, NotYours, TooManyChecks
from bot.models import Account, AccountId, Detail, Draft, DraftId, NameField, Patient, PatientId, PersonName, Sex
from bot.ports import Clock, Documents, Storage, UnitOfWork
from bot.problems_patients import AnswerProblem, NameProblem, OldPolicyProblem
from bot.rules import drafts, names, papers, policy
from bot.rules.drafts import Entry, Way
from bot.rules.timing import MOSCOW, local_day
from bot.services.patients import Patients

DRAFT = "policy"
MOST_DRAFTS = 3
"""of an account are offered to go on with"""


class Begun(NamedTuple):
    """A draft to go on with, or the card that this account already has of the number."""

    draft: Draft | None = None
    patient: PatientId | None = None


class Linking:
    def __init__(self, storage: Storage, patients: Patients, documents: Documents, clock: Clock) -> None:
        self._storage, self._patients, self._documents, self._clock = storage, patients, documents, clock

    # --- the draft: what is known so far ------------------------------------------------------------------------------

    async def unfinished(self, account: AccountId) -> Sequence[Draft]:
        """The newest first."""
        async with self._storage.read() as view:
            return await view.drafts.list_of(account, DRAFT, MOST_DRAFTS)

    async def find_draft(self, account: AccountId, draft: DraftId) -> Draft | None:
        """None for a draft that is finished, dropped or somebody else's."""
        async with self._storage.read() as view:
            return await view.drafts.find(account, draft)

    async def require_draft(self, account: AccountId, draft: DraftId) -> Draft:
        """The same, but raises NotYours."""
        return _required(await self.find_draft(account, draft))

    async def drop(self, account: AccountId, draft: DraftId) -> None:
        async with self._storage.write() as uow:
            await uow.drafts.drop(account, draft)

    # --- the number ---------------------------------------------------------------------------------------------------

    async def begin(self, account: AccountId, draft: DraftId | None, typed: str) -> Begun:
        """Keep a typed policy number in a draft, or find the card that this account already has of it.

        Raises InvalidInput; what the draft holds besides stays in it.
        """
        number = policy.parse_policy(typed, local_day(self._clock.now(), MOSCOW))
        return await self._begin(account, draft, number, Way.NUMBER)

    async def begin_from_file(self, account: AccountId, draft: DraftId | None, data: bytes) -> Begun:
        """The same with a photo or a PDF of the policy; a name in its code waits in the draft to be confirmed.

        Raises InvalidInput.
        """
        code = await self._documents.read_policy(data)
        number = policy.parse_policy_number(code.number, local_day(self._clock.now(), MOSCOW))
        told = {} if code.name is None else _as_written(code.name)
        return await self._begin(account, draft, number, Way.NUMBER, told)

    async def begin_old(self, account: AccountId, draft: DraftId | None, typed: str) -> Begun:
        """The same with the series and number of a policy of before 2011. Raises InvalidInput."""
        try:
            number = policy.parse_old_policy(typed)
        except InvalidInput as refused:
            if refused.problem is not OldPolicyProblem.NEW:
                raise
            return await self.begin(account, draft, typed)  # the number of a new policy needs no other screen
        return await self._begin(account, draft, number, Way.OLD)

    async def begin_by_person(self, account: AccountId, draft: DraftId | None) -> Draft:
        """A draft that will find its policy by the name, the birth date and the SNILS."""
        async with self._storage.write() as uow:
            kept = await self._reusable(uow, account, draft, None)
            return await self._write(uow, account, kept, {Entry.WAY: Way.PERSON}, {Entry.NUMBER, Entry.CONFIRMED})

    async def _begin(
        self, account: AccountId, draft: DraftId | None, number: str, way: Way, told: Mapping[str, str] | None = None
    ) -> Begun:
        async with self._storage.write() as uow:
            known = await uow.patients.find_own(account, number)
            if known is not None:
                return Begun(patient=known)
            kept = await self._reusable(uow, account, draft, number)
            fields = dict(kept.fields) if kept else {}
            told = {} if Entry.NAMED in fields else told or {}
            stale = {Entry.FOUND} | ({Entry.CONFIRMED} if fields.get(Entry.NUMBER) != number else set())
            stale |= set() if Entry.NAMED in fields else {*NameField}
            return Begun(await self._write(uow, account, kept, {**told, Entry.WAY: way, Entry.NUMBER: number}, stale))

    async def _reusable(
        self, uow: UnitOfWork, account: AccountId, draft: DraftId | None, number: str | None
    ) -> Draft | None:
        """The draft that was asked for, else the newest if nothing of another child is in it."""
        if draft is not None:
            return await uow.drafts.find(account, draft)
        newest = next(iter(await uow.drafts.list_of(account, DRAFT, 1)), None)
        if newest is None or (number and newest.fields.get(Entry.NUMBER) == number):
            return newest
        others = drafts.WORTH_KEEPING | (set() if number else {Entry.NUMBER})
        return newest if others.isdisjoint(newest.fields) else None

    async def confirm_facts(self, account: AccountId, draft: DraftId) -> Draft:
        """The birth date and the sex in the number are right. Raises NotYours."""
        return await self._change(account, draft, {Entry.CONFIRMED: "yes"})

    # --- the name -----------------------------------------------------------------------------------------------------

    async def take_name(self, account: AccountId, draft: DraftId, typed: str) -> Draft:
        """Raises InvalidInput, NotYours.

        A patronymic whose ending does not fit the sex is questioned once; the same name again is taken.
        """
        kept = await self.require_draft(account, draft)
        try:
            name = _read_name(kept, typed)
        except InvalidInput:
            await self._change(account, draft, {Entry.TYPED_NAME: typed})
            raise
        return await self._name(account, draft, name)

    async def take_name_early(self, account: AccountId, draft: DraftId, typed: str) -> Draft:
        """A name that comes before it is asked for. Raises NotYours, and InvalidInput that does not look into names."""
        try:
            return await self._name(account, draft, _read_name(await self.require_draft(account, draft), typed))
        except InvalidInput:
            raise InvalidInput(AnswerProblem.YES_OR_NO) from None

    async def take_suggested(self, account: AccountId, draft: DraftId) -> Draft:
        """The name that the photo told is right. Raises NotYours."""
        kept = await self.require_draft(account, draft)
        return kept if drafts.suggested_name(kept) is None else await self._change(account, draft, {Entry.NAMED: "yes"})

    async def refuse_suggested(self, account: AccountId, draft: DraftId) -> Draft:
        """The name that the photo told is wrong: it will be typed. Raises NotYours."""
        kept = await self.require_draft(account, draft)
        return kept if drafts.suggested_name(kept) is None else await self._change(account, draft, {}, {*NameField})

    async def without_patronymic(self, account: AccountId, draft: DraftId) -> Draft:
        """«Отчества нет»: a name that was typed already is taken without one. Raises NotYours."""
        kept = await self._change(account, draft, {Entry.NO_PATRONYMIC: "yes"})
        with suppress(InvalidInput):
            if Entry.TYPED_NAME in kept.fields:
                return await self._name(account, draft, _read_name(kept, kept.fields[Entry.TYPED_NAME]))
        return await self._change(account, draft, {}, frozenset({NameField.PATRONYMIC, Entry.FOUND}))

    async def with_patronymic(self, account: AccountId, draft: DraftId) -> Draft:
        """There is one after all: the name will be typed again. Raises NotYours."""
        return await self._change(account, draft, {}, frozenset({Entry.NO_PATRONYMIC}))

    async def _name(self, account: AccountId, draft: DraftId, name: PersonName) -> Draft:
        return await self._change(
            account, draft, {**_parts(name), Entry.NAMED: "yes"}, frozenset({Entry.TYPED_NAME, Entry.FOUND})
        )

    # --- the rest -----------------------------------------------------------------------------------------------------

    async def take_birth_date(self, account: AccountId, draft: DraftId, typed: str) -> Draft:
        """Raises InvalidInput, NotYours."""
        born = papers.parse_birth_date(typed, local_day(self._clock.now(), MOSCOW))
        return await self._change(account, draft, {Entry.BIRTH_DATE: born.isoformat()}, frozenset({Entry.FOUND}))

    async def take_sex(self, account: AccountId, draft: DraftId, sex: Sex) -> Draft:
        return await self._change(account, draft, {Entry.SEX: sex})

    async def take_detail(self, account: AccountId, draft: DraftId, detail: Detail, typed: str) -> Draft:
        """Raises InvalidInput, NotYours."""
        born = drafts.birth_date_of(await self.require_draft(account, draft))
        value = papers.parse_detail(detail, typed, local_day(self._clock.now(), MOSCOW), born)
        return await self._change(account, draft, {detail: value}, _asked_with(detail))

    async def drop_detail(self, account: AccountId, draft: DraftId, detail: Detail) -> Draft:
        return await self._change(account, draft, {}, frozenset({detail}) | _asked_with(detail))

    # --- the end ------------------------------------------------------------------------------------------------------

    async def finish(self, account: Account, draft: DraftId) -> Patient | None:
        """Make a card of a draft and have its policy checked; None while a question is open.

        Raises NotYours and as ``Patients.link``; the draft is kept until there is a card.
        """
        kept = await self.require_draft(account.id, draft)
        claim = drafts.claim_of(kept)
        if claim is None:
            return None
        try:
            patient = await self._patients.link(account, claim, drafts.details_of(kept) or None)
        except TooManyChecks as pause:
            raise TooManyChecks(pause.until, draft=draft) from None
        await self.drop(account.id, draft)
        return patient

    # --- writing ------------------------------------------------------------------------------------------------------

    async def _change(
        self,
        account: AccountId,
        draft: DraftId,
        fields: Mapping[str, str],
        without: AbstractSet[str] = frozenset(),
    ) -> Draft:
        async with self._storage.write() as uow:
            return await self._write(uow, account, _required(await uow.drafts.find(account, draft)), fields, without)

    async def _write(
        self,
        uow: UnitOfWork,
        account: AccountId,
        draft: Draft | None,
        fields: Mapping[str, str],
        without: AbstractSet[str] = frozenset(),
    ) -> Draft:
        """Into this draft, or into a new one."""
        now = self._clock.now()
        if draft is None:
            return Draft(await uow.drafts.add(account, DRAFT, fields, now), DRAFT, fields)
        kept = {name: value for name, value in draft.fields.items() if name not in without}
        changed = replace(draft, fields={**kept, **fields})
        await uow.drafts.save(draft.id, changed.fields, now)
        return changed


def _required(draft: Draft | None) -> Draft:
    if draft is None:
        raise NotYours
    return draft


def _asked_with(detail: Detail) -> frozenset[str]:
    """What the register told when it was asked with the old value."""
    return frozenset({Entry.FOUND}) if detail is Detail.SNILS else frozenset()


def _read_name(draft: Draft, typed: str) -> PersonName:
    sex = drafts.sex_of(draft)
    without = Entry.NO_PATRONYMIC in draft.fields
    name = names.parse_full_name(typed, sex or drafts.sex_told_by(typed), no_patronymic=without)
    fits = sex is None or not name.patronymic or names.patronymic_fits(name.patronymic, sex)
    if not fits and draft.fields.get(Entry.TYPED_NAME) != typed:
        raise InvalidInput(NameProblem.PATRONYMIC_SEX, word=name.patronymic)
    return name


def _parts(name: PersonName) -> dict[str, str]:
    return {NameField.FAMILY: name.family, NameField.GIVEN: name.given, NameField.PATRONYMIC: name.patronymic}


def _as_written(name: PersonName) -> dict[str, str]:
    """For the draft, written as documents write names; nothing where it does not look like one."""
    try:
        return {
            part: names.parse_name_part(word, NameField(part)) if word else "" for part, word in _parts(name).items()
        }
    except InvalidInput:
        return {}
