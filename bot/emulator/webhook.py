"""Pushing updates to the bot's webhook: in order inside one chat, again until the bot says 2xx."""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, MultipartReader

from bot.emulator import api
from bot.emulator.core import Emulator
from bot.emulator.updates import Pending, Webhook
from bot.emulator.wire import Params, Upload, dump, parse_body, read_multipart

_log = logging.getLogger(__name__)
_TIMEOUT = ClientTimeout(total=60)
_LONGEST_RETRY_AFTER = 120.0


@dataclass(frozen=True, slots=True)
class Delivered:
    """How one attempt ended; `retry_after` is what the bot asked for when it refused."""

    ok: bool
    error: str = ""
    retry_after: float | None = None


class WebhookSender:
    """One line of updates for each chat, as many lines at once as the webhook allows connections."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self._lines: dict[int, deque[Pending]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: ClientSession | None = None

    async def __aenter__(self) -> "WebhookSender":
        self._session = ClientSession(timeout=_TIMEOUT)
        self.emulator.updates.on_new = self._enqueue
        for pending in list(self.emulator.updates.pending.values()):
            self._enqueue(pending)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.emulator.updates.on_new = None
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def _enqueue(self, pending: Pending) -> None:
        if self.emulator.updates.webhook is None:
            return
        place = pending.chat.id if pending.chat is not None else 0
        line = self._lines.get(place)
        if line is not None:
            line.append(pending)
            return
        self._lines[place] = deque([pending])
        task = asyncio.get_running_loop().create_task(self._run(place))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, place: int) -> None:
        """Empty one chat's line; whoever takes the webhook away ends it."""
        line = self._lines[place]
        try:
            while line:
                await self._deliver(line[0])
                line.popleft()
        finally:
            del self._lines[place]

    async def _deliver(self, pending: Pending) -> None:
        attempt = 0
        updates = self.emulator.updates
        while not updates.is_old(pending) and pending.id in updates.pending:
            webhook = updates.webhook
            if webhook is None:
                return
            delivered = await self._attempt(webhook, pending)
            if delivered.ok:
                break
            self._note(webhook, pending, delivered.error)
            delays = self.emulator.webhook_delays
            wait = delays[min(attempt, len(delays) - 1)] if delivered.retry_after is None else delivered.retry_after
            await asyncio.sleep(wait)
            attempt += 1
        updates.confirm(pending)

    def _note(self, webhook: Webhook, pending: Pending, error: str) -> None:
        webhook.last_error, webhook.last_error_at = error, self.emulator.now()
        _log.warning("the webhook did not take update %s: %s", pending.id, error)

    async def _attempt(self, webhook: Webhook, pending: Pending) -> Delivered:
        async with webhook.gate:
            try:
                return await self._post(webhook, pending)
            except (ClientError, TimeoutError) as trouble:
                return Delivered(False, f"Connection failed: {trouble or type(trouble).__name__}")

    async def _post(self, webhook: Webhook, pending: Pending) -> Delivered:
        headers = {"Content-Type": "application/json"}
        if webhook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret
        if self._session is None:
            raise RuntimeError("the sender is not running")
        pending.activity.owe()
        async with self._session.post(webhook.url, data=dump(pending.as_api()), headers=headers) as response:
            if not 200 <= response.status < 300:
                return _refused(response)
            await self._carry_out(response)
            return Delivered(True)

    async def _carry_out(self, response: ClientResponse) -> None:
        """The bot may answer an update with a method; its result is lost, as with the real one."""
        values, uploads = await _read_reply(response)
        name = values.pop("method", None)
        if name:
            await api.call(self.emulator, str(name), Params(values, uploads))


def _refused(response: ClientResponse) -> Delivered:
    asked = response.headers.get("Retry-After", "")
    wait = min(float(asked), _LONGEST_RETRY_AFTER) if asked.isdecimal() else None
    return Delivered(False, f"Wrong response from the webhook: {response.status} {response.reason}", wait)


async def _read_reply(response: ClientResponse) -> tuple[dict[str, Any], dict[str, Upload]]:
    if response.content_type.startswith("multipart/"):
        return await read_multipart(MultipartReader(response.headers, response.content))
    body = await response.read()
    if not body or response.content_type not in ("application/json", "application/x-www-form-urlencoded"):
        return {}, {}
    return parse_body(response.content_type, body), {}
