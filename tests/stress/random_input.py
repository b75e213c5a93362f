"""Random input for a bot: forged buttons, odd texts, corrupted updates and updates of unknown kinds."""

from __future__ import annotations

import base64
import copy
from datetime import timedelta
from random import Random
from typing import Any

from aiogram.filters.callback_data import CallbackData

from bot.emulator import Emulator
from bot.emulator.chats import GROUP_ID
from bot.emulator.params import Upload
from dialogs import FLOWS
from storage.registry.seed.examples import EXAMPLES

Json = dict[str, Any]

LINKS: list[type[CallbackData]] = [link for flow in FLOWS for link, _draw in flow.presses.values()]

NUMBERS = (
    *(-1, 0, 1, 2, 3, 5, 9, 100, 2**31, 2**53, 2**63 - 1, 2**63, -(2**63) - 1, 10**25),
    # Days as ordinals: the first, one of ours, the last, one more; moments: one of ours, the last, one more.
    *(739_943, 3_652_059, 3_652_060, 719_163, 1_795_680_000, 253_402_300_799, 253_402_300_800, 62_135_596_800),
)
NOT_NUMBERS = (
    "",
    " ",
    "x",
    "1.5",
    "1e3",
    "True",
    "None",
    "٣",
    "１",
    "0x1f",
    "-",
    "--1",
    "1_0",
    "\u202e1",
    "NaN",
    "ё",
    "«»",
)
CHARACTERS = (
    "Аа Ёё'’-—«»<>&;:/|\\\"{}%$#@!?.,()[]"
    "\u200b\u200e\u202e\u2066\ufeff\u0301\u0000\u0007\u001b\t\n\u200d🙂👨👩👧٣１ßŁ漢字"
)
PHRASES = (
    *("/start", "/menu", "/book", "/visits", "/children", "/data", "/help", "/language", "/cancel", "/неизвестно", "/"),
    *("/start@registratura_bot", "/book@other_bot", "/menu лишнее", "/START", "//", "/start ref_1", "/help\n/menu"),
    *(
        "<b>Иванова</b>",
        "&amp;",
        "</i>",
        "<script>alert(1)</script>",
        "Иванова &lt; Мария Сергеевна",
        "{name}",
        "%s %(n)d",
    ),
    *("Иванова Мария Сергеевна", "иванова мария", "Ахметова-Белая Алина", "нет", "-", "Ия", "O'Коннор Юн Сын"),
    *("У ребёнка температура 40", "запиши Машу к лору завтра", "👍", "ok", "\u202eанретсеч", "\u200b", "1", "0" * 16),
    *("Robert'); DROP TABLE patients;--", "../../etc/passwd", "${jndi:ldap://x}"),
)
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=="
)
FILES = (
    DOT,
    DOT[:40],
    b"\xff\xd8" + bytes(20),
    b"%PDF-1.7\n%broken",
    b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF",
    bytes(5000),
)
"""A one-pixel picture, a part of it, and files with only a valid beginning."""

IGNORED_KINDS = (
    *("channel_post", "edited_channel_post", "business_message", "inline_query", "chosen_inline_result", "poll"),
    *("shipping_query", "pre_checkout_query", "poll_answer", "chat_join_request", "message_reaction", "chat_boost"),
    *("a_kind_of_next_year", "business_connection", "purchased_paid_media", "chat_member"),
)


