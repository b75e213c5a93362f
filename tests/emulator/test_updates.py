"""getUpdates: confirming, waiting, conflicts, allowed kinds, expiry."""

from __future__ import annotations

import asyncio

import pytest

from bot.emulator import serve, updates
from tests.chat.message import ChatError
from tests.emulator.telegram import Telegram, polling
from tests.time_limits import BUSY


async def test_offset_confirms_all_updates_below_it(telegram: Telegram) -> None:
    for word in ("раз", "два", "три"):
        await telegram.anna.say(word)
    first, second, third = await telegram.do("getUpdates")
    assert [second["update_id"], third["update_id"]] == [first["update_id"] + 1, first["update_id"] + 2]
    assert await telegram.do("getUpdates", offset=0) == [first, second, third]
    assert await telegram.do("getUpdates", limit=1) == [first]
    assert await telegram.do("getUpdates", offset=second["update_id"]) == [second, third]
    assert await telegram.do("getUpdates", offset=-1) == [third]
    assert await telegram.do("getUpdates") == [third]


async def test_poll_returns_when_an_update_arrives(telegram: Telegram) -> None:
    async with polling(telegram) as poll:
        await telegram.anna.say("эй")
        async with asyncio.timeout(BUSY):
            assert len((await poll)["result"]) == 1


async def test_same_offset_within_three_seconds_waits(telegram: Telegram, monkeypatch: pytest.MonkeyPatch) -> None:
    assert updates.SAME_OFFSET_SECONDS == 3
    monkeypatch.setattr(updates, "SAME_OFFSET_SECONDS", 30.0)
    assert await telegram.do("getUpdates", offset=5) == []
    async with polling(telegram, offset=5, timeout=0) as poll:
        await telegram.anna.say("эй")
        assert len((await poll)["result"]) == 1


async def test_new_poll_ends_the_older_one(telegram: Telegram) -> None:
    async with polling(telegram) as older:
        assert (await telegram.call("getUpdates", offset=1))["ok"]
    assert (await older)["description"] == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )


async def test_disconnected_poll_is_forgotten(telegram: Telegram) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await telegram.do("getUpdates", timeout=30)
    await telegram.anna.say("эй")
    assert len(await telegram.do("getUpdates", offset=1)) == 1
    assert await telegram.chat.refusals() == []


async def test_allowed_updates_are_kept_until_set_again(telegram: Telegram) -> None:
    await telegram.do("getUpdates", offset=1, allowed_updates=["callback_query"])
    await telegram.anna.say("не для бота")
    await telegram.anna.press_only(1, "book")
    assert [list(update)[1] for update in await telegram.take_updates()] == ["callback_query"]
    await telegram.do("getUpdates", offset=1, allowed_updates=[])
    await telegram.anna.say("снова слышно")
    assert [list(update)[1] for update in await telegram.take_updates()] == ["message"]


async def test_unconfirmed_updates_survive_the_server(telegram: Telegram) -> None:
    await telegram.anna.say("не потеряйте")
    async with serve(telegram.emulator) as url:
        address = f"{url}/bot{telegram.emulator.token}/getUpdates"
        async with telegram.session.get(address) as response:
            (update,) = (await response.json())["result"]
    assert update["message"]["text"] == "не потеряйте"


async def test_update_expires_after_a_day(telegram: Telegram) -> None:
    await telegram.anna.say("вчера")
    await telegram.chat.advance(12 * 3600)
    await telegram.anna.say("сегодня")
    await telegram.chat.advance(12 * 3600)
    assert [update["message"]["text"] for update in await telegram.take_updates()] == ["сегодня"]


async def test_update_is_repeated_under_a_new_id_or_injected(telegram: Telegram) -> None:
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


async def test_delete_webhook_can_drop_waiting_updates(telegram: Telegram) -> None:
    await telegram.anna.say("остаётся")
    await telegram.do("deleteWebhook")
    assert len(await telegram.do("getUpdates")) == 1
    await telegram.do("deleteWebhook", drop_pending_updates=True)
    assert await telegram.do("getUpdates", offset=1) == []


async def test_webhook_that_is_left_stops_polling_until_it_is_deleted(telegram: Telegram) -> None:
    assert await telegram.do("getWebhookInfo") == {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": 0,
    }
    async with polling(telegram) as poll:
        await telegram.chat.settings(webhook="https://old.example.org/hook")
    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"
    await telegram.anna.say("ждёт")
    told = await telegram.do("getWebhookInfo")
    assert (told["url"], told["pending_update_count"]) == ("https://old.example.org/hook", 1)
    refused = await telegram.refusal("getUpdates")
    assert refused.startswith("409 Conflict: can't use getUpdates method while webhook is active")
    await telegram.do("deleteWebhook")
    assert [update["message"]["text"] for update in await telegram.do("getUpdates")] == ["ждёт"]
