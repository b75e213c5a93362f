"""Consents: which wording of each is the current one, an older one has to be given anew, and what waits for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.core.errors import ConsentRequired
from bot.core.people import Account, Purpose

CONSENT_VERSIONS: Final[Mapping[Purpose, str]] = {
    Purpose.REPRESENTATIVE: "2",
    Purpose.PATIENT: "2",
    Purpose.REMINDERS: "2",
}


def require_consents(account: Account) -> None:
    """Raises ConsentRequired for whoever has not let the bot keep his and a patient's data."""
    if account.missing_consents:
        raise ConsentRequired(account.missing_consents)
