"""Links and actions of the appointments slice."""

from __future__ import annotations

from bot.glossary import AppointmentId
from dialogs.kit.link import Action, Link, Page


class AppointmentList(Link, code="al"):
    """The visits ahead."""


class PastVisits(Link, code="ap"):
    """The visits that are over, the newest first."""

    page: Page = Page(0)


class AppointmentDetails(Link, code="ac"):
    """One visit."""

    appointment: AppointmentId


class AskCancel(Link, code="ax"):
    """The question whether to cancel a visit."""

    appointment: AppointmentId


class Cancel(Action, code="Ac"):
    """Cancel a visit."""

    appointment: AppointmentId


class Leave(Action, code="Al"):
    """Leave a screen that waits for an outcome."""

    appointment: AppointmentId


class Coming(Action, code="Ay"):
    """Confirm that the patient is coming."""

    appointment: AppointmentId


class Alternatives(Link, code="aa"):
    """What is free instead of a time that was refused."""

    appointment: AppointmentId
