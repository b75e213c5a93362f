"""Alarms: the log, the operator's chat, how often it is told, and what a restart changes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.app import serving
from bot.core.i18n import speak
from bot.delivery.alarms import Alarm, Alarms
from bot.delivery.operator_news import QUIET_FOR, RETRY_IN, SETTLES_IN, OperatorNews
from bot.emulator import EmulatedPerson, Emulator, serve
from bot.telegram.messenger import TelegramMessenger
from dialogs.kit.alarms import WORDS, describe_in
from storage.unit import UnitOfWork
from tests.app.test_web import ask
from tests.builders import MONDAY, StoppedClock, bot_at, database_in, some_settings, storage_over
from tests.chat.actions import account_of, say
from tests.chat.client import ChatClient
from tests.chat.town import Town, town as open_town

OPERATOR = 3001
SIGN = Alarm.REGISTER_REFUSALS
STARTS, OVER = f"⚠️ Тревога: {SIGN}", f"✅ Тревога окончена: {SIGN}"
SECOND = timedelta(seconds=1)


class House:
    """Alarms over SQLite, and an operator in the emulator's Telegram."""

    async def open(self, stack: AsyncExitStack, folder: Path) -> None:
        self.emulator = Emulator(people=(EmulatedPerson(OPERATOR, "Оператор"),))
        self.emulator.people[OPERATOR].started = True
        url = await stack.enter_async_context(serve(self.emulator))
        self.telegram = await stack.enter_async_context(ChatClient(url))
        self.bot = await stack.enter_async_context(bot_at(url))
        self.storage = storage_over(await stack.enter_async_context(database_in(folder)))
        self.clock = StoppedClock()
        self.start()

    def start(self, chat: int | None = OPERATOR) -> None:
        """Start the bot, as after a crash."""
        self.alarms = Alarms(self.clock)
        describe, messenger = describe_in("ru"), TelegramMessenger(self.bot)
        self.news = OperatorNews(self.storage, self.alarms, messenger, describe, self.clock, chat)

    async def heard(self, after: timedelta = timedelta()) -> list[str]:
        """Return the first lines of all messages to the operator, once that much time has passed."""
        self.clock.advance(after)
        await self.news.tell_due()
        view = await self.telegram.request("GET", f"/people/{OPERATOR}/chat?after=0&limit=0")
        return [message["text"].split("\n")[0] for message in view["messages"] if message["bot"]]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        opened = House()
        await opened.open(stack, tmp_path)
        yield opened


async def test_alarm_is_an_error_in_the_log_once_and_its_end_a_line() -> None:
    alarms = Alarms(StoppedClock())
    with capture_logs() as lines:
        await alarms.end(SIGN)
        await alarms.start(SIGN, count=61)
        await alarms.start(SIGN, count=75)
        assert [(each.alarm, each.since, each.facts) for each in alarms.ringing()] == [(SIGN, MONDAY, {"count": 75})]
        await alarms.end(SIGN)
        await alarms.end(SIGN)
    assert [(line["log_level"], line["alarm"]) for line in lines] == [("error", SIGN), ("warning", SIGN)]
    assert alarms.ringing() == []


async def test_fact_that_may_name_a_person_is_not_kept() -> None:
    alarms = Alarms(StoppedClock())
    with capture_logs() as lines:
        await alarms.start(SIGN, table="access_requests", name="Мария", phone="+79161234567", note="two words")
    shown = {"table": "access_requests", "name": "…", "phone": "…", "note": "…"}
    assert [dict(each.facts) for each in alarms.ringing()] == [shown]
    assert "Мария" not in str(lines)


async def test_operator_is_told_of_start_and_end_with_the_facts(house: House) -> None:
    assert await house.heard() == []
    await house.alarms.start(SIGN, count=61)
    assert await house.heard() == [STARTS]
    assert await house.heard() == [STARTS]
    view = await house.telegram.request("GET", f"/people/{OPERATOR}/chat?after=0&limit=0")
    assert "count=61" in view["messages"][-1]["text"]
    house.clock.advance(SETTLES_IN)
    await house.alarms.end(SIGN)
    assert await house.heard() == [STARTS, OVER]
    assert await house.heard() == [STARTS, OVER]


