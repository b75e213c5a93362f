"""The pages /health, /ready and /metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest
from aiohttp import ClientSession
from structlog.testing import capture_logs

from bot import web
from bot.web import serve_web


class House:
    """A database whose state a test sets."""

    def __init__(self) -> None:
        self.due: Mapping[str, object] = {"next_due": None}
        self.trouble: Exception | None = None
        self.takes = 0.0
        self.ringing: list[Mapping[str, object]] = []

    def alarms(self) -> Sequence[Mapping[str, object]]:
        return self.ringing

    async def figures(self) -> bytes:
        return b"figure 1\n"

    async def facts(self) -> Mapping[str, object]:
        await asyncio.sleep(self.takes)
        if self.trouble is not None:
            raise self.trouble
        return self.due


async def ask(port: int, path: str) -> tuple[int, object]:
    async with ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as response:
        return response.status, await response.json(content_type=None) if response.status != 404 else None


async def test_health_is_ok_while_the_database_answers(unused_tcp_port: int) -> None:
    house = House()
    async with serve_web("127.0.0.1", unused_tcp_port, house.facts, house.alarms, house.figures):
        assert await ask(unused_tcp_port, "/health") == (200, {"status": "ok", "alarms": []})
        assert await ask(unused_tcp_port, "/other") == (404, None)


async def test_health_names_the_alarms_that_are_on(unused_tcp_port: int) -> None:
    house = House()
    house.ringing = [{"alarm": "REGISTER_REFUSALS", "since": 1_795_000_000, "facts": {"count": 61}}]
    async with serve_web("127.0.0.1", unused_tcp_port, house.facts, house.alarms, house.figures):
        assert await ask(unused_tcp_port, "/health") == (200, {"status": "ok", "alarms": house.ringing})


async def test_ready_says_when_the_next_message_is_due(unused_tcp_port: int) -> None:
    house = House()
    async with serve_web("127.0.0.1", unused_tcp_port, house.facts, house.alarms, house.figures):
        house.due = {"next_due": 1_795_000_000}
        assert await ask(unused_tcp_port, "/ready") == (200, {"status": "ready", "next_due": 1_795_000_000})
        house.due = {"next_due": None}
        assert await ask(unused_tcp_port, "/ready") == (200, {"status": "ready", "next_due": None})


async def test_failing_database_is_reported_without_its_error_text(
    unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "REQUEST_TIMEOUT", 0.05)
    house = House()
    async with serve_web("127.0.0.1", unused_tcp_port, house.facts, house.alarms, house.figures):
        with capture_logs() as lines:
            house.trouble = OSError("disk")
            assert await ask(unused_tcp_port, "/health") == (503, {"status": "failing"})
            house.takes = 5
            assert await ask(unused_tcp_port, "/ready") == (503, {"status": "failing"})
        assert [line["path"] for line in lines] == ["/health", "/ready"]


async def test_metrics_are_plain_text(unused_tcp_port: int) -> None:
    house, url = House(), f"http://127.0.0.1:{unused_tcp_port}/metrics"
    serving = serve_web("127.0.0.1", unused_tcp_port, house.facts, house.alarms, house.figures)
    async with serving, ClientSession() as session, session.get(url) as answer:
        assert answer.content_type == "text/plain"
        assert await answer.text() == "figure 1\n"


async def test_port_zero_serves_nothing() -> None:
    house = House()
    async with serve_web("127.0.0.1", 0, house.facts, house.alarms, house.figures):
        pass
