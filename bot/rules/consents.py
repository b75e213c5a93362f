"""Which wording of each consent is the current one; a consent to an older wording has to be given anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.models import Purpose

CONSENT_VERSIONS: Final[Mapping[Purpose, str]] = {
    Purpose.REPRESENTATIVE: "2",
    Purpose.PATIENT: "2",
    Purpose.REMINDERS: "2",
}
