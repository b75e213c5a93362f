"""Linking: a policy from its number, typed or read from a photo, to a name that the register can check."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.errors import InvalidInput, NotYours, Problem
from bot.models import (
    Account,
    AccountId,
    Draft,
    DraftId,
    NameField,
    Patient,
    PatientId,
    PersonName,
    PolicyClaim,
)
from bot.ports import Clock, Documents, Storage
from bot.rules import patients as rules
from bot.rules.timing import local_day
from bot.services.patients import Patients

DRAFT = "policy"
MOSCOW = ZoneInfo("Europe/Moscow")
"""Whether a number is an adult's is asked before the clinic, and so its zone, is known."""


class Begun(NamedTuple):
    """A draft to go on with, or the card that this account already has of the number."""

    draft: DraftId | None = None
    patient: PatientId | None = None


class Linking:
    def __init__(self, storage: Storage, patients: Patients, documents: Documents, clock: Clock) -> None:
        self._storage, self._patients, self._documents, self._clock = storage, patients, documents, clock

    # --- the draft: what is known so far ------------------------------------------------------------------------------

    async def unfinished(self, account: AccountId) -> Draft | None:
        async with self._storage.read() as view:
            return await view.drafts.newest(account)

    async def require_draft(self, account: AccountId, draft: DraftId) -> Draft:
        """Raises NotYours for a draft that is finished, dropped or somebody else's."""
        async with self._storage.read() as view:
            found = await view.drafts.find(account, draft)
        if found is None:
            raise NotYours
        return found

    # --- the number ---------------------------------------------------------------------------------------------------

    async def begin(self, account: Account, draft: DraftId | None, typed: str) -> Begun:
        """Keep a typed policy number in a draft, or find the card that this account already has of it.

        Raises InvalidInput; what the draft holds besides stays in it.
        """
        return await self._begin(account, draft, typed, {})

    async def begin_from_file(self, account: Account, draft: DraftId | None, data: bytes) -> Begun:
        """The same with a photo or a PDF of the policy; a name in its code waits in the draft to be confirmed.

        Raises InvalidInput.
        """
        code = await self._documents.read_policy(data)
        return await self._begin(account, draft, code.number, {} if code.name is None else _suggested(code.name))

    async def _begin(self, account: Account, draft: DraftId | None, number: str, read: dict[str, str]) -> Begun:
        now = self._clock.now()
        number = rules.parse_policy_number(number, local_day(now, MOSCOW))
        async with self._storage.write() as uow:
            known = await uow.patients.find_own(account.id, number)
            if known is not None:
                return Begun(patient=known)
            kept = await uow.drafts.find(account.id, draft) if draft else await uow.drafts.newest(account.id)
            if kept is None:
                return Begun(await uow.drafts.add(account.id, DRAFT, {"number": number, **read}, now))
            fields = {name: value for name, value in kept.fields.items() if name not in {"confirmed", *NameField}}
            await uow.drafts.save(kept.id, {**fields, "number": number, **read}, now)
        return Begun(kept.id)

    async def confirm_facts(self, account: AccountId, draft: DraftId) -> None:
        """The birth date and the sex in the number are right. Raises NotYours."""
        await self._keep(await self.require_draft(account, draft), confirmed="yes")

    # --- the name -----------------------------------------------------------------------------------------------------

    async def take_name(self, account: Account, draft: DraftId, typed: str) -> Patient:
        """Finish a draft with a typed name and have the policy checked. Raises InvalidInput, NotYours and as ``link``.

        A patronymic whose ending does not fit the sex is questioned once; the same name again is taken.
        """
        kept = await self.require_draft(account.id, draft)
        try:
            name = self._name(kept, typed)
        except InvalidInput:
            await self._keep(kept, name=typed)
            raise
        return await self._finish(account, kept, name)

    async def take_suggested(self, account: Account, draft: DraftId) -> Patient:
        """Finish a draft with the name that its photo told. Raises NotYours and as ``link``."""
        kept = await self.require_draft(account.id, draft)
        name = suggested_name(kept)
        if name is None:
            raise NotYours
        return await self._finish(account, kept, name)

    async def refuse_suggested(self, account: AccountId, draft: DraftId) -> None:
        """The name that the photo told is wrong: it will be typed. Raises NotYours."""
        kept = await self.require_draft(account, draft)
        fields = {name: value for name, value in kept.fields.items() if name not in {*NameField}}
        async with self._storage.write() as uow:
            await uow.drafts.save(kept.id, fields, self._clock.now())

    async def without_patronymic(self, account: Account, draft: DraftId) -> Patient | None:
        """«Отчества нет»: finishes a draft whose name has been typed already; None where it must still be typed."""
        kept = await self.require_draft(account.id, draft)
        kept = await self._keep(kept, no_patronymic="yes")
        if "name" not in kept.fields:
            return None
        try:
            return await self._finish(account, kept, self._name(kept, kept.fields["name"]))
        except InvalidInput:
            return None

    def _name(self, draft: Draft, typed: str) -> PersonName:
        facts = rules.policy_facts(draft.fields["number"])
        if facts is None:
            raise NotYours
        name = rules.parse_full_name(typed, facts.sex, no_patronymic="no_patronymic" in draft.fields)
        fits = not name.patronymic or rules.patronymic_fits(name.patronymic, facts.sex)
        if not fits and draft.fields.get("name") != typed:
            raise InvalidInput(Problem.NAME_PATRONYMIC_SEX, word=name.patronymic)
        return name

    async def _keep(self, draft: Draft, **fields: str) -> Draft:
        kept = replace(draft, fields={**draft.fields, **fields})
        async with self._storage.write() as uow:
            await uow.drafts.save(draft.id, kept.fields, self._clock.now())
        return kept

    async def _finish(self, account: Account, draft: Draft, name: PersonName) -> Patient:
        number = draft.fields["number"]
        facts = rules.policy_facts(number)
        if facts is None:
            raise NotYours
        patient = await self._patients.link(account, PolicyClaim(number, name, facts.birth_date, facts.sex))
        async with self._storage.write() as uow:
            await uow.drafts.drop(account.id, draft.id)
        return patient


def suggested_name(draft: Draft) -> PersonName | None:
    """The name that a photo told, until it is confirmed or refused."""
    if NameField.FAMILY not in draft.fields:
        return None
    return PersonName(*(draft.fields[part] for part in (NameField.FAMILY, NameField.GIVEN, NameField.PATRONYMIC)))


def _suggested(name: PersonName) -> dict[str, str]:
    """For the draft, written as documents write names; nothing where it does not look like one."""
    told = {NameField.FAMILY: name.family, NameField.GIVEN: name.given, NameField.PATRONYMIC: name.patronymic}
    try:
        return {part: rules.parse_name_part(word, part) if word else "" for part, word in told.items()}
    except InvalidInput:
        return {}
