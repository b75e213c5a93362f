"""Check codes: the short text of the QR code on the confirmation of an application."""

from __future__ import annotations

from bot.glossary import ApplicationId
from storage.database.crypto import BlindIndex
from storage.database.sealed_text import SealedText


class SqlApplicationCodes:
    """A code is the sealed id of an application."""

    def __init__(self, index: BlindIndex) -> None:
        self._texts = SealedText(index, "application")

    def make(self, application: ApplicationId) -> str:
        """Return 30 letters, digits, - and _."""
        return self._texts.write(application)

    def read(self, code: str) -> ApplicationId | None:
        """Return the application of a code; None if this bot has not made it."""
        found = self._texts.read(code)
        return None if found is None else ApplicationId(found)
