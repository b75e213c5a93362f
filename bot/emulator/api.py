"""One call of the Bot API from its name and parameters to its answer, with faults, pace and the log on the way."""

import asyncio
import inspect
import logging
import time
from dataclasses import dataclass
from typing import Any

from bot.emulator.chats import Chat
from bot.emulator.core import Emulator
from bot.emulator.errors import Refusal
from bot.emulator.faults import Fault
from bot.emulator.journal import Call
from bot.emulator.methods import METHODS, Method
from bot.emulator.wire import Params, dump

_log = logging.getLogger(__name__)

BAD_GATEWAY = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n"
    b"<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over the wire; a cut one is never sent."""

    status: int
    body: bytes
    content_type: str = "application/json"
    cut: bool = False


CUT = Answer(0, b"", cut=True)


async def call(emulator: Emulator, name: str, params: Params) -> Answer:
    method = METHODS.get(name.lower())
    if method is None:
        refusal = refuse(emulator, name, params, Refusal(404, "Not Found: method not found"))
        return Answer(refusal.code, dump(refusal.as_api()))
    chat = _chat(emulator, params)
    fault = emulator.faults.draw(method.name, chat.id if chat else None)
    polling = method.name == "getUpdates"
    activity = emulator.activity if chat is None else chat.activity
    if not polling:
        activity.note(running=1)
    try:
        return await _answer(emulator, method, params, chat, fault)
    finally:
        if not polling:
            activity.note(running=-1)
            activity.paid()


async def _answer(emulator: Emulator, method: Method, params: Params, chat: Chat | None, fault: Fault | None) -> Answer:
    begun = time.perf_counter()
    result, refusal = None, None
    answer = await _before(fault)
    if answer is None:
        try:
            result = await _work(emulator, method, params, chat, fault)
            answer = Answer(200, dump({"ok": True, "result": result}))
        except Refusal as refused:
            refusal = refused
            answer = Answer(refused.code, dump(refused.as_api()))
    # An empty poll is silence, not an event: only those that brought something are worth a line.
    if method.name != "getUpdates" or result or refusal:
        _write(emulator, method.name, params, chat, result, refusal, fault, begun)
    return CUT if fault is not None and fault.kind == "cut_after" else answer


async def _before(fault: Fault | None) -> Answer | None:
    """What a fault does instead of the work, if it does."""
    match fault.kind if fault is not None else None:
        case "502":
            return Answer(502, BAD_GATEWAY, "text/html")
        case "cut_before":
            return CUT
        case "hang":
            await asyncio.Event().wait()
    return None


async def _work(emulator: Emulator, method: Method, params: Params, chat: Chat | None, fault: Fault | None) -> Any:
    refusal = fault.refusal() if fault is not None else None
    if refusal is not None:
        raise refusal
    if fault is not None and fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
    emulator.pace.check(method.name, chat.id if chat else None)
    try:
        result = method.work(emulator, params)
        return await result if inspect.isawaitable(result) else result
    except Refusal:
        raise
    except Exception as mistake:
        # What no rule foresaw must look like Telegram's own trouble, and be seen by whoever reads the log.
        _log.exception("%s could not be carried out", method.name)
        raise Refusal(500, f"Internal Server Error: {type(mistake).__name__}") from mistake


def _chat(emulator: Emulator, params: Params) -> Chat | None:
    """The chat that a call speaks of: by its id, or through the press that it answers."""
    if "chat_id" in params:
        return emulator.chats.get(params.integer("chat_id"))
    if "callback_query_id" in params:
        press = emulator.presses.get(params.text("callback_query_id"))
        return press.chat if press is not None else None
    return None


def refuse(emulator: Emulator, name: str, params: Params, refusal: Refusal) -> Refusal:
    """Record a refusal that came before any work."""
    _write(emulator, name, params, None, None, refusal, None, time.perf_counter())
    return refusal


def _write(
    emulator: Emulator,
    name: str,
    params: Params,
    chat: Chat | None,
    result: object,
    refusal: Refusal | None,
    fault: Fault | None,
    begun: float,
) -> None:
    values = params.values
    if params.uploads:
        values = values | {name: f"{file.name}, {len(file.data)} bytes" for name, file in params.uploads.items()}
    emulator.journal.write(
        Call(
            at=emulator.clock.now(),
            method=name,
            chat=chat.id if chat else None,
            params=values,
            result=result,
            refusal=refusal,
            fault=fault.kind if fault else None,
            milliseconds=(time.perf_counter() - begun) * 1000,
        )
    )
