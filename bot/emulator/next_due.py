"""The jump to the next reminder: ask the bot when the next work is due, and set the clock to that moment."""

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from bot.emulator.json_response import json_response
from bot.emulator.state import Emulator

_TIMEOUT = ClientTimeout(total=3)


class NextDue:
    """Reads `next_due` from the bot's /ready."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    async def show(self, request: web.Request) -> web.StreamResponse:
        return json_response({"next_due": await self._next()})

    async def jump(self, request: web.Request) -> web.StreamResponse:
        """Set the clock to the next due moment; never back."""
        moment = await self._next()
        if moment is not None and moment > self.emulator.clock.now():
            self.emulator.clock.set(moment)
        return json_response({"next_due": moment, **self.emulator.clock.as_json()})

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
