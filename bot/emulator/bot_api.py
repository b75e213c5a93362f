"""One Bot API call, from its name and parameters to its answer: faults, rate limits, execution, log."""

import asyncio
import inspect
import logging
import time
from dataclasses import dataclass
from typing import Any

from bot.emulator.call_log import LoggedCall
from bot.emulator.chats import Chat
from bot.emulator.errors import Refusal
from bot.emulator.faults import Fault
from bot.emulator.json_response import encode_json
from bot.emulator.methods import METHODS, ApiMethod
from bot.emulator.params import Params
from bot.emulator.state import Emulator

_log = logging.getLogger(__name__)

BAD_GATEWAY = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n"
    b"<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>"
)


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """The HTTP answer of a call; `cut` means that the connection is closed without one."""

    status: int
    body: bytes
    content_type: str = "application/json"
    cut: bool = False


CUT = ApiAnswer(0, b"", cut=True)


async def call(emulator: Emulator, name: str, params: Params) -> ApiAnswer:
    """Execute one call and log it. Returns the answer; a refusal is an answer too."""
    method = METHODS.get(name.lower())
    if method is None:
        refusal = refuse(emulator, name, params, Refusal(404, "Not Found: method not found"))
        return ApiAnswer(refusal.code, encode_json(refusal.as_api()))
    chat = _chat(emulator, params)
    fault = emulator.faults.draw(method.name, chat.id if chat else None)
    polling = method.name == "getUpdates"
    activity = emulator.activity if chat is None else chat.activity
    if not polling:
        activity.count(running=1)
    try:
        return await _answer(emulator, method, params, chat, fault)
    finally:
        if not polling:
            activity.count(running=-1)
            activity.note_reaction()


async def _answer(
    emulator: Emulator, method: ApiMethod, params: Params, chat: Chat | None, fault: Fault | None
) -> ApiAnswer:
    begun = time.perf_counter()
    result, refusal = None, None
    answer = await _instead(fault)
    if answer is None:
        try:
            result = await _execute(emulator, method, params, chat, fault)
            answer = ApiAnswer(200, encode_json({"ok": True, "result": result}))
        except Refusal as refused:
            refusal = refused
            answer = ApiAnswer(refused.code, encode_json(refused.as_api()))
    # An empty long poll is not logged: it would displace the calls that matter.
    if method.name != "getUpdates" or result or refusal:
        _log_call(emulator, method.name, params, chat, result, refusal, fault, begun)
    return CUT if fault is not None and fault.kind == "cut_after" else answer


async def _instead(fault: Fault | None) -> ApiAnswer | None:
    """Return what a fault answers instead of executing the call; None if the call is executed."""
    match fault.kind if fault is not None else None:
        case "502":
            return ApiAnswer(502, BAD_GATEWAY, "text/html")
        case "cut_before":
            return CUT
        case "hang":
            await asyncio.Event().wait()
    return None


async def _execute(
    emulator: Emulator, method: ApiMethod, params: Params, chat: Chat | None, fault: Fault | None
) -> Any:
    refusal = fault.refusal() if fault is not None else None
    if refusal is not None:
        raise refusal
    if fault is not None and fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
    emulator.rate_limits.check(method.name, chat.id if chat else None)
    try:
        result = method.execute(emulator, params)
        return await result if inspect.isawaitable(result) else result
    except Refusal:
        raise
    except Exception as mistake:
        # An unforeseen error looks like an error of Telegram and is visible in the log.
        _log.exception("%s failed", method.name)
        raise Refusal(500, f"Internal Server Error: {type(mistake).__name__}") from mistake


def _chat(emulator: Emulator, params: Params) -> Chat | None:
    """Return the chat of a call: by its id, or by the press that it answers."""
    if "chat_id" in params:
        return emulator.chats.get(params.integer("chat_id"))
    if "callback_query_id" in params:
        press = emulator.presses.get(params.text("callback_query_id"))
        return press.chat if press is not None else None
    return None


def refuse(emulator: Emulator, name: str, params: Params, refusal: Refusal) -> Refusal:
    """Log a refusal of a call that was not executed. Returns the refusal."""
    _log_call(emulator, name, params, None, None, refusal, None, time.perf_counter())
    return refusal


def _log_call(
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
    emulator.call_log.write(
        LoggedCall(
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
