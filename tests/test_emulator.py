"""The emulator is as strict as Telegram: every rule and every wording that it promises, over real HTTP."""

from __future__ import annotations

import asyncio
import io
import json
import re
import struct
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from aiohttp import ClientError, ClientSession, FormData, web

from bot.emulator import Emulator, serve, updates, wire
from bot.emulator.chats import GROUP_ID
from bot.emulator.methods import media
from tests.chat.client import ChatClient
from tests.chat.message import ChatError
from tests.waiting import until

ANNA, IGOR, STRANGER = 1001, 1002, 777
KEYBOARD = {"inline_keyboard": [[{"text": "Записаться", "callback_data": "book"}]]}


class Telegram:
    """The emulator on a real port, a raw HTTP client for the bot's side, a chat client for the people's."""

    def __init__(self, emulator: Emulator, url: str, session: ClientSession, chat: ChatClient) -> None:
        self.emulator = emulator
        self.url = url
        self.session = session
        self.chat = chat
        self.anna = chat.person(ANNA)

    def address(self, method: str) -> str:
        return f"{self.url}/bot{self.emulator.token}/{method}"

    async def call(self, method: str, **params: Any) -> Any:
        """The whole answer, as it came over the wire."""
        async with self.session.post(self.address(method), json=params) as response:
            answer = await response.json()
            assert response.status == (200 if answer["ok"] else answer["error_code"])
            return answer

    async def do(self, method: str, **params: Any) -> Any:
        answer = await self.call(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    async def refusal(self, method: str, **params: Any) -> str:
        answer = await self.call(method, **params)
        assert not answer["ok"], answer
        return f"{answer['error_code']} {answer['description']}"

    async def send(self, text: str = "Здравствуйте", **params: Any) -> Any:
        return await self.do("sendMessage", chat_id=ANNA, text=text, **params)

    async def take_updates(self) -> list[Any]:
        """Everything that waits, confirmed."""
        updates: list[Any] = await self.do("getUpdates")
        if updates:
            await self.do("getUpdates", offset=updates[-1]["update_id"] + 1, limit=1)
        return updates


@asynccontextmanager
async def telegram_of(**settings: Any) -> AsyncIterator[Telegram]:
    async with AsyncExitStack() as stack:
        emulator = Emulator(**settings)
        url = await stack.enter_async_context(serve(emulator))
        session = await stack.enter_async_context(ClientSession())
        chat = await stack.enter_async_context(ChatClient(url, patience=0.05, limit=2))
        yield Telegram(emulator, url, session, chat)


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    """Anna has started the bot, and the bot has heard it."""
    async with telegram_of() as telegram:
        await telegram.anna.start()
        await telegram.take_updates()
        yield telegram


@asynccontextmanager
async def meanwhile(work: Coroutine[Any, Any, Any]) -> AsyncIterator[asyncio.Task[Any]]:
    """Something long that has begun before the block and is over after it."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(work)
        await asyncio.sleep(0.05)
        yield task


@asynccontextmanager
async def polling(telegram: Telegram) -> AsyncIterator[asyncio.Task[Any]]:
    """A long poll that waits by the time the block begins."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(telegram.call("getUpdates", timeout=30))
        await until(lambda: telegram.emulator.updates.is_polled)
        yield task


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBBI", 13, b"IHDR", width, height, 8, 2, 0, 0, 0, 0)


# --- texts and formatting ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "message text is empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"text": "я" * 4097}, "message is too long"),
        (
            {"text": "x", "parse_mode": "MarkdownV2"},
            "unsupported parse_mode (this emulator reads HTML and plain text, not MarkdownV2)",
        ),
        ({"text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ({"text": "x", "reply_markup": []}, "object expected as reply markup"),
        ({"text": "x", "reply_parameters": {"message_id": 999}}, "message to be replied not found"),
    ],
)
async def test_a_message_that_telegram_would_not_send_is_refused(telegram: Telegram, params: Any, reason: str) -> None:
    assert await telegram.refusal("sendMessage", chat_id=ANNA, **params) == f"400 Bad Request: {reason}"


async def test_a_text_of_4096_characters_is_sent_and_its_ends_are_trimmed(telegram: Telegram) -> None:
    sent = await telegram.send(f"  {'<b>я</b>' * 4096}\n", parse_mode="html")
    assert sent["text"] == "я" * 4096


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
        ("да <h1>", 'Unsupported start tag "h1" at byte offset 5'),
        ("<b>да", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>да</i>", 'Unmatched end tag at byte offset 7, expected "</b>", found "</i>"'),
        ("да</b>", "Unexpected end tag at byte offset 4"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ('<a href="x>y</a>', "Unclosed start tag at byte offset 0"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a =x>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("2 < 3", 'Unsupported start tag "" at byte offset 2'),
    ],
)
async def test_broken_html_is_refused_with_its_place(telegram: Telegram, html: str, reason: str) -> None:
    said = await telegram.refusal("sendMessage", chat_id=ANNA, text=html, parse_mode="HTML")
    assert said == f"400 Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("b", "bold"),
        ("strong", "bold"),
        ("i", "italic"),
        ("em", "italic"),
        ("s", "strikethrough"),
        ("strike", "strikethrough"),
        ("del", "strikethrough"),
        ("u", "underline"),
        ("ins", "underline"),
        ("tg-spoiler", "spoiler"),
        ('span class="tg-spoiler"', "spoiler"),
        ('tg-emoji emoji-id="5"', "custom_emoji"),
        ('tg-time unix="1800000000"', "date_time"),
        ("pre", "pre"),
        ("code", "code"),
        ("blockquote", "blockquote"),
        ("blockquote expandable", "expandable_blockquote"),
        ('B title="ignored"', "bold"),
    ],
)
async def test_every_tag_becomes_its_entity(telegram: Telegram, tag: str, kind: str) -> None:
    sent = await telegram.send(f"😀 <{tag}>да</{tag.split()[0]}>", parse_mode="HTML")
    assert sent["text"] == "😀 да"
    (entity,) = sent["entities"]
    assert (entity["type"], entity["offset"], entity["length"]) == (kind, 3, 2)


async def test_nested_formatting_trimming_and_references_are_read_as_telegram_reads_them(telegram: Telegram) -> None:
    html = ' \n<b>Мама <i>&amp; &lt;папа&gt;</i></b> &quot;&#1076;&#x430;&quot; AT&T &nbsp; <a href="https://a.ru?x=1&amp;y">тут</a>'
    sent = await telegram.send(html, parse_mode="HTML")
    assert sent["text"] == 'Мама & <папа> "да" AT&T &nbsp; тут'
    assert sent["entities"] == [
        {"offset": 0, "length": 13, "type": "bold"},
        {"offset": 5, "length": 8, "type": "italic"},
        {"offset": 31, "length": 3, "type": "text_link", "url": "https://a.ru/?x=1&y"},
    ]
    screen = await telegram.anna.screen()
    assert screen.html == (
        '<b>Мама <i>&amp; &lt;папа&gt;</i></b> "да" AT&amp;T &amp;nbsp; <a href="https://a.ru/?x=1&amp;y">тут</a>'
    )


async def test_code_in_pre_names_its_language(telegram: Telegram) -> None:
    sent = await telegram.send('<pre><code class="language-python">x = 1</code></pre>', parse_mode="HTML")
    assert {"offset": 0, "length": 5, "type": "pre", "language": "python"} in sent["entities"]


async def test_commands_links_and_mentions_are_found_in_plain_text(telegram: Telegram) -> None:
    sent = await telegram.send("/start @registratura_bot https://a.ru/x, a@b.ru #завтра и/или 1/2")
    assert [entity["type"] for entity in sent["entities"]] == ["bot_command", "mention", "url", "email", "hashtag"]


async def test_entities_given_by_the_bot_are_kept(telegram: Telegram) -> None:
    sent = await telegram.send(" да", entities=[{"type": "bold", "offset": 1, "length": 2}])
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 2}]


@pytest.mark.parametrize(
    ("html", "entities"),
    [
        ("<a href=tg://user?id=7>x</a>", None),
        ('<a href="tg://user?id=7">Пётр</a>', [("text_mention", 0, 4)]),
        ("<a>example.org</a>", [("text_link", 0, 11)]),
        ('<a href="нет">слово</a>', []),
        ("<b>x</>", [("bold", 0, 1)]),
        ("<b></b>x", []),
        ("<pre><code>x</code></pre>", [("code", 0, 1), ("pre", 0, 1)]),
        ("<code class=language-python>x</code>", [("code", 0, 1)]),
        ("&#0;", []),
    ],
)
async def test_the_corners_of_html(telegram: Telegram, html: str, entities: Any) -> None:
    answer = await telegram.call("sendMessage", chat_id=ANNA, text=html, parse_mode="HTML")
    if entities is None:
        assert "Unexpected end of name token at byte offset 8" in answer["description"]
        return
    found = [(item["type"], item["offset"], item["length"]) for item in answer["result"].get("entities", [])]
    assert sorted(found) == entities


