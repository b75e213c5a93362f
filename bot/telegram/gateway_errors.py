"""The session: it tells an error page of a gateway from an answer that may mean success, and sends direct calls."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramServerError
from aiogram.methods import Response, TelegramMethod
from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.core.fast import decode, encode
from bot.telegram.direct import DirectCall

JSON = {"Content-Type": "application/json"}


class TelegramSession(AiohttpSession):
    """Tell an answer 5xx that is no JSON, such as a page of a gateway, from an answer that may mean success.

    A ``DirectCall`` is sent as one JSON body. Its result is the id of a message, or True.
    """

    _has_ended = False

    async def end(self) -> None:
        """Close for good: a late request would open a connection that nobody closes. It fails from now on."""
        self._has_ended = True
        await self.close()

    async def create_session(self) -> ClientSession:
        """Raises TelegramNetworkError after the end."""
        if self._has_ended:
            no_method: Any = None
            raise TelegramNetworkError(no_method, "The bot has stopped")
        return await super().create_session()

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109 - aiogram has it
        if not isinstance(method, DirectCall):
            return await super().make_request(bot, method, timeout)
        status, content = await self.post(bot, method, self.timeout if timeout is None else timeout)
        return self.read(bot, method, status, content)

    async def post(self, bot: Bot, call: Any, timeout: float) -> tuple[int, str]:  # noqa: ASYNC109 - as aiogram's
        """Send a direct call; return the status and the content of the answer. Raises TelegramNetworkError."""
        session = await self.create_session()
        url, body = self.api.api_url(token=bot.token, method=call.__api_method__), encode(call.body)
        try:
            async with session.post(url, data=body, headers=JSON, timeout=ClientTimeout(timeout)) as answer:
                return answer.status, await answer.text("utf-8")
        except TimeoutError as late:
            raise TelegramNetworkError(call, "Request timeout error") from late
        except ClientError as trouble:
            raise TelegramNetworkError(call, f"{type(trouble).__name__}: {trouble}") from trouble

    def read(self, bot: Bot, call: Any, status: int, content: str) -> int:
        """Return the id of the message in the answer, or True if there is none. Raises what ``check_response`` does."""
        try:
            answer = decode(content)
            if answer["ok"] is True and status < HTTPStatus.MULTIPLE_CHOICES:
                result = answer["result"]
                return True if result is True else int(result["message_id"])
        except (ValueError, LookupError, TypeError):
            pass  # aiogram names what is wrong with it
        self.check_response(bot, call, status, content)
        raise ClientDecodeError("The answer has no message", ValueError(call.__api_method__), content)

    def check_response(self, bot: Bot, method: TelegramMethod[Any], status_code: int, content: str) -> Response[Any]:
        try:
            return super().check_response(bot, method, status_code, content)
        except ClientDecodeError as trouble:
            if status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            raise TelegramServerError(method, f"HTTP status {status_code}") from trouble
