"""Telegram around the flows: accounts and languages, failures, locks, shutdown, the command menu."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot, Dispatcher, Router
from aiogram.exceptions import TelegramNetworkError
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.base import StorageKey
from aiogram.methods import Response, SendMessage
from aiogram.types import (
    BotCommandScopeAllPrivateChats,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)
from structlog.testing import capture_logs

from bot.account.accounts import Accounts
from bot.core import limits
from bot.core.i18n import LANGUAGES, gettext
from bot.core.people import Account
from bot.core.tasks import Tasks
from bot.emulator import Emulator, serve
from bot.telegram.commands import set_commands
from bot.telegram.failures import failure_handler
from bot.telegram.locks import PersonLocks
from bot.telegram.middlewares import AccountMiddleware, PendingUpdates
from bot.telegram.reachability import reachability
from bot.telegram.session import RESPONSE_CLASSES, end_session, make_bot, read_answer
from dialogs.kit.filters import DialogMiddleware
from storage.database.crypto import BlindIndex, Cipher
from storage.database.dialog_state import DialogStorage
from storage.unit import Storage
from tests.builders import StoppedClock, bot_at, database_in, some_settings, storage_over
from tests.chat.client import ChatClient
from tests.chat.wait import wait_until
from tests.time_limits import BUSY

ANNA, IGOR = 1001, 1002
SECRET = "Мария Иванова"
BUTTON = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Записаться", callback_data="book")]])


class House:
    """The middlewares of the dispatcher around a router that a test fills; the rest of the product is absent."""

    def __init__(self, bot: Bot, telegram: ChatClient, storage: Storage, dispatcher: Dispatcher) -> None:
        self.bot, self.telegram, self.storage, self.dispatcher = bot, telegram, storage, dispatcher
        self.accounts = Accounts(storage, StoppedClock())
        self.anna, self.igor = telegram.person(ANNA), telegram.person(IGOR)
        self.flow = Router(name="flow")
        self.tasks = Tasks()
        dispatcher.update.outer_middleware(AccountMiddleware(self.accounts, StoppedClock(), "ru"))
        dispatcher.include_routers(reachability(self.accounts), self.flow)
        dispatcher.errors.register(failure_handler("ru"))

    def serve(self) -> None:
        self.polling = self.tasks.start(
            self.dispatcher.start_polling(self.bot, handle_signals=False, close_bot_session=False)
        )

    async def stop(self) -> None:
        if not self.polling.done():
            await self.dispatcher.stop_polling()
        await self.polling


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(serve(Emulator()))
        telegram = await stack.enter_async_context(ChatClient(url))
        bot = await stack.enter_async_context(bot_at(telegram.base_url))
        database = await stack.enter_async_context(database_in(tmp_path))
        cipher, index = Cipher({"test": b"k" * 32}, "test"), BlindIndex(b"i" * 32)
        dialogs = DialogStorage(database, cipher, index, StoppedClock())
        locks = PersonLocks()
        dispatcher = Dispatcher(storage=dialogs, events_isolation=locks, disable_fsm=True)
        dispatcher.update.outer_middleware(DialogMiddleware(dialogs, locks))
        PendingUpdates().attach(dispatcher)
        house = House(bot, telegram, storage_over(database), dispatcher)
        yield house
        await house.stop()


def echo(house: House) -> None:
    async def on_message(message: Message, account: Account, now: datetime) -> None:
        await message.answer(f"{message.chat.id} {account.language} {now:%d.%m.%Y}: {gettext('tomorrow')}")

    house.flow.message.register(on_message)
    house.serve()


async def test_new_person_is_answered_in_the_language_of_telegram(house: House) -> None:
    echo(house)
    await house.anna.start()
    assert (await house.anna.screen()).text == "1001 None 23.11.2026: завтра"
    foreigner = house.telegram.person(4242, first_name="John", language_code="en-GB")
    await foreigner.start()
    assert (await foreigner.screen()).text == "4242 None 23.11.2026: tomorrow"


async def test_chosen_language_overrides_that_of_telegram(house: House) -> None:
    echo(house)
    await house.accounts.set_language((await house.accounts.find_or_add(ANNA, "ru")).id, "en")
    await house.anna.start()
    assert (await house.anna.screen()).text.endswith("tomorrow")


async def test_person_who_blocks_the_bot_is_unreachable_until_the_return(house: House) -> None:
    echo(house)
    await house.anna.start()
    await house.anna.screen()
    await house.anna.block()
    await until_reachable(house, False)
    await house.anna.unblock()
    await until_reachable(house, True)


async def until_reachable(house: House, expected: bool) -> None:
    async with asyncio.timeout(BUSY):
        while True:
            account = await house.storage.read(lambda view: view.accounts.find(ANNA))
            assert account is not None
            if account.reachable is expected:
                return
            await asyncio.sleep(0.005)


def breaking(house: House) -> None:
    async def on_start(message: Message) -> None:
        await message.answer("Записаться?", reply_markup=BUTTON)

    async def on_typed(message: Message, state: FSMContext) -> None:
        await state.update_data(typed=message.text)
        raise ValueError(message.text)

    async def on_press(_call: CallbackQuery) -> None:
        raise KeyError(SECRET)

    house.flow.message.register(on_start, Command("start"))
    house.flow.message.register(on_typed)
    house.flow.callback_query.register(on_press)
    house.serve()


async def test_failed_press_is_answered_with_a_number_that_is_logged(house: House) -> None:
    breaking(house)
    await house.anna.start()
    with capture_logs() as lines:
        pressed = await house.anna.press("Записаться")
    (line,) = [line for line in lines if line["event"] == "an update failed"]
    assert pressed.alert is not None
    assert pressed.alert.endswith(f"назовите поддержке номер {line['number']}")
    assert len(line["number"]) == 8
    assert "on_press" in str(line["failure"])
    assert SECRET not in str(lines)


async def test_typed_text_that_causes_a_failure_is_kept_and_not_logged(house: House) -> None:
    breaking(house)
    await house.anna.start()
    await house.anna.screen()
    with capture_logs() as lines:
        await house.anna.say(SECRET)
        assert "введённое сохранено" in (await house.anna.screen()).text
    assert SECRET not in str(lines)
    key = StorageKey(bot_id=house.bot.id, chat_id=ANNA, user_id=ANNA)
    assert await house.dispatcher.storage.get_data(key) == {"typed": SECRET}


async def test_failed_reply_to_a_failure_breaks_nothing(house: House) -> None:
    breaking(house)
    await house.anna.start()
    await house.anna.screen()
    await house.telegram.fault("502", method="sendMessage")
    await house.anna.say(SECRET)
    await house.telegram.wait_idle()
    pressed = await house.anna.press("Записаться")
    assert pressed.alert


async def test_person_who_blocks_the_bot_midway_is_no_failure(house: House) -> None:
    async def on_typed(message: Message) -> None:
        await house.anna.block()
        await message.answer("Ответ")

    house.flow.message.register(on_typed)
    house.serve()
    with capture_logs() as lines:
        await house.anna.start()
        await house.telegram.wait_idle()
    assert lines == []


Typed = Callable[[Message], Awaitable[Any]]


async def a_moment() -> None:
    await asyncio.sleep(0.2)


def slow(
    house: House, order: list[str], begun: asyncio.Event, work: Callable[[], Awaitable[object]] = a_moment
) -> Typed:
    async def on_typed(message: Message) -> None:
        order.append(f"begin {message.text}")
        begun.set()
        await work()
        order.append(f"end {message.text}")

    house.flow.message.register(on_typed)
    house.serve()
    return on_typed


async def test_updates_of_a_person_are_handled_in_order_one_at_a_time(house: House) -> None:
    order: list[str] = []
    slow(house, order, asyncio.Event())
    for text in ("1", "2"):
        await house.anna.say(text)
    await wait_until(lambda: len(order) == 4)
    await house.stop()
    assert order == ["begin 1", "end 1", "begin 2", "end 2"]


async def test_person_does_not_wait_for_another(house: House) -> None:
    came = asyncio.Event()

    async def on_typed(message: Message) -> None:
        if message.text == "2":
            came.set()
        async with asyncio.timeout(BUSY):
            await came.wait()
        await message.answer("Дождалась")

    house.flow.message.register(on_typed)
    house.serve()
    await house.anna.say("1")
    await house.igor.say("2")
    assert (await house.anna.screen()).text == "Дождалась"


async def test_stop_waits_for_updates_in_work_and_those_behind_them(house: House) -> None:
    order: list[str] = []
    begun = asyncio.Event()
    slow(house, order, begun)
    closed = house.dispatcher.fsm.close

    async def close() -> None:
        order.append("storage closed")
        await closed()

    house.dispatcher.shutdown.register(close)
    for text in ("1", "2"):
        await house.anna.say(text)
    await begun.wait()
    await until_all_are_taken(house)
    await house.stop()
    assert order == ["begin 1", "end 1", "begin 2", "end 2", "storage closed"]


async def until_all_are_taken(house: House) -> None:
    while not all(update["confirmed"] for update in await house.telegram.updates()):  # noqa: ASYNC110 - over HTTP
        await asyncio.sleep(0.005)


async def test_stop_does_not_wait_forever(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DRAIN_TIMEOUT", 0.05)
    order: list[str] = []
    begun, ends = asyncio.Event(), asyncio.Event()
    slow(house, order, begun, ends.wait)
    await house.anna.say("1")
    await begun.wait()
    with capture_logs() as lines:
        await house.stop()
    assert [line["event"] for line in lines] == ["updates are still being handled"]
    ends.set()
    await wait_until(lambda: order == ["begin 1", "end 1"])


async def test_locks_that_are_not_in_use_are_forgotten() -> None:
    locks = PersonLocks()
    for user in range(100):
        async with locks.lock(StorageKey(bot_id=1, chat_id=user, user_id=user)):
            assert len(locks._locks) == 1
    assert len(locks._locks) == 0


async def test_commands_are_set_once_in_every_language(house: House) -> None:
    house.serve()
    await set_commands(house.bot, "ru")
    await set_commands(house.bot, "ru")
    calls = [call["method"] for call in await house.telegram.calls()]
    assert [calls.count(name) for name in SETTERS] == [len(LANGUAGES)] * len(SETTERS)
    for code, description in ((None, "Записаться к врачу"), ("en", "Book a doctor")):
        offered = await house.bot.get_my_commands(scope=BotCommandScopeAllPrivateChats(), language_code=code)
        assert description in [command.description for command in offered]
    told = await house.bot.get_my_description(language_code="en")
    assert told.description.startswith("I make doctor's appointments for children")


SETTERS = ("setMyCommands", "setMyDescription", "setMyShortDescription")


def test_of_a_pressed_message_only_what_is_read_is_parsed() -> None:
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
    pressed = {"message_id": 1, "text": "t", "entities": [{"type": "bold"}], "reply_markup": markup}
    typed = {"update_id": 2, "message": {"message_id": 3, "text": "t"}}
    updates = {
        "ok": True,
        "result": [typed, {"update_id": 1, "callback_query": {"id": "1", "message": pressed}}, {"update_id": 4}],
    }
    lean = read_answer(json.dumps(updates))["result"]
    assert lean == [
        typed,
        {"update_id": 1, "callback_query": {"id": "1", "message": {"message_id": 1}}},
        {"update_id": 4},
    ]
    shown = {"message_id": 1, "text": "t"}
    assert read_answer(json.dumps({"ok": True, "result": shown | {"reply_markup": markup}}))["result"] == shown
    assert read_answer('{"ok": true, "result": true}') == {"ok": True, "result": True}


def test_kinds_of_updates_that_nothing_handles_are_not_parsed() -> None:
    updates = {"ok": True, "result": [{"update_id": 1, "poll": {"of": "any shape"}}, {"update_id": 2, "message": {}}]}
    assert read_answer(json.dumps(updates))["result"] == [{"update_id": 1}, {"update_id": 2, "message": {}}]
    commands = {"ok": True, "result": [{"command": "menu", "description": "Меню"}]}
    assert read_answer(json.dumps(commands)) == commands


def test_reply_classes_live_as_long_as_the_bot() -> None:
    kept = id(Response[SendMessage.__returning__])  # type: ignore[valid-type]  # it is one at run time
    gc.collect()
    assert id(Response[SendMessage.__returning__]) == kept  # type: ignore[valid-type]  # it is one at run time
    assert kept in {id(reply) for reply in RESPONSE_CLASSES}


async def test_late_request_opens_no_connection_of_a_stopped_bot() -> None:
    async with serve(Emulator()) as url:
        bot = make_bot(some_settings(bot_api_url=url))
        await bot.me()
        await end_session(bot)
        with pytest.raises(TelegramNetworkError, match="The bot has stopped"):
            await bot.get_me()


async def test_bot_calls_telegram_unless_another_server_is_set() -> None:
    assert make_bot(some_settings()).session.api.base.startswith("https://api.telegram.org/")
    elsewhere = make_bot(some_settings(bot_api_url="http://127.0.0.1:1/"))
    assert elsewhere.session.api.base.startswith("http://127.0.0.1:1/")
    assert (elsewhere.default.parse_mode, elsewhere.default.link_preview_is_disabled) == ("HTML", True)


async def test_number_of_people_in_parallel_is_limited() -> None:
    locks, served, most = PersonLocks(at_once=2), 0, 0

    async def visit(person: int) -> None:
        nonlocal served, most
        async with locks.lock(StorageKey(bot_id=1, chat_id=person, user_id=person)):
            served += 1
            most = max(most, served)
            await asyncio.sleep(0.01)
            served -= 1

    async with asyncio.timeout(BUSY), asyncio.TaskGroup() as group:
        impatient = [group.create_task(visit(ANNA)) for _press in range(10)]
        await group.create_task(visit(IGOR))
        assert sum(press.done() for press in impatient) < 5
    assert most == 2
