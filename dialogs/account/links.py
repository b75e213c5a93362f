"""Buttons of the account slice."""

from __future__ import annotations

from aiogram.fsm.state import State, StatesGroup

from dialogs.kit.link import Action, Link


class PinPrompts(StatesGroup):
    enter = State()
    forgotten = State()
    proof = State()
    new = State()
    again = State()


class Home(Link, code="mh"):
    """The menu."""


class ChooseLanguage(Link, code="ml"):
    """The choice of a language."""


class SetLanguage(Action, code="Ml"):
    """Switch to a language."""

    language: str


class Help(Link, code="mp"):
    """Help and support."""


class EnterPin(Link, code="ie", state=PinPrompts.enter):
    """The prompt for the access code."""

    then: str = ""
    """what was wanted, packed by ``dialogs.gate``; "": the menu"""


class ForgottenPin(Link, code="if", state=PinPrompts.forgotten):
    """What to do about a forgotten code."""

    then: str = ""


class ForgetPin(Action, code="If"):
    """Have the code switched off after a day."""

    then: str = ""


class PinSettings(Link, code="is"):
    """The settings of the access code."""


class AskPin(Link, code="ip", state=PinPrompts.proof):
    """The present code, typed before it is changed or switched off."""

    off: bool = False


class NewPin(Link, code="in", state=PinPrompts.new):
    """The prompt for a new code."""


class NewPinAgain(Link, code="ia", state=PinPrompts.again):
    """The prompt to repeat the new code."""

    weak: bool = False


class ClosePin(Action, code="Ic"):
    """Lock the chat at once."""
