"""What `registratura check` looks at: every part is tried, whatever is wrong with the others; no secret is shown."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.core.i18n import LANGUAGES, LOCALES
from bot.settings import Settings, SettingsError, load_settings
from bot.telegram.session import make_bot
from bot.trouble import sentence
from storage.database.opening import open_database
from storage.migrations import Applied, SchemaMismatch, compare, list_applied, list_migrations

NAMED = re.compile(r"\b([A-Z_]+) is (?:missing|wrong)\b")
KEY = "A" * 43 + "="
STAND_INS = {
    "bot_token": "0:stand-in",
    "secret_keys": f"stand-in:{KEY}",
    "index_key": KEY,
    "operator_name": "-",
    "support_phone": "-",
    "support_email": "nobody@example.org",
    "support_hours": "-",
}
"""What takes the place of a missing or wrong setting, so that the rest can still be looked at."""


class Finding(NamedTuple):
    part: str
    ok: bool
    told: str


class Unwell(Exception):
    """A part is not as it should be; the text says how."""


async def check_all() -> list[Finding]:
    try:
        settings, wrong, told = load_settings(), frozenset[str](), "every one is there and has the right form"
    except SettingsError as trouble:
        told = str(trouble)
        wrong = frozenset(name.lower() for name in NAMED.findall(told))
        settings = load_settings(**{name: _stand_in(name) for name in wrong})
    parts: dict[str, Callable[[], Awaitable[str]]] = {
        "database": lambda: _database(settings, wrong),
        "catalogues": _catalogues,
        "Telegram": lambda: _telegram(settings, wrong),
    }
    return [Finding("settings", not wrong, told), *[await _found(part, look) for part, look in parts.items()]]


def _stand_in(name: str) -> Any:
    return STAND_INS.get(name, Settings.model_fields[name].default)


async def _found(part: str, look: Callable[[], Awaitable[str]]) -> Finding:
    try:
        return Finding(part, True, await look())
    except Unwell as unwell:
        return Finding(part, False, str(unwell))
    except Exception as error:  # one part's trouble must not hide the others
        return Finding(part, False, sentence(error) or type(error).__name__)


async def _database(settings: Settings, wrong: frozenset[str]) -> str:
    if "database_url" in wrong:
        raise Unwell("not tried: DATABASE_URL is wrong")
    url = settings.database_url.get_secret_value()
    if not _exists(url):
        raise Unwell("there is no database at DATABASE_URL yet: run `registratura migrate`")
    database = await open_database(url)
    try:
        applied = await list_applied(database)
    finally:
        await database.close()
    return _schema(applied)


def _exists(url: str) -> bool:
    return Path(url.removeprefix("sqlite:///")).exists()


def _schema(applied: Sequence[Applied]) -> str:
    known = list_migrations()
    try:
        compare(known, applied)
    except SchemaMismatch:
        raise SchemaMismatch("it was made by another version") from None
    if missing := len(known[len(applied) :]):
        raise Unwell(f"its schema is old, {missing} to apply: run `registratura migrate`")
    if len(applied) > len(known):
        return f"opens, its schema is newer and fits this program: {applied[-1].name}"
    return f"opens, its schema is the newest: {known[-1].name}"


async def _catalogues() -> str:
    wanted = _read(LOCALES / "bot.pot", None)
    lacking = {language: len(list(_untold(wanted, language))) for language in LANGUAGES}
    if any(lacking.values()):
        raise Unwell(
            ", ".join(f"{language}: {count} texts are missing" for language, count in lacking.items() if count)
        )
    return f"{len(wanted)} texts in {' and '.join(LANGUAGES)}"


def _untold(wanted: Catalog, language: str) -> Iterator[Message]:
    """What the language has no words for; the English catalogue may leave a text empty, for it is English already."""
    known = _read(LOCALES / language / "LC_MESSAGES" / "bot.po", language)
    for message in wanted:
        told = known.get(message.id, message.context)
        words = told.string if told is not None and isinstance(told.string, tuple) else (told and told.string,)
        if message.id and (told is None or told.fuzzy or (language != "en" and not all(words))):
            yield message


def _read(path: Path, language: str | None) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale=language)


async def _telegram(settings: Settings, wrong: frozenset[str]) -> str:
    if spoiled := {"bot_token", "bot_api_url"} & wrong:
        raise Unwell(f"not tried: {', '.join(sorted(spoiled)).upper()} must be set right first")
    bot = make_bot(settings)
    try:
        me = await bot.get_me(request_timeout=10)
    finally:
        await bot.session.close()
    return f"answers, the bot is @{me.username}"


def show(findings: list[Finding]) -> None:
    table = Table("", "part", "what was found", title_justify="left")
    for part, ok, told in findings:
        table.add_row("[green]✓[/]" if ok else "[red]✗[/]", part, escape(told))
    Console().print(table)
