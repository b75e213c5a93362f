"""The queue: the open questions that parents may bring to the desk of a clinic, the oldest first, without names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.clinics.directory import Directory
from bot.core.clinic import Clinic
from bot.core.people import Account
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import ClinicId
from bot.patients.records import Matter
from bot.staff.rights import Right, require_right


class Waiting(NamedTuple):
    """The open questions of a clinic; a member does not settle their own."""

    clinic: Clinic
    matters: Sequence[Matter]


class Queue:
    def __init__(self, storage: Storage, directory: Directory) -> None:
        self._storage, self._directory = storage, directory

    async def waiting(self, staff: Account) -> Waiting:
        """Raises NotYours, StaffCodeNeeded."""
        clinic = require_right(staff, Right.SETTLE_MATTERS)
        found = await self._storage.read(lambda view: view.matters.list_open(clinic))
        return Waiting(await self._directory.clinic(clinic), [each for each in found if each.account != staff.id])


async def count_queue(view: UnitOfWork, clinic: ClinicId) -> int:
    """Count the questions and the parents of missed visits who wait for the desk."""
    return len(await view.matters.list_open(clinic)) + len(await view.presence.list_claimed(clinic))
