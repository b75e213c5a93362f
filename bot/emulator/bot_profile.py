"""The bot's own account: its descriptions by language, its commands by scope and language."""

import re
from dataclasses import dataclass, field
from typing import Any

from bot.emulator.errors import bad_request
from bot.emulator.people import EmulatedPerson

_COMMAND = re.compile(r"/?[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_DESCRIPTION_LIMIT = 256
_COMMANDS_LIMIT = 100

_WIDE_SCOPES = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
_CHAT_SCOPES = frozenset({"chat", "chat_administrators", "chat_member"})

Scope = tuple[str, int, int]
"""its type, with the ids of the chat and the user that it names"""
Commands = list[dict[str, str]]


@dataclass(slots=True)
class BotProfile:
    """The bot's account; the first settings are those that a new bot has from @BotFather."""

    id: int
    username: str
    first_name: str
    joins_groups: bool = True
    reads_groups: bool = False
    has_topics: bool = False
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[Scope, str], Commands] = field(default_factory=dict)

    def as_user(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": True, "first_name": self.first_name, "username": self.username}

    def as_me(self) -> dict[str, Any]:
        return self.as_user() | {
            "can_join_groups": self.joins_groups,
            "can_read_all_group_messages": self.reads_groups,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
            "has_topics_enabled": self.has_topics,
            "allows_users_to_create_topics": self.has_topics,
        }

    def commands_for(self, person: EmulatedPerson) -> Commands:
        """Return the menu that a person sees: the narrowest scope first, then the person's language."""
        for scope in (("chat", person.id, 0), ("all_private_chats", 0, 0), ("default", 0, 0)):
            for language in (person.language_code, ""):
                commands = self.commands.get((scope, language))
                if commands:
                    return commands
        return []

    def description_for(self, person: EmulatedPerson) -> str:
        return self.descriptions.get(person.language_code) or self.descriptions.get("", "")


def read_commands(value: object) -> Commands:
    """Return the valid commands. Raises Refusal for any other value."""
    if not isinstance(value, list):
        raise bad_request("expected an Array of BotCommand")
    if len(value) > _COMMANDS_LIMIT:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    return [_command(command) for command in value]


def _command(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise bad_request("expected an Object as BotCommand")
    name, description = str(value.get("command", "")), str(value.get("description", ""))
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= _DESCRIPTION_LIMIT:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name.removeprefix("/"), "description": description}


def read_scope(value: object) -> Scope:
    """Return the scope as its type, chat and user (0 where it names none). Raises Refusal for an unknown one."""
    if value is None:
        return ("default", 0, 0)
    kind = str(value.get("type")) if isinstance(value, dict) else ""
    if not isinstance(value, dict) or kind not in _WIDE_SCOPES | _CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    if kind in _WIDE_SCOPES:
        return (kind, 0, 0)
    return (kind, _field(value, "chat_id"), _field(value, "user_id") if kind == "chat_member" else 0)


def read_language(code: str) -> str:
    """Return a two-letter language code, or "" for all languages. Raises Refusal for any other text."""
    if code and not _LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code


def _field(value: dict[str, Any], name: str) -> int:
    if name not in value:
        raise bad_request(f"can't parse BotCommandScope: Can't find field \"{name}\"")
    try:
        return int(value[name])
    except (TypeError, ValueError):
        raise bad_request(f'can\'t parse BotCommandScope: Field "{name}" must be a valid Number') from None
