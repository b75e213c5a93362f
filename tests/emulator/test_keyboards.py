"""Inline keyboards and reply keyboards."""

from __future__ import annotations

from typing import Any

import pytest

from bot.emulator.chats import GROUP_ID
from tests.emulator.telegram import ANNA, Telegram


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[{"text": "x"}]], "Text buttons are unallowed in the inline keyboard"),
        ([[{"text": "x", "callback_data": ""}]], "BUTTON_DATA_INVALID"),
        ([[{"text": "x", "callback_data": "я" * 33}]], "BUTTON_DATA_INVALID"),
        (
            [[{"text": "x", "callback_data": "a", "url": "https://a.ru"}]],
            "inline keyboard button must have exactly one action, found url, callback_data",
        ),
        ([[{"text": "x", "url": "нет"}]], "inline keyboard button URL 'нет' is invalid: Wrong HTTP URL"),
        (
            [[{"text": "x", "url": "http://localhost:80/"}]],
            "inline keyboard button URL 'http://localhost:80/' is invalid: Wrong HTTP URL",
        ),
        (
            [[{"text": "x", "url": "ftp://a.ru"}]],
            "inline keyboard button URL 'ftp://a.ru' is invalid: Unsupported URL protocol",
        ),
        ([[{"callback_data": "a"}]], "can't parse inline keyboard button: Can't find field \"text\""),
        (
            [[{"text": "x", "callback_data": "a", "style": "green"}]],
            "can't parse InlineKeyboardButton: Invalid button style specified",
        ),
        ([[{"text": "x", "copy_text": "A7KM"}]], "can't parse InlineKeyboardButton: Can't find field \"text\""),
        ([[{"text": "x", "copy_text": {"text": ""}}]], "BUTTON_COPY_TEXT_INVALID"),
        ([[{"text": "x", "copy_text": {"text": "я" * 257}}]], "BUTTON_COPY_TEXT_INVALID"),
        ([[{"text": "x", "callback_data": "a"}] * 9], "REPLY_MARKUP_TOO_LONG"),
        ([[{"text": "x", "callback_data": "a"}]] * 101, "REPLY_MARKUP_TOO_LONG"),
        ([[{"text": "x", "callback_data": "a"}] * 8], "house rule: a row has at most 7 buttons"),
        ([[{"text": "x", "callback_data": "a"}]] * 21, "house rule: a screen has at most 20 rows of buttons"),
        ([{"text": "x"}], 'field "inline_keyboard" of the ReplyMarkup must be an Array of Arrays'),
    ],
)
async def test_invalid_inline_keyboard_is_refused(telegram: Telegram, rows: Any, reason: str) -> None:
    refused = await telegram.refusal("sendMessage", chat_id=ANNA, text="x", reply_markup={"inline_keyboard": rows})
    assert refused == f"400 Bad Request: {reason}"


async def test_largest_inline_keyboard_is_accepted(telegram: Telegram) -> None:
    button = {"text": "x", "callback_data": "я" * 32}
    sent = await telegram.send(reply_markup={"inline_keyboard": [[button] * 7] * 14 + [[button] * 2]})
    assert sum(map(len, sent["reply_markup"]["inline_keyboard"])) == 100


async def test_button_url_is_normalized(telegram: Telegram) -> None:
    given = ("a.ru", "HTTPS://A.ru?x=Y", "https://t.me/share/url?url=z", "tg:resolve?domain=x")
    sent = await telegram.send(reply_markup={"inline_keyboard": [[{"text": "x", "url": url}] for url in given]})
    kept = [button["url"] for (button,) in sent["reply_markup"]["inline_keyboard"]]
    assert kept == ["http://a.ru/", "https://a.ru/?x=Y", "https://t.me/share/url?url=z", "tg://resolve?domain=x"]


async def test_button_without_callback_data_is_shown(telegram: Telegram) -> None:
    button = {"text": "Спросить", "switch_inline_query_current_chat": "", "style": "danger", "url": None}
    sent = await telegram.send(reply_markup={"inline_keyboard": [[button]]})
    button.pop("url")
    assert sent["reply_markup"]["inline_keyboard"] == [[button]]
    assert (await telegram.anna.screen()).labels == ["Спросить"]


async def test_colours_and_copied_texts_are_shown(telegram: Telegram) -> None:
    rows = [
        [{"text": "Записаться", "callback_data": "b", "style": "success"}],
        [{"text": "Скопировать", "copy_text": {"text": "я" * 256}}],
    ]
    sent = await telegram.send(reply_markup={"inline_keyboard": rows})
    assert sent["reply_markup"]["inline_keyboard"] == rows
    (book,), (copy,) = (await telegram.anna.screen()).buttons
    assert (book.style, copy.style) == ("success", "")
    assert copy.value == {"text": "я" * 256}


async def test_message_with_reply_keyboard_is_not_editable(telegram: Telegram) -> None:
    sent = await telegram.send(reply_markup={"keyboard": [["Да", {"text": "Телефон", "request_contact": True}]]})
    assert "reply_markup" not in sent
    assert await telegram.anna.reply_keyboard() == [["Да", "Телефон"]]
    refused = await telegram.refusal("editMessageText", chat_id=ANNA, message_id=sent["message_id"], text="нет")
    assert refused == "400 Bad Request: message can't be edited"
    await telegram.send(reply_markup={"remove_keyboard": True})
    assert await telegram.anna.reply_keyboard() == []


async def test_phone_is_requested_in_private_chats_only(telegram: Telegram) -> None:
    await telegram.chat.in_group(ANNA).add_bot()
    keyboard = {"keyboard": [[{"text": "Телефон", "request_contact": True}]]}
    refused = await telegram.refusal("sendMessage", chat_id=GROUP_ID, text="x", reply_markup=keyboard)
    assert refused == "400 Bad Request: phone number can be requested in private chats only"


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ({"inline_keyboard": 5}, 'field "inline_keyboard" of the ReplyMarkup must be of type Array'),
        ({"inline_keyboard": [["x"]]}, "can't parse inline keyboard button: expected an Object"),
        ({"inline_keyboard": [[{"text": " ", "callback_data": "a"}]]}, "inline keyboard button text must be non-empty"),
        ({"keyboard": []}, "reply markup keyboard must be non-empty"),
        ({"keyboard": [[{"text": ""}]]}, "can't parse keyboard button: Can't find field \"text\""),
    ],
)
async def test_malformed_keyboard_is_refused(telegram: Telegram, markup: Any, reason: str) -> None:
    refused = await telegram.refusal("sendMessage", chat_id=ANNA, text="x", reply_markup=markup)
    assert refused == f"400 Bad Request: {reason}"


async def test_message_with_forced_reply_is_not_editable(telegram: Telegram) -> None:
    assert "reply_markup" not in await telegram.send(reply_markup={"inline_keyboard": []})
    forced = await telegram.send(reply_markup={"force_reply": True})
    refused = await telegram.refusal("editMessageText", chat_id=ANNA, message_id=forced["message_id"], text="x")
    assert refused == "400 Bad Request: message can't be edited"
