"""Presses on inline buttons and their answers."""

from __future__ import annotations

import pytest

from tests.chat.message import ChatError
from tests.emulator.telegram import ANNA, KEYBOARD, Telegram, telegram_of


async def test_press_is_answered_with_an_alert_or_a_toast(telegram: Telegram) -> None:
    await telegram.send(reply_markup=KEYBOARD)
    screen = await telegram.anna.screen()
    for alert in (True, False):
        press = await telegram.anna.press_only(screen.id, "book")
        (update,) = await telegram.take_updates()
        query = update["callback_query"]
        assert (query["data"], query["message"]["reply_markup"]) == ("book", KEYBOARD)
        answer = {"callback_query_id": query["id"], "text": "Занято", "show_alert": alert}
        assert await telegram.do("answerCallbackQuery", **answer)
        pressed = await telegram.anna.answer_to(press)
        assert pressed.answered
        assert (pressed.alert, pressed.toast) == (("Занято", None) if alert else (None, "Занято"))


async def test_expired_press_cannot_be_answered() -> None:
    async with telegram_of(callback_life=0.1) as telegram:
        await telegram.anna.start()
        await telegram.send(reply_markup=KEYBOARD)
        await telegram.take_updates()
        screen = await telegram.anna.screen()
        pressed = await telegram.anna.press_data(screen.id, "book")
        assert not pressed.answered
        (update,) = await telegram.take_updates()
        for query_id in (update["callback_query"]["id"], "unknown"):
            assert await telegram.refusal("answerCallbackQuery", callback_query_id=query_id) == (
                "400 Bad Request: query is too old and response timeout expired or query ID is invalid"
            )


async def test_answer_over_200_characters_is_refused(telegram: Telegram) -> None:
    await telegram.send(reply_markup=KEYBOARD)
    await telegram.anna.press_only((await telegram.anna.screen()).id, "book")
    (update,) = await telegram.take_updates()
    query_id = update["callback_query"]["id"]
    refused = await telegram.refusal("answerCallbackQuery", callback_query_id=query_id, text="я" * 201)
    assert refused == "400 Bad Request: MESSAGE_TOO_LONG"
    assert await telegram.do("answerCallbackQuery", callback_query_id=query_id, text="я" * 200)


async def test_forged_press_and_press_on_a_deleted_message_are_sent(telegram: Telegram) -> None:
    sent = await telegram.send(reply_markup=KEYBOARD)
    await telegram.anna.press_only(sent["message_id"], "cancel|42")
    await telegram.do("deleteMessage", chat_id=ANNA, message_id=sent["message_id"])
    await telegram.anna.press_only(sent["message_id"], "book")
    forged, orphan = [update["callback_query"] for update in await telegram.take_updates()]
    assert forged["data"] == "cancel|42"
    assert orphan["message"]["date"] == 0
    assert "text" not in orphan["message"]


async def test_missing_button_is_not_pressed(telegram: Telegram) -> None:
    await telegram.send(reply_markup=KEYBOARD)
    await telegram.take_updates()
    telegram.chat.limit = 0.1
    with pytest.raises(ChatError, match=r"no button 'Отменить'.*(?s:.*)\[Записаться\]"):
        await telegram.anna.press("Отменить")
