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


class DeskMove(Link, code="km", later=1):
    """The days and times that a visit can be moved to."""

    number: int
    day: Day | None = None
    """None: the first day with free time"""
    page: Page = Page(0)


class DeskMoveDays(Link, code="kn"):
    """All days that a visit can be moved to."""

    number: int
    page: Page = Page(0)


class DeskMoveTo(Action, code="Km"):
    """Move a visit for the clinic."""

    number: int
    start: Moment
    kind: VisitType


class AskMatter(Link, code="ku", state=DeskPrompts.matter):
    """The prompt for the number of a desk matter."""


class SeeMatter(Link, code="kw", later=1):
    """A desk matter, with the papers to look at."""

    matter: MatterId
    page: Page = Page(0)


class ConfirmMatter(Action, code="Kw", colour=Colour.GREEN):
    """Confirm a desk matter: the papers are right."""

    matter: MatterId


class DeclineMatter(Action, code="Ku"):
    """Decline a desk matter: the papers are not right."""

    matter: MatterId


class DeskReaders(Link, code="kr", later=1):
    """How many names each member of the clinic's staff has read on one day."""

    day: Day | None = None
    """None: today in the clinic's zone"""
    page: Page = Page(0)


class SeeTakeover(Link, code="kt", later=1):
    """A takeover whose number a parent has brought, with the papers to look at."""

    takeover: TakeoverId
    page: Page = Page(0)


class ConfirmTakeover(Action, code="Kt", colour=Colour.GREEN):
    """Confirm a takeover: the papers are right."""

    takeover: TakeoverId


class DeclineTakeover(Action, code="Kf"):
    """Decline a takeover: the papers are not right."""

    takeover: TakeoverId
