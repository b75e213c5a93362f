"""The queue: what parents may bring to a clinic's desk, questions first, then takeovers, without names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.account.records import Takeover
from bot.clinics.directory import Directory
from bot.core.clinic import Clinic
from bot.core.people import Account
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import ClinicId, Ref, TakeoverId
from bot.patients.records import Matter
from bot.staff.rights import Right, require_right

MOST_TAKEOVERS = 200
"""takeovers that are listed"""


class WaitingTakeover(NamedTuple):
    """A takeover whose number a parent may bring to this desk."""

    id: TakeoverId
    ref: Ref


class Waiting(NamedTuple):
    """The open questions of a clinic and the takeovers of its children; a member does not settle their own."""

    clinic: Clinic
    matters: Sequence[Matter]
    takeovers: Sequence[WaitingTakeover] = ()


class Queue:
    def __init__(self, storage: Storage, directory: Directory) -> None:
        self._storage, self._directory = storage, directory

    async def waiting(self, staff: Account) -> Waiting:
        """Raises NotYours, StaffCodeNeeded."""
        clinic = require_right(staff, Right.SETTLE_MATTERS)

        async def look(view: UnitOfWork) -> tuple[Sequence[Matter], Sequence[Takeover]]:
            return await view.matters.list_open(clinic), await view.takeovers.at_desk(clinic, MOST_TAKEOVERS)

        matters, takeovers = await self._storage.read(look)
        return Waiting(
            await self._directory.clinic(clinic),
            [each for each in matters if each.account != staff.id],
            [
                WaitingTakeover(each.id, each.ref)
                for each in takeovers
                if each.ref and staff.id not in {each.new, each.old}
            ],
        )


async def count_queue(view: UnitOfWork, clinic: ClinicId) -> int:
    """Count the questions, the moves to other accounts and the parents of missed visits who wait for the desk."""
    waiting = len(await view.matters.list_open(clinic)) + len(await view.takeovers.at_desk(clinic, MOST_TAKEOVERS))
    return waiting + len(await view.presence.list_claimed(clinic))
