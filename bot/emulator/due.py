"""The way to the next reminder: ask the bot when something is due, and move the clock there."""

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from bot.emulator.core import Emulator
from bot.emulator.wire import reply

_TIMEOUT = ClientTimeout(total=3)


class Due:
    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    async def look(self, request: web.Request) -> web.StreamResponse:
        return reply({"next_due": await self._next()})

    async def go(self, request: web.Request) -> web.StreamResponse:
        """Move the clock to the next due moment; never backwards."""
        moment = await self._next()
        if moment is not None and moment > self.emulator.clock.now():
            self.emulator.clock.set(moment)
        return reply({"next_due": moment, **self.emulator.clock.as_json()})

    async def _next(self) -> float | None:
        if self.emulator.ready_url is None:
            return None
        try:
            async with ClientSession(timeout=_TIMEOUT) as session, session.get(self.emulator.ready_url) as response:
                ready = await response.json()
        except (ClientError, TimeoutError, ValueError):
            # A bot that is starting or gone has nothing due that anybody could know of.
            return None
        moment = ready.get("next_due") if isinstance(ready, dict) else None
        return float(moment) if isinstance(moment, (int, float)) else None