# --- keyboards --------------------------------------------------------------------------------------------------------


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
        ([[{"text": "x", "callback_data": "a"}] * 9], "REPLY_MARKUP_TOO_LONG"),
        ([[{"text": "x", "callback_data": "a"}]] * 101, "REPLY_MARKUP_TOO_LONG"),
        ([{"text": "x"}], 'field "inline_keyboard" of the ReplyMarkup must be an Array of Arrays'),
    ],
)
async def test_a_wrong_inline_keyboard_is_refused(telegram: Telegram, rows: Any, reason: str) -> None:
    said = await telegram.refusal("sendMessage", chat_id=ANNA, text="x", reply_markup={"inline_keyboard": rows})
    assert said == f"400 Bad Request: {reason}"


async def test_a_hundred_buttons_of_64_bytes_in_rows_of_eight_pass(telegram: Telegram) -> None:
    button = {"text": "x", "callback_data": "я" * 32}
    sent = await telegram.send(reply_markup={"inline_keyboard": [[button] * 8] * 12 + [[button] * 4]})
    assert sum(map(len, sent["reply_markup"]["inline_keyboard"])) == 100


async def test_an_address_is_kept_as_telegram_writes_it(telegram: Telegram) -> None:
    given = ("a.ru", "HTTPS://A.ru?x=Y", "https://t.me/share/url?url=z", "tg:resolve?domain=x")
    sent = await telegram.send(reply_markup={"inline_keyboard": [[{"text": "x", "url": url}] for url in given]})
    kept = [button["url"] for (button,) in sent["reply_markup"]["inline_keyboard"]]
    assert kept == ["http://a.ru/", "https://a.ru/?x=Y", "https://t.me/share/url?url=z", "tg://resolve?domain=x"]


async def test_a_button_that_says_nothing_to_the_bot_is_shown_as_well(telegram: Telegram) -> None:
    button = {"text": "Спросить", "switch_inline_query_current_chat": "", "style": "danger", "url": None}
    sent = await telegram.send(reply_markup={"inline_keyboard": [[button]]})
    button.pop("url")
    assert sent["reply_markup"]["inline_keyboard"] == [[button]]
    assert (await telegram.anna.screen()).labels == ["Спросить"]


async def test_a_reply_keyboard_is_shown_but_never_returned_and_its_message_is_not_editable(telegram: Telegram) -> None:
    sent = await telegram.send(reply_markup={"keyboard": [["Да", {"text": "Телефон", "request_contact": True}]]})
    assert "reply_markup" not in sent
    assert await telegram.anna.reply_keyboard() == [["Да", "Телефон"]]
    said = await telegram.refusal("editMessageText", chat_id=ANNA, message_id=sent["message_id"], text="нет")
    assert said == "400 Bad Request: message can't be edited"
    await telegram.send(reply_markup={"remove_keyboard": True})
    assert await telegram.anna.reply_keyboard() == []


async def test_a_phone_may_be_asked_for_in_a_private_chat_only(telegram: Telegram) -> None:
    await telegram.chat.in_group(ANNA).add_bot()
    keyboard = {"keyboard": [[{"text": "Телефон", "request_contact": True}]]}
    said = await telegram.refusal("sendMessage", chat_id=GROUP_ID, text="x", reply_markup=keyboard)
    assert said == "400 Bad Request: phone number can be requested in private chats only"


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ({"inline_keyboard": 5}, 'field "inline_keyboard" of the ReplyMarkup must be of type Array'),
        ({"inline_keyboard": [["x"]]}, "can't parse inline keyboard button: expected an Object"),
        (
            {"inline_keyboard": [[{"text": " ", "callback_data": "a"}]]},
            "inline keyboard button text must be non-empty",
        ),
        ({"keyboard": []}, "reply markup keyboard must be non-empty"),
        ({"keyboard": [[{"text": ""}]]}, "can't parse keyboard button: Can't find field \"text\""),
    ],
)
async def test_the_corners_of_keyboards(telegram: Telegram, markup: Any, reason: str) -> None:
    said = await telegram.refusal("sendMessage", chat_id=ANNA, text="x", reply_markup=markup)
    assert said == f"400 Bad Request: {reason}"


async def test_an_empty_keyboard_is_none_and_a_forced_reply_holds_its_message(telegram: Telegram) -> None:
    assert "reply_markup" not in await telegram.send(reply_markup={"inline_keyboard": []})
    forced = await telegram.send(reply_markup={"force_reply": True})
    said = await telegram.refusal("editMessageText", chat_id=ANNA, message_id=forced["message_id"], text="x")
    assert said == "400 Bad Request: message can't be edited"


