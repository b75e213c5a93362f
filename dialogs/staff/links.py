"""Links and actions of the desk's screens."""

from __future__ import annotations

from aiogram.fsm.state import State, StatesGroup

from bot.clinics.port import ClinicReason
from bot.core.clinic import VisitType
from bot.delivery.screen import Colour
from bot.glossary import MatterId, TakeoverId
from dialogs.kit.link import Action, Day, Link, Moment, Page


class DeskPrompts(StatesGroup):
    matter = State()


class Desk(Link, code="kk"):
    """The menu of the desk: what the member's role allows."""


class DeskDay(Link, code="kd"):
    """The visits of one day at the registrar's clinic."""

    day: Day | None = None
    """None: today in the clinic's zone"""
    page: Page = Page(0)


class DeskVisit(Link, code="kv"):
    """One visit at the desk."""

    number: int


class DeskAskCancel(Link, code="kx"):
    """The question why the clinic cancels a visit."""

    number: int


class DeskCancel(Action, code="Kx", colour=Colour.RED):
    """Cancel a visit for the clinic."""

    number: int
    reason: ClinicReason


class DeskMove(Link, code="km"):
    """The days and times that a visit can be moved to."""

    number: int
    day: Day | None = None
    """None: the first day with free time"""


class DeskMoveTo(Action, code="Km"):
    """Move a visit for the clinic."""

    number: int
    start: Moment
    kind: VisitType


class AskMatter(Link, code="ku", state=DeskPrompts.matter):
    """The prompt for the number of a desk matter."""


class SeeMatter(Link, code="kw"):
    """A desk matter, with the papers to look at."""

    matter: MatterId


class ConfirmMatter(Action, code="Kw", colour=Colour.GREEN):
    """Confirm a desk matter: the papers are right."""

    matter: MatterId


class DeclineMatter(Action, code="Ku"):
    """Decline a desk matter: the papers are not right."""

    matter: MatterId


class DeskReaders(Link, code="kr"):
    """How many names each member of the clinic's staff has read on one day."""

    day: Day | None = None
    """None: today in the clinic's zone"""


class SeeTakeover(Link, code="kt"):
    """A takeover whose number a parent has brought, with the papers to look at."""

    takeover: TakeoverId


class ConfirmTakeover(Action, code="Kt", colour=Colour.GREEN):
    """Confirm a takeover: the papers are right."""

    takeover: TakeoverId


class DeclineTakeover(Action, code="Kf"):
    """Decline a takeover: the papers are not right."""

    takeover: TakeoverId
