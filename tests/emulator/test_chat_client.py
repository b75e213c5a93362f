"""The chat client of the tests, tried at the emulator."""

from __future__ import annotations

import re

import pytest

from tests.chat.client import ChatClient
from tests.chat.message import ChatError
from tests.emulator.telegram import ANNA, STRANGER, Telegram, meanwhile


async def test_waiting_ignores_messages_before_the_last_action(telegram: Telegram) -> None:
    await telegram.send("Готово")
    await telegram.anna.say("ещё раз")
    with pytest.raises(ChatError, match="Готово"):
        await telegram.anna.wait_for("Готово", limit=0.05)
    assert (await telegram.anna.wait_for("Готово", ever=True)).text == "Готово"
    async with meanwhile(telegram.anna.wait_for(re.compile("^Гот"))) as wait:
        await telegram.send("Готово снова")
    assert (await wait).text == "Готово снова"


async def test_idle_means_all_updates_taken_and_answered(telegram: Telegram) -> None:
    await telegram.anna.say("есть кто?")
    telegram.chat.limit = 0.1
    with pytest.raises(ChatError, match="not idle"):
        await telegram.anna.wait_idle()
    telegram.chat.limit = 2
    async with meanwhile(telegram.anna.screen()) as wait:
        await telegram.take_updates()
        await telegram.send("есть")
    assert (await wait).text == "есть"
    await telegram.chat.wait_idle()


async def test_client_waits_for_the_settled_callback(telegram: Telegram) -> None:
    asked = 0

    async def settled(chat: int | None) -> int:
        nonlocal asked
        asked += 1
        activity = telegram.emulator.chats[chat or 0].activity
        before = activity.changed.revision
        if asked == 1:
            await telegram.send("поздний ответ")
        return before

    async with ChatClient(telegram.url, settled=settled) as chat:
        await chat.person(ANNA).say("эй")
        await telegram.take_updates()
        assert (await chat.person(ANNA).screen()).text == "поздний ответ"
        assert asked == 2


async def test_reply_keyboard_is_pressed_like_a_button(telegram: Telegram) -> None:
    keyboard = [["Да", {"text": "Телефон", "request_contact": True}, {"text": "Где я", "request_location": True}]]
    await telegram.send(reply_markup={"keyboard": keyboard})
    for label in ("Да", "Телефон", "Где я"):
        assert (await telegram.anna.press(label)).answered
        await telegram.take_updates()
    words, contact, place = (await telegram.anna.messages())[-3:]
    assert (words.text, contact.kind, place.kind) == ("Да", "contact", "location")


async def test_link_button_is_opened(telegram: Telegram) -> None:
    await telegram.send(reply_markup={"inline_keyboard": [[{"text": "Сайт", "url": "https://a.ru"}]]})
    assert (await telegram.anna.press("Сайт")).url == "https://a.ru/"


async def test_new_person_gets_the_given_name_and_language(telegram: Telegram) -> None:
    await telegram.chat.person(STRANGER, first_name="John", language_code="en", phone="+15550000000").share_contact()
    (update,) = await telegram.take_updates()
    assert update["message"]["from"]["language_code"] == "en"
    assert update["message"]["contact"]["phone_number"] == "+15550000000"
    people = await telegram.chat.request("GET", "/people")
    assert [person["first_name"] for person in people] == ["Анна", "Игорь", "Ольга", "John"]
