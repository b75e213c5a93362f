"""Ways that applications of every kind have: out of a refusal, and from a review to the card of the child."""

from __future__ import annotations

from collections.abc import Mapping

from bot.applications.rules import WAYS_OUT, WayOut
from bot.applications.seen import Followed
from bot.core.i18n import gettext as _
from bot.delivery.screen import Button
from dialogs.applications.links import ApplicationBegun
from dialogs.booking.links import ClinicCard, Specialties
from dialogs.kit.pager import few
from dialogs.kit.screen import Row, button
from dialogs.patients.links import EditCard


def child_data(begun: ApplicationBegun) -> Button:
    """Return the button from a review to the card, which leads back to the review as it was."""
    return button(_("Child's data"), EditCard(patient=begun.patient).after(begun))


def refusal_ways(seen: Followed, own: Mapping[WayOut, Button]) -> list[Row]:
    """Return the ways out of the reason for a refusal, those of its kind among them; [AGAIN] if it has no reason."""
    found, patient = seen.application, seen.patient.id
    about = ClinicCard(patient=patient, clinic=found.clinic, enroll=found.enrollment is not None)
    buttons = {
        WayOut.CORRECT: button(_("Correct the card"), EditCard(patient=patient)),
        WayOut.RECEPTION: button(_("About the clinic"), about),
        WayOut.DOCTOR: button(_("Book a doctor"), Specialties(patient=patient, clinic=found.clinic)),
        **own,
    }
    reason = found.decision.reason if found.decision is not None else None
    ways = (WayOut.AGAIN,) if reason is None else WAYS_OUT[reason]
    return few([each for each in ways if each in buttons], buttons.__getitem__)
