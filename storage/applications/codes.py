"""Check codes: the short text of the QR code on the confirmation of an application."""

from __future__ import annotations

from bot.glossary import ApplicationId, PolicyRequestId
from storage.database.crypto import BlindIndex
from storage.database.sealed_text import SealedText


class SqlApplicationCodes:
    """A code is the sealed id of an application; that of an application for a policy is sealed apart."""

    def __init__(self, index: BlindIndex) -> None:
        self._texts, self._policies = SealedText(index, "application"), SealedText(index, "policy request")

    def make(self, application: ApplicationId) -> str:
        """Return 30 letters, digits, - and _."""
        return self._texts.write(application)

    def make_for_policy(self, request: PolicyRequestId) -> str:
        """Return a code of the same form."""
        return self._policies.write(request)

    def read(self, code: str) -> ApplicationId | None:
        """Return the application of a code; None if this bot has not made it."""
        found = self._texts.read(code)
        return None if found is None else ApplicationId(found)

    def read_for_policy(self, code: str) -> PolicyRequestId | None:
        """Return the application for a policy of a code; None if this bot has not made it."""
        found = self._policies.read(code)
        return None if found is None else PolicyRequestId(found)
