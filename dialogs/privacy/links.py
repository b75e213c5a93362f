"""Links and actions of the privacy slice."""

from __future__ import annotations

from aiogram.fsm.state import State, StatesGroup

from bot.core.people import Purpose
from bot.delivery.screen import Colour
from bot.glossary import ClinicId, PatientId, TakeoverId
from dialogs.kit.link import Action, Link, Page

PURPOSES = (Purpose.REPRESENTATIVE, Purpose.PATIENT, Purpose.REMINDERS)
STEPS = {purpose: step for step, purpose in enumerate(PURPOSES, start=1)}
"""The number of the screen that asks for the purpose."""


class ContactPrompts(StatesGroup):
    phone = State()
    email = State()
    old_code = State()


class Welcome(Link, code="cw"):
    """The first screen: what the bot does and that it needs consent."""


class AskConsent(Link, code="cp"):
    """The question about one consent."""

    step: int


class ConsentText(Link, code="cf"):
    """A consent in full."""

    step: int
    reading: bool = False
    """Opened from «Настройки и данные», not from the question."""


class Declined(Link, code="cd"):
    """What a declined consent means."""

    step: int


class Agree(Action, code="Ca", colour=Colour.GREEN):
    """Give a consent to a text of an earlier release: the text of today is shown first."""

    step: int


class AgreeTo(Action, code="Cv", colour=Colour.GREEN):
    """Give a consent to the text in this version."""

    step: int
    version: int


class Decline(Action, code="Cd"):
    """Decline a consent."""

    step: int


class AskUnlink(Link, code="pu"):
    """The question whether to remove a card."""

    patient: PatientId


class Unlink(Action, code="Pu", colour=Colour.RED):
    """Remove a card.

    ``shared`` and ``visits`` are what the question showed: if they have changed, it is shown again.
    """

    patient: PatientId
    keep_visits: bool
    shared: bool = False
    visits: int = 0


class MyData(Link, code="dm"):
    """What is stored about the account, its consents and what can be done with them."""


class AskRevoke(Link, code="dr"):
    """The question whether to take a consent back."""

    step: int


class Revoke(Action, code="Dr", colour=Colour.RED):
    """Take a consent back."""

    step: int


class Journal(Link, code="dj", later=1):
    """What was done from the account."""

    page: Page = Page(0)


class AskExport(Link, code="dx"):
    """The question before an export: of one patient, or of everything."""

    patient: PatientId | None = None
    """None: everything of the account."""


class ExportData(Action, code="Dx"):
    """Export data as files."""

    patient: PatientId | None = None


class AskErase(Link, code="de"):
    """The question whether to erase everything."""


class Erase(Action, code="De", colour=Colour.RED):
    """Erase everything of the account."""

    keep_visits: bool


class MyContacts(Link, code="tm"):
    """The account's phone and e-mail."""


class AskPhone(Link, code="tp", state=ContactPrompts.phone, later=2):
    """The prompt for a phone."""

    patient: PatientId | None = None
    clinic: ClinicId | None = None
    """that demands it before it books the patient: booking goes on there"""


class AskEmail(Link, code="te", state=ContactPrompts.email):
    """The prompt for an e-mail address."""


class RemovePhone(Action, code="Tp", colour=Colour.RED):
    """Delete the phone."""


class RemoveEmail(Action, code="Te", colour=Colour.RED):
    """Delete the e-mail address."""


class AskTakeover(Action, code="Ta"):
    """Ask the old account for a takeover."""

    takeover: TakeoverId


class WithdrawTakeover(Action, code="Tw"):
    """Withdraw a takeover that is offered or asked for."""

    takeover: TakeoverId


class EnterOldCode(Link, code="to", state=ContactPrompts.old_code):
    """The prompt for the access code of the old account."""

    takeover: TakeoverId


class TakeoverPapers(Link, code="td"):
    """Where to bring which papers for a takeover, with its number."""

    takeover: TakeoverId


class AllowTakeover(Action, code="Ty", colour=Colour.RED):
    """Allow a takeover."""

    takeover: TakeoverId


class RefuseTakeover(Action, code="Tn"):
    """Refuse a takeover."""

    takeover: TakeoverId


class UndoTakeover(Action, code="Tu"):
    """Take everything back from the account that it was moved to."""

    takeover: TakeoverId