async def test_a_reply_names_what_it_answers_and_may_be_forgiven(telegram: Telegram) -> None:
    words = await telegram.anna.say("вопрос")
    sent = await telegram.send("ответ", reply_parameters={"message_id": words})
    assert sent["reply_to_message"]["text"] == "вопрос"
    forgiving = {"message_id": 999, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await telegram.send(reply_parameters=forgiving)


# --- edits and deletions ----------------------------------------------------------------------------------------------


async def test_an_edit_changes_the_text_and_without_markup_removes_the_buttons(telegram: Telegram) -> None:
    sent = await telegram.send(reply_markup=KEYBOARD)
    edited = await telegram.do("editMessageText", chat_id=ANNA, message_id=sent["message_id"], text="Готово")
    assert (edited["text"], "reply_markup" in edited, "edit_date" in edited) == ("Готово", False, True)
    screen = await telegram.anna.screen()
    assert (screen.text, screen.labels) == ("Готово", [])


async def test_the_same_content_and_markup_is_not_an_edit(telegram: Telegram) -> None:
    sent = await telegram.send("да", reply_markup=KEYBOARD)
    same = {"chat_id": ANNA, "message_id": sent["message_id"], "reply_markup": KEYBOARD}
    not_modified = (
        "400 Bad Request: message is not modified: specified new message content and reply markup are exactly "
        "the same as a current content and reply markup of the message"
    )
    assert await telegram.refusal("editMessageText", text=" да ", **same) == not_modified
    assert await telegram.refusal("editMessageReplyMarkup", **same) == not_modified
    assert await telegram.do("editMessageReplyMarkup", chat_id=ANNA, message_id=sent["message_id"])


@pytest.mark.parametrize(
    ("method", "params", "reason"),
    [
        ("editMessageText", {"text": "x"}, "message to edit not found"),
        ("deleteMessage", {}, "message to delete not found"),
        ("copyMessage", {"from_chat_id": ANNA}, "message to copy not found"),
        ("forwardMessage", {"from_chat_id": ANNA}, "message to forward not found"),
        ("pinChatMessage", {}, "message to pin not found"),
        ("setMessageReaction", {}, "message to react not found"),
    ],
)
async def test_a_message_that_is_not_there_is_not_found(
    telegram: Telegram, method: str, params: Any, reason: str
) -> None:
    assert await telegram.refusal(method, chat_id=ANNA, message_id=999, **params) == f"400 Bad Request: {reason}"


async def test_a_message_without_a_number_is_not_looked_for(telegram: Telegram) -> None:
    for method, params in {"editMessageText": {"text": "x"}, "deleteMessage": {}}.items():
        said = await telegram.refusal(method, chat_id=ANNA, **params)
        assert said == "400 Bad Request: message identifier is not specified"


async def test_what_a_person_wrote_and_what_was_forwarded_cannot_be_edited(telegram: Telegram) -> None:
    words = await telegram.anna.say("мои слова")
    forwarded = await telegram.do("forwardMessage", chat_id=ANNA, from_chat_id=ANNA, message_id=words)
    assert forwarded["forward_origin"]["sender_user"]["id"] == ANNA
    for message_id in (words, forwarded["message_id"]):
        said = await telegram.refusal("editMessageText", chat_id=ANNA, message_id=message_id, text="x")
        assert said == "400 Bad Request: message can't be edited"


async def test_texts_and_captions_are_edited_by_their_own_methods(telegram: Telegram) -> None:
    text = await telegram.send()
    said = await telegram.refusal("editMessageCaption", chat_id=ANNA, message_id=text["message_id"], caption="x")
    assert said == "400 Bad Request: there is no caption in the message to edit"
    form = FormData({"chat_id": str(ANNA)})
    form.add_field("document", b"%PDF", filename="a.pdf", content_type="application/pdf")
    async with telegram.session.post(telegram.address("sendDocument"), data=form) as response:
        paper = (await response.json())["result"]
    said = await telegram.refusal("editMessageText", chat_id=ANNA, message_id=paper["message_id"], text="x")
    assert said == "400 Bad Request: there is no text in the message to edit"
    edited = await telegram.do("editMessageCaption", chat_id=ANNA, message_id=paper["message_id"], caption="Талон")
    assert edited["caption"] == "Талон"


async def test_edits_take_only_inline_keyboards(telegram: Telegram) -> None:
    sent = await telegram.send()
    said = await telegram.refusal(
        "editMessageText", chat_id=ANNA, message_id=sent["message_id"], text="x", reply_markup={"keyboard": [["a"]]}
    )
    assert said == "400 Bad Request: inline keyboard expected"


async def test_a_bot_deletes_for_48_hours_and_edits_for_ever(telegram: Telegram) -> None:
    old = await telegram.send("старое")
    words = await telegram.anna.say("и моё")
    assert await telegram.do("deleteMessage", chat_id=ANNA, message_id=words)
    await telegram.chat.advance(48 * 3600 + 1)
    said = await telegram.refusal("deleteMessage", chat_id=ANNA, message_id=old["message_id"])
    assert said == "400 Bad Request: message can't be deleted for everyone"
    assert await telegram.do("editMessageText", chat_id=ANNA, message_id=old["message_id"], text="новое")


async def test_many_messages_are_deleted_at_once_and_unknown_ones_are_passed_over(telegram: Telegram) -> None:
    ids = [(await telegram.send(str(number)))["message_id"] for number in range(3)]
    assert await telegram.do("deleteMessages", chat_id=ANNA, message_ids=[*ids[:2], 999])
    assert [message.id for message in await telegram.anna.messages() if message.bot] == ids[2:]
    assert await telegram.refusal("deleteMessages", chat_id=ANNA, message_ids=list(range(101))) == (
        "400 Bad Request: too many message identifiers specified"
    )


async def test_a_copy_is_the_bots_own_message(telegram: Telegram) -> None:
    words = await telegram.anna.say("повторите")
    copy = await telegram.do("copyMessage", chat_id=ANNA, from_chat_id=ANNA, message_id=words, reply_markup=KEYBOARD)
    await telegram.take_updates()
    screen = await telegram.anna.screen()
    assert (screen.id, screen.text, screen.labels) == (copy["message_id"], "повторите", ["Записаться"])


async def test_message_ids_grow_through_all_private_chats_together(telegram: Telegram) -> None:
    first = await telegram.send()
    second = await telegram.chat.person(IGOR).start()
    third = await telegram.send()
    assert first["message_id"] < second < third["message_id"]


async def test_protected_messages_are_not_forwarded_and_copies_may_have_a_new_caption(telegram: Telegram) -> None:
    sent = await telegram.send("личное", protect_content=True)
    source = {"chat_id": ANNA, "from_chat_id": ANNA}
    said = await telegram.refusal("forwardMessage", **source, message_id=sent["message_id"])
    assert said == "400 Bad Request: message can't be forwarded"
    paper = (await upload(telegram, "sendDocument", b"x", caption="старая"))["result"]
    await telegram.do("copyMessage", **source, message_id=paper["message_id"], caption="новая")
    assert (await telegram.anna.screen()).text == "новая"


async def test_a_group_is_not_a_place_for_pins_nor_for_deleting_others(telegram: Telegram) -> None:
    anna = telegram.chat.in_group(ANNA)
    await anna.add_bot()
    words = await anna.say("/start")
    said = await telegram.refusal("pinChatMessage", chat_id=GROUP_ID, message_id=words)
    assert said == "400 Bad Request: not enough rights to manage pinned messages in the chat"
    said = await telegram.refusal("deleteMessage", chat_id=GROUP_ID, message_id=words)
    assert said == "400 Bad Request: message can't be deleted for everyone"


# --- who can be written to --------------------------------------------------------------------------------------------


async def test_telegram_says_why_somebody_cannot_be_written_to(telegram: Telegram) -> None:
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


async def test_blocking_and_unblocking_are_told_to_the_bot(telegram: Telegram) -> None:
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


# --- what people do ---------------------------------------------------------------------------------------------------


async def test_start_carries_the_payload_of_a_deep_link(telegram: Telegram) -> None:
    await telegram.chat.person(IGOR).start("invite-7")
    (update,) = await telegram.take_updates()
    assert update["message"]["text"] == "/start invite-7"
    assert update["message"]["entities"] == [{"offset": 0, "length": 6, "type": "bot_command"}]
    assert update["message"]["from"] == {
        "id": IGOR,
        "is_bot": False,
        "first_name": "Игорь",
        "language_code": "ru",
    }


async def test_a_shared_contact_says_whose_it_is(telegram: Telegram) -> None:
    await telegram.anna.share_contact()
    await telegram.anna.share_contact(phone="+79990000000")
    own, other = [update["message"]["contact"] for update in await telegram.take_updates()]
    assert own == {"phone_number": "+79161234567", "first_name": "Анна", "user_id": ANNA}
    assert "user_id" not in other


async def test_people_send_places_pictures_papers_voices_and_stickers(telegram: Telegram) -> None:
    await telegram.anna.share_location(55.75, 37.61)
    await telegram.anna.send_photo(png(640, 480), caption="полис")
    await telegram.anna.send_document(b"%PDF-1.7", name="полис.pdf", mime="application/pdf")
    await telegram.anna.send_voice()
    await telegram.anna.send_sticker()
    place, photo, paper, voice, sticker = [update["message"] for update in await telegram.take_updates()]
    assert place["location"] == {"latitude": 55.75, "longitude": 37.61}
    assert (photo["photo"][-1]["width"], photo["photo"][-1]["height"], photo["caption"]) == (640, 480, "полис")
    assert (paper["document"]["file_name"], paper["document"]["mime_type"]) == ("полис.pdf", "application/pdf")
    assert "voice" in voice
    assert "sticker" in sticker
    assert await download(telegram, paper["document"]["file_id"]) == b"%PDF-1.7"


async def test_a_person_edits_his_own_words_and_the_bot_hears_of_it(telegram: Telegram) -> None:
    words = await telegram.anna.say("кв 5")
    await telegram.anna.edit(words, "кв 15")
    _, update = await telegram.take_updates()
    assert update["edited_message"]["text"] == "кв 15"
    assert "edit_date" in update["edited_message"]
    sent = await telegram.send()
    with pytest.raises(ChatError, match="own texts"):
        await telegram.anna.edit(sent["message_id"], "чужое")


async def test_in_a_group_the_bot_hears_only_what_is_meant_for_it(telegram: Telegram) -> None:
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
    joined, *heard = await telegram.take_updates()
    assert joined["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert [update["message"]["text"] for update in heard] == ["/start", "@registratura_bot, привет", "ответ"]
    assert heard[0]["message"]["chat"]["type"] == "supergroup"
    assert (await anna.screen()).text == "Пишите мне лично"


async def test_people_do_only_what_the_app_lets_them(telegram: Telegram) -> None:
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
        ("start", {"payload": "ключ"}, "no link carries"),
        ("start", {"payload": "x" * 65}, "no link carries"),
        ("say", {}, "KeyError"),
        ("delete", {"message_id": 999}, "no message 999"),
        ("file?kind=cake", {}, "nobody sends"),
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


async def test_a_bot_that_left_the_group_hears_nothing_there(telegram: Telegram) -> None:
    anna = telegram.chat.in_group(ANNA)
    await anna.add_bot()
    await telegram.chat.settings(reads_groups=True)
    await anna.say("теперь слышно всё")
    await telegram.chat.request("POST", f"/people/{ANNA}/remove_bot?group=1")
    await anna.say("/start")
    kinds = [next(kind for kind in update if kind != "update_id") for update in await telegram.take_updates()]
    assert kinds == ["my_chat_member", "message", "my_chat_member"]


# --- presses ----------------------------------------------------------------------------------------------------------


async def test_a_press_spins_until_it_is_answered_with_an_alert_or_a_toast(telegram: Telegram) -> None:
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


async def test_a_press_that_is_answered_too_late_is_too_old() -> None:
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


async def test_an_answer_longer_than_200_characters_is_refused(telegram: Telegram) -> None:
    await telegram.send(reply_markup=KEYBOARD)
    await telegram.anna.press_only((await telegram.anna.screen()).id, "book")
    (update,) = await telegram.take_updates()
    query_id = update["callback_query"]["id"]
    said = await telegram.refusal("answerCallbackQuery", callback_query_id=query_id, text="я" * 201)
    assert said == "400 Bad Request: MESSAGE_TOO_LONG"
    assert await telegram.do("answerCallbackQuery", callback_query_id=query_id, text="я" * 200)


async def test_a_forged_press_and_a_press_on_a_deleted_message_reach_the_bot(telegram: Telegram) -> None:
    sent = await telegram.send(reply_markup=KEYBOARD)
    await telegram.anna.press_only(sent["message_id"], "cancel|42")
    await telegram.do("deleteMessage", chat_id=ANNA, message_id=sent["message_id"])
    await telegram.anna.press_only(sent["message_id"], "book")
    forged, orphan = [update["callback_query"] for update in await telegram.take_updates()]
    assert forged["data"] == "cancel|42"
    assert orphan["message"]["date"] == 0
    assert "text" not in orphan["message"]


async def test_a_button_that_is_not_there_is_not_pressed(telegram: Telegram) -> None:
    await telegram.send(reply_markup=KEYBOARD)
    await telegram.take_updates()
    telegram.chat.limit = 0.1
    with pytest.raises(ChatError, match=r"no button 'Отменить'.*(?s:.*)\[Записаться\]"):
        await telegram.anna.press("Отменить")


# --- files ------------------------------------------------------------------------------------------------------------


async def upload(telegram: Telegram, method: str, data: bytes, name: str = "файл.png", **params: Any) -> Any:
    field = "photo" if method == "sendPhoto" else "document"
    form = FormData({"chat_id": str(ANNA), **params}, quote_fields=False)
    form.add_field(field, io.BytesIO(data), filename=name, content_type="application/octet-stream")
    async with telegram.session.post(telegram.address(method), data=form) as response:
        return await response.json()


async def download(telegram: Telegram, file_id: str) -> bytes:
    file = await telegram.do("getFile", file_id=file_id)
    async with telegram.session.get(f"{telegram.url}/file/bot{telegram.emulator.token}/{file['file_path']}") as got:
        return await got.read()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "file must be non-empty"),
        (b"not a picture", "IMAGE_PROCESS_FAILED"),
        (png(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        (png(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (
            png(10, 10) + bytes(10 * 1024 * 1024),
            "file of size 10485793 bytes is too big for a photo; the maximum size is 10485760 bytes",
        ),
    ],
)
async def test_a_picture_that_telegram_would_not_take_is_refused(telegram: Telegram, data: bytes, reason: str) -> None:
    answer = await upload(telegram, "sendPhoto", data)
    assert answer["description"] == f"Bad Request: {reason}"


@pytest.mark.parametrize(
    ("head", "size"),
    [
        (png(9000, 1000), (9000, 1000)),
        (b"GIF89a" + struct.pack("<HH", 20, 30), (20, 30)),
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 30, 40) + b"\x01", (40, 30)),
        (b"RIFF\x00\x00\x00\x00WEBPVP8X" + bytes(8) + b"\x09\x00\x00\x13\x00\x00", (10, 20)),
    ],
)
async def test_the_size_of_a_picture_is_read_from_its_head(telegram: Telegram, head: bytes, size: Any) -> None:
    answer = await upload(telegram, "sendPhoto", head)
    photo = answer["result"]["photo"][-1]
    assert (photo["width"], photo["height"]) == size


async def test_a_photo_comes_in_sizes_and_only_the_last_is_the_picture_itself(telegram: Telegram) -> None:
    picture = png(900, 600)
    await telegram.anna.send_photo(picture)
    (update,) = await telegram.take_updates()
    small, large = update["message"]["photo"]
    assert (small["width"], small["height"]) == (90, 60)
    assert await download(telegram, large["file_id"]) == picture
    preview = await download(telegram, small["file_id"])
    assert preview != picture
    assert len(preview) == small["file_size"]


async def test_a_file_is_sent_again_by_its_id_but_not_as_another_kind(telegram: Telegram) -> None:
    answer = await upload(
        telegram, "sendDocument", b"%PDF", name="талон.pdf", caption="<b>Талон</b>", parse_mode="HTML"
    )
    document = answer["result"]["document"]
    assert (document["file_name"], answer["result"]["caption"]) == ("талон.pdf", "Талон")
    again = await telegram.do("sendDocument", chat_id=ANNA, document=document["file_id"])
    assert again["document"]["file_id"] == document["file_id"]
    said = await telegram.refusal("sendPhoto", chat_id=ANNA, photo=document["file_id"])
    assert said == "400 Bad Request: can't use file of type Document as Photo"
    said = await telegram.refusal("sendDocument", chat_id=ANNA, document="нет")
    assert said == "400 Bad Request: wrong file identifier/HTTP URL specified"


async def test_captions_have_1024_characters_at_most(telegram: Telegram) -> None:
    answer = await upload(telegram, "sendDocument", b"x", caption="я" * 1025)
    assert answer["description"] == "Bad Request: message caption is too long"
    assert (await upload(telegram, "sendDocument", b"x", caption="я" * 1024))["ok"]


async def test_files_over_50_megabytes_do_not_pass_and_over_20_do_not_come_back(
    telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    megabyte = 1024 * 1024
    assert 50 * megabyte == wire.UPLOAD_LIMIT
    assert 20 * megabyte == media.DOWNLOAD_LIMIT
    monkeypatch.setattr(wire, "UPLOAD_LIMIT", 5000)
    monkeypatch.setattr(media, "DOWNLOAD_LIMIT", 2000)
    answer = await upload(telegram, "sendDocument", bytes(5001))
    assert (answer["error_code"], answer["description"]) == (413, "Request Entity Too Large")
    answer = await upload(telegram, "sendDocument", bytes(2001))
    said = await telegram.refusal("getFile", file_id=answer["result"]["document"]["file_id"])
    assert said == "400 Bad Request: file is too big"
    said = await telegram.refusal("getFile", file_id="нет")
    assert said == "400 Bad Request: wrong file_id or the file is temporarily unavailable"


async def test_an_album_has_two_to_ten_files_of_one_kind(telegram: Telegram) -> None:
    form = FormData({"chat_id": str(ANNA)})
    album = [{"type": "photo", "media": "attach://one", "caption": "<i>раз</i>", "parse_mode": "HTML"}]
    album.append({"type": "photo", "media": "attach://two"})
    form.add_field("media", json.dumps(album))
    for name in ("one", "two"):
        form.add_field(name, png(10, 10), filename="a.png")
    async with telegram.session.post(telegram.address("sendMediaGroup"), data=form) as response:
        first, second = (await response.json())["result"]
    assert first["media_group_id"] == second["media_group_id"]
    assert (first["caption"], "caption" in second) == ("раз", False)
    file_id = first["photo"][0]["file_id"]
    one = [{"type": "photo", "media": file_id}]
    mixed = [*one, {"type": "document", "media": file_id}]
    assert "2 to 10" in await telegram.refusal("sendMediaGroup", chat_id=ANNA, media=one)
    assert "mix" in await telegram.refusal("sendMediaGroup", chat_id=ANNA, media=mixed)


# --- places, people, typing, reactions --------------------------------------------------------------------------------


async def test_places_contacts_pins_reactions_and_typing_are_seen(telegram: Telegram) -> None:
    await telegram.do("sendLocation", chat_id=ANNA, latitude=55.7, longitude=37.6)
    venue = await telegram.do(
        "sendVenue", chat_id=ANNA, latitude=55.7, longitude=37.6, title="Поликлиника", address="ул. Мира, 1"
    )
    await telegram.do("sendContact", chat_id=ANNA, phone_number="+74950000000", first_name="Регистратура")
    await telegram.do("pinChatMessage", chat_id=ANNA, message_id=venue["message_id"])
    reaction = [{"type": "emoji", "emoji": "👍"}]
    await telegram.do("setMessageReaction", chat_id=ANNA, message_id=venue["message_id"], reaction=reaction)
    _, place, seen, contact = await telegram.anna.messages()
    assert place.raw["location"] == {"latitude": 55.7, "longitude": 37.6}
    assert (seen.raw["venue"]["title"], seen.raw["pinned"], seen.raw["reaction"]) == ("Поликлиника", True, ["👍"])
    assert contact.raw["contact"]["first_name"] == "Регистратура"
    await telegram.do("sendChatAction", chat_id=ANNA, action="typing")
    view = await telegram.chat.request("GET", f"/people/{ANNA}/chat")
    assert view["typing"]["action"] == "typing"
    said = await telegram.refusal("sendChatAction", chat_id=ANNA, action="thinking")
    assert said == "400 Bad Request: wrong parameter action in request"


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("sendLocation", {"latitude": 91, "longitude": 0}),
        ("sendLocation", {}),
        ("sendVenue", {"latitude": 1, "longitude": 1, "title": "", "address": "x"}),
        ("sendContact", {"first_name": "x"}),
        ("sendContact", {"phone_number": "1"}),
        ("setMyName", {"name": "x" * 65}),
        ("setMyDescription", {"description": "x" * 513}),
        ("setMyShortDescription", {"short_description": "x" * 121}),
        ("setChatMenuButton", {"menu_button": {"type": "cake"}}),
    ],
)
async def test_what_makes_no_sense_is_a_bad_request(telegram: Telegram, method: str, params: Any) -> None:
    assert (await telegram.refusal(method, chat_id=ANNA, **params)).startswith("400 Bad Request: ")


