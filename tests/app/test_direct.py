"""The direct way of a screen's requests, beside aiogram's way: the same messages, results and failures."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiogram import Bot, types
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import AnswerCallbackQuery, DeleteMessage, EditMessageText, SendMessage
from aiogram.types import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters

from bot.emulator import Emulator, serve
from bot.emulator.app_user import AppUser
from bot.emulator.chats import Message
from bot.emulator.faults import Fault
from bot.telegram.direct import message_deleted, press_answered, text_edited, text_sent
from tests.builders import bot_at
from tests.project_files import modules, read

ANNA = 1001
TEXT = "<b>Педиатр</b>: чт 10:20 & «Мария»\n<a href='https://example.org'>как пройти</a>"
BUTTONS = InlineKeyboardMarkup(
    inline_keyboard=[
        [InlineKeyboardButton(text="Записаться", callback_data="Bb:5", style="success")],
        [InlineKeyboardButton(text="Номер", copy_text=CopyTextButton(text="A7KM-9X"))],
        [InlineKeyboardButton(text="Адрес", url="https://example.org/map")],
    ]
)
PLAIN = BUTTONS.model_dump(exclude_none=True, exclude_defaults=True)
SCREEN, OTHER = 2, 3
"""the ids of the two messages that the bot has sent"""

WAYS: dict[str, Callable[[str], tuple[Any, Any]]] = {
    "send": lambda _: (
        SendMessage(chat_id=ANNA, text=TEXT, reply_markup=BUTTONS, protect_content=True),
        text_sent(ANNA, TEXT, PLAIN, protected=True),
    ),
    "send plain": lambda _: (SendMessage(chat_id=ANNA, text="да"), text_sent(ANNA, "да")),
    "reply": lambda _: (
        SendMessage(
            chat_id=ANNA,
            text="да",
            reply_parameters=ReplyParameters(message_id=SCREEN, allow_sending_without_reply=True),
        ),
        text_sent(ANNA, "да", reply_to=SCREEN),
    ),
    "broken": lambda _: (SendMessage(chat_id=ANNA, text="<b>да"), text_sent(ANNA, "<b>да")),
    "to nobody": lambda _: (SendMessage(chat_id=77, text="да"), text_sent(77, "да")),
    "edit": lambda _: (
        EditMessageText(chat_id=ANNA, message_id=SCREEN, text=TEXT, reply_markup=BUTTONS),
        text_edited(ANNA, SCREEN, TEXT, PLAIN),
    ),
    "same": lambda _: (EditMessageText(chat_id=ANNA, message_id=OTHER, text="Меню"), text_edited(ANNA, OTHER, "Меню")),
    "edit nothing": lambda _: (EditMessageText(chat_id=ANNA, message_id=999, text="да"), text_edited(ANNA, 999, "да")),
    "delete": lambda _: (DeleteMessage(chat_id=ANNA, message_id=SCREEN), message_deleted(ANNA, SCREEN)),
    "delete nothing": lambda _: (DeleteMessage(chat_id=ANNA, message_id=999), message_deleted(ANNA, 999)),
    "answer": lambda press: (AnswerCallbackQuery(callback_query_id=press), press_answered(press)),
    "toast": lambda press: (AnswerCallbackQuery(callback_query_id=press, text="да"), press_answered(press, "да")),
    "alert": lambda press: (
        AnswerCallbackQuery(callback_query_id=press, text="да", show_alert=True),
        press_answered(press, "да", alert=True),
    ),
    "answer nothing": lambda _: (AnswerCallbackQuery(callback_query_id="999"), press_answered("999")),
}
"""the two ways, given the id of a press"""

DIRECT = re.compile(r'DirectCall\("(\w+)"')

FAULTS: dict[str, Callable[[], Fault]] = {
    "nothing": lambda: Fault("slow", method="getMe"),
    "429": lambda: Fault("429", retry_after=3),
    "403": lambda: Fault("403"),
    "400": lambda: Fault("400", description="Bad Request: group chat was upgraded to a supergroup chat"),
    "500": lambda: Fault("500"),
    "502": lambda: Fault("502"),
    "cut before": lambda: Fault("cut_before"),
    "cut after": lambda: Fault("cut_after"),
}


@pytest.mark.parametrize("way", WAYS)
async def test_direct_call_does_what_aiogram_does(way: str) -> None:
    theirs, ours = [await outcome(way, number, "nothing") for number in (0, 1)]
    assert ours == theirs


def test_every_method_with_a_direct_form_is_compared() -> None:
    written = {name for path in modules("bot", "dialogs") for name in DIRECT.findall(read(path))}
    assert {ways("1")[1].__api_method__ for ways in WAYS.values()} == written


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("way", ["send", "edit", "delete", "alert"])
async def test_direct_call_fails_as_aiogram_does(way: str, fault: str) -> None:
    theirs, ours = [await outcome(way, number, fault) for number in (0, 1)]
    assert ours == theirs


async def outcome(way: str, number: int, fault: str) -> tuple[object, ...]:
    """Return what a call in this way returns or raises, what the chat shows then, and the answer to the press."""
    emulator = Emulator()
    async with serve(emulator) as url, bot_at(url) as bot:
        anna = AppUser(emulator, ANNA)
        anna.start()
        for text in ("Что показать?", "Меню"):
            await bot.session.make_request(bot, SendMessage(chat_id=ANNA, text=text, reply_markup=BUTTONS))
        await bot.session.make_request(bot, EditMessageText(chat_id=ANNA, message_id=OTHER, text="Меню"))
        press = anna.press(SCREEN, "Bb:5")
        emulator.faults.add(FAULTS[fault]())
        answer = await answered(bot.session.make_request(bot, WAYS[way](press.id)[number]))
        screens = [shown(each) for each in emulator.chats[ANNA].messages.values()]
        return answer, screens, (press.answered, press.text, press.alert)


def shown(message: Message) -> tuple[object, ...]:
    return message.id, message.content, message.inline, message.protected, message.reply_to and message.reply_to.id


async def answered(request: Awaitable[Any]) -> object:
    """Return the id of the message in the answer, or True, or the failure: its kind, its words and its seconds."""
    try:
        answer = await request
    except (TelegramAPIError, ClientDecodeError) as failure:
        words = re.sub(r"method '\w+'", "method", str(failure))
        return type(failure).__name__, words, getattr(failure, "retry_after", None)
    return answer.message_id if isinstance(answer, types.Message) else answer


@pytest.mark.parametrize("way", ["send", "edit", "delete", "answer"])
async def test_direct_call_gives_up_after_the_limit_of_a_request(way: str) -> None:
    failures = []
    for call in WAYS[way]("1"):
        emulator = Emulator()
        async with serve(emulator) as url, bot_at(url) as bot:
            emulator.faults.add(Fault("hang"))
            with pytest.raises(TelegramNetworkError) as caught:
                await bot.session.make_request(bot, call, timeout=1)
            failures.append((str(caught.value), type(caught.value.__cause__)))
    assert failures[0] == failures[1]


async def test_direct_call_waits_for_its_turn_and_after_a_429() -> None:
    emulator = Emulator()
    async with serve(emulator) as url, bot_at(url) as bot:
        AppUser(emulator, ANNA).start()
        emulator.faults.add(Fault("429", retry_after=100))
        for _ in range(2):  # the second is refused here: Telegram is not asked again before its time
            with pytest.raises(TelegramRetryAfter):
                await asyncio.wait_for(send(bot), timeout=60)
        assert [call.method for call in emulator.call_log.calls] == ["sendMessage"]


async def send(bot: Bot) -> Any:
    call: Any = text_sent(ANNA, "да")
    return await bot.session(bot, call)
