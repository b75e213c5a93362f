"""Tickets: the short text of a visit's QR code, which reveals nothing and which nobody but this bot can make."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from bot.glossary import AppointmentId
from storage.database.crypto import BlindIndex, IdSeal

FORM = re.compile(r"[A-Za-z0-9_-]{30}")
"""base64 of 22 bytes"""


class SqlTickets:
    """A ticket is the sealed id of a visit: the same one as long as the index key is the same.

    An older index key that is still in the settings opens the tickets that were made by it.
    """

    def __init__(self, index: BlindIndex) -> None:
        self._seal = IdSeal(index, "ticket")

    def make(self, appointment: AppointmentId) -> str:
        """Return 30 letters, digits, - and _."""
        return _written(self._seal.seal(appointment))

    def read(self, ticket: str) -> AppointmentId | None:
        """Return the visit of a ticket; None if this bot has not made it."""
        if not FORM.fullmatch(ticket):
            return None
        sealed = urlsafe_b64decode(f"{ticket}==")
        found = self._seal.open(sealed) if _written(sealed) == ticket else None
        return None if found is None else AppointmentId(found)


def _written(sealed: bytes) -> str:
    return urlsafe_b64encode(sealed).decode().rstrip("=")
