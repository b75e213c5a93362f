"""Bot API calls over HTTP: encodings of parameters, tokens, errors, the log."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack

import pytest
from aiohttp import FormData

from tests.emulator.telegram import ANNA, KEYBOARD, Telegram


async def test_all_encodings_of_a_call_are_equal(telegram: Telegram) -> None:
    params = {"chat_id": str(ANNA), "text": "да", "reply_markup": json.dumps(KEYBOARD)}
    multipart = FormData(params, default_to_multipart=True)
    async with AsyncExitStack() as stack:
        ways = [
            telegram.session.get(telegram.address("sendmessage"), params=params),
            telegram.session.post(telegram.address("SENDMESSAGE"), data=params),
            telegram.session.post(telegram.address("sendMessage"), json=params),
            telegram.session.post(telegram.address("SendMessage"), data=multipart),
            telegram.session.post(telegram.address("sendMessage"), data=multipart(), params={"text": "нет"}),
        ]
        for way in ways:
            result = (await (await stack.enter_async_context(way)).json())["result"]
            assert (result["text"], result["reply_markup"]) == ("да", KEYBOARD)


async def test_wrong_token_and_unknown_method_are_refused_and_logged(
    telegram: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    async with telegram.session.get(f"{telegram.url}/bot1:wrong/getMe") as response:
        assert await response.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert await telegram.refusal("sendDice", chat_id=ANNA) == "404 Not Found: method not found"
    assert "sendDice" in caplog.records[-1].getMessage()
    assert caplog.records[-1].levelname == "ERROR"
    for token, status in ((telegram.emulator.token, 404), ("1:wrong", 401)):
        async with telegram.session.get(f"{telegram.url}/file/bot{token}/no") as response:
            assert response.status == status
    refused = [(call["method"], call["code"]) for call in await telegram.chat.refusals()]
    assert refused == [("getMe", 401), ("sendDice", 404), ("file no", 404), ("file no", 401)]


async def test_broken_json_is_refused(telegram: Telegram) -> None:
    for body in ("{", "[]"):
        headers = {"Content-Type": "application/json"}
        async with telegram.session.post(telegram.address("getMe"), data=body, headers=headers) as response:
            assert (await response.json())["error_code"] == 400


async def test_unforeseen_parameters_end_in_error_500(telegram: Telegram) -> None:
    refused = await telegram.refusal("sendMessage", chat_id=ANNA, text="да", reply_parameters={"message_id": "x"})
    assert refused == "500 Internal Server Error: ValueError"


async def test_log_has_parameters_and_result_of_each_call(telegram: Telegram) -> None:
    await telegram.send("я" * 1000)
    await telegram.refusal("sendMessage", chat_id=ANNA, text="")
    sent, refused = (await telegram.chat.calls("sendMessage"))[-2:]
    assert (sent["chat"], sent["ok"], len(sent["params"]["text"])) == (ANNA, True, 301)
    assert (refused["ok"], refused["code"]) == (False, 400)
    assert await telegram.chat.calls(after=refused["number"]) == []
    assert await telegram.chat.refusals() == [refused]
