"""Messages of the bot: replies, edits, deletions, pins, places, and chats that it cannot write to."""

from __future__ import annotations

from typing import Any

import pytest

from bot.emulator.chats import GROUP_ID
from tests.emulator.telegram import ANNA, IGOR, KEYBOARD, STRANGER, Telegram


async def test_reply_contains_the_message_it_answers(telegram: Telegram) -> None:
    words = await telegram.anna.say("вопрос")
    sent = await telegram.send("ответ", reply_parameters={"message_id": words})
    assert sent["reply_to_message"]["text"] == "вопрос"
    forgiving = {"message_id": 999, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await telegram.send(reply_parameters=forgiving)


async def test_edit_without_markup_removes_the_buttons(telegram: Telegram) -> None:
    sent = await telegram.send(reply_markup=KEYBOARD)
    edited = await telegram.do("editMessageText", chat_id=ANNA, message_id=sent["message_id"], text="Готово")
    assert (edited["text"], "reply_markup" in edited, "edit_date" in edited) == ("Готово", False, True)
    screen = await telegram.anna.screen()
    assert (screen.text, screen.labels) == ("Готово", [])


async def test_edit_of_the_buttons_keeps_the_text(telegram: Telegram) -> None:
    sent = await telegram.send("Записаны", reply_markup=KEYBOARD)
    left = {"inline_keyboard": [[{"text": "Меню", "callback_data": "m"}]]}
    change = {"chat_id": ANNA, "message_id": sent["message_id"], "reply_markup": left}
    await telegram.do("editMessageReplyMarkup", **change)
    screen = await telegram.anna.screen()
    assert (screen.text, screen.labels) == ("Записаны", ["Меню"])
    assert "is not modified" in str(await telegram.refusal("editMessageReplyMarkup", **change))


async def test_edit_that_changes_nothing_is_refused(telegram: Telegram) -> None:
    sent = await telegram.send("да", reply_markup=KEYBOARD)
    same = {"chat_id": ANNA, "message_id": sent["message_id"], "reply_markup": KEYBOARD}
    not_modified = (
        "400 Bad Request: message is not modified: specified new message content and reply markup are exactly the "
        "same as a current content and reply markup of the message"
    )
    assert await telegram.refusal("editMessageText", text=" да ", **same) == not_modified
    same.pop("reply_markup")
    assert await telegram.do("editMessageText", text="да", **same)


@pytest.mark.parametrize(
    ("method", "params", "reason"),
    [
        ("editMessageText", {"text": "x"}, "message to edit not found"),
        ("deleteMessage", {}, "message to delete not found"),
        ("pinChatMessage", {}, "message to pin not found"),
    ],
)
async def test_missing_message_is_not_found(telegram: Telegram, method: str, params: Any, reason: str) -> None:
    assert await telegram.refusal(method, chat_id=ANNA, message_id=999, **params) == f"400 Bad Request: {reason}"


async def test_call_without_message_id_is_refused(telegram: Telegram) -> None:
    for method, params in {"editMessageText": {"text": "x"}, "deleteMessage": {}}.items():
        refused = await telegram.refusal(method, chat_id=ANNA, **params)
        assert refused == "400 Bad Request: message identifier is not specified"


async def test_message_of_a_person_cannot_be_edited(telegram: Telegram) -> None:
    words = await telegram.anna.say("мои слова")
    refused = await telegram.refusal("editMessageText", chat_id=ANNA, message_id=words, text="x")
    assert refused == "400 Bad Request: message can't be edited"


async def test_message_with_a_file_has_no_text_to_edit(telegram: Telegram) -> None:
    paper = (await telegram.upload("sendDocument", b"%PDF", "a.pdf"))["result"]
    refused = await telegram.refusal("editMessageText", chat_id=ANNA, message_id=paper["message_id"], text="x")
    assert refused == "400 Bad Request: there is no text in the message to edit"


async def test_edit_accepts_only_inline_keyboards(telegram: Telegram) -> None:
    sent = await telegram.send()
    refused = await telegram.refusal(
        "editMessageText", chat_id=ANNA, message_id=sent["message_id"], text="x", reply_markup={"keyboard": [["a"]]}
    )
    assert refused == "400 Bad Request: inline keyboard expected"


async def test_bot_deletes_for_48_hours_and_edits_without_limit(telegram: Telegram) -> None:
    old = await telegram.send("старое")
    words = await telegram.anna.say("и моё")
    assert await telegram.do("deleteMessage", chat_id=ANNA, message_id=words)
    await telegram.chat.advance(48 * 3600 + 1)
    refused = await telegram.refusal("deleteMessage", chat_id=ANNA, message_id=old["message_id"])
    assert refused == "400 Bad Request: message can't be deleted for everyone"
    assert await telegram.do("editMessageText", chat_id=ANNA, message_id=old["message_id"], text="новое")


async def test_message_ids_grow_across_private_chats(telegram: Telegram) -> None:
    first = await telegram.send()
    second = await telegram.chat.person(IGOR).start()
    third = await telegram.send()
    assert first["message_id"] < second < third["message_id"]


async def test_bot_does_not_pin_or_delete_others_messages_in_a_group(telegram: Telegram) -> None:
    anna = telegram.chat.in_group(ANNA)
    await anna.add_bot()
    words = await anna.say("/start")
    refused = await telegram.refusal("pinChatMessage", chat_id=GROUP_ID, message_id=words)
    assert refused == "400 Bad Request: not enough rights to manage pinned messages in the chat"
    refused = await telegram.refusal("deleteMessage", chat_id=GROUP_ID, message_id=words)
    assert refused == "400 Bad Request: message can't be deleted for everyone"


async def test_person_sees_a_venue_and_a_pin(telegram: Telegram) -> None:
    venue = await telegram.do(
        "sendVenue", chat_id=ANNA, latitude=55.7, longitude=37.6, title="Поликлиника", address="ул. Мира, 1"
    )
    await telegram.do("pinChatMessage", chat_id=ANNA, message_id=venue["message_id"])
    _, seen = await telegram.anna.messages()
    assert seen.raw["venue"]["location"] == {"latitude": 55.7, "longitude": 37.6}
    assert (seen.raw["venue"]["title"], seen.raw["pinned"]) == ("Поликлиника", True)


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"latitude": 91, "longitude": 0}, "location is invalid"),
        ({}, "latitude or longitude is empty"),
        ({"latitude": 1}, "longitude is empty"),
        ({"latitude": 1, "longitude": 1, "title": ""}, "VENUE_TITLE_EMPTY"),
        ({"latitude": 1, "longitude": 1, "address": ""}, "VENUE_ADDRESS_EMPTY"),
    ],
)
async def test_invalid_venue_is_refused(telegram: Telegram, params: Any, reason: str) -> None:
    venue = {"chat_id": ANNA, "title": "x", "address": "x", **params}
    assert await telegram.refusal("sendVenue", **venue) == f"400 Bad Request: {reason}"


