"""What people do in the app, and the updates that the bot receives about it."""

from __future__ import annotations

import re

import pytest

from bot.emulator.chats import GROUP_ID
from tests.chat.message import ChatError
from tests.emulator.telegram import ANNA, IGOR, KEYBOARD, Telegram, png


async def test_bot_receives_blocking_and_unblocking(telegram: Telegram) -> None:
    await telegram.anna.block()
    with pytest.raises(ChatError, match="unblock"):
        await telegram.anna.say("эй")
    await telegram.anna.start()
    block, unblock, start = await telegram.take_updates()
    changes = [
        (update["my_chat_member"]["old_chat_member"]["status"], update["my_chat_member"]["new_chat_member"]["status"])
        for update in (block, unblock)
    ]
    assert changes == [("member", "kicked"), ("kicked", "member")]
    assert start["message"]["text"] == "/start"


async def test_start_carries_the_payload_of_a_deep_link(telegram: Telegram) -> None:
    await telegram.chat.person(IGOR).start("invite-7")
    (update,) = await telegram.take_updates()
    assert update["message"]["text"] == "/start invite-7"
    assert update["message"]["entities"] == [{"offset": 0, "length": 6, "type": "bot_command"}]
    assert update["message"]["from"] == {"id": IGOR, "is_bot": False, "first_name": "Игорь", "language_code": "ru"}


async def test_own_contact_carries_the_user_id(telegram: Telegram) -> None:
    await telegram.anna.share_contact()
    await telegram.anna.share_contact(phone="+79990000000")
    own, other = [update["message"]["contact"] for update in await telegram.take_updates()]
    assert own == {"phone_number": "+79161234567", "first_name": "Анна", "user_id": ANNA}
    assert "user_id" not in other


async def test_people_send_locations_and_files(telegram: Telegram) -> None:
    await telegram.anna.share_location(55.75, 37.61)
    await telegram.anna.send_photo(png(640, 480), caption="полис", album="1")
    await telegram.anna.send_document(b"%PDF-1.7", name="полис.pdf", mime="application/pdf")
    await telegram.anna.send_voice()
    await telegram.anna.send_sticker()
    place, photo, paper, voice, sticker = [update["message"] for update in await telegram.take_updates()]
    assert place["location"] == {"latitude": 55.75, "longitude": 37.61}
    assert (photo["photo"][-1]["width"], photo["photo"][-1]["height"], photo["caption"]) == (640, 480, "полис")
    assert (photo["media_group_id"], "media_group_id" in paper) == ("1", False)
    assert (paper["document"]["file_name"], paper["document"]["mime_type"]) == ("полис.pdf", "application/pdf")
    assert "voice" in voice
    assert "sticker" in sticker
    assert await telegram.download(paper["document"]["file_id"]) == b"%PDF-1.7"


async def test_bot_receives_the_edit_of_a_message(telegram: Telegram) -> None:
    words = await telegram.anna.say("кв 5")
    await telegram.anna.edit(words, "кв 15")
    _, update = await telegram.take_updates()
    assert update["edited_message"]["text"] == "кв 15"
    assert "edit_date" in update["edited_message"]
    sent = await telegram.send()
    with pytest.raises(ChatError, match="own texts"):
        await telegram.anna.edit(sent["message_id"], "чужое")


