"""Links and actions of the clinic's day: who has come, and who is said not to have."""

from __future__ import annotations

from bot.delivery.screen import Colour
from bot.staff.records import TicketKind
from dialogs.kit.link import Action, Link, Page


class CheckIn(Action, code="Qi", colour=Colour.GREEN):
    """Note that the patient of a visit has come."""

    number: int


class TicketAnswer(Link, code="qt"):
    """What a ticket is to whoever has opened it, if it leads to no visit."""

    kind: TicketKind


class DeskMissed(Link, code="qm"):
    """The missed visits whose parents say that they were there."""

    page: Page = Page(0)


class AgreeMissed(Action, code="Qc", colour=Colour.GREEN):
    """Agree that a visit that was noted as missed took place."""

    number: int


class DenyMissed(Action, code="Qd"):
    """Stay with the note that nobody came."""

    number: int
