"""Run in a process of its own: answers over HTTP what Telegram would, as cheaply as it can; its time counts nowhere.

The first line of its output is the port; it ends with its input.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from urllib.parse import parse_qs

NO_BUTTONS = '{"inline_keyboard":[]}'
DONE = '{"ok":true,"result":true}'
PERSON_ID = 1001
CHAT = {"id": PERSON_ID, "type": "private", "first_name": "Анна", "last_name": "Иванова"}
BOT = {"id": 4242, "is_bot": True, "first_name": "Регистратура", "username": "registratura_bot"}
MESSAGE = json.dumps({"message_id": 77, "date": 1795420800, "chat": CHAT, "from": BOT}, ensure_ascii=False)[:-1] + ","


class Answering(asyncio.Protocol):
    """One connection that is kept: a request, its answer, the next request."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._come = transport, b""

    def data_received(self, data: bytes) -> None:
        self._come += data
        head, end, body = self._come.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return
        self._come = b""
        answer = _heard(head, body).encode()
        told = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n\r\n"
        self._transport.write(told.encode() + answer)


def _length(head: bytes) -> int:
    line = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return int(line.partition(b":")[2])


def _heard(head: bytes, body: bytes) -> str:
    method = head.split(b" ", 2)[1].rpartition(b"/")[2].decode()
    return answer_to(method, {name: value for name, (value,) in parse_qs(body.decode(), strict_parsing=True).items()})


def answer_to(method: str, fields: Mapping[str, str]) -> str:
    """A shown message comes back with its text and buttons, as Telegram has it."""
    if method in {"answerCallbackQuery", "deleteMessage"}:
        return DONE
    said, buttons = json.dumps(fields["text"], ensure_ascii=False), fields.get("reply_markup", NO_BUTTONS)
    return f'{{"ok":true,"result":{MESSAGE}"text":{said},"reply_markup":{buttons}}}}}'


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answering, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
