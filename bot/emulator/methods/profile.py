"""The bot's own account: getMe, its commands and its descriptions."""

from typing import Any

from bot.emulator.bot_profile import Commands, Scope, read_commands, read_language, read_scope
from bot.emulator.errors import bad_request
from bot.emulator.methods.method_table import method
from bot.emulator.params import Params
from bot.emulator.state import Emulator

_SCOPE = "can't parse bot command scope JSON object"


@method("getMe")
def get_me(emulator: Emulator, params: Params) -> Any:
    return emulator.profile.as_me()


@method("setMyCommands")
def set_my_commands(emulator: Emulator, params: Params) -> bool:
    commands = read_commands(params.json("commands", "can't parse commands JSON object"))
    key = _commands_key(emulator, params)
    if commands:
        emulator.profile.commands[key] = commands
    else:
        emulator.profile.commands.pop(key, None)
    _refresh_chats(emulator)
    return True


@method("getMyCommands")
def get_my_commands(emulator: Emulator, params: Params) -> Commands:
    return emulator.profile.commands.get(_commands_key(emulator, params), [])


@method("deleteMyCommands")
def delete_my_commands(emulator: Emulator, params: Params) -> bool:
    emulator.profile.commands.pop(_commands_key(emulator, params), None)
    _refresh_chats(emulator)
    return True


def _commands_key(emulator: Emulator, params: Params) -> tuple[Scope, str]:
    """Return scope and language. Raises Refusal for a chat that the bot does not know or a scope of the other kind."""
    kind, chat_id, user_id = read_scope(params.json("scope", _SCOPE))
    if chat_id:
        chat = emulator.chat_for_bot(str(chat_id))
        if chat.private and kind != "chat":
            raise bad_request("can't change commands in private chats")
    return (kind, chat_id, user_id), read_language(params.text("language_code"))


@method("setMyDescription")
def set_my_description(emulator: Emulator, params: Params) -> bool:
    return _write(emulator, params, "description", emulator.profile.descriptions, 512)


@method("getMyDescription")
def get_my_description(emulator: Emulator, params: Params) -> dict[str, str]:
    return _read(params, "description", emulator.profile.descriptions)


@method("setMyShortDescription")
def set_my_short_description(emulator: Emulator, params: Params) -> bool:
    return _write(emulator, params, "short_description", emulator.profile.short_descriptions, 120)


@method("getMyShortDescription")
def get_my_short_description(emulator: Emulator, params: Params) -> dict[str, str]:
    return _read(params, "short_description", emulator.profile.short_descriptions)


def _write(emulator: Emulator, params: Params, field: str, texts: dict[str, str], limit: int) -> bool:
    text = params.text(field)
    if len(text) > limit:
        raise bad_request(f"{field.replace('_', ' ')} is too long")
    texts[params.text("language_code")] = text
    _refresh_chats(emulator)
    return True


def _read(params: Params, field: str, texts: dict[str, str]) -> dict[str, str]:
    return {field: texts.get(params.text("language_code")) or texts.get("", "")}


def _refresh_chats(emulator: Emulator) -> None:
    """Wake every open page: it shows the bot's commands and description."""
    for chat in emulator.chats.values():
        chat.next_revision()
