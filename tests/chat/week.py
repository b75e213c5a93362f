"""A busy week in the life of a bot, recorded once: its database is opened again and people go on where they stopped.

All that is known here of the product is in the imports below: the recorded steps are taps with the data of a button,
typed texts and turns of the outbox, and what comes of them is compared as people see it.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiogram.client.session.aiohttp import AiohttpSession

from bot.app import assembled
from bot.delivery import outbox
from bot.emulator import Emulator
from bot.emulator.chats import Message
from bot.emulator.html_output import to_html
from bot.emulator.params import Upload
from bot.telegram.pace import PacedRequests
from dialogs import FLOWS
from dialogs.kit.router import Navigator
from tests.builders import StoppedClock, some_settings
from tests.chat.papers import text_of
from tests.stress.edge import Edge, EdgeSession

Json = dict[str, Any]

FOLDER = Path(__file__).parent / "recorded"
PAUSE_OF_CHAT = (outbox, "CHAT_GAP")
"""Real seconds between two messages in one chat, for a test to take away."""

PATIENCE = 10
"""seconds that work behind a tap may take"""

REF = re.compile(r"\b[0-9ABCEHKMPTX]{4}[-\u2011][0-9ABCEHKMPTX]{2}\b")
TOKEN = re.compile(r"inv_[\w-]{22}")

QUEUE = "SELECT id, kind, status, message_id FROM outbox"
PEOPLE = "SELECT telegram_id FROM accounts"
REFS = (
    "SELECT ref FROM appointments UNION SELECT ref FROM access_requests UNION SELECT ref FROM desk_matters UNION "
    "SELECT subject FROM audit WHERE action = 'erased'"
)


def read_again(data: str) -> str | None:
    """What the product would write into a button for that which it reads in this one; None where it reads nothing."""
    read = Navigator(FLOWS).parse(data)
    return None if read is None else read.pack()


def read_recorded(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


# --- the database -----------------------------------------------------------------------------------------------------


def restore(path: Path) -> Path:
    """The recorded database, as the bot of that time has left it."""
    script = lzma.decompress((FOLDER / "week.sql.xz").read_bytes()).decode()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.executescript(script)
    return path


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(sql).fetchall()


# --- people -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Week:
    """The bot on a copy of the recorded database, at the moment of the recording."""

    edge: Edge
    path: Path
    refs: frozenset[str]

    async def do(self, step: Mapping[str, Any]) -> list[Json]:
        """One act of one person; what is new in that chat."""
        who = int(step["who"])
        actor = self.edge.actor(who)
        chat, actor.person.started = actor.chat, True
        # To press on, as it needs a message of the bot: one that no screen is like, so that every screen is seen anew.
        blank = (await self.edge.app.bot.send_message(who, "…")).message_id if "press" in step else 0
        before, press = chat.revision, None
        match step:
            case {"press": data}:
                press = actor.press(blank, data)
            case {"say": text}:
                actor.say(text)
            case {"contact": _}:
                actor.share_contact()
            case {"photo": name}:
                actor.send_file("document", Upload(name, "image/png", (FOLDER / name).read_bytes()))
        await self.edge.handle()
        await self.edge.app.tasks.drain(PATIENCE)
        shown = [self.describe(message) for message in chat.changes(before) if message.from_bot]
        return shown + ([{"alert": self._plain(press.text)}] if press is not None and press.text else [])

    async def deliver(self, step: Mapping[str, Any]) -> list[Json]:
        """The outbox once, so much later; what became of each message that waited."""
        self.edge.clock.advance(timedelta(seconds=step["later"]))
        for (who,) in rows(self.path, PEOPLE):
            self.edge.actor(who).person.started = True
        waiting = {row[0] for row in rows(self.path, QUEUE) if row[2] == "QUEUED"}
        await self.edge.app.outbox.sweep()
        return [self._fate(*row) for row in sorted(rows(self.path, QUEUE)) if row[0] in waiting]

    def describe(self, message: Message) -> Json:
        """A message as its reader sees it: text with markup, buttons with their data, and what stands in a file."""
        shown: Json = {"text": self._plain(to_html(message.text, message.entities))}
        if message.inline:
            shown["rows"] = [[self._button(button) for button in row] for row in message.inline]
        if document := message.content.get("document"):
            stored = self.edge.emulator.files.get(document["file_id"])
            assert stored is not None
            is_paper = stored.data.startswith(b"%PDF")
            shown["file"] = document["file_name"]
            shown["holds"] = self._plain(text_of(stored.data) if is_paper else stored.data.decode())
        return shown

    def _fate(self, number: int, kind: str, status: str, message_id: int | None) -> Json:
        fate: Json = {"message": number, "kind": kind, "became": status}
        if status == "SENT":
            owner = "SELECT a.telegram_id FROM accounts a JOIN outbox o ON o.account_id = a.id WHERE o.id = "
            [(who,)] = rows(self.path, f"{owner}{number}")
            fate |= self.describe(self.edge.emulator.chats[who].messages[message_id or 0])
        return fate

    def _button(self, button: Mapping[str, Any]) -> list[str]:
        return [self._plain(button["text"]), self._plain(button.get("callback_data") or button.get("url") or "")]

    def _plain(self, text: str) -> str:
        """What is drawn by lot after the recording is the same word everywhere."""
        known = REF.sub(lambda found: found[0] if found[0].replace("\u2011", "-") in self.refs else "‹ref›", text)
        return TOKEN.sub("inv_‹token›", known)


@asynccontextmanager
async def opened(recorded: Path, path: Path) -> AsyncIterator[Week]:
    """The current code on a copy of the recorded database, brought to the newest schema as at any start."""
    shutil.copy(recorded, path)
    known = read_recorded("week")
    clock = StoppedClock(datetime.fromtimestamp(known["moment"], UTC))
    emulator = Emulator(now=lambda: clock.now().timestamp(), callback_life=3600)
    settings = some_settings(
        database_url=f"sqlite:///{path}", secret_keys=known["secret_keys"], index_key=known["index_key"]
    )
    refs = frozenset(row[0] for row in rows(path, REFS))
    async with assembled(settings, clock) as app:
        assert isinstance(app.bot.session, AiohttpSession)
        app.bot.session = wire = EdgeSession(emulator, app.bot.session)
        for each in [each for each in wire.middleware if isinstance(each, PacedRequests)]:
            wire.middleware.unregister(each)  # it spreads what the outbox says over real time
        app.dispatcher["username"] = (await app.bot.me()).username
        yield Week(Edge(app, emulator, clock, wire), path, refs)


# --- chapters ---------------------------------------------------------------------------------------------------------


async def play(recorded: Path, folder: Path, steps: Iterable[Mapping[str, Any]]) -> list[list[Json]]:
    """What each step of a chapter shows; every chapter has a copy of the database to itself."""
    async with opened(recorded, folder / "played.sqlite3") as week:
        return [await (week.deliver(step) if "later" in step else week.do(step)) for step in steps]


def name_of(shown: Json) -> str:
    """By which a recording knows what is shown: many buttons lead to one screen."""
    written = json.dumps(shown, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:10]
