"""The clocks: real time, and the time of another clock that is moved or stopped."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from bot.clock import FollowingClock, SystemClock
from bot.core.tasks import Tasks
from bot.emulator.server import serve
from bot.emulator.state import Emulator
from tests.chat.client import ChatClient
from tests.chat.wait import wait_until
from tests.time_limits import BUSY

SOON = timedelta(seconds=3)


@pytest.fixture
async def telegram() -> AsyncIterator[ChatClient]:
    async with serve(Emulator(token="1:demo")) as url, ChatClient(url) as client:
        yield client


@asynccontextmanager
async def following(url: str) -> AsyncIterator[FollowingClock]:
    tasks = Tasks()
    async with FollowingClock(url, tasks) as clock:
        yield clock
    assert await tasks.drain(BUSY) == 0


def test_system_clock_returns_real_aware_time() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - clock.wall()) < SOON


async def test_moved_clock_is_followed_at_once_and_real_time_stays(telegram: ChatClient) -> None:
    async with following(f"{telegram.base_url}/emulator/clock") as clock:
        before = clock.wall()
        await telegram.advance(86400)
        await wait_until(lambda: clock.now() - before > timedelta(hours=23))
        assert clock.wall() - before < SOON


async def test_clock_moved_before_the_start_is_right_at_once(telegram: ChatClient) -> None:
    await telegram.advance(3600)
    async with following(f"{telegram.base_url}/emulator/clock") as clock:
        assert timedelta(minutes=59) < clock.now() - clock.wall() < timedelta(minutes=61)


async def test_stopped_clock_stands_still_until_it_goes_on(telegram: ChatClient) -> None:
    moment = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    async with following(f"{telegram.base_url}/emulator/clock") as clock:
        await telegram.stop_clock(moment.timestamp())
        await wait_until(lambda: clock.now() == moment)
        await telegram.resume_clock()
        await wait_until(lambda: moment < clock.now() < moment + SOON)


async def test_clock_without_a_stream_is_polled() -> None:
    told = {"now": 1_000_000.0, "stopped": True}

    async def tell(_request: web.Request) -> web.Response:
        return web.json_response(told)

    async with _serving({"/clock": tell}) as url, following(f"{url}/clock") as clock:
        assert clock.now().timestamp() == 1_000_000
        told["now"] = 2_000_000.0
        await wait_until(lambda: clock.now().timestamp() == 2_000_000)


async def test_clock_is_followed_again_after_a_failure() -> None:
    answers = iter([{"now": 1.0, "stopped": True}, None, {"wrong": 1}])

    async def tell(_request: web.Request) -> web.Response:
        answer = next(answers, {"now": 5.0, "stopped": True})
        return web.Response(status=502, text="<html>") if answer is None else web.json_response(answer)

    async with _serving({"/clock": tell}) as url, following(f"{url}/clock") as clock:
        assert clock.now().timestamp() == 1
        await wait_until(lambda: clock.now().timestamp() == 5)


async def test_start_fails_if_the_clock_does_not_answer(unused_tcp_port: int) -> None:
    with pytest.raises(OSError, match="Cannot connect"):
        async with FollowingClock(f"http://127.0.0.1:{unused_tcp_port}", Tasks()):
            pass


@asynccontextmanager
async def _serving(pages: dict[str, Callable[[web.Request], object]]) -> AsyncIterator[str]:
    app = web.Application()
    for path, page in pages.items():
        app.router.add_get(path, page)  # type: ignore[arg-type]  # handlers are typed loosely above
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()
