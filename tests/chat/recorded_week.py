"""Replay a recorded week: open its database with the current code and continue as the recorded people did.

The recorded steps are presses with the data of a button, typed texts and sweeps of the outbox; what they show is
compared as people see it.
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

from bot.account.records import HashedCode
from bot.account.rules.consents import CONSENT_VERSIONS
from bot.app import App, assembled
from bot.delivery import outbox
from bot.emulator import Emulator
from bot.emulator.chats import Message
from bot.emulator.html_output import to_html
from bot.emulator.params import Upload
from bot.telegram.pace import PacedRequests
from dialogs import FLOWS
from dialogs.kit.router import Navigator
from storage.unit import UnitOfWork
from tests.builders import StoppedClock, some_settings
from tests.chat.sent_files import text_of
from tests.stress.in_process import InProcessChat, InProcessSession
from tests.telegram_ids import telegram_ids

Json = dict[str, Any]

FOLDER = Path(__file__).parent / "recorded"
PARTS = ("screens", "actions", "journal", "messages", "prompts")
"""the files of chapters"""

CHAT_GAP = (outbox, "CHAT_GAP")
"""The module and the name of the real seconds between two messages in one chat, which a test sets to 0."""

PATIENCE = 60
"""seconds that background work of a press may take"""

REF = re.compile(r"\b[0-9ABCEHKMPTX]{4}[-\u2011][0-9ABCEHKMPTX]{2}\b")
TOKEN = re.compile(r"inv_[\w-]{22}")

QUEUE = "SELECT id, kind, status, message_id FROM outbox"
REFS = (
    "SELECT ref FROM appointments UNION SELECT ref FROM access_requests UNION SELECT ref FROM desk_matters UNION "
    "SELECT subject FROM audit WHERE action = 'erased'"
)


def read_again(data: str) -> str | None:
    """Return the button data parsed and packed again, or None if it cannot be parsed."""
    read = Navigator(FLOWS).parse(data)
    return None if read is None else read.pack()


def read_recorded(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


# --- the database -----------------------------------------------------------------------------------------------------


def restore(path: Path) -> Path:
    """Write the recorded database to ``path``."""
    script = lzma.decompress((FOLDER / "week.sql.xz").read_bytes()).decode()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.executescript(script)
    return path


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(sql).fetchall()


def renew_consents(path: Path) -> None:
    """Turn the consents in force into consents to the current texts: else every recorded press would be asked for them.

    How people are asked is tested apart.
    """
    sql = "UPDATE consents SET version = ? WHERE purpose = ? AND revoked_at IS NULL"
    with closing(sqlite3.connect(path)) as database, database:
        database.executemany(sql, [(version, purpose) for purpose, version in CONSENT_VERSIONS.items()])


# --- people -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Week:
    """The bot on a copy of the recorded database, at the moment of the recording."""

    edge: InProcessChat
    path: Path
    refs: frozenset[str]

    async def do(self, step: Mapping[str, Any]) -> list[Json]:
        """Do one step of one person; return the new messages and the alert."""
        who = int(step["who"])
        actor = self.edge.actor(who)
        chat, actor.person.started = actor.chat, True
        # A press needs a message of the bot; its text is like no screen, so each screen is an edit.
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
        """Sweep the outbox some seconds later; return the fate of each queued message."""
        self.edge.clock.advance(timedelta(seconds=step["later"]))
        for who in telegram_ids(self.path, self.edge.app.store.cipher).values():
            self.edge.actor(who).person.started = True
        queued = {row[0] for row in rows(self.path, QUEUE) if row[2] == "QUEUED"}
        await self.edge.app.outbox.sweep()
        return [self._fate(*row) for row in sorted(rows(self.path, QUEUE)) if row[0] in queued]

    def describe(self, message: Message) -> Json:
        """Return a message as a person sees it: text with markup, buttons with their data, the content of a file."""
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
            [(account,)] = rows(self.path, f"SELECT account_id FROM outbox WHERE id = {number}")  # noqa: S608 - our own number
            who = telegram_ids(self.path, self.edge.app.store.cipher)[account]
            fate |= self.describe(self.edge.emulator.chats[who].messages[message_id or 0])
        return fate

    def _button(self, button: Mapping[str, Any]) -> list[str]:
        value = button.get("callback_data") or button.get("url") or button.get("copy_text", {}).get("text", "")
        return [self._plain(button["text"]), self._plain(value)]

    def _plain(self, text: str) -> str:
        """Replace random values drawn after the recording by one word."""
        known = REF.sub(lambda found: found[0] if found[0].replace("\u2011", "-") in self.refs else "‹ref›", text)
        return TOKEN.sub("inv_‹token›", known)


@asynccontextmanager
async def opened(recorded: Path, path: Path, *, renewed: bool = True) -> AsyncIterator[Week]:
    """Start the bot on a copy of the recorded database, which it migrates as at any start."""
    shutil.copy(recorded, path)
    if renewed:
        renew_consents(path)
    known = read_recorded("week")
    clock = StoppedClock(datetime.fromtimestamp(known["moment"], UTC))
    emulator = Emulator(now=lambda: clock.now().timestamp(), callback_life=3600)
    settings = some_settings(
        database_url=f"sqlite:///{path}", secret_keys=known["secret_keys"], index_key=known["index_key"]
    )
    refs = frozenset(row[0] for row in rows(path, REFS))
    async with assembled(settings, clock) as app:
        assert isinstance(app.bot.session, AiohttpSession)
        app.bot.session = session = InProcessSession(emulator, app.bot.session)
        for each in [each for each in session.middleware if isinstance(each, PacedRequests)]:
            session.middleware.unregister(each)  # it spreads messages of the outbox over real time
        app.dispatcher["username"] = (await app.bot.me()).username
        await open_desk(app, clock.now())
        yield Week(InProcessChat(app, emulator, clock, session), path, refs)


async def open_desk(app: App, now: datetime) -> None:
    """Give the members of the staff an access code and type it: the desk of the recording asked for none."""

    async def set_codes(uow: UnitOfWork) -> None:
        for member in await uow.accounts.list_staff():
            # The digest is not a real hash: nobody types the code.
            await uow.access_codes.set(member.id, HashedCode(b"salt", b"digest"), now + timedelta(days=1))

    await app.store.storage.write(set_codes)


# --- chapters ---------------------------------------------------------------------------------------------------------


async def play(recorded: Path, folder: Path, steps: Iterable[Mapping[str, Any]]) -> list[list[Json]]:
    """Play a chapter on its own copy of the database; return what each step shows."""
    async with opened(recorded, folder / "played.sqlite3") as week:
        return [await (week.deliver(step) if "later" in step else week.do(step)) for step in steps]


def name_of(shown: Json) -> str:
    """Return the name of a screen in the recording: a hash of its content."""
    written = json.dumps(shown, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:10]
