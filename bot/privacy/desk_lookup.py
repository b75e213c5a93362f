"""The operator's look into a clinic's list: whom the desk names by a number of its own, where it never shows names."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from bot.clinics.desk_port import ClinicDesk, ClinicPerson
from bot.clinics.directory import Directory
from bot.clinics.port import NotFound
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.people import PersonName
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.core.typed_text import visible
from bot.glossary import PersonRef

_SIGN = r"\s*(?:№|no\.?)?\s*(\d{1,15})"
_VISIT = re.compile(rf"(?:visit|приём|прием|запись){_SIGN}", re.IGNORECASE)
_RECORD = re.compile(rf"(?:record|карточка){_SIGN}", re.IGNORECASE)


class FoundAtDesk(NamedTuple):
    """Whose visit or record it is, as the clinic has it; ``phone`` is "" if the clinic has none on file."""

    clinic: Clinic
    subject: Subject
    person: PersonRef
    name: PersonName
    birth_date: date
    policy_number: str
    phone: str = ""


class DeskLookup:
    def __init__(self, storage: Storage, directory: Directory, desk: ClinicDesk, clock: Clock) -> None:
        self._storage, self._directory, self._desk, self._clock = storage, directory, desk, clock

    async def find(self, typed: str, operator: str) -> FoundAtDesk | None:
        """Return whom «приём 1234» or «карточка 17» is about, and journal that the operator has looked.

        None if the text names neither, or if no clinic has it. Raises ClinicError.
        """
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
                known = visit.booking.person, visit.person, visit.birth_date, visit.policy_number
                return FoundAtDesk(clinic, Subject.visit(visit.number), *known, await self._phone_of(clinic, known[0]))
            if match := _RECORD.fullmatch(typed):
                return _of(clinic, await self._desk.person(clinic.ref, int(match[1])))
        except NotFound:
            return None
        return None

    async def _phone_of(self, clinic: Clinic, person: PersonRef) -> str:
        try:
            return (await self._desk.person_of(clinic.ref, person)).phone
        except NotFound:
            return ""

    @writes
    async def _journal(self, uow: UnitOfWork, found: FoundAtDesk, operator: str) -> None:
        now, actor = self._clock.now(), Actor.operator(None, operator)
        cards = [Subject.patient(card) for card in await uow.patients.ids_of_person(found.person)]
        for subject in (found.subject, *cards):
            await uow.audit.add(actor, Deed.LOOKED_UP, subject, now)


def _of(clinic: Clinic, person: ClinicPerson) -> FoundAtDesk:
    whose = person.ref, person.name, person.birth_date, person.policy_number, person.phone
    return FoundAtDesk(clinic, Subject.person(person.number), *whose)
