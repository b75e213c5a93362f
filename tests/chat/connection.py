"""HTTP to the emulator's control API, and waiting until the bot is idle."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientSession, ClientTimeout, TCPConnector

from bot.emulator.chats import GROUP_ID
from bot.services import Services
from tests.chat.message import ChatError, Json
from tests.time_limits import BUSY

_HTTP_LIMIT = ClientTimeout(total=120)


def _place(in_group: bool) -> str:
    return urlencode({"group": 1} if in_group else {})


class Connection:
    """One HTTP session with the control API.

    A test that runs the bot in its own process passes ``settled``, which returns when the bot has finished its work in
    one chat (None: in all), with the number of changes there until then: asking for it over HTTP would take longer.
    Without it a chat is idle when the bot has taken every update, has reacted to it (or ``patience`` seconds have
    passed without a reaction) and then has made no call for ``quiet`` seconds. ``limit`` is the longest wait.
    """

    def __init__(
        self,
        base_url: str,
        *,
        key: str = "",
        settled: Callable[[int | None], Awaitable[int]] | None = None,
        quiet: float = 0.02,
        patience: float = 10.0,
        limit: float = BUSY,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.settled = settled
        self.quiet = quiet
        self.patience = patience
        self.limit = limit
        self._headers = {"X-Emulator-Key": key} if key else {}
        self._session: ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def inside(self, user: int) -> tuple[Services, str] | None:
        """Return the services of a bot in this process and the language of a person's app; None in another process."""
        return None

    async def do(self, user: int, act: str, body: Json, *, in_group: bool) -> Json:
        """Let a person act. Returns the answer of the control API; ``before`` is the revision of the chat before."""
        answer: Json = await self.request("POST", f"/people/{user}/{act}?{_place(in_group)}", body)
        return answer

    async def see(self, user: int, after: int, limit: float, *, in_group: bool) -> Json:
        """Return what a person sees changed after a revision; waits for a change for so many seconds."""
        view: Json = await self.request("GET", f"/people/{user}/chat?after={after}&limit={limit}&{_place(in_group)}")
        return view

    async def see_idle(self, user: int, after: int, *, in_group: bool) -> Json:
        """Return what a person sees changed after a revision, once the bot is idle in this chat."""
        query = {"after": after, "idle": 1, **({"group": 1} if in_group else {})}
        return await self.wait_until_idle(f"/people/{user}/chat", query, GROUP_ID if in_group else user)

    async def wait_until_idle(self, path: str, query: Mapping[str, object], chat: int | None = None) -> Json:
        """Ask a control path until it answers that the bot is idle; with ``settled``, that nothing more has happened.

        Returns the last answer. Raises ChatError after ``limit`` seconds.
        """
        quiet, patience = (self.quiet, self.patience) if self.settled is None else (0, 0)
        query = {**query, "quiet": quiet, "patience": patience, "limit": self.limit}
        path = f"{path}?" + "&".join(f"{name}={value}" for name, value in query.items())
        while True:
            changes = None if self.settled is None else await self.settled(chat)
            answer: Json = await self.request("GET", path)
            state = answer.get("activity", answer)
            if not answer["idle"]:
                raise ChatError(f"the bot is not idle after {self.limit} s: {state}")
            if changes is None or changes == state["changes"]:
                return answer

    async def request(self, verb: str, path: str, body: Json | None = None) -> Any:
        """Return the JSON answer of a control path. Raises ChatError for any status but 200."""
        return await self._send(verb, path, json=body)

    async def upload(self, path: str, data: bytes, mime: str) -> Any:
        return await self._send("POST", path, data=BytesIO(data), headers={"Content-Type": mime})

    async def file(self, file_id: str) -> bytes:
        """Return the bytes of a file that a person or the bot has sent."""
        async with self._opened().get(f"{self.base_url}/emulator/files/{file_id}") as response:
            response.raise_for_status()
            return await response.read()

    def _opened(self) -> ClientSession:
        if self._session is None:
            self._session = ClientSession(timeout=_HTTP_LIMIT, connector=TCPConnector(limit=0), headers=self._headers)
        return self._session

    async def _send(self, verb: str, path: str, **how: Any) -> Any:
        async with self._opened().request(verb, f"{self.base_url}/emulator{path}", **how) as response:
            if response.content_type != "application/json":
                raise ChatError(f"{verb} {path}: {response.status} {await response.text()}")
            answer = await response.json()
        if response.status != 200:
            raise ChatError(f"{verb} {path}: {answer['error']}")
        return answer
