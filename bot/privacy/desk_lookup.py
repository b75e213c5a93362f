"""The operator's look into a clinic's list: whom the desk names by a number of its own, where it never shows names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from bot.clinics.desk_port import ClinicDesk
from bot.clinics.directory import Directory
from bot.clinics.port import NotFound
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.patient import Patient
from bot.core.people import PersonName
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.core.typed_text import visible
from bot.glossary import DeskCheckId, PersonRef
from bot.patients.consenting import consenting_representatives, phone_for_desk
from bot.patients.records import DeskCheck
from bot.patients.rules.desk_checks import without_last_digits

_SIGN = r"\s*(?:№|no\.?)?\s*(\d{1,15})"
_VISIT = re.compile(rf"(?:visit|приём|прием|запись){_SIGN}", re.IGNORECASE)
_CHECK = re.compile(rf"(?:check|проверка){_SIGN}", re.IGNORECASE)
_RECORD = re.compile(rf"(?:record|карточка){_SIGN}", re.IGNORECASE)


class FoundAtDesk(NamedTuple):
    """Whose visit or record it is, as the clinic has it; ``phone`` is "" if the clinic has none on file."""

    clinic: Clinic
    subject: Subject
    cards: Sequence[Subject]
    """the cards of the person in the bot"""
    name: PersonName
    birth_date: date
    policy_number: str
    phone: str = ""


class DeskLookup:
    def __init__(self, storage: Storage, directory: Directory, desk: ClinicDesk, clock: Clock) -> None:
        self._storage, self._directory, self._desk, self._clock = storage, directory, desk, clock

    async def find(self, typed: str, operator: str) -> FoundAtDesk | None:
        """Return whom «приём 1234», «карточка 17» or «проверка 5» is about, and journal that the operator has looked.

        None if the text names none of them, or if no clinic has it. Raises ClinicError.
        """
        if match := _CHECK.fullmatch(visible(typed)):
            checked = await self._find_check(DeskCheckId(int(match[1])))
            if checked is not None:
                await self._journal(checked, operator)
            return checked
        for clinic in await self._directory.clinics():
            found = await self._find_at(clinic, visible(typed))
            if found is not None:
                await self._journal(found, operator)
                return found
        return None

    async def _find_at(self, clinic: Clinic, typed: str) -> FoundAtDesk | None:
        try:
            if match := _VISIT.fullmatch(typed):
                visit = await self._desk.visit(clinic.ref, int(match[1]))
                person, known = visit.booking.person, (visit.person, visit.birth_date, visit.policy_number)
                cards, phone = await self._cards_of(person), await self._phone_of(clinic, person)
                return FoundAtDesk(clinic, Subject.visit(visit.number), cards, *known, phone)
            if match := _RECORD.fullmatch(typed):
                found = await self._desk.person(clinic.ref, int(match[1]))
                cards, subject = await self._cards_of(found.ref), Subject.person(found.number)
                known = found.name, found.birth_date, found.policy_number
                return FoundAtDesk(clinic, subject, cards, *known, found.phone)
        except NotFound:
            return None
        return None

    async def _find_check(self, check: DeskCheckId) -> FoundAtDesk | None:
        """Return the child of a policy check that waits; the desk takes the last digits from its own system."""

        async def look(view: UnitOfWork) -> tuple[DeskCheck, Patient, str] | None:
            found = await view.desk_checks.get(check)
            acting = [] if found is None else await consenting_representatives(view, found.patient)
            if found is None or not found.awaits_desk or not acting:
                return None
            phone = await phone_for_desk(view, found.account, found.patient)
            return found, await view.patients.require(acting[0].id, found.patient), phone

        known = await self._storage.read(look)
        if known is None:
            return None
        found, patient, phone = known
        clinic, subject = await self._directory.clinic(found.clinic), Subject.patient(patient.id)
        number = without_last_digits(patient.policy_number)
        return FoundAtDesk(clinic, subject, (), patient.name, patient.birth_date, number, phone)

    async def _cards_of(self, person: PersonRef) -> Sequence[Subject]:
        found = await self._storage.read(lambda view: view.patients.ids_of_person(person))
        return [Subject.patient(card) for card in found]

    async def _phone_of(self, clinic: Clinic, person: PersonRef) -> str:
        try:
            return (await self._desk.person_of(clinic.ref, person)).phone
        except NotFound:
            return ""

    @writes
    async def _journal(self, uow: UnitOfWork, found: FoundAtDesk, operator: str) -> None:
        now, actor = self._clock.now(), Actor.operator(None, operator)
        for subject in (found.subject, *found.cards):
            await uow.audit.add(actor, Deed.LOOKED_UP, subject, now)
