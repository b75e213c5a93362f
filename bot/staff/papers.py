"""Papers of applications at the desk: looking at those that were sent, and saying which the clinic asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.applications.papers import asked_by
from bot.applications.records import PaperKind, PaperPages
from bot.clinics.directory import Directory
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.people import Account
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.glossary import ApplicationId
from bot.staff.applications import DeskApplications
from bot.staff.errors import NeverShown
from bot.staff.reading import journal_showing
from bot.staff.reading_alarm import ReadingAlarm
from bot.staff.rights import Right, require_right


class AskedPapers(NamedTuple):
    clinic: Clinic
    kinds: Sequence[PaperKind]
    can_send: bool
    """the clinic lets parents send them in the chat, if the operator does"""


class DeskPapers:
    def __init__(
        self,
        storage: Storage,
        directory: Directory,
        applications: DeskApplications,
        alarm: ReadingAlarm,
        clock: Clock,
    ) -> None:
        self._storage, self._directory, self._applications = storage, directory, applications
        self._alarm, self._clock = alarm, clock

    # --- looking ------------------------------------------------------------------------------------------------------

    async def count(self, staff: Account, application: ApplicationId) -> int:
        """Return how many files an application has that this member has claimed; 0 if they are never shown.

        Raises NotYours, StaffCodeNeeded, StaleApplication, ApplicationTaken, OwnApplication.
        """

        async def look(view: UnitOfWork) -> int:
            await self._applications.require_claimed(view, staff, application)
            return len(await view.papers.list_of(application))

        return await self._storage.read(look) if self._applications.shows_all else 0

    async def show(self, staff: Account, application: ApplicationId) -> Sequence[PaperPages]:
        """Return the files of an application that this member has claimed; the card's journal records each look.

        Raises as ``count``, NeverShown and OverBudget.
        """
        clinic, now = require_right(staff, Right.DECIDE_APPLICATIONS), self._clock.now()
        if not self._applications.shows_all:
            raise NeverShown
        where = await self._directory.clinic(clinic)

        async def look(uow: UnitOfWork) -> tuple[Sequence[PaperPages], int]:
            _found, patient = await self._applications.require_claimed(uow, staff, application)
            names = await journal_showing(uow, staff, where, [Subject.patient(patient.id)], now, Deed.PAPERS_SHOWN)
            return await uow.papers.pages_of(application), names

        pages, names = await self._storage.write(look)
        await self._alarm.note(staff, names)
        return pages

    # --- asking -------------------------------------------------------------------------------------------------------

    async def asked(self, staff: Account) -> AskedPapers:
        """Return the papers that the member's clinic asks for. Raises NotYours, StaffCodeNeeded."""
        clinic = await self._directory.clinic(require_right(staff, Right.LIMIT_ENROLLMENT))
        set_by_head = await self._storage.read(lambda view: view.papers.set_by_head(clinic.id))
        return AskedPapers(clinic, *asked_by(clinic, set_by_head, can_send=True))

    async def ask(self, staff: Account, kind: PaperKind, *, wanted: bool) -> None:
        """Say whether the clinic asks for a paper; from then on its file does not count. Raises as ``asked``."""
        clinic = await self._directory.clinic(require_right(staff, Right.LIMIT_ENROLLMENT))
        await self._ask(staff, clinic, kind, wanted=wanted)

    @writes
    async def _ask(self, uow: UnitOfWork, staff: Account, clinic: Clinic, kind: PaperKind, *, wanted: bool) -> None:
        asked = asked_by(clinic, await uow.papers.set_by_head(clinic.id), can_send=True).kinds
        if wanted == (kind in asked):
            return
        await uow.papers.ask(clinic.id, {*asked, kind} if wanted else {*asked} - {kind})
        await uow.audit.add(
            Actor.staff(staff.id, clinic.id), Deed.PAPERS_ASKED, Subject.own_account(), self._clock.now()
        )