async def test_bot_in_a_group_receives_only_messages_for_it(telegram: Telegram) -> None:
    anna = telegram.chat.in_group(ANNA)
    await anna.say("/start")
    assert await telegram.take_updates() == []
    await anna.add_bot()
    sent = await telegram.do("sendMessage", chat_id=GROUP_ID, text="Пишите мне лично")
    await anna.say("просто болтаем")
    await anna.say("/start")
    await anna.say("/start@another_bot")
    await anna.say("@registratura_bot, привет")
    await anna.say("ответ", reply_to=sent["message_id"])
    joined, *received = await telegram.take_updates()
    assert joined["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert [update["message"]["text"] for update in received] == ["/start", "@registratura_bot, привет", "ответ"]
    assert received[0]["message"]["chat"]["type"] == "supergroup"
    assert (await anna.screen()).text == "Пишите мне лично"


async def test_action_the_app_does_not_allow_is_refused(telegram: Telegram) -> None:
    anna = telegram.chat.request
    sent = await telegram.send(reply_markup=KEYBOARD)
    press = {"message_id": sent["message_id"]}
    pressed = await anna("POST", f"/people/{ANNA}/press", press | {"label": "Записаться"})
    assert pressed["data"] == "book"
    for path, body, reason in [
        ("press", press | {"label": "Другое"}, "no button 'Другое'"),
        ("press", press | {"data": "x" * 65}, "1 to 64 bytes"),
        ("say", {"text": " "}, "1 to 4096 characters"),
        ("say", {"text": "x", "reply_to": 999}, "no message 999"),
        ("start", {"payload": "ключ"}, "deep link cannot carry"),
        ("start", {"payload": "x" * 65}, "deep link cannot carry"),
        ("say", {}, "KeyError"),
        ("delete", {"message_id": 999}, "no message 999"),
        ("file?kind=cake", {}, "cannot be sent"),
        (f"file?caption={'x' * 1025}", {}, "1024 characters at most"),
    ]:
        with pytest.raises(ChatError, match=re.escape(reason)):
            await anna("POST", f"/people/{ANNA}/{path}", body)
    words = await telegram.anna.say("лишнее")
    for text, reason in {" ": "1 to 4096 characters", " лишнее": "changes nothing"}.items():
        with pytest.raises(ChatError, match=reason):
            await telegram.anna.edit(words, text)
    await telegram.chat.advance(48 * 3600)
    with pytest.raises(ChatError, match="for 48 hours"):
        await telegram.anna.edit(words, "поздно")
    await telegram.anna.delete(words)
    await telegram.anna.deactivate()
    with pytest.raises(ChatError, match="deactivated"):
        await telegram.anna.say("эй")


async def test_bot_removed_from_a_group_receives_nothing(telegram: Telegram) -> None:
    anna = telegram.chat.in_group(ANNA)
    await anna.add_bot()
    await telegram.chat.settings(reads_groups=True)
    await anna.say("теперь слышно всё")
    await telegram.chat.request("POST", f"/people/{ANNA}/remove_bot?group=1")
    await anna.say("/start")
    kinds = [next(kind for kind in update if kind != "update_id") for update in await telegram.take_updates()]
    assert kinds == ["my_chat_member", "message", "my_chat_member"]


async def test_bot_that_joins_no_groups_cannot_be_added(telegram: Telegram) -> None:
    assert (await telegram.do("getMe"))["can_join_groups"] is True
    await telegram.chat.settings(joins_groups=False, reads_groups=True, has_topics=True)
    me = await telegram.do("getMe")
    assert (me["can_join_groups"], me["can_read_all_group_messages"], me["has_topics_enabled"]) == (False, True, True)
    with pytest.raises(ChatError, match="can't be added to groups"):
        await telegram.chat.in_group(ANNA).add_bot()


async def test_bot_leaves_a_group_and_is_told_so(telegram: Telegram) -> None:
    anna = telegram.chat.in_group(ANNA)
    await anna.add_bot()
    assert await telegram.do("leaveChat", chat_id=GROUP_ID) is True
    joined, left = [update["my_chat_member"] for update in await telegram.take_updates()]
    assert not await anna.has_bot()
    assert joined["from"]["id"] == ANNA
    assert left["from"]["is_bot"]
    assert left["new_chat_member"]["status"] == "left"
    refused = await telegram.refusal("leaveChat", chat_id=GROUP_ID)
    assert refused == "403 Forbidden: bot is not a member of the supergroup chat"


async def test_private_chat_cannot_be_left(telegram: Telegram) -> None:
    await telegram.anna.start()
    assert await telegram.refusal("leaveChat", chat_id=ANNA) == "400 Bad Request: private chats can't be left"
