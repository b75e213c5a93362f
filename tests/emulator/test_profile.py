"""The bot's own account: commands and descriptions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.telegram import ANNA, Telegram

DESCRIPTIONS = [("MyDescription", "description", 512), ("MyShortDescription", "short_description", 120)]


@pytest.mark.parametrize(
    ("command", "description", "reason"),
    [
        ("Start", "Начать", "BOT_COMMAND_INVALID"),
        ("", "Начать", "BOT_COMMAND_INVALID"),
        ("a" * 33, "Начать", "BOT_COMMAND_INVALID"),
        ("start", "", "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("start", "я" * 257, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
async def test_invalid_command_is_refused(telegram: Telegram, command: str, description: str, reason: str) -> None:
    commands = [{"command": command, "description": description}]
    assert await telegram.refusal("setMyCommands", commands=commands) == f"400 Bad Request: {reason}"


@pytest.mark.parametrize(
    ("commands", "reason"),
    [
        ("x", "can't parse commands JSON object"),
        ({}, "expected an Array of BotCommand"),
        (["x"], "expected an Object as BotCommand"),
        ([{}] * 101, "BOT_COMMANDS_TOO_MUCH"),
    ],
)
async def test_malformed_commands_are_refused(telegram: Telegram, commands: Any, reason: str) -> None:
    assert await telegram.refusal("setMyCommands", commands=commands) == f"400 Bad Request: {reason}"


@pytest.mark.parametrize(("method", "field", "limit"), DESCRIPTIONS)
async def test_description_over_its_limit_is_refused(telegram: Telegram, method: str, field: str, limit: int) -> None:
    refused = await telegram.refusal(f"set{method}", **{field: "x" * (limit + 1)})
    assert refused == f"400 Bad Request: {field.replace('_', ' ')} is too long"
    assert await telegram.do(f"set{method}", **{field: "x" * limit})


@pytest.mark.parametrize(
    ("scope", "reason"),
    [
        ({"type": "everyone"}, "Unsupported type specified"),
        ({}, "Unsupported type specified"),
        ({"type": "chat"}, 'Can\'t find field "chat_id"'),
    ],
)
async def test_unknown_command_scope_is_refused(telegram: Telegram, scope: Any, reason: str) -> None:
    refused = await telegram.refusal("setMyCommands", commands=[], scope=scope)
    assert refused == f"400 Bad Request: can't parse BotCommandScope: {reason}"


async def test_commands_of_a_chat_need_a_chat_and_a_language(telegram: Telegram) -> None:
    unknown = {"type": "chat", "chat_id": 987_654}
    assert await telegram.refusal("setMyCommands", commands=[], scope=unknown) == "400 Bad Request: chat not found"
    wrong = await telegram.refusal("deleteMyCommands", language_code="russian")
    assert wrong == "400 Bad Request: invalid language code specified"


async def test_person_sees_commands_of_narrowest_scope_and_language(telegram: Telegram) -> None:
    def menu(word: str) -> Any:
        return [{"command": "start", "description": word}]

    async def seen() -> str:
        view = await telegram.chat.request("GET", f"/people/{ANNA}/chat")
        return str(view["commands"][0]["description"])

    private, mine = {"type": "all_private_chats"}, {"type": "chat", "chat_id": ANNA}
    await telegram.do("setMyCommands", commands=menu("default"))
    assert await seen() == "default"
    await telegram.do("setMyCommands", commands=menu("по-русски"), language_code="ru")
    assert await seen() == "по-русски"
    await telegram.do("setMyCommands", commands=menu("private"), scope=private)
    assert await seen() == "private"
    await telegram.do("setMyCommands", commands=menu("mine"), scope=mine)
    assert await seen() == "mine"
    assert await telegram.do("getMyCommands", scope=mine) == menu("mine")
    await telegram.do("deleteMyCommands", scope=mine)
    assert await telegram.do("getMyCommands", scope=mine) == []
    assert await seen() == "private"


@pytest.mark.parametrize(("method", "field"), [(method, field) for method, field, _ in DESCRIPTIONS])
async def test_descriptions_fall_back_to_the_common_language(telegram: Telegram, method: str, field: str) -> None:
    await telegram.do(f"set{method}", **{field: "common"})
    await telegram.do(f"set{method}", **{field: "по-русски"}, language_code="ru")
    assert await telegram.do(f"get{method}", language_code="ru") == {field: "по-русски"}
    assert await telegram.do(f"get{method}", language_code="en") == {field: "common"}
