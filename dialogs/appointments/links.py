"""Links and actions of the appointments slice."""

from __future__ import annotations

from bot.delivery.screen import Colour
from bot.glossary import AppointmentId, ClinicId, PatientId
from dialogs.kit.link import Action, Link, Page


class AppointmentList(Link, code="al", later=2):
    """The visits ahead."""

    page: Page = Page(0)
    up: bool = False
    """Opened by «Назад»: an only visit is skipped on the way back too."""


class PastVisits(Link, code="ap"):
    """The visits that are over, the newest first."""

    page: Page = Page(0)


class AppointmentDetails(Link, code="ac"):
    """One visit."""

    appointment: AppointmentId


class OpenVisit(Link, code="av", below=True):
    """One visit in a new message, below one that stays."""

    appointment: AppointmentId


class AskCancel(Link, code="ax"):
    """The question whether to cancel a visit."""

    appointment: AppointmentId


class Cancel(Action, code="Ac", colour=Colour.RED):
    """Cancel a visit."""

    appointment: AppointmentId


class Leave(Action, code="Al"):
    """Leave a screen that waits for an outcome."""

    appointment: AppointmentId


class Coming(Action, code="Ay"):
    """Confirm that the patient is coming."""

    appointment: AppointmentId


class DeclineInstead(Action, code="Xd"):
    """Want nothing instead of a visit that the clinic has called off: what is kept is let go."""

    appointment: AppointmentId


class MadeElsewhere(Link, code="ae"):
    """A visit that was made elsewhere and that the account may not see."""

    patient: PatientId
    clinic: ClinicId | None = None
    """where the account wants to book; None: the patient's own clinic"""


class Alternatives(Link, code="aa"):
    """What is free instead of a time that was refused."""

    appointment: AppointmentId


class AskKeep(Link, code="ak"):
    """The question whether to keep one visit and cancel those that compete with it."""

    appointment: AppointmentId


class Keep(Action, code="Ak"):
    """Keep one visit and cancel those that compete with it."""

    appointment: AppointmentId
