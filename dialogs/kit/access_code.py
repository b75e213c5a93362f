"""The gate: what is shown only after the access code, and how the prompt for it carries what was wanted."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from bot.account.rules.access_code import is_locked
from dialogs.account.links import ChooseLanguage, EnterCode, ForgetCode, ForgottenCode, Help, SetLanguage
from dialogs.kit.flow import Visitor
from dialogs.kit.link import LONGEST_DATA
from dialogs.patients.links import GetPolicy, Newborn, NoPolicy, RemindOfPolicy
from dialogs.privacy.links import Agree, AskConsent, ConsentText, Decline, Declined, Welcome

NOTHING_PERSONAL: frozenset[type[CallbackData]] = frozenset(
    {
        Agree,
        AskConsent,
        ChooseLanguage,
        ConsentText,
        Decline,
        Declined,
        EnterCode,
        ForgetCode,
        ForgottenCode,
        GetPolicy,
        Help,
        Newborn,
        NoPolicy,
        RemindOfPolicy,
        SetLanguage,
        Welcome,
    }
)
"""What is shown without the code; everything else asks for it."""

CODE_PROMPTS = (EnterCode, ForgottenCode)
"""Where the code is typed; what was typed before it waits on both."""

COLON = "."
"""A colon parts the fields of a button, so inside one field another sign stands for it."""


def asks_code(visitor: Visitor, link: CallbackData) -> EnterCode | None:
    """The prompt for the code where it must be typed first."""
    if type(link) in NOTHING_PERSONAL or not is_locked(visitor.account.lock, visitor.now):
        return None
    return EnterCode(then=carried(link))


def carried(link: CallbackData) -> str:
    """A link or an action inside another one's field; "", which is the menu, where it does not fit."""
    data = link.pack()
    fits = len(f"{EnterCode.__prefix__}:{data}".encode()) <= LONGEST_DATA and COLON not in data
    return data.replace(":", COLON) if fits else ""


def still_waits(prompt: str, at: CallbackData) -> bool:
    """Whether what was typed at one prompt for the code waits on at this screen: both stand before the same."""
    return isinstance(at, CODE_PROMPTS) and at.then == prompt.partition(":")[2]


def brought(prompt: EnterCode | ForgottenCode) -> str:
    """The button's data that the prompt carries."""
    return prompt.then.replace(COLON, ":")