class RandomInput:
    """Draws everything from one random generator, so that a seed repeats it."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def number(self) -> int:
        return abs(self._rng.choice(NUMBERS))

    def pause(self) -> timedelta:
        return self._rng.choice([timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=3)])

    # --- buttons ------------------------------------------------------------------------------------------------------

    def button(self) -> str:
        """Return forged data of 1 to 64 bytes, mostly with the code of a real link or action."""
        if self._rng.random() < 0.1:
            return _cut(self.text(self._rng.randint(1, 64)), 64) or "?"
        link = self._rng.choice(LINKS)
        fields = [self._field() for _name in link.model_fields]
        if self._rng.random() < 0.1:
            fields = fields[:-1] if self._rng.random() < 0.5 else [*fields, self._field()]
        data = ":".join([link.__prefix__, *fields])
        return _cut(data[: self._rng.randrange(len(data)) + 1] if self._rng.random() < 0.05 else data, 64)

    def _field(self) -> str:
        roll = self._rng.random()
        if roll < 0.55:
            return str(self._rng.randint(0, 12))
        if roll < 0.65:
            return str(
                self._rng.choice([739_943 + self._rng.randint(-3, 30), 1_795_500_000 + 900 * self._rng.randint(0, 900)])
            )
        return str(self._rng.choice(NUMBERS)) if roll < 0.9 else self._rng.choice(NOT_NUMBERS)

    # --- texts --------------------------------------------------------------------------------------------------------

    def typed(self) -> str:
        """Return a text of at most 4096 characters."""
        roll = self._rng.random()
        if roll < 0.35:
            return self._rng.choice(PHRASES)
        if roll < 0.55:
            example = self._rng.choice(EXAMPLES)
            return self._rng.choice([example.policy_number, example.name.full])
        if roll < 0.65:
            return self._rng.choice("Ая<&🙂\u200b1 ") * self._rng.choice([1, 16, 61, 255, 4096])
        return self.text(self._rng.choice([1, 3, 16, 40, 300, 4096]))

    def text(self, length: int) -> str:
        return "".join(self._rng.choices(CHARACTERS, k=length))

    def word(self) -> str:
        return self.text(self._rng.randint(0, 64)).replace(" ", "_")

    def file(self) -> Upload:
        return Upload(self.text(20), self._rng.choice(["image/png", "application/pdf", ""]), self._rng.choice(FILES))

    # --- updates ------------------------------------------------------------------------------------------------------

    def update(self, emulator: Emulator, person: int) -> tuple[str, Json]:
        """Return the kind and the payload of an update that no Telegram app would cause."""
        user, chat = emulator.person(person).as_user(), emulator.person(person).as_chat()
        group = emulator.chats[GROUP_ID].as_api()
        emulator.person(person).started = True
        message = {"message_id": self.number() % 2**31, "date": 1_795_500_000, "chat": chat, "from": user}
        makes = (
            lambda: (self._rng.choice(IGNORED_KINDS), message | {"text": "?", "id": "1"}),
            lambda: ("message", message | {"chat": group, "text": self.typed()}),
            lambda: ("edited_message", message | {"chat": group, "text": self.typed()}),
            lambda: ("message", message | self._content()),
            lambda: ("edited_message", message | self._content()),
            lambda: ("message", message | {"text": self.text(10_000)}),
            lambda: ("message", message | {"text": "жирный", "entities": self._entities()}),
            lambda: (
                "message",
                message | {"from": user | {"first_name": self.text(10_000), "language_code": self.word()}},
            ),
            lambda: ("callback_query", {"from": user, "chat_instance": "1", "inline_message_id": "x"}),
            lambda: ("callback_query", {"from": user, "chat_instance": "1", "data": self.text(500)}),
            lambda: ("callback_query", {"from": user, "chat_instance": "1", "game_short_name": "x"}),
        )
        kind, payload = self._rng.choice(makes)()
        return kind, payload

    def _content(self) -> Json:
        return self._rng.choice(
            [
                {},
                {"text": ""},
                {"dice": {"emoji": "🎲", "value": 3}},
                {"new_chat_title": self.text(30)},
                {"web_app_data": {"data": self.text(99), "button_text": "x"}},
                {"poll": None},
                {"a_field_of_next_year": {"deep": [1, {"deeper": None}]}},
                {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}},
                {"text": self.typed(), "forward_origin": {"type": "hidden_user", "sender_user_name": "x", "date": 1}},
                {"caption": self.text(1024)},
                {"venue": {"location": {"latitude": 1, "longitude": 1}, "title": "x", "address": "y"}},
            ]
        )

    def _entities(self) -> list[Json]:
        kinds = ("bold", "italic", "text_link", "bot_command", "spoiler", "a_kind_of_next_year")
        return [
            {
                "type": kind,
                "offset": self._rng.randint(-5, 9),
                "length": self._rng.randint(-5, 99),
                "url": "tg://user?id=1",
            }
            for kind in kinds
        ]

    def corrupted(self, payload: Json) -> Json:
        """Return a copy with one field removed or of another type; ids and the chat stay."""
        copied = copy.deepcopy(payload)
        inside = copied
        while True:
            name = self._rng.choice([name for name in inside if name not in {"id", "message_id", "chat"}] or [""])
            deeper = inside.get(name)
            if isinstance(deeper, dict) and deeper and self._rng.random() < 0.6:
                inside = deeper
                continue
            break
        if not name:
            return copied
        if self._rng.random() < 0.5:
            inside.pop(name)
        else:
            inside[name] = self._rng.choice([None, 0, -1, 2**70, "", "x", [], {}, True, 1.5, [None], {"x": 1}])
        return copied


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")
