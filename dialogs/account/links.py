"""Links and actions of the account slice."""

from __future__ import annotations

from enum import StrEnum

from aiogram.fsm.state import State, StatesGroup

from dialogs.kit.link import Action, Link


class AccessCodePrompts(StatesGroup):
    enter = State()
    forgotten = State()
    proof = State()
    new = State()
    again = State()


class Home(Link, code="mh"):
    """The menu."""


class HomeBelow(Link, code="mb", below=True):
    """The menu in a new message, below one that stays."""


class ChooseLanguage(Link, code="ml"):
    """The choice of a language."""


class SetLanguage(Action, code="Ml"):
    """Switch to a language."""

    language: str


class Help(Link, code="mp"):
    """Help and support."""


class HelpTopic(StrEnum):
    """The pages of help, in the order of their buttons; a new one is added at the end."""

    OMS = "OMS"
    CHOICE = "CHOICE"
    REFERRALS = "REFERRALS"
    BOT = "BOT"


class HelpPage(Link, code="yh"):
    """One page of help."""

    topic: HelpTopic


class EnterCode(Link, code="ie", state=AccessCodePrompts.enter):
    """The prompt for the access code."""

    then: str = ""
    """The link or action to continue with, packed by ``dialogs.kit.access_code``; "" is the menu."""


class ForgottenCode(Link, code="if", state=AccessCodePrompts.forgotten):
    """What to do if the code is forgotten."""

    then: str = ""


class ForgetCode(Action, code="If"):
    """Plan to drop the code in a day."""

    then: str = ""


class CodeSettings(Link, code="is", later=1):
    """The settings of the access code."""

    desk: bool = False
    """opened from the desk: «Назад» leads back there"""


class EnterCurrentCode(Link, code="ip", state=AccessCodePrompts.proof, later=1):
    """The prompt for the current code before it is changed or switched off."""

    off: bool = False
    """Switch the code off."""
    desk: bool = False
    """opened from the desk: «Назад» leads back there"""


class NewCode(Link, code="in", state=AccessCodePrompts.new, later=1):
    """The prompt for a new code."""

    desk: bool = False
    """opened from the desk: «Назад» leads back there"""


class RepeatNewCode(Link, code="ia", state=AccessCodePrompts.again, later=1):
    """The prompt to repeat the new code."""

    weak: bool = False
    """Set by earlier releases, which let codes pass that are easy to guess."""
    desk: bool = False
    """opened from the desk: «Назад» leads back there"""


class LockNow(Action, code="Ic"):
    """Hide personal data at once."""
