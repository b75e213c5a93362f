"""The bot's own account and what it can learn of a chat."""

from typing import Any

from bot.emulator.core import Emulator
from bot.emulator.errors import bad_request
from bot.emulator.methods.contents import chat_of
from bot.emulator.methods.table import method
from bot.emulator.profile import read_commands, read_scope
from bot.emulator.wire import Params

_SCOPE = "can't parse bot command scope JSON object"
_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


@method("getMe")
def get_me(emulator: Emulator, params: Params) -> Any:
    return emulator.profile.as_me()


@method("getChat")
def get_chat(emulator: Emulator, params: Params) -> Any:
    known = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(_GIFTS, False)}
    return chat_of(emulator, params).as_api() | known


@method("setMyCommands")
def set_my_commands(emulator: Emulator, params: Params) -> bool:
    commands = read_commands(params.tree("commands", "can't parse commands JSON object"))
    emulator.profile.commands[_commands_key(params)] = commands
    _show_profile(emulator)
    return True


@method("getMyCommands")
def get_my_commands(emulator: Emulator, params: Params) -> Any:
    return emulator.profile.commands.get(_commands_key(params), [])


@method("deleteMyCommands")
def delete_my_commands(emulator: Emulator, params: Params) -> bool:
    emulator.profile.commands.pop(_commands_key(params), None)
    _show_profile(emulator)
    return True


def _commands_key(params: Params) -> tuple[tuple[str, int], str]:
    return read_scope(params.tree("scope", _SCOPE)), params.text("language_code")


def _write(emulator: Emulator, params: Params, field: str, kept: dict[str, str], limit: int) -> bool:
    value = params.text(field)
    if len(value) > limit:
        raise bad_request(f"{field.replace('_', ' ')} is too long")
    kept[params.text("language_code")] = value
    _show_profile(emulator)
    return True


def _show_profile(emulator: Emulator) -> None:
    for chat in emulator.chats.values():
        chat.touch()


def _read(params: Params, field: str, kept: dict[str, str], default: str = "") -> dict[str, str]:
    return {field: kept.get(params.text("language_code")) or kept.get("") or default}


@method("setMyName")
def set_my_name(emulator: Emulator, params: Params) -> bool:
    return _write(emulator, params, "name", emulator.profile.names, 64)


@method("getMyName")
def get_my_name(emulator: Emulator, params: Params) -> Any:
    return _read(params, "name", emulator.profile.names, emulator.profile.first_name)


@method("setMyDescription")
def set_my_description(emulator: Emulator, params: Params) -> bool:
    return _write(emulator, params, "description", emulator.profile.descriptions, 512)


@method("getMyDescription")
def get_my_description(emulator: Emulator, params: Params) -> Any:
    return _read(params, "description", emulator.profile.descriptions)


@method("setMyShortDescription")
def set_my_short_description(emulator: Emulator, params: Params) -> bool:
    return _write(emulator, params, "short_description", emulator.profile.short_descriptions, 120)


@method("getMyShortDescription")
def get_my_short_description(emulator: Emulator, params: Params) -> Any:
    return _read(params, "short_description", emulator.profile.short_descriptions)


@method("setChatMenuButton")
def set_chat_menu_button(emulator: Emulator, params: Params) -> bool:
    button = params.tree("menu_button", "can't parse menu button JSON object") or {"type": "default"}
    if button.get("type") not in ("default", "commands", "web_app"):
        raise bad_request("MenuButton has unsupported type")
    emulator.profile.menu_buttons[params.integer("chat_id")] = button
    return True


@method("getChatMenuButton")
def get_chat_menu_button(emulator: Emulator, params: Params) -> Any:
    buttons = emulator.profile.menu_buttons
    return buttons.get(params.integer("chat_id")) or buttons.get(0) or {"type": "commands"}
