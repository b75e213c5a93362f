"""Buttons of the privacy slice."""

from __future__ import annotations

from aiogram.fsm.state import State, StatesGroup

from bot.glossary import (
    PatientId,
    TakeoverId,
)
from dialogs.kit.link import Action, Link


class ContactPrompts(StatesGroup):
    phone = State()
    email = State()


class Welcome(Link, code="cw"):
    """The first screen: what the bot does and that it needs consent."""


class AskConsent(Link, code="cp"):
    """One consent: its purpose and what is kept."""

    step: int


class ConsentText(Link, code="cf"):
    """A consent in full."""

    step: int
    reading: bool = False
    """opened from «Мои данные», not on the way to a decision"""


class Declined(Link, code="cd"):
    """What a refused consent means."""

    step: int


class Agree(Action, code="Ca"):
    """Give a consent."""

    step: int


class Decline(Action, code="Cd"):
    """Refuse a consent."""

    step: int


class AskUnlink(Link, code="pu"):
    """The question whether to remove a card."""

    patient: PatientId


class Unlink(Action, code="Pu"):
    """Remove a card.

    ``shared`` and ``visits`` are what the question said: an old answer must not be taken for one to another.
    """

    patient: PatientId
    keep_visits: bool
    shared: bool = False
    visits: int = 0


class MyData(Link, code="dm"):
    """What is kept of the account, its consents and their ways out."""


class AskRevoke(Link, code="dr"):
    """The question whether to take a consent back."""

    step: int


class Revoke(Action, code="Dr"):
    """Take a consent back."""

    step: int


class Journal(Link, code="dj"):
    """What has been done with the account's data."""


class AskTakeOut(Link, code="dx"):
    """The question before data are exported."""

    patient: PatientId | None = None
    """0: everything of the account"""


class TakeOut(Action, code="Dx"):
    """Export data as files."""

    patient: PatientId | None = None


class AskErase(Link, code="de"):
    """The question whether to erase everything."""


class Erase(Action, code="De"):
    """Erase everything of the account."""

    keep_visits: bool


class MyContacts(Link, code="tm"):
    """The account's phone and e-mail."""


class AskPhone(Link, code="tp", state=ContactPrompts.phone):
    """The prompt for a phone."""


class AskEmail(Link, code="te", state=ContactPrompts.email):
    """The prompt for an e-mail address."""


class DropPhone(Action, code="Tp"):
    """Delete the phone."""


class DropEmail(Action, code="Te"):
    """Delete the e-mail address."""


class AskTakeover(Action, code="Ta"):
    """Ask the account that has the phone to hand the cards over."""

    takeover: TakeoverId


class WithdrawTakeover(Action, code="Tw"):
    """Withdraw the question about a takeover."""

    takeover: TakeoverId


class AllowTakeover(Action, code="Ty"):
    """Allow a takeover."""

    takeover: TakeoverId


class RefuseTakeover(Action, code="Tn"):
    """Refuse a takeover."""

    takeover: TakeoverId