async def test_same_alarm_is_told_again_only_after_an_hour(house: House) -> None:
    await house.heard(SETTLES_IN)
    house.clock.advance(SETTLES_IN)
    await house.alarms.start(SIGN)
    await house.heard()
    await house.alarms.end(SIGN)
    told = [STARTS, OVER]
    assert await house.heard(SECOND) == told
    await house.alarms.start(SIGN)
    assert await house.heard(QUIET_FOR - 2 * SECOND) == told
    await house.alarms.end(SIGN)
    assert await house.heard() == told, "an end is told only of a start that was told"
    await house.alarms.start(SIGN)
    assert await house.heard(SECOND) == [*told, STARTS]


async def test_restart_neither_repeats_nor_forgets_an_alarm(house: House) -> None:
    await house.alarms.start(SIGN)
    await house.heard()
    house.start()
    await house.alarms.start(SIGN)
    assert await house.heard(SECOND) == [STARTS], "it is still on"
    house.start()
    assert await house.heard(SECOND) == [STARTS], "it may still be found"
    assert await house.heard(SETTLES_IN) == [STARTS, OVER]
    house.start()
    await house.alarms.start(SIGN)
    assert await house.heard(SECOND) == [STARTS, OVER], "the hour is not over"


async def test_message_that_was_not_delivered_is_tried_again(house: House) -> None:
    await house.alarms.start(SIGN)
    await house.telegram.fault("500", method="sendMessage", times=1)
    with capture_logs() as lines:
        assert await house.heard() == []
    assert [line["log_level"] for line in lines] == ["warning"]
    assert await house.heard(RETRY_IN - SECOND) == []
    assert await house.heard(SECOND) == [STARTS]


async def test_operator_who_has_blocked_the_bot_is_an_error_once(house: House) -> None:
    house.emulator.people[OPERATOR].blocked = True
    await house.alarms.start(SIGN)
    with capture_logs() as lines:
        await house.heard()
        await house.heard(RETRY_IN)
    assert [(line["log_level"], line["trouble"]) for line in lines] == [("error", "RecipientGone")]


async def test_without_operator_chat_nobody_is_told(house: House) -> None:
    house.start(chat=None)
    await house.alarms.start(SIGN)
    assert await house.heard() == []


async def test_running_bot_tells_its_operator_and_health(template: Path, tmp_path: Path, unused_tcp_port: int) -> None:
    async with open_town(template, tmp_path, operator_chat=1002, refusals_limit=10) as town:
        await say(town.father, "/start")
        account = await account_of(town, town.father)

        async def refuse(uow: UnitOfWork) -> None:
            for number in range(10):
                await uow.checks.note_failure(account.id, f"{number}", MONDAY)

        await town.app.store.storage.write(refuse)
        await town.work()
        assert STARTS in await texts(town)
        settings = some_settings(web_port=unused_tcp_port)
        async with serving(town.app, settings):
            status, said = await ask(unused_tcp_port, "/health")
        assert status == 200
        on = {"alarm": SIGN.value, "since": MONDAY.timestamp(), "facts": {"count": 10, "limit": 10}}
        assert said == {"status": "ok", "alarms": [on]}


async def texts(town: Town) -> list[str]:
    view = await town.chat.request("GET", "/people/1002/chat?after=0&limit=0")
    return [message["text"].split("\n")[0] for message in view["messages"]]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_alarm_has_words(language: str) -> None:
    assert set(WORDS) == set(Alarm)
    describe = describe_in(language)
    for alarm in Alarm:
        assert alarm in describe(alarm, {"count": 1}).text
        assert alarm in describe(alarm, None).text
    with speak("ru"):
        assert "Тревога" in describe_in("ru")(SIGN, None).text
