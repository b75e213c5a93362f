"""Tickets: the short text of a visit's QR code, which reveals nothing and which nobody but this bot can make."""

from __future__ import annotations

from bot.glossary import AppointmentId
from storage.database.crypto import BlindIndex
from storage.database.sealed_text import SealedText


class SqlTickets:
    """A ticket is the sealed id of a visit."""

    def __init__(self, index: BlindIndex) -> None:
        self._texts = SealedText(index, "ticket")

    def make(self, appointment: AppointmentId) -> str:
        """Return 30 letters, digits, - and _."""
        return self._texts.write(appointment)

    def read(self, ticket: str) -> AppointmentId | None:
        """Return the visit of a ticket; None if this bot has not made it."""
        found = self._texts.read(ticket)
        return None if found is None else AppointmentId(found)
