"""Rows and sections of the export."""

from __future__ import annotations

from collections.abc import Mapping

ExportRecord = Mapping[str, object]
"""A row of the export, with field names that its owner can read."""

ACCOUNT_SECTIONS = ("requests_made", "invitations_received", "takeovers", "failed_checks", "drafts", "messages")
PATIENT_SECTIONS = (
    "representatives",
    "visits",
    "chosen_times",
    "requests_received",
    "invitations_made",
    "desk_matters",
    "shared_cards",
    "said_once",
)
"""Sections of the export that contain rows as they are, in their order."""
