"""Takeovers at the desk: a parent without the old Telegram account proves with papers whose children the cards show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.account.records import Takeover
from bot.clinics.directory import Directory
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.patient import Patient
from bot.core.people import Account
from bot.core.refs import read_ref
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.glossary import ClinicId, Ref, TakeoverId
from bot.privacy.news import TakeoverPapersDeclined
from bot.privacy.takeover import Takeovers
from bot.staff.errors import MatterElsewhere, MatterGone, OwnMatter
from bot.staff.own import acts_for
from bot.staff.reading import journal_readings, keep_desk_open
from bot.staff.reading_alarm import ReadingAlarm
from bot.staff.rights import Right, require_right


class SeenTakeover(NamedTuple):
    """A takeover as the desk sees it: only the children of its own clinic."""

    takeover: TakeoverId
    ref: Ref
    patients: Sequence[Patient]


class DeskTakeovers:
    def __init__(
        self, storage: Storage, directory: Directory, takeovers: Takeovers, alarm: ReadingAlarm, clock: Clock
    ) -> None:
        self._storage, self._directory, self._takeovers = storage, directory, takeovers
        self._alarm, self._clock = alarm, clock

    @reads
    async def find(self, view: UnitOfWork, staff: Account, typed: str) -> TakeoverId | None:
        """Return the open takeover whose number was typed, None if the number is of none.

        Raises NotYours, StaffCodeNeeded, MatterElsewhere, OwnMatter.
        """
        clinic, ref = require_right(staff, Right.SETTLE_MATTERS), read_ref(typed)
        found = None if ref is None else await view.takeovers.find_by_ref(ref)
        if found is None:
            return None
        await _require_of_others(view, staff, clinic, found)
        return found.id

    async def see(self, staff: Account, takeover: TakeoverId) -> SeenTakeover:
        """Return what the desk sees; the journal of each card records that the desk has read it.

        Raises NotYours, StaffCodeNeeded, MatterGone, MatterElsewhere, OwnMatter, OverBudget.
        """
        clinic, now = require_right(staff, Right.SETTLE_MATTERS), self._clock.now()
        where = await self._directory.clinic(clinic)

        async def read(uow: UnitOfWork) -> tuple[SeenTakeover, int]:
            found, ref, patients = await _require_of_others(uow, staff, clinic, await uow.takeovers.find(takeover))
            await keep_desk_open(uow, staff, now)
            cards = [Subject.patient(patient.id) for patient in patients]
            return SeenTakeover(found.id, ref, patients), await journal_readings(
                uow, staff, where, cards, Deed.MATTER_READ, now
            )

        seen, names = await self._storage.write(read)
        await self._alarm.note(staff, names)
        return seen

    @writes
    async def confirm(self, uow: UnitOfWork, staff: Account, takeover: TakeoverId) -> None:
        """Move the cards of this clinic's children; the papers count for the new account. Raises as ``see``."""
        clinic, now = require_right(staff, Right.SETTLE_MATTERS), self._clock.now()
        found, _ref, patients = await _require_of_others(uow, staff, clinic, await uow.takeovers.find(takeover))
        await self._takeovers.move_with_papers(uow, found, [patient.id for patient in patients], now)
        await uow.passing.end(staff.id, now)
        for patient in patients:
            await uow.representatives.set_papers(found.new, patient.id, now)
            await uow.audit.add(
                Actor.staff(staff.id, clinic), Deed.TAKEOVER_CONFIRMED_AT_DESK, Subject.patient(patient.id), now
            )

    @writes
    async def decline(self, uow: UnitOfWork, staff: Account, takeover: TakeoverId) -> None:
        """Move nothing and notify the new account, which may come again with other papers. Raises as ``see``."""
        clinic, now = require_right(staff, Right.SETTLE_MATTERS), self._clock.now()
        found, _ref, patients = await _require_of_others(uow, staff, clinic, await uow.takeovers.find(takeover))
        await uow.passing.end(staff.id, now)
        await uow.outbox.add(TakeoverPapersDeclined(found.new, found.id).due(now), now)
        for patient in patients:
            await uow.audit.add(
                Actor.staff(staff.id, clinic), Deed.TAKEOVER_DECLINED_AT_DESK, Subject.patient(patient.id), now
            )


async def _require_of_others(
    view: UnitOfWork, staff: Account, clinic: ClinicId, takeover: Takeover | None
) -> tuple[Takeover, Ref, Sequence[Patient]]:
    """Return the same as ``require_takeover``. Raises OwnMatter too: nobody vouches for the papers of their own."""
    if takeover is not None and staff.id in {takeover.old, takeover.new}:
        raise OwnMatter
    required = await require_takeover(view, clinic, takeover)
    if any([await acts_for(view, staff, patient) for patient in required[2]]):
        raise OwnMatter
    return required


async def require_takeover(
    view: UnitOfWork, clinic: ClinicId, takeover: Takeover | None
) -> tuple[Takeover, Ref, Sequence[Patient]]:
    """Return an open takeover and the children whom this clinic may vouch for. Raises MatterGone, MatterElsewhere.

    A child whose clinic is not known may be shown at any desk.
    """
    if takeover is None or takeover.old is None or takeover.ref is None:
        raise MatterGone
    if await view.contacts.find_owner(takeover.phone) != takeover.old:
        raise MatterGone
    every = await view.patients.list_of(takeover.old)
    here = [patient for patient in every if await view.patients.register_clinic(patient.id) in {None, clinic}]
    if every and not here:
        raise MatterElsewhere
    if not here:
        raise MatterGone
    return takeover, takeover.ref, here
