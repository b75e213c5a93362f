"""The menu: what its screen shows of each slice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.applications.records import ApplicationCount
from bot.booking.records import AppointmentCard
from bot.core.clock import Clock
from bot.core.patient import Patient
from bot.core.readable import Readable
from bot.core.transactions import Storage, UnitOfWork, reads
from bot.family.records import Invitation
from bot.glossary import AccountId
from bot.patients.link import DRAFT, MOST_DRAFTS
from bot.patients.rules import drafts
from bot.patients.rules.drafts import PolicyDraft


class MenuContent(NamedTuple):
    patients: Readable[Patient]
    visits: Readable[AppointmentCard]
    """upcoming ones, the earliest first"""
    drafts: Sequence[PolicyDraft]
    """the newest first"""
    invitation: Invitation | None
    """opened and not answered yet"""
    applications: ApplicationCount


class Menu:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    @reads
    async def content(self, view: UnitOfWork, account: AccountId) -> MenuContent:
        now = self._clock.now()
        return MenuContent(
            await view.patients.list_of(account),
            await view.appointments.upcoming(account, now),
            [drafts.read(draft) for draft in await view.drafts.list_of(account, DRAFT, MOST_DRAFTS)],
            await view.family.waiting_invitation(account, now),
            await view.applications.count_of(account),
        )
