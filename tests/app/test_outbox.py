"""The outbox under failures of Telegram and the database: no message is lost, only uncertain sends are repeated."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.methods import TelegramMethod
from structlog.testing import capture_logs

from bot.core.tasks import Tasks
from bot.delivery import outbox as delivery
from bot.delivery.errors import NotYet, TooLate
from bot.delivery.news import OutboxMessage, Urgency
from bot.delivery.screen import Screen
from bot.patients.news import CheckAnswered
from tests.app.post import ANNA, CROWD, IGOR, Post
from tests.builders import bot_at
from tests.time_limits import BUSY

SECRET = "Мария И."


async def test_due_message_is_sent_once(post: Post) -> None:
    await post.enqueue(ANNA, "Полис проверен")
    assert await post.outbox.sweep() == 1
    assert await post.outbox.sweep() == 0
    assert await post.heard(ANNA) == ["Полис проверен"]
    assert await post.statuses() == ["SENT"]


async def test_message_waits_until_it_is_due(post: Post) -> None:
    post.clock.advance(timedelta(hours=1))
    await post.enqueue(ANNA, "Напоминание")
    post.clock.advance(timedelta(hours=-1))
    assert await post.outbox.sweep() == 0
    post.clock.advance(timedelta(hours=1))
    assert await post.outbox.sweep() == 1


async def test_message_that_is_not_needed_any_more_is_not_sent(post: Post) -> None:
    await post.enqueue(ANNA, "Приём отменён")
    post.says = lambda _message: None
    assert await post.outbox.sweep() == 1
    assert await post.statuses() == ["WITHDRAWN"]
    assert await post.heard(ANNA) == []


async def test_message_without_its_facts_is_retried_later(post: Post) -> None:
    def unknown(_message: OutboxMessage) -> Screen:
        raise NotYet

    told, post.says = post.says, unknown
    await post.enqueue(ANNA, "Записаны")
    await post.outbox.sweep()
    post.says = told
    assert await post.heard(ANNA) == []
    await post.sweep_for(timedelta(minutes=1), timedelta(seconds=6))
    assert await post.heard(ANNA) == ["Записаны"]


async def test_message_that_waited_for_its_facts_is_sent_soon(post: Post) -> None:
    """The register does not answer for days, and then Telegram fails once."""

    def unknown(_message: OutboxMessage) -> Screen:
        raise NotYet

    told, post.says = post.says, unknown
    await post.enqueue(ANNA, "Полис проверен")
    await post.sweep_for(timedelta(hours=1), timedelta(minutes=9))
    assert await post.statuses() == ["QUEUED"]
    post.says = told
    await post.storage.write(lambda uow: uow.outbox.hasten(f"{ANNA}:Полис проверен", post.clock.now()))
    await post.telegram.fault("502", times=3)
    await post.sweep_for(timedelta(minutes=5))
    assert await post.heard(ANNA) == ["Полис проверен"]


async def test_message_that_cannot_be_rendered_stops_no_other(post: Post) -> None:
    def broken(message: OutboxMessage) -> Screen:
        if message.chat == ANNA:
            raise KeyError(SECRET)
        return Screen(str(message.facts["text"]))

    post.says = broken
    await post.enqueue(ANNA, "Одно")
    await post.enqueue(IGOR, "Другое")
    assert await post.outbox.sweep() == 2
    assert await post.heard(IGOR) == ["Другое"]
    assert await post.statuses() == ["QUEUED", "SENT"]


@pytest.mark.parametrize(("kind", "heard"), [("500", 1), ("502", 1), ("cut_before", 1), ("cut_after", 2)])
async def test_transient_errors_lose_nothing_and_repeat_only_uncertain_sends(post: Post, kind: str, heard: int) -> None:
    await post.enqueue(ANNA, "Первое", "Второе")
    await post.telegram.fault(kind, method="sendMessage")
    await post.sweep_for(timedelta(minutes=5))
    assert await post.heard(ANNA) == ["Первое"] * heard + ["Второе"]
    assert await post.statuses() == ["SENT", "SENT"]


async def test_429_of_a_chat_keeps_its_order_and_delays_no_other_chat(post: Post) -> None:
    await post.enqueue(ANNA, "1", "2", "3")
    await post.enqueue(IGOR, "А", "Б")
    await post.telegram.fault("429", method="sendMessage", chat=ANNA, retry_after=1)
    await post.bot.send_message(IGOR, "Ответ")
    await post.outbox.sweep()
    assert await post.heard(ANNA) == []
    await asyncio.sleep(1)  # Telegram's own time does not jump
    await post.sweep_for(timedelta(minutes=1), timedelta(seconds=2))
    assert await post.heard(ANNA) == ["1", "2", "3"]
    assert await post.heard(IGOR) == ["Ответ", "А", "Б"]
    assert await post.statuses() == ["SENT"] * 5


async def test_nothing_is_sent_during_a_429_of_the_whole_bot(post: Post) -> None:
    for person in CROWD:
        await post.enqueue(person.id, "Новость")
    await post.telegram.fault("429", method="sendMessage", retry_after=1, times=4)
    handled = await post.outbox.sweep()
    assert handled <= delivery.BATCH + delivery.IN_FLIGHT
    assert len(await post.telegram.refusals("sendMessage")) <= delivery.IN_FLIGHT
    assert await post.statuses() == ["QUEUED"] * len(CROWD)


async def test_person_who_blocked_the_bot_gets_no_more_messages(post: Post) -> None:
    await post.telegram.person(ANNA).block()
    await post.enqueue(ANNA, "Первое", "Второе")
    await post.enqueue(IGOR, "Новость")
    await post.sweep_for(timedelta(minutes=5))
    assert (await post.account(ANNA)).reachable is False
    assert len(await post.telegram.calls("sendMessage")) == 2
    assert await post.heard(IGOR) == ["Новость"]


@pytest.mark.parametrize("words", ["Bad Request: chat not found", "Bad Request: user is deactivated"])
async def test_person_unknown_to_telegram_gets_no_more_messages(post: Post, words: str) -> None:
    await post.telegram.fault("400", method="sendMessage", description=words)
    await post.enqueue(ANNA, "Новость")
    await post.sweep_for(timedelta(minutes=5))
    assert (await post.account(ANNA)).reachable is False
    assert await post.statuses() == ["QUEUED"]
    assert len(await post.telegram.calls("sendMessage")) == 1


async def test_refused_message_fails_with_an_error_and_no_other_does(post: Post) -> None:
    await post.enqueue(ANNA, "<b>Мария И.", "Второе")
    with capture_logs() as lines:
        await post.sweep_for(timedelta(minutes=5))
    assert await post.statuses() == ["FAILED", "SENT"]
    assert await post.heard(ANNA) == ["Второе"]
    assert (await post.account(ANNA)).reachable is True
    assert [line["log_level"] for line in lines if line["event"] == "a message was given up"] == ["error"]


async def test_message_that_may_have_arrived_is_repeated_ever_more_slowly(post: Post) -> None:
    await post.enqueue(ANNA, "Новость")
    await post.telegram.fault("cut_after", method="sendMessage", times=None)
    await post.sweep_for(timedelta(minutes=30))
    assert await post.heard(ANNA) == ["Новость"] * 4
    await post.sweep_for(timedelta(hours=1))
    assert await post.heard(ANNA) == ["Новость"] * 5


async def test_outage_of_an_hour_uses_up_no_attempts(post: Post) -> None:
    await post.enqueue(ANNA, "Первое", "Второе")
    await post.enqueue(IGOR, "Новость")
    await post.telegram.fault("502", times=None)
    await post.sweep_for(timedelta(hours=1), timedelta(minutes=9))
    await post.telegram.clear_faults()
    await post.sweep_for(timedelta(minutes=30), timedelta(minutes=5))
    assert await post.heard(ANNA) == ["Первое", "Второе"]
    assert await post.heard(IGOR) == ["Новость"]


async def test_messages_expire_in_an_outage_that_outlasts_them(post: Post) -> None:
    await post.enqueue(ANNA, "Новость", expires_at=post.clock.now() + timedelta(minutes=10))
    async with bot_at("http://127.0.0.1:9") as nowhere:
        post.bot = nowhere
        post.restart()
        with capture_logs() as lines:
            await post.sweep_for(timedelta(minutes=12))
    assert await post.statuses() == ["EXPIRED"]
    assert [line["kind"] for line in lines if line["event"] == "a message expired"] == [CheckAnswered.kind]


async def test_message_that_expires_in_flight_is_logged_once(post: Post) -> None:
    """Its last useful moment passes between the claim and the send."""

    def too_late(_message: OutboxMessage) -> Screen:
        raise TooLate

    post.says = too_late
    await post.enqueue(ANNA, "Новость")
    with capture_logs() as lines:
        await post.sweep_for(timedelta(minutes=12))
    assert await post.statuses() == ["EXPIRED"]
    assert [line["log_level"] for line in lines if line["event"] == "a message expired"] == ["warning"]


async def test_lapsed_lease_of_an_expired_message_is_logged(post: Post) -> None:
    """The mark of a claimed message fails until its last useful moment is over."""
    await post.enqueue(ANNA, "Новость", expires_at=post.clock.now() + timedelta(minutes=1))
    post.fails = lambda sql: "'SENT'" in sql
    await post.outbox.sweep()
    post.restart()
    with capture_logs() as lines:
        await post.sweep_for(delivery.LEASE * 2)
    assert await post.statuses() == ["EXPIRED"]
    assert len([line for line in lines if line["event"] == "a message expired"]) == 1


async def test_failed_mark_does_not_send_the_message_again(post: Post) -> None:
    await post.enqueue(ANNA, "Новость")
    post.fails = lambda sql: "'SENT'" in sql
    await post.outbox.sweep()
    assert await post.statuses() == ["CLAIMED"]
    post.fails = lambda _sql: False
    await post.sweep_for(delivery.LEASE * 2)
    assert await post.heard(ANNA) == ["Новость"]
    assert await post.statuses() == ["SENT"]


async def test_crash_between_send_and_mark_repeats_that_message_only(post: Post) -> None:
    await post.enqueue(ANNA, "Первое", "Второе")
    post.fails = lambda sql: "'SENT'" in sql
    await post.outbox.sweep()
    post.fails = lambda _sql: False
    post.restart()
    await post.sweep_for(delivery.LEASE * 2)
    assert await post.heard(ANNA) == ["Первое", "Первое", "Второе"]


async def test_short_failure_of_the_database_loses_no_message(post: Post) -> None:
    await post.enqueue(ANNA, "Новость")
    post.fails = lambda sql: "'CLAIMED'" in sql
    assert await post.outbox.sweep() == 0
    post.fails = lambda _sql: False
    assert await post.outbox.sweep() == 1
    assert await post.heard(ANNA) == ["Новость"]


async def test_message_that_replaces_another_edits_it(post: Post) -> None:
    shown = await post.bot.send_message(ANNA, "Проверяю")
    await post.enqueue(ANNA, "Записаны", edits=shown.message_id)
    await post.outbox.sweep()
    assert await post.heard(ANNA) == ["Записаны"]


async def test_edit_that_changes_nothing_is_a_success(post: Post) -> None:
    shown = await post.bot.send_message(ANNA, "Записаны")
    post.says = lambda message: Screen(str(message.facts["text"]))
    await post.enqueue(ANNA, "Записаны", edits=shown.message_id)
    await post.outbox.sweep()
    assert (await post.heard(ANNA), await post.statuses()) == (["Записаны"], ["SENT"])


async def test_new_message_is_sent_if_there_is_none_to_edit(post: Post) -> None:
    shown = await post.bot.send_message(ANNA, "Проверяю")
    await post.bot.delete_message(ANNA, shown.message_id)
    await post.enqueue(ANNA, "Записаны", edits=shown.message_id)
    await post.outbox.sweep()
    assert await post.heard(ANNA) == ["Записаны"]


@pytest.mark.parametrize("kind", ["500", "502", "cut_before", "cut_after"])
async def test_edit_is_retried_at_once(post: Post, kind: str) -> None:
    shown = await post.bot.send_message(ANNA, "Проверяю")
    await post.telegram.fault(kind, method="editMessageText")
    await post.enqueue(ANNA, "Записаны", edits=shown.message_id)
    await post.outbox.sweep()
    assert (await post.heard(ANNA), await post.statuses()) == (["Записаны"], ["SENT"])


async def test_answer_to_a_person_overtakes_reminders(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "BATCH", 1)
    for person in CROWD[:5]:
        await post.enqueue(person.id, "Напоминание", urgency=Urgency.ROUTINE)
    await post.enqueue(ANNA, "Полис проверен", urgency=Urgency.PERSONAL)
    await post.outbox.sweep()
    sent = await post.telegram.calls("sendMessage")
    assert [call["chat"] for call in sent] == [ANNA, *(person.id for person in CROWD[:5])]


async def test_news_to_many_people_keeps_within_telegrams_rate(post: Post) -> None:
    await post.telegram.settings(rate_limits=True)
    for person in CROWD:
        await post.enqueue(person.id, "Новость")
    assert await post.outbox.sweep() == len(CROWD)
    assert await post.telegram.refusals() == [], "Telegram refuses whatever comes faster"


async def test_at_most_four_messages_are_in_flight(post: Post) -> None:
    """Each request waits for three others, so that fewer than four at once would never end."""
    in_flight, counts, four = set[int](), list[int](), asyncio.Barrier(4)

    @post.bot.session.middleware
    async def counted(make_request: Callable[..., Awaitable[Any]], bot: Bot, method: TelegramMethod[Any]) -> Any:
        in_flight.add(id(method))
        counts.append(len(in_flight))
        try:
            await four.wait()
            return await make_request(bot, method)
        finally:
            in_flight.remove(id(method))

    await post.telegram.fault("slow", method="sendMessage", times=None, seconds=0.1)
    for person in CROWD[:12]:
        await post.enqueue(person.id, "Новость")
    async with asyncio.timeout(BUSY):
        assert await post.outbox.sweep() == 12
    assert max(counts) == 4


async def test_messages_of_one_chat_are_a_second_apart(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "CHAT_GAP", 1.1)
    await post.enqueue(ANNA, "Первое", "Второе")
    await post.outbox.sweep()
    first, second = [call["at"] for call in await post.telegram.calls("sendMessage")]
    assert second - first >= 1.1


async def test_closed_outbox_finishes_its_sends_and_begins_none(post: Post) -> None:
    await post.telegram.fault("slow", method="sendMessage", times=None, seconds=0.1)
    for person in CROWD[:20]:
        await post.enqueue(person.id, "Новость")
    sweep = Tasks().start(post.outbox.sweep())
    while not await post.telegram.calls("sendMessage"):  # noqa: ASYNC110 - the emulator is asked over HTTP
        await asyncio.sleep(0.01)
    await post.outbox.close()
    statuses = await post.statuses()
    assert await sweep == statuses.count("SENT") < len(statuses)
    assert set(statuses) == {"SENT", "QUEUED"}


async def test_text_of_messages_is_never_logged(post: Post) -> None:
    await post.enqueue(ANNA, f"<b>{SECRET}")
    await post.enqueue(IGOR, SECRET)
    await post.telegram.fault("500", method="sendMessage", chat=IGOR, times=None)
    with capture_logs() as lines:
        await post.sweep_for(timedelta(minutes=10))
    assert lines
    assert SECRET not in str(lines)
    errors = await post.database.read(lambda connection: connection.fetch("SELECT error FROM outbox", {}))
    assert SECRET not in str([row["error"] for row in errors])
