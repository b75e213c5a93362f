"""The jump to the next message: set the clock to the moments when the bot has work until a person sees something."""

import asyncio
import time

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from bot.emulator.json_response import json_response
from bot.emulator.state import Emulator

_TIMEOUT = ClientTimeout(total=3)
_MOST_SILENT = 40
"""moments without a message that one jump passes"""
_PATIENCE = 4.0
"""seconds for the bot to do what is due"""
_QUIET = 0.3
"""seconds after that in which its message arrives"""
_STEP = 0.05


class NextDue:
    """Reads `next_due` from the bot's /ready."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    async def show(self, request: web.Request) -> web.StreamResponse:
        return json_response({"next_due": await self._next()})

    async def jump(self, request: web.Request) -> web.StreamResponse:
        """Set the clock to the next moment at which a person gets a message; never back.

        Not all that is due ends in a message: a deadline may have nothing to tell when it comes.
        """
        before = self.emulator.newest_from_bot()
        moment = await self._next()
        for _ in range(_MOST_SILENT):
            if moment is None:
                break
            if moment > self.emulator.clock.now():
                self.emulator.clock.set(moment)
            following = await self._work_done(moment, before)
            if self.emulator.newest_from_bot() > before or following == moment:
                break
            moment = following
        return json_response(
            {"next_due": moment, "shown": self.emulator.newest_from_bot() > before, **self.emulator.clock.as_json()}
        )

    async def _work_done(self, moment: float, before: int) -> float | None:
        """Wait for a message, or until this moment is due no more. Returns what is due next."""
        deadline = time.monotonic() + _PATIENCE
        while (following := await self._next()) == moment and time.monotonic() < deadline:
            if self.emulator.newest_from_bot() > before:
                return following
            await asyncio.sleep(_STEP)
        quiet = time.monotonic() + _QUIET
        while self.emulator.newest_from_bot() == before and (left := quiet - time.monotonic()) > 0:
            await self.emulator.call_log.changed.wait(left)
        return following

    async def _next(self) -> float | None:
        if self.emulator.ready_url is None:
            return None
        try:
            async with ClientSession(timeout=_TIMEOUT) as session, session.get(self.emulator.ready_url) as response:
                ready = await response.json()
        except (ClientError, TimeoutError, ValueError):
            # The bot is starting or stopped: nothing is known to be due.
            return None
        moment = ready.get("next_due") if isinstance(ready, dict) else None
        return float(moment) if isinstance(moment, (int, float)) else None
