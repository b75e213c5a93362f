"""Decide which screens the access code protects, and carry the wanted button through the prompt for the code."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from bot.account.rules.access_code import is_locked
from dialogs.account.links import ChooseLanguage, EnterCode, ForgetCode, ForgottenCode, Help, SetLanguage
from dialogs.kit.flow import Visitor
from dialogs.kit.link import LONGEST_DATA
from dialogs.patients.links import GetPolicy, Newborn, NoPolicy, RemindOfPolicy
from dialogs.privacy.links import Agree, AskConsent, ConsentText, Decline, Declined, RefuseTakeover, Welcome

SHOWN_WITHOUT_CODE: frozenset[type[CallbackData]] = frozenset(
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
        RefuseTakeover,
        RemindOfPolicy,
        SetLanguage,
        Welcome,
    }
)
"""Screens and actions without personal data. All others, new ones included, need the code.

Refusing a takeover only keeps everything where it is, and whoever refuses may have forgotten the code.
"""

CODE_PROMPTS = (EnterCode, ForgottenCode)
"""The prompts for the code; both keep an earlier answer that waits for the code."""

INSTEAD_OF_COLON = "."
"""replaces each colon of a link that is packed into a field: a colon would end the field"""


def code_prompt(visitor: Visitor, link: CallbackData) -> EnterCode | None:
    """Return the prompt for the code if the code must be typed before this link, else None."""
    if type(link) in SHOWN_WITHOUT_CODE or not is_locked(visitor.account.lock, visitor.now):
        return None
    return EnterCode(then=packed_inside(link))


def packed_inside(link: CallbackData) -> str:
    """Return the data of a link for the field ``then`` of a prompt, or "" (the menu) if it does not fit there."""
    data = link.pack()
    fits = len(f"{EnterCode.__prefix__}:{data}".encode()) <= LONGEST_DATA and INSTEAD_OF_COLON not in data
    return data.replace(":", INSTEAD_OF_COLON) if fits else ""


def wanted_data(prompt: EnterCode | ForgottenCode) -> str:
    """Return the button's data that ``packed_inside`` has put into the prompt."""
    return prompt.then.replace(INSTEAD_OF_COLON, ":")


def is_same_wait(prompt: str, at: CallbackData) -> bool:
    """Return whether this screen is a prompt for the code and continues with the same link as the packed ``prompt``."""
    return isinstance(at, CODE_PROMPTS) and at.then == prompt.partition(":")[2]
