"""A minimal Telegram in a process of its own, so that its processor time is not measured.

Its first line of output is the port; it stops when its input is closed.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

NO_BUTTONS = '{"inline_keyboard":[]}'
DONE = '{"ok":true,"result":true}'
PERSON_ID = 1001
CHAT = {"id": PERSON_ID, "type": "private", "first_name": "Анна", "last_name": "Иванова"}
BOT = {"id": 4242, "is_bot": True, "first_name": "Регистратура", "username": "registratura_bot"}
MESSAGE = json.dumps({"message_id": 77, "date": 1795420800, "chat": CHAT, "from": BOT}, ensure_ascii=False)[:-1] + ","


class AnswerProtocol(asyncio.Protocol):
    """One keep-alive connection: a request, its answer, the next request."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._received = transport, b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return
        self._received = b""
        answer = _answer(head, body).encode()
        header = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n\r\n"
        self._transport.write(header.encode() + answer)


def _length(head: bytes) -> int:
    line = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return int(line.partition(b":")[2])


def _answer(head: bytes, body: bytes) -> str:
    method = head.split(b" ", 2)[1].rpartition(b"/")[2].decode()
    if b"application/json" in head:
        return answer_to(method, json.loads(body))
    return answer_to(method, {name: value for name, (value,) in parse_qs(body.decode(), strict_parsing=True).items()})


def answer_to(method: str, fields: Mapping[str, Any]) -> str:
    """Return the JSON answer of a call; a message has the text and the buttons that were sent."""
    if method in {"answerCallbackQuery", "deleteMessage"}:
        return DONE
    text, buttons = json.dumps(fields["text"], ensure_ascii=False), fields.get("reply_markup", NO_BUTTONS)
    if not isinstance(buttons, str):
        buttons = json.dumps(buttons, ensure_ascii=False)
    return f'{{"ok":true,"result":{MESSAGE}"text":{text},"reply_markup":{buttons}}}}}'


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(AnswerProtocol, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
