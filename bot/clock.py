"""Clocks: the machine's own, and in a demo the clock of the emulator."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

import structlog
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout

from bot.core.tasks import Background

POLL_EVERY = 0.2
REQUEST_TIMEOUT = ClientTimeout(total=5)
# The stream is silent while the clock is not moved, so it has no time limit.
STREAM = ClientTimeout(total=None, sock_connect=5)

log = structlog.get_logger(__name__)


class SystemClock:
    """Implement Clock with real time."""

    def wall(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - the one source of now

    def now(self) -> datetime:
        return self.wall()


class FollowingClock(SystemClock):
    """Implement Clock with the time of another clock, which may be moved or stopped.

    Entering the context waits for the first answer, so ``now`` is right from the beginning.
    """

    def __init__(self, url: str, background: Background) -> None:
        self._url, self._background = url.rstrip("/"), background
        self._offset = timedelta()
        self._stopped_at: datetime | None = None

    def now(self) -> datetime:
        return self._stopped_at or self.wall() + self._offset

    async def __aenter__(self) -> Self:
        self._session = ClientSession()
        try:
            await self._fetch()
        except BaseException:
            await self._session.close()
            raise
        self._following = self._background.start(self._follow())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._following.cancel()
        await asyncio.wait([self._following])
        await self._session.close()

    async def _follow(self) -> None:
        lost = False
        while True:
            try:
                await self._listen()
                await self._fetch()
                lost = False
            except (ClientError, TimeoutError, ValueError, KeyError, TypeError) as error:
                if not lost:
                    log.warning("the clock does not answer", error=type(error).__name__)
                lost = True
            await asyncio.sleep(POLL_EVERY)

    async def _fetch(self) -> None:
        async with self._session.get(self._url, timeout=REQUEST_TIMEOUT) as response:
            response.raise_for_status()
            self._set(await response.json(content_type=None))

    async def _listen(self) -> None:
        """Apply every change as it comes; return if the clock has no stream or the stream has ended."""
        try:
            async with self._session.get(f"{self._url}/stream", timeout=STREAM) as response:
                if response.ok:
                    await self._apply_all(response)
        except (ClientError, TimeoutError):
            return

    async def _apply_all(self, stream: ClientResponse) -> None:
        async for line in stream.content:
            if line.startswith(b"data:"):
                self._set(json.loads(line.removeprefix(b"data:")))

    def _set(self, state: Mapping[str, Any]) -> None:
        moment = datetime.fromtimestamp(float(state["now"]), UTC)
        self._stopped_at = moment if state.get("stopped") else None
        self._offset = timedelta(seconds=float(state["offset"])) if "offset" in state else moment - self.wall()
