"""Say in a few words why a child cannot be booked yet."""

from __future__ import annotations

from bot.core.i18n import gettext as _
from bot.core.patient import Patient, RejectionReason, VerificationStatus


def trouble_of(patient: Patient) -> str:
    """Return «полис приостановлен» for a card that the register has not confirmed, "" for one that can be booked."""
    verification = patient.verification
    if patient.is_verified:
        return ""
    if verification.is_open:
        return _("being checked")
    if verification.status is VerificationStatus.NEEDS_CORRECTION:
        return _("correct the name")
    return {
        RejectionReason.SUSPENDED: _("policy suspended"),
        RejectionReason.EXPIRED: _("policy expired"),
        RejectionReason.AT_CLINIC: _("show it at the clinic"),
    }.get(verification.reason or RejectionReason.NOT_MATCHED, _("data disagree"))
