"""The ticket of a visit: a QR code that the desk reads, which says nothing to anybody else."""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.booking import rules
from bot.booking.errors import NotActive
from bot.booking.records import AppointmentCard
from bot.core.budgets import Budget
from bot.core.clock import Clock
from bot.core.transactions import Storage, UnitOfWork
from bot.delivery.paper import Printer
from bot.glossary import AccountId, AppointmentId

WORD = "visit"
"""the first word of the deep link"""
IN_TEXT = re.compile(rf"(?:^|[?&]start=){WORD}_([A-Za-z0-9_-]+)$")


class PrintedTicket(NamedTuple):
    card: AppointmentCard
    picture: bytes
    """a PNG"""


class Tickets:
    def __init__(self, storage: Storage, printer: Printer, clock: Clock) -> None:
        self._storage, self._printer, self._clock = storage, printer, clock

    async def print_ticket(self, account: AccountId, appointment: AppointmentId, username: str) -> PrintedTicket:
        """Return the QR code of a visit whose day is not over. ``username`` is the bot's.

        Raises NotYours, NotActive, OverBudget, NotPrinted.
        """

        async def make(uow: UnitOfWork) -> tuple[AppointmentCard, str]:
            now, card = self._clock.now(), await uow.appointments.require(account, appointment)
            if not rules.has_ticket(card, now):
                raise NotActive(appointment)
            await uow.budgets.spend(account, Budget.TICKET, now)
            return card, uow.tickets.make(appointment)

        card, ticket = await self._storage.write(make)
        return PrintedTicket(card, await self._printer.print_qr(f"https://t.me/{username}?start={start_word(ticket)}"))


def start_word(ticket: str) -> str:
    """Return what the deep link of a ticket passes to the bot: 36 characters."""
    return f"{WORD}_{ticket}"


def ticket_in(text: str) -> str | None:
    """Return the ticket in the text of a QR code, or in a link that was typed; None if the text is no such link."""
    found = IN_TEXT.search(text.strip())
    return found[1] if found else None