@pytest.mark.parametrize(
    ("method", "params", "reason"),
    [
        ("sendPhoto", {}, "there is no photo in the request"),
        ("sendPhoto", {"photo": "https://a.ru/x.png"}, "failed to get HTTP URL content"),
        ("editMessageMedia", {}, "input media is not specified"),
        (
            "editMessageMedia",
            {"media": {"type": "video", "media": "x"}},
            "type of the media (video) is not carried by this emulator",
        ),
        ("deleteMessages", {"message_ids": []}, "message identifiers are not specified"),
        ("setMyCommands", {"commands": "x"}, "can't parse commands JSON object"),
        ("setMyCommands", {"commands": {}}, "expected an Array of BotCommand"),
        ("setMyCommands", {"commands": ["x"]}, "expected an Object as BotCommand"),
        ("setMyCommands", {"commands": [{}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        (
            "setWebhook",
            {"url": "https://a.ru", "secret_token": "тише"},
            "secret token contains unallowed characters",
        ),
        (
            "setMessageReaction",
            {"reaction": [{"type": "emoji", "emoji": "👍"}, {"type": "emoji", "emoji": "👎"}]},
            "REACTIONS_TOO_MANY",
        ),
    ],
)
async def test_the_corners_of_methods(telegram: Telegram, method: str, params: Any, reason: str) -> None:
    sent = await telegram.send()
    said = await telegram.refusal(method, chat_id=ANNA, message_id=sent["message_id"], **params)
    assert said == f"400 Bad Request: {reason}"


# --- the bot's own account --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "description", "reason"),
    [
        ("Start", "Начать", "BOT_COMMAND_INVALID"),
        ("", "Начать", "BOT_COMMAND_INVALID"),
        ("a" * 33, "Начать", "BOT_COMMAND_INVALID"),
        ("start", "", "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("start", "я" * 257, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
async def test_a_wrong_command_is_refused(telegram: Telegram, command: str, description: str, reason: str) -> None:
    commands = [{"command": command, "description": description}]
    assert await telegram.refusal("setMyCommands", commands=commands) == f"400 Bad Request: {reason}"


@pytest.mark.parametrize(
    ("scope", "reason"),
    [
        ({"type": "everyone"}, "Unsupported type specified"),
        ({}, "Unsupported type specified"),
        ({"type": "chat"}, 'Can\'t find field "chat_id"'),
    ],
)
async def test_commands_are_given_to_a_scope_that_there_is(telegram: Telegram, scope: Any, reason: str) -> None:
    said = await telegram.refusal("setMyCommands", commands=[], scope=scope)
    assert said == f"400 Bad Request: can't parse BotCommandScope: {reason}"


async def test_a_person_sees_the_commands_of_the_narrowest_scope_in_his_language(telegram: Telegram) -> None:
    def menu(word: str) -> Any:
        return [{"command": "start", "description": word}]

    async def seen() -> str:
        view = await telegram.chat.request("GET", f"/people/{ANNA}/chat")
        return str(view["commands"][0]["description"])

    private, mine = {"type": "all_private_chats"}, {"type": "chat", "chat_id": ANNA}
    await telegram.do("setMyCommands", commands=menu("default"))
    assert await seen() == "default"
    await telegram.do("setMyCommands", commands=menu("по-русски"), language_code="ru")
    assert await seen() == "по-русски"
    await telegram.do("setMyCommands", commands=menu("private"), scope=private)
    assert await seen() == "private"
    await telegram.do("setMyCommands", commands=menu("mine"), scope=mine)
    assert await seen() == "mine"
    assert await telegram.do("getMyCommands", scope=mine) == menu("mine")
    await telegram.do("deleteMyCommands", scope=mine)
    assert await telegram.do("getMyCommands", scope=mine) == []
    assert await seen() == "private"


async def test_names_and_descriptions_fall_back_to_the_common_language(telegram: Telegram) -> None:
    for field in ("Name", "Description", "ShortDescription"):
        name = re.sub(r"(?<=t)D", "_d", field).lower()
        await telegram.do(f"setMy{field}", **{name: "common"})
        await telegram.do(f"setMy{field}", **{name: "по-русски"}, language_code="ru")
        assert await telegram.do(f"getMy{field}", language_code="ru") == {name: "по-русски"}
        assert await telegram.do(f"getMy{field}", language_code="en") == {name: "common"}
    await telegram.do("setChatMenuButton", menu_button={"type": "commands"})
    assert await telegram.do("getChatMenuButton") == {"type": "commands"}


# --- getUpdates -------------------------------------------------------------------------------------------------------


async def test_only_an_offset_confirms_and_it_confirms_all_below_it(telegram: Telegram) -> None:
    for word in ("раз", "два", "три"):
        await telegram.anna.say(word)
    first, second, third = await telegram.do("getUpdates")
    assert [second["update_id"], third["update_id"]] == [first["update_id"] + 1, first["update_id"] + 2]
    assert await telegram.do("getUpdates", offset=0) == [first, second, third]
    assert await telegram.do("getUpdates", limit=1) == [first]
    assert await telegram.do("getUpdates", offset=second["update_id"]) == [second, third]
    assert await telegram.do("getUpdates", offset=-1) == [third]
    assert await telegram.do("getUpdates") == [third]


async def test_a_poll_waits_for_an_update_and_wakes_at_once(telegram: Telegram) -> None:
    async with polling(telegram) as poll:
        began = time.monotonic()
        await telegram.anna.say("эй")
        assert len((await poll)["result"]) == 1
    assert time.monotonic() - began < 3


async def test_the_same_offset_again_within_three_seconds_waits(
    telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert updates.SAME_OFFSET_SECONDS == 3
    monkeypatch.setattr(updates, "SAME_OFFSET_SECONDS", 0.3)
    await telegram.do("getUpdates", offset=5)
    began = time.monotonic()
    assert await telegram.do("getUpdates", offset=5) == []
    assert time.monotonic() - began > 0.29


async def test_a_new_poll_ends_the_older_one(telegram: Telegram) -> None:
    async with polling(telegram) as older:
        assert (await telegram.call("getUpdates", offset=1))["ok"]
    assert (await older)["description"] == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )


async def test_a_poller_that_hangs_up_is_forgotten(telegram: Telegram) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await telegram.do("getUpdates", timeout=30)
    await telegram.anna.say("эй")
    assert len(await telegram.do("getUpdates", offset=1)) == 1
    assert await telegram.chat.refusals() == []


async def test_allowed_updates_are_kept_until_they_are_given_anew(telegram: Telegram) -> None:
    await telegram.do("getUpdates", offset=1, allowed_updates=["callback_query"])
    await telegram.anna.say("не для бота")
    await telegram.anna.press_only(1, "book")
    assert [list(update)[1] for update in await telegram.take_updates()] == ["callback_query"]
    await telegram.do("getUpdates", offset=1, allowed_updates=[])
    await telegram.anna.say("снова слышно")
    assert [list(update)[1] for update in await telegram.take_updates()] == ["message"]


async def test_unconfirmed_updates_outlive_the_server(telegram: Telegram) -> None:
    await telegram.anna.say("не потеряйте")
    async with serve(telegram.emulator) as url:
        address = f"{url}/bot{telegram.emulator.token}/getUpdates"
        async with telegram.session.get(address) as response:
            (update,) = (await response.json())["result"]
    assert update["message"]["text"] == "не потеряйте"


async def test_an_update_that_nobody_took_for_a_day_is_gone(telegram: Telegram) -> None:
    await telegram.anna.say("вчера")
    await telegram.chat.advance(12 * 3600)
    await telegram.anna.say("сегодня")
    await telegram.chat.advance(12 * 3600)
    assert [update["message"]["text"] for update in await telegram.take_updates()] == ["сегодня"]


async def test_an_update_comes_again_under_a_new_id_and_a_raw_one_can_be_injected(telegram: Telegram) -> None:
    await telegram.anna.say("раз")
    known = (await telegram.chat.updates())[-1]
    assert not known["confirmed"]
    again = await telegram.chat.repeat_update(known["update_id"])
    injected = await telegram.chat.inject(poll={"id": "1"})
    first, second, third = await telegram.take_updates()
    assert first["message"] == second["message"]
    assert (second["update_id"], third) == (again, {"update_id": injected, "poll": {"id": "1"}})
    with pytest.raises(ChatError, match="exactly one kind"):
        await telegram.chat.inject(a={}, b={})


# --- the webhook ------------------------------------------------------------------------------------------------------


class Hook:
    """A bot behind a webhook: it keeps what it got and answers as told."""

    def __init__(self) -> None:
        self.got: list[Any] = []
        self.secrets: list[str | None] = []
        self.answers: list[web.Response] = []
        self.news = asyncio.Event()

    async def on_update(self, request: web.Request) -> web.Response:
        self.got.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.news.set()
        return self.answers.pop(0) if self.answers else web.Response()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(3):
            while len(self.got) < count:
                self.news.clear()
                await self.news.wait()


@asynccontextmanager
async def hook_of(**settings: Any) -> AsyncIterator[tuple[Telegram, Hook, str]]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.on_update)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with telegram_of(**settings) as telegram:
        yield telegram, hook, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await runner.cleanup()


async def test_a_webhook_gets_updates_with_its_secret_and_polling_is_refused() -> None:
    async with hook_of() as (telegram, hook, url):
        await telegram.anna.start()
        await telegram.do("setWebhook", url=url, secret_token="tishe")
        await hook.until(1)
        assert hook.got[0]["message"]["text"] == "/start"
        await telegram.anna.wait_idle()
        said = await telegram.refusal("getUpdates")
        assert said == (
            "409 Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
        info = await telegram.do("getWebhookInfo")
        assert (info["url"], info["pending_update_count"], info["max_connections"]) == (url, 0, 40)
        await telegram.do("deleteWebhook")
        assert (await telegram.do("getWebhookInfo"))["url"] == ""


async def test_a_webhook_set_twice_within_a_second_or_without_https_is_refused(telegram: Telegram) -> None:
    await telegram.do("setWebhook", url="http://localhost:1/")
    answer = await telegram.call("setWebhook", url="http://localhost:1/")
    assert (answer["error_code"], answer["parameters"]) == (429, {"retry_after": 1})
    said = await telegram.refusal("setWebhook", url="http://example.org/")
    assert said == "400 Bad Request: bad webhook: An HTTPS URL must be provided for webhook"


async def test_setting_a_webhook_ends_a_poll_and_can_drop_what_waits(telegram: Telegram) -> None:
    async with polling(telegram) as poll:
        await telegram.do("setWebhook", url="http://127.0.0.1:1/")
    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"
    await telegram.anna.say("потерянное")
    await telegram.do("deleteWebhook", drop_pending_updates=True)
    assert await telegram.do("getUpdates", offset=1) == []


async def test_only_2xx_confirms_and_a_refused_update_comes_again_before_the_next_one() -> None:
    async with hook_of(webhook_delays=(0.0, 0.01)) as (telegram, hook, url):
        hook.answers = [
            web.Response(status=500),
            web.Response(status=503, headers={"Retry-After": "0"}),
            web.Response(status=302),
        ]
        await telegram.do("setWebhook", url=url)
        await telegram.anna.say("раз")
        await telegram.anna.say("два")
        await hook.until(5)
        assert [update["message"]["text"] for update in hook.got] == ["раз", "раз", "раз", "раз", "два"]
        assert len({update["update_id"] for update in hook.got}) == 2
        await telegram.chat.wait_idle()
        info = await telegram.do("getWebhookInfo")
        assert (info["pending_update_count"], info["last_error_message"]) == (
            0,
            "Wrong response from the webhook: 302 Found",
        )


async def test_one_chat_that_is_refused_does_not_hold_up_another() -> None:
    async with hook_of(webhook_delays=(0.0, 5.0)) as (telegram, hook, url):
        hook.answers = [web.Response(status=500), web.Response(status=500)]
        await telegram.do("setWebhook", url=url)
        await telegram.anna.say("раз")
        await hook.until(2)
        await telegram.chat.person(IGOR).say("два")
        await hook.until(3)
        assert hook.got[-1]["message"]["from"]["id"] == IGOR


@pytest.mark.parametrize("kind", ["json", "form", "multipart"])
async def test_a_method_in_the_answer_to_a_webhook_is_carried_out(kind: str) -> None:
    reply = {"method": "sendMessage", "chat_id": str(ANNA), "text": "Здравствуйте"}
    async with hook_of() as (telegram, hook, url):
        match kind:
            case "json":
                hook.answers = [web.json_response(reply)]
            case "form":
                text = urlencode(reply)
                hook.answers = [web.Response(text=text, content_type="application/x-www-form-urlencoded")]
            case _:
                form = FormData(reply, default_to_multipart=True)
                hook.answers = [web.Response(body=form())]
        await telegram.do("setWebhook", url=url)
        await telegram.anna.start()
        assert (await telegram.anna.wait_for("Здравствуйте")).bot


async def test_a_webhook_that_nobody_serves_is_tried_again_and_told() -> None:
    async with telegram_of(webhook_delays=(0.0, 0.01)) as telegram:
        await telegram.do("setWebhook", url="http://127.0.0.1:1/")
        await telegram.anna.start()
        async with asyncio.timeout(2):
            while "last_error_message" not in (info := await telegram.do("getWebhookInfo")):
                continue
        assert info["last_error_message"].startswith("Connection failed")
        assert info["pending_update_count"] == 1


async def test_an_empty_address_takes_the_webhook_away(telegram: Telegram) -> None:
    await telegram.do("setWebhook", url="https://a.example/", allowed_updates=["message"], drop_pending_updates=True)
    info = await telegram.do("getWebhookInfo")
    assert (info["url"], info["allowed_updates"]) == ("https://a.example/", ["message"])
    await telegram.do("setWebhook", url="")
    assert (await telegram.do("getWebhookInfo"))["url"] == ""


# --- the wire ---------------------------------------------------------------------------------------------------------


async def test_get_json_form_and_multipart_and_any_case_of_the_method_are_the_same(telegram: Telegram) -> None:
    params = {"chat_id": str(ANNA), "text": "да", "reply_markup": json.dumps(KEYBOARD)}
    multipart = FormData(params, default_to_multipart=True)
    async with AsyncExitStack() as stack:
        ways = [
            telegram.session.get(telegram.address("sendmessage"), params=params),
            telegram.session.post(telegram.address("SENDMESSAGE"), data=params),
            telegram.session.post(telegram.address("sendMessage"), json=params),
            telegram.session.post(telegram.address("SendMessage"), data=multipart),
            telegram.session.post(telegram.address("sendMessage"), data=multipart(), params={"text": "нет"}),
        ]
        for way in ways:
            result = (await (await stack.enter_async_context(way)).json())["result"]
            assert (result["text"], result["reply_markup"]) == ("да", KEYBOARD)


async def test_a_wrong_token_and_an_unknown_method_are_refused_loudly(
    telegram: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    async with telegram.session.get(f"{telegram.url}/bot1:wrong/getMe") as response:
        assert await response.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert await telegram.refusal("sendDice", chat_id=ANNA) == "404 Not Found: method not found"
    assert "sendDice" in caplog.records[-1].getMessage()
    assert caplog.records[-1].levelname == "ERROR"
    for token, status in ((telegram.emulator.token, 404), ("1:wrong", 401)):
        async with telegram.session.get(f"{telegram.url}/file/bot{token}/no") as response:
            assert response.status == status
    refused = [(call["method"], call["code"]) for call in await telegram.chat.refusals()]
    assert refused == [("getMe", 401), ("sendDice", 404), ("file no", 404), ("file no", 401)]


async def test_broken_json_is_a_bad_request(telegram: Telegram) -> None:
    for body in ("{", "[]"):
        headers = {"Content-Type": "application/json"}
        async with telegram.session.post(telegram.address("getMe"), data=body, headers=headers) as response:
            assert (await response.json())["error_code"] == 400


async def test_parameters_that_no_rule_foresaw_end_in_500_and_not_in_silence(telegram: Telegram) -> None:
    said = await telegram.refusal("deleteMessages", chat_id=ANNA, message_ids=["x"])
    assert said == "500 Internal Server Error: ValueError"


async def test_every_call_is_in_the_log_with_its_params_and_its_end(telegram: Telegram) -> None:
    await telegram.send("я" * 1000)
    await telegram.refusal("sendMessage", chat_id=ANNA, text="")
    sent, refused = (await telegram.chat.calls("sendMessage"))[-2:]
    assert (sent["chat"], sent["ok"], len(sent["params"]["text"])) == (ANNA, True, 301)
    assert (refused["ok"], refused["code"]) == (False, 400)
    assert await telegram.chat.calls(after=refused["number"]) == []
    assert await telegram.chat.refusals() == [refused]


# --- faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "code", "description"),
    [
        ("429", 429, "Too Many Requests: retry after 7"),
        ("403", 403, "Forbidden: bot was blocked by the user"),
        ("400", 400, "Bad Request: chat not found"),
        ("500", 500, "Internal Server Error"),
    ],
)
async def test_a_fault_meets_the_next_call_and_is_spent(
    telegram: Telegram, kind: str, code: int, description: str
) -> None:
    await telegram.chat.fault(kind, retry_after=7)
    answer = await telegram.call("sendMessage", chat_id=ANNA, text="x")
    assert (answer["error_code"], answer["description"]) == (code, description)
    assert answer.get("parameters") == ({"retry_after": 7} if kind == "429" else None)
    await telegram.send()
    assert [call["fault"] for call in await telegram.chat.calls("sendMessage")] == [kind, None]


async def test_a_fault_keeps_to_its_method_its_chat_and_its_count(telegram: Telegram) -> None:
    await telegram.chat.person(IGOR).start()
    await telegram.chat.fault("400", method="sendmessage", chat=IGOR, times=2, description="Bad Request: что угодно")
    await telegram.send()
    await telegram.do("sendChatAction", chat_id=IGOR, action="typing")
    for _ in range(2):
        assert await telegram.refusal("sendMessage", chat_id=IGOR, text="x") == "400 Bad Request: что угодно"
    await telegram.do("sendMessage", chat_id=IGOR, text="x")
    await telegram.chat.fault("500", times=None)
    await telegram.chat.clear_faults()
    await telegram.send()
    with pytest.raises(ChatError, match="unknown fault"):
        await telegram.chat.fault("418")


async def test_faults_by_chance_are_the_same_for_the_same_seed() -> None:
    async def throw() -> list[bool]:
        async with telegram_of(seed=7) as telegram:
            await telegram.chat.fault("500", probability=0.5, times=None)
            return [(await telegram.call("getMe"))["ok"] for _ in range(20)]

    first = await throw()
    assert first == await throw()
    assert 3 < sum(first) < 17


async def test_a_cut_before_does_nothing_and_a_cut_after_has_done_the_work(telegram: Telegram) -> None:
    for kind, sent in (("cut_before", 0), ("cut_after", 1)):
        await telegram.chat.fault(kind, method="sendMessage")
        with pytest.raises(ClientError):
            await telegram.send(kind)
        assert len([message for message in await telegram.anna.messages() if message.text == kind]) == sent


async def test_telegram_can_be_slow_or_hang(telegram: Telegram) -> None:
    await telegram.chat.fault("slow", seconds=0.2)
    began = time.monotonic()
    await telegram.send()
    assert time.monotonic() - began >= 0.2
    await telegram.chat.fault("hang")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await telegram.send()
    await telegram.anna.wait_idle()


# --- pace -------------------------------------------------------------------------------------------------------------


async def test_pace_is_free_until_it_is_switched_on(telegram: Telegram) -> None:
    for number in range(40):
        await telegram.send(str(number))


async def test_a_chat_bears_a_short_burst_and_then_one_message_a_second(telegram: Telegram) -> None:
    await telegram.chat.settings(pace=True)
    sent = [await telegram.send(str(number)) for number in range(5)]
    message_id = sent[0]["message_id"]
    answer = await telegram.call("editMessageText", chat_id=ANNA, message_id=message_id, text="и правки тоже")
    assert (answer["error_code"], answer["parameters"]) == (429, {"retry_after": 1})
    await telegram.do("sendChatAction", chat_id=ANNA, action="typing")
    await telegram.do("deleteMessage", chat_id=ANNA, message_id=message_id)
    await asyncio.sleep(1.05)
    await telegram.send("теперь можно")


async def test_all_chats_together_bear_thirty_a_second(telegram: Telegram) -> None:
    people = [telegram.chat.person(2000 + number) for number in range(31)]
    for person in people:
        await person.start()
    await telegram.chat.settings(pace=True)
    answers = [await telegram.call("sendMessage", chat_id=person.id, text="x") for person in people]
    assert [answer["ok"] for answer in answers] == [True] * 30 + [False]
    assert answers[-1]["parameters"]["retry_after"] == 3


async def test_a_group_bears_twenty_a_minute() -> None:
    async with telegram_of(pace=True) as telegram:
        telegram.emulator.pace.burst = 30
        await telegram.chat.in_group(ANNA).add_bot()
        answers = [await telegram.call("sendMessage", chat_id=GROUP_ID, text=str(number)) for number in range(21)]
        assert [answer["ok"] for answer in answers] == [True] * 20 + [False]
        assert answers[-1]["parameters"]["retry_after"] > 50


# --- the clock --------------------------------------------------------------------------------------------------------


async def test_the_clock_moves_stops_and_runs_on(telegram: Telegram) -> None:
    real = await telegram.chat.clock()
    assert await telegram.chat.advance(3600) == pytest.approx(real + 3600, abs=1)
    assert (await telegram.send())["date"] == pytest.approx(real + 3600, abs=2)
    assert await telegram.chat.stop_clock(1_900_000_000) == 1_900_000_000
    assert await telegram.chat.advance(60) == 1_900_000_060
    assert await telegram.chat.clock() == 1_900_000_060
    assert (await telegram.send())["date"] == 1_900_000_060
    await telegram.chat.resume_clock()
    assert await telegram.chat.clock() > 1_900_000_060
    assert await telegram.chat.set_clock(2_000_000_000) == pytest.approx(2_000_000_000, abs=1)
    state = await telegram.chat.request("GET", "/clock")
    assert state.keys() == {"now", "offset", "stopped", "revision"}


async def test_the_clock_can_be_given_from_outside() -> None:
    async with telegram_of(now=lambda: 1_800_000_000.5) as telegram:
        await telegram.anna.start()
        assert await telegram.chat.clock() == 1_800_000_000.5
        assert (await telegram.send())["date"] == 1_800_000_000


async def test_a_follower_of_the_clock_hears_of_a_change_at_once(telegram: Telegram) -> None:
    async with telegram.session.get(f"{telegram.url}/emulator/clock/stream") as stream:

        async def event() -> Any:
            lines = [await stream.content.readline() for _ in range(3)]
            assert lines[0] == b"event: clock\n"
            return json.loads(lines[1].removeprefix(b"data: "))

        before = await event()
        await telegram.chat.advance(86400)
        began = time.monotonic()
        assert (await event())["offset"] == pytest.approx(before["offset"] + 86400)
        assert time.monotonic() - began < 0.1


# --- the chat client --------------------------------------------------------------------------------------------------


async def test_waiting_is_for_what_came_after_the_last_act(telegram: Telegram) -> None:
    await telegram.send("Готово")
    await telegram.anna.say("ещё раз")
    with pytest.raises(ChatError, match="Готово"):
        await telegram.anna.wait_for("Готово", limit=0.05)
    assert (await telegram.anna.wait_for("Готово", ever=True)).text == "Готово"
    async with meanwhile(telegram.anna.wait_for(re.compile("^Гот"))) as wait:
        await telegram.send("Готово снова")
    assert (await wait).text == "Готово снова"


async def test_rest_waits_until_the_bot_has_taken_and_answered_everything(telegram: Telegram) -> None:
    await telegram.anna.say("есть кто?")
    telegram.chat.limit = 0.1
    with pytest.raises(ChatError, match="not at rest"):
        await telegram.anna.wait_idle()
    telegram.chat.limit = 2
    async with meanwhile(telegram.anna.screen()) as wait:
        await telegram.take_updates()
        await telegram.send("есть")
    assert (await wait).text == "есть"
    await telegram.chat.wait_idle()


async def test_a_bot_in_the_same_process_tells_by_itself_when_it_has_settled(telegram: Telegram) -> None:
    asked = 0

    async def settled() -> None:
        nonlocal asked
        asked += 1
        if asked == 1:
            await telegram.send("поздний ответ")

    async with ChatClient(telegram.url, settled=settled) as chat:
        await chat.person(ANNA).say("эй")
        await telegram.take_updates()
        assert (await chat.person(ANNA).screen()).text == "поздний ответ"
        assert asked == 2


async def test_the_reply_keyboard_is_pressed_like_any_button(telegram: Telegram) -> None:
    keyboard = [["Да", {"text": "Телефон", "request_contact": True}, {"text": "Где я", "request_location": True}]]
    await telegram.send(reply_markup={"keyboard": keyboard})
    for label in ("Да", "Телефон", "Где я"):
        assert (await telegram.anna.press(label)).answered
        await telegram.take_updates()
    words, contact, place = (await telegram.anna.messages())[-3:]
    assert (words.text, contact.kind, place.kind) == ("Да", "contact", "location")


async def test_a_link_is_opened_and_not_pressed(telegram: Telegram) -> None:
    await telegram.send(reply_markup={"inline_keyboard": [[{"text": "Сайт", "url": "https://a.ru"}]]})
    assert (await telegram.anna.press("Сайт")).url == "https://a.ru/"


async def test_people_come_with_names_and_languages_of_the_callers_choice(telegram: Telegram) -> None:
    await telegram.chat.person(STRANGER, first_name="John", language_code="en", phone="+15550000000").share_contact()
    (update,) = await telegram.take_updates()
    assert update["message"]["from"]["language_code"] == "en"
    assert update["message"]["contact"]["phone_number"] == "+15550000000"
    people = await telegram.chat.request("GET", "/people")
    assert [person["first_name"] for person in people] == ["Анна", "Игорь", "Регистратура", "John"]


async def test_a_reset_forgets_chats_but_not_the_clock_nor_the_bots_profile(telegram: Telegram) -> None:
    await telegram.do("setMyDescription", description="Запись к врачу")
    await telegram.chat.advance(86400)
    await telegram.send(reply_markup=KEYBOARD)
    await telegram.anna.press_only((await telegram.anna.screen()).id, "book")
    await telegram.chat.reset()
    await telegram.chat.wait_idle()
    assert await telegram.anna.messages() == []
    said = await telegram.refusal("sendMessage", chat_id=ANNA, text="x")
    assert said == "403 Forbidden: bot can't initiate conversation with a user"
    assert await telegram.do("getUpdates") == []
    assert (await telegram.do("getMyDescription"))["description"] == "Запись к врачу"
    assert (await telegram.chat.request("GET", "/clock"))["offset"] == pytest.approx(86400)


# --- aiogram ----------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def bot_of(telegram: Telegram) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(telegram.url))
    async with Bot(telegram.emulator.token, session=session) as bot:
        yield bot


async def test_a_real_aiogram_bot_lives_here() -> None:
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Записаться", callback_data="book")]])
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def greet(message: Message) -> None:
        await message.answer("Здравствуйте", reply_markup=keyboard)

    @dispatcher.callback_query()
    async def book(call: CallbackQuery) -> None:
        assert isinstance(call.message, Message)
        await call.message.edit_text("Вы записаны")
        await call.answer("Готово", show_alert=True)

    async with telegram_of() as telegram, bot_of(telegram) as bot:
        telegram.chat.patience = 2
        async with meanwhile(dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False)):
            await telegram.anna.start()
            assert (await telegram.anna.screen()).labels == ["Записаться"]
            assert (await telegram.anna.press("Записаться")).alert == "Готово"
            assert (await telegram.anna.screen()).text == "Вы записаны"
            assert await telegram.chat.refusals() == []
            await dispatcher.stop_polling()


async def test_aiogram_reads_every_answer(telegram: Telegram) -> None:
    async with bot_of(telegram) as bot:
        assert (await bot.get_me()).is_bot
        assert (await bot.get_chat(ANNA)).first_name == "Анна"
        file = BufferedInputFile(png(10, 10), "a.png")
        photo = await bot.send_photo(ANNA, file, caption="да")
        assert photo.photo is not None
        album = [
            InputMediaDocument(media=BufferedInputFile(b"1", "1.txt")),
            InputMediaDocument(media=BufferedInputFile(b"2", "2.txt")),
        ]
        assert len(await bot.send_media_group(ANNA, list(album))) == 2
        changed = await bot.edit_message_media(
            InputMediaPhoto(media=BufferedInputFile(png(20, 20), "b.png")), chat_id=ANNA, message_id=photo.message_id
        )
        assert isinstance(changed, Message)
        content = await bot.download(photo.photo[-1].file_id)
        assert content is not None
        assert content.read() == png(10, 10)
        row = [KeyboardButton(text="Телефон", request_contact=True)]
        await bot.send_message(ANNA, "Ваш номер?", reply_markup=ReplyKeyboardMarkup(keyboard=[row]))
        await bot.send_message(ANNA, "Спасибо", reply_markup=ReplyKeyboardRemove())
        await bot.send_venue(ANNA, 55.7, 37.6, "Поликлиника", "ул. Мира, 1")
        await bot.set_my_commands([BotCommand(command="start", description="Начать")])
        assert (await bot.get_webhook_info()).url == ""
        assert (await bot.forward_message(ANNA, ANNA, photo.message_id)).forward_origin is not None
        assert (await bot.copy_message(ANNA, ANNA, photo.message_id)).message_id


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("429", TelegramRetryAfter),
        ("403", TelegramForbiddenError),
        ("400", TelegramBadRequest),
        ("500", TelegramServerError),
        ("502", ClientDecodeError),
        ("cut_before", TelegramNetworkError),
        ("cut_after", TelegramNetworkError),
    ],
)
async def test_every_fault_is_an_error_that_aiogram_knows(
    telegram: Telegram, kind: str, error: type[Exception]
) -> None:
    await telegram.chat.fault(kind)
    async with bot_of(telegram) as bot:
        with pytest.raises(error):
            await bot.send_message(ANNA, "x")


# --- who may touch the controls ---------------------------------------------------------------------------------------


async def test_another_site_may_not_act(telegram: Telegram) -> None:
    async def status(**headers: str) -> int:
        async with telegram.session.post(f"{telegram.url}/emulator/reset", headers=headers) as response:
            return response.status

    assert await status() == 200
    assert await status(Host="evil.example") == 403
    assert await status(Origin="http://evil.example") == 403
    assert await status(Origin=telegram.url) == 200


async def test_a_guarded_emulator_wants_its_key_for_all_but_reading_the_clock() -> None:
    async with telegram_of(guarded=True) as telegram:
        assert await telegram.chat.clock() > 0
        with pytest.raises(ChatError, match="403"):
            await telegram.anna.start()
        with pytest.raises(ChatError, match="403"):
            await telegram.chat.advance(1)
        async with ChatClient(telegram.url, key=telegram.emulator.key) as chat:
            await chat.person(ANNA).start()


async def test_a_file_from_a_chat_cannot_run_as_a_page(telegram: Telegram) -> None:
    await telegram.anna.send_document(b"<script>", name="a.html", mime="text/html")
    await telegram.take_updates()
    file_id = (await telegram.anna.messages())[-1].raw["document"]["file_id"]
    async with telegram.session.get(f"{telegram.url}/emulator/files/{file_id}") as response:
        assert response.headers["Content-Security-Policy"] == "sandbox"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_stream_of_a_chat_tells_what_the_page_shows(telegram: Telegram) -> None:
    async with telegram.session.get(f"{telegram.url}/emulator/people/{ANNA}/stream") as stream:

        async def events(count: int) -> dict[str, Any]:
            found = {}
            for _ in range(count):
                name, data, _end = [await stream.content.readline() for _ in range(3)]
                found[name.decode().split()[1]] = json.loads(data.removeprefix(b"data: "))
            return found

        first = await events(4)
        assert first.keys() == {"chat", "clock", "calls", "people"}
        assert first["chat"]["fresh"]
        await telegram.send("новое")
        news = await events(3)
        assert [message["text"] for message in news["chat"]["messages"]] == ["новое"]
        assert news["calls"][0]["method"] == "sendMessage"
        assert news["people"][0]["last_from_bot"] == news["chat"]["messages"][0]["id"]


async def test_the_way_to_a_reminder_leads_where_the_bot_says_and_never_back() -> None:
    moments: list[float | None] = [2_000_000_100.0, 1.0, None]

    async def ready(_: web.Request) -> web.Response:
        return web.json_response({"next_due": moments.pop(0)})

    app = web.Application()
    app.router.add_get("/ready", ready)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/ready"
    async with telegram_of(now=lambda: 2_000_000_000.0, ready_url=url) as telegram:
        for _ in range(3):
            await telegram.chat.request("POST", "/due")
            assert await telegram.chat.clock() == 2_000_000_100
        telegram.emulator.ready_url = "http://127.0.0.1:1/"
        assert await telegram.chat.request("GET", "/due") == {"next_due": None}
    await runner.cleanup()


async def test_controls_say_what_is_wrong_with_a_question(telegram: Telegram) -> None:
    for verb, path, body in [
        ("POST", "/faults", {"kind": "500", "colour": "red"}),
        ("POST", "/updates/1/repeat", {}),
        ("GET", "/presses/none", None),
        ("GET", "/files/none", None),
    ]:
        with pytest.raises(ChatError):
            await telegram.chat.request(verb, path, body)
    await telegram.chat.fault("500", probability=0.0, seed=5)
    assert len(await telegram.chat.request("GET", "/faults")) == 1
    assert (await telegram.chat.request("GET", "/bot"))["username"] == "registratura_bot"