async def test_refusal_says_why_a_chat_cannot_be_written_to(telegram: Telegram) -> None:
    async def refusal(chat_id: object) -> str:
        return await telegram.refusal("sendMessage", chat_id=chat_id, text="x")

    assert await refusal(STRANGER) == "400 Bad Request: chat not found"
    assert await refusal("@nobody") == "400 Bad Request: chat not found"
    assert await refusal("") == "400 Bad Request: chat_id is empty"
    assert await refusal(IGOR) == "403 Forbidden: bot can't initiate conversation with a user"
    assert await refusal(GROUP_ID) == "403 Forbidden: bot is not a member of the supergroup chat"
    await telegram.anna.block()
    assert await refusal(ANNA) == "403 Forbidden: bot was blocked by the user"
    await telegram.anna.unblock()
    await telegram.send()
    await telegram.anna.deactivate()
    assert await refusal(ANNA) == "403 Forbidden: user is deactivated"


async def test_only_known_signs_of_work_are_shown(telegram: Telegram) -> None:
    assert (await telegram.call("sendChatAction", chat_id=ANNA, action="typing"))["result"] is True
    refused = await telegram.refusal("sendChatAction", chat_id=ANNA, action="thinking")
    assert refused == "400 Bad Request: wrong parameter action in request"
