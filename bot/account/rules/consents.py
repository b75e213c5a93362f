"""Rules of consents: the current version of each text.

A consent to an older version keeps what the bot does by itself going, but the person is asked again at the next press.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.core.errors import ConsentRequired
from bot.core.people import Account, Purpose

CONSENT_VERSIONS: Final[Mapping[Purpose, str]] = {
    Purpose.REPRESENTATIVE: "4",
    Purpose.PATIENT: "4",
    Purpose.REMINDERS: "2",
}


def require_consents(account: Account) -> None:
    """Raises ConsentRequired if a consent to store the account's or its patients' data is missing."""
    if account.missing_consents:
        raise ConsentRequired(account.missing_consents)
