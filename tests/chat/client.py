"""The chat client of the tests: its people, and the clock, faults and call log of the emulator."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from tests.chat.connection import Connection
from tests.chat.message import Json
from tests.chat.person import Person


class ChatClient(Connection):
    """Everything a test does at the emulator from outside."""

    def __init__(self, base_url: str, **settings: Any) -> None:
        super().__init__(base_url, **settings)
        self._people: dict[tuple[int, bool], Person] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def person(self, user_id: int, **details: str) -> Person:
        """Return a person in the private chat; ``details`` (first_name, phone…) are sent with the first action."""
        return self._person(user_id, in_group=False, details=details)

    def in_group(self, user_id: int) -> Person:
        """Return the same person in the group chat."""
        return self._person(user_id, in_group=True, details={})

    def _person(self, user_id: int, *, in_group: bool, details: dict[str, str]) -> Person:
        place = (user_id, in_group)
        if place not in self._people or details:
            self._people[place] = Person(self, user_id, in_group=in_group, details=details)
        return self._people[place]

    async def advance(self, seconds: float) -> float:
        """Move the clock forward. Returns the new time in seconds, as the other clock methods do."""
        return await self._move({"advance": seconds})

    async def set_clock(self, moment: float) -> float:
        return await self._move({"set": moment})

    async def stop_clock(self, moment: float | None = None) -> float:
        return await self._move({"stop": True if moment is None else moment})

    async def resume_clock(self) -> float:
        return await self._move({"resume": True})

    async def clock(self) -> float:
        return float((await self.request("GET", "/clock"))["now"])

    async def _move(self, how: Json) -> float:
        return float((await self.request("POST", "/clock", how))["now"])

    async def fault(self, kind: str, **details: Any) -> None:
        """Make Telegram fail: `fault("429", method="sendMessage", chat=1001, times=2, retry_after=1)`."""
        await self.request("POST", "/faults", {"kind": kind, **details})

    async def clear_faults(self) -> None:
        await self.request("DELETE", "/faults")

    async def calls(self, method: str | None = None, *, after: int = 0, refused: bool = False) -> list[Json]:
        query = f"?after={after}" + (f"&method={method}" if method else "") + ("&refused=1" if refused else "")
        found: list[Json] = await self.request("GET", f"/calls{query}")
        return found

    async def refusals(self, method: str | None = None) -> list[Json]:
        return await self.calls(method, refused=True)

    async def updates(self) -> list[Json]:
        """Return the last updates for the bot, each with `confirmed`."""
        found: list[Json] = await self.request("GET", "/updates")
        return found

    async def repeat_update(self, update_id: int) -> int:
        """Deliver an update again. Returns its new update_id."""
        return int((await self.request("POST", f"/updates/{update_id}/repeat"))["update_id"])

    async def inject(self, **update: Json) -> int | None:
        """Send the bot any raw update of one kind: `inject(message={…})`."""
        answer: dict[str, int | None] = await self.request("POST", "/updates", update)
        return answer["update_id"]

    async def settings(self, **values: Any) -> None:
        """Set rate_limits, callback_life, joins_groups, reads_groups, has_topics or webhook ("" for none)."""
        await self.request("POST", "/settings", values)

    async def reset(self) -> None:
        await self.request("POST", "/reset")

    async def wait_idle(self) -> None:
        """Wait until the bot has nothing left to do in any chat."""
        await self.wait_until_idle("/idle", {})
