"""What `registratura init` asks for, and the sentences for answers that are wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from bot.env_file import can_be_written
from bot.settings import SettingsError, load_settings


class Question(NamedTuple):
    """A setting that is asked for; ``trouble`` says what is wrong with an answer, without repeating it."""

    setting: str
    words: str
    trouble: Callable[[str], str]
    needed: bool = True
    hidden: bool = False

    @property
    def name(self) -> str:
        return self.setting.upper()

    @property
    def option(self) -> str:
        return "--token-stdin" if self.hidden else f"--{self.setting.replace('_', '-')}"


def token_trouble(typed: str) -> str:
    if " " in typed:
        return "A token has no space in it: copy it alone, without the words around it."
    if ":" not in typed:
        return "A token has a colon after its first digits, as in 123456789:AAF…: copy all of it from @BotFather."
    return "A token begins with the digits of the bot, then a colon, as in 123456789:AAF…: copy it from @BotFather."


def chat_trouble(typed: str) -> str:
    if "@" in typed or "t.me" in typed:
        return "This is a name; the number of the chat is needed, such as 123456789."
    if typed.startswith("+") or re.fullmatch(r"[\d ()-]*[ ()][\d ()-]*", typed):
        return "This looks like a telephone number; the number of the chat in Telegram is needed, such as 123456789."
    return "The number of a chat has digits only, and that of a group a minus before them: 123456789, -1001234567890."


def phone_trouble(typed: str) -> str:
    return "Parents are to call this number: write it with its digits, such as +7 900 000-00-00 or 122."


def email_trouble(typed: str) -> str:
    return "An e-mail address looks like help@clinic.example, without spaces."


def text_trouble(typed: str) -> str:
    return "This cannot stand in .env: leave out ${ and characters that are not visible."


QUESTIONS = (
    Question("bot_token", "Token of the bot (what you paste is not shown)", token_trouble, hidden=True),
    Question(
        "operator_name", "Who runs the bot and answers for personal data, as the consent names them", text_trouble
    ),
    Question(
        "operator_address", "Postal address of the same, for the consent (Enter for none)", text_trouble, needed=False
    ),
    Question("support_phone", "Telephone of support", phone_trouble),
    Question("support_email", "E-mail of support", email_trouble),
    Question("support_hours", "When support answers, in words, such as «по будням с 9 до 18»", text_trouble),
    Question(
        "operator_chat",
        "Number of your Telegram chat, for alarms (Enter for none, ? to find it)",
        chat_trouble,
        needed=False,
    ),
)
LEAST_DIGITS = 3
"""of a telephone number, such as 122"""
CHAT = re.compile(r"-?[1-9]\d{0,15}", re.ASCII)


def find_trouble(question: Question, typed: str) -> str | None:
    """Return what is wrong with an answer, or None. Whether it fits is decided by the settings themselves."""
    from bot.selfcheck import STAND_INS

    if not can_be_written(typed):
        return text_trouble(typed)
    if question.setting == "operator_chat" and not CHAT.fullmatch(typed):
        return question.trouble(typed)
    if question.setting == "support_phone" and sum(map(str.isdecimal, typed)) < LEAST_DIGITS:
        return question.trouble(typed)
    try:
        load_settings(None, **(STAND_INS | {question.setting: typed}))
    except SettingsError as wrong:
        return question.trouble(typed) if f"{question.name} is " in str(wrong) else None
    return None
