"""A chat in a test's hands: people who say, press and look, and who wait for the bot without sleeping."""

from collections.abc import Awaitable, Callable
from io import BytesIO
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession, ClientTimeout, TCPConnector

from bot.emulator.hands import Person
from bot.emulator.seen import ChatError, Json

_HTTP_LIMIT = ClientTimeout(total=120)


class ChatClient:
    """The emulator seen from outside: its people, its clock, its faults, its log.

    `settled` is how a test that runs the bot in its own process tells exactly when the bot has finished handling;
    without it a chat counts as at rest when the bot has taken every update, has reacted to it
    (or stayed silent for `patience` seconds) and then has made no call for `quiet` seconds.
    """

    def __init__(
        self,
        base_url: str,
        *,
        key: str = "",
        settled: Callable[[], Awaitable[object]] | None = None,
        quiet: float = 0.02,
        patience: float = 2.0,
        limit: float = 10.0,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.settled = settled
        self.quiet = quiet
        self.patience = patience
        self.limit = limit
        self._headers = {"X-Emulator-Key": key} if key else {}
        self._session: ClientSession | None = None
        self._people: dict[tuple[int, bool], Person] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def person(self, user_id: int, **details: str) -> Person:
        """One person; `details` (first_name, language_code, phone…) are told to the emulator at his first act."""
        return self._hands(user_id, in_group=False, details=details)

    def in_group(self, user_id: int) -> Person:
        """The same person, writing in the group chat."""
        return self._hands(user_id, in_group=True, details={})

    def _hands(self, user_id: int, *, in_group: bool, details: dict[str, str]) -> Person:
        place = (user_id, in_group)
        if place not in self._people or details:
            self._people[place] = Person(self, user_id, in_group=in_group, details=details)
        return self._people[place]

    async def advance(self, seconds: float) -> float:
        """Move the clock on and tell what it shows now."""
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
        """The last updates for the bot, each with `confirmed`."""
        found: list[Json] = await self.request("GET", "/updates")
        return found

    async def repeat_update(self, update_id: int) -> int:
        """Deliver it again under a new update_id."""
        return int((await self.request("POST", f"/updates/{update_id}/repeat"))["update_id"])

    async def inject(self, **update: Json) -> int | None:
        """Any raw update of one kind: `inject(message={…})`."""
        answer: dict[str, int | None] = await self.request("POST", "/updates", update)
        return answer["update_id"]

    async def settings(self, **values: Any) -> None:
        """pace, callback_life, reads_groups."""
        await self.request("POST", "/settings", values)

    async def reset(self) -> None:
        await self.request("POST", "/reset")

    async def wait_idle(self) -> None:
        """Wait until the bot has nothing left to do in any chat."""
        await self.rest("/rest", {})

    async def rest(self, path: str, query: dict[str, object]) -> Json:
        """Wait for rest at a control path; with `settled`, until nothing has happened while the bot settled."""
        quiet, patience = (self.quiet, self.patience) if self.settled is None else (0, 0)
        query = query | {"quiet": quiet, "patience": patience, "limit": self.limit}
        path = f"{path}?" + "&".join(f"{name}={value}" for name, value in query.items())
        before = None
        while True:
            answer: Json = await self.request("GET", path)
            state = answer.get("activity", answer)
            if not answer["rested"]:
                raise ChatError(f"the bot is not at rest after {self.limit} s: {state}")
            if self.settled is None or state["changes"] == before:
                return answer
            before = state["changes"]
            await self.settled()

    async def request(self, verb: str, path: str, body: Json | None = None) -> Any:
        return await self._send(verb, path, json=body)

    async def upload(self, path: str, data: bytes, mime: str) -> Any:
        return await self._send("POST", path, data=BytesIO(data), headers={"Content-Type": mime})

    async def _send(self, verb: str, path: str, **how: Any) -> Any:
        if self._session is None:
            self._session = ClientSession(timeout=_HTTP_LIMIT, connector=TCPConnector(limit=0), headers=self._headers)
        async with self._session.request(verb, f"{self.base_url}/emulator{path}", **how) as response:
            if response.content_type != "application/json":
                raise ChatError(f"{verb} {path}: {response.status} {await response.text()}")
            answer = await response.json()
        if response.status != 200:
            raise ChatError(f"{verb} {path}: {answer['error']}")
        return answer
