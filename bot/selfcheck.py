"""Check the parts of a set-up for `registratura check`; one failure does not hide another."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path

from aiogram.exceptions import TelegramAPIError, TelegramNetworkError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bot.check_machine import examine_disk, examine_loop, examine_zones
from bot.check_telegram import examine_telegram, leave_telegram_out
from bot.clock import SystemClock
from bot.copies import CopiesWrong, examine_copies
from bot.core.i18n import LANGUAGES, LOCALES
from bot.file_modes import files_to_keep_private, find_open_to_others
from bot.findings import CheckFailed, CheckWarns, Finding, Outcome
from bot.glossary import ClinicId
from bot.keys import cipher_of, index_of, tell_older_index_keys, tell_older_secret_keys
from bot.settings import ENV_FILE, EnvFileUnreadable, Proxy, Settings, SettingsError, load_settings
from bot.start_errors import sentence_for_operator
from bot.telegram.session import make_bot
from storage.applications.enrollments import SqlEnrollments
from storage.checks import describe_broken, find_broken, list_invariants
from storage.database.connection import Database
from storage.database.crypto import BlindIndex, Cipher
from storage.database.opening import open_database, path_of
from storage.keys.canaries import survey
from storage.migrations import Applied, SchemaMismatch, compare, list_applied, list_migrations
from storage.zones import SqlZones

NAMED = re.compile(r"\b([A-Z_]+) is (?:missing|wrong)\b")
KEY = "A" * 43 + "="
LETS_THROUGH = "lets through"
STAND_INS = {
    "bot_token": "0:stand-in",
    "secret_keys": f"stand-in:{KEY}",
    "index_keys": f"stand-in:{KEY}",
    "operator_name": "-",
    "support_phone": "-",
    "support_email": "nobody@example.org",
    "support_hours": "-",
}
"""Values for missing or wrong settings, so that the other parts can still be checked."""


async def check_all(*, invariants: bool = False) -> list[Finding]:
    """Return a finding for each part; ``invariants`` looks at every row of the database, too."""
    settings, wrong, text = load_what_is_right(ENV_FILE)
    parts: dict[str, Callable[[], Awaitable[str]]] = {
        "database": lambda: _database(settings, wrong),
        "keys": lambda: _keys(settings, wrong),
        "files": lambda: _files(settings, wrong),
        "disk": lambda: _disk(settings, wrong),
        "time zones": lambda: _zones(settings, wrong),
        "event loop": _loop,
        "catalogues": _catalogues,
    }
    if named := settings_of_the_desk(settings):
        parts["desk settings"] = lambda: _desk(settings, named, wrong)
    if settings.backup_folder or settings.backup_url:
        parts["copies"] = lambda: _copies(settings)
    if invariants:
        parts["invariants"] = lambda: _invariants(settings, wrong)
    return [
        Finding("settings", Outcome.WRONG if wrong else Outcome.FINE, text),
        *[await _run(part, check) for part, check in parts.items()],
        *await _telegram(settings, wrong),
    ]


def load_what_is_right(env_file: Path | None) -> tuple[Settings, frozenset[str], str]:
    """Return the settings with stand-ins for wrong ones, the names of these, and what was found."""
    try:
        return load_settings(env_file), frozenset(), "every one is there and has the right form"
    except EnvFileUnreadable as unreadable:
        settings, wrong, _text = load_what_is_right(None)
        return settings, wrong | {"env_file"}, str(unreadable)
    except SettingsError as trouble:
        text = str(trouble)
        wrong = frozenset(name.lower() for name in NAMED.findall(text))
        stand_ins = {name: STAND_INS.get(name, Settings.model_fields[name].default) for name in wrong}
        return load_settings(env_file, **stand_ins), wrong, text


async def _run(part: str, check: Callable[[], Awaitable[str]]) -> Finding:
    try:
        return Finding(part, Outcome.FINE, await check())
    except CheckFailed as failed:
        return Finding(part, Outcome.WRONG, str(failed))
    except CheckWarns as warning:
        return Finding(part, Outcome.WARNING, str(warning))
    except Exception as error:  # a failure of one part must not hide the others
        return Finding(part, Outcome.WRONG, sentence_for_operator(error) or type(error).__name__)


async def _database(settings: Settings, wrong: frozenset[str]) -> str:
    if "database_url" in wrong:
        raise CheckFailed("not tried: DATABASE_URL is wrong")
    url = settings.database_url.get_secret_value()
    if not _exists(url):
        raise CheckFailed("there is no database at DATABASE_URL yet: run `registratura migrate`")
    database = await open_database(url)
    try:
        applied = await list_applied(database)
    finally:
        await database.close()
    return _schema(applied)


async def _keys(settings: Settings, wrong: frozenset[str]) -> str:
    if needed := {"database_url", "secret_keys", "index_keys"} & wrong:
        raise CheckFailed(f"not tried: {', '.join(sorted(needed)).upper()} must be set right first")
    url = settings.database_url.get_secret_value()
    if not _exists(url):
        raise CheckFailed("not tried: there is no database yet")
    database = await open_database(url)
    try:
        if len(await list_applied(database)) < len(list_migrations()):
            raise CheckFailed("not tried: the database must be migrated first")
        return await _survey_keys(database, cipher_of(settings), index_of(settings))
    finally:
        await database.close()


async def _survey_keys(database: Database, cipher: Cipher, index: BlindIndex) -> str:
    now = SystemClock().now()
    await survey(database, cipher, index, now)
    told = [
        *await tell_older_secret_keys(database, cipher),
        *await tell_older_index_keys(database, cipher, index, now),
    ]
    return "; ".join(["every key fits the database", *told])


async def _invariants(settings: Settings, wrong: frozenset[str]) -> str:
    if "database_url" in wrong:
        raise CheckFailed("not tried: DATABASE_URL is wrong")
    path = path_of(settings.database_url.get_secret_value())
    if not path.exists():
        raise CheckFailed("not tried: there is no database yet")
    found = await asyncio.to_thread(find_broken, path, int(SystemClock().now().timestamp()))
    if found:
        raise CheckFailed("\n".join(describe_broken(each) for each in found))
    return f"all {len(list_invariants())} hold"


async def _files(settings: Settings, wrong: frozenset[str]) -> str:
    if "database_url" in wrong:
        raise CheckFailed("not tried: DATABASE_URL is wrong")
    if found := find_open_to_others(files_to_keep_private(path_of(settings.database_url.get_secret_value()), ENV_FILE)):
        raise CheckFailed(found)
    return "nobody else on this machine can open the database or .env"


async def _disk(settings: Settings, wrong: frozenset[str]) -> str:
    if "database_url" in wrong:
        raise CheckFailed("not tried: DATABASE_URL is wrong")
    return examine_disk(path_of(settings.database_url.get_secret_value()))


async def _zones(settings: Settings, wrong: frozenset[str]) -> str:
    url = settings.database_url.get_secret_value()
    try:
        used: Sequence[str] = [] if "database_url" in wrong or not _exists(url) else await _zones_of_clinics(url)
    except (sqlite3.Error, SchemaMismatch):  # "database" says what is wrong with it
        used = []
    return examine_zones(used)


async def _loop() -> str:
    return examine_loop()


def settings_of_the_desk(settings: Settings) -> str:
    """Return the names of the settings that are in use and need a desk that sees full data, or ""."""
    used = {"POLICY_DESK": settings.policy_desk is not None, "APPLICATION_PAPERS": settings.application_papers}
    return ", ".join(name for name, is_used in used.items() if is_used)


async def _desk(settings: Settings, named: str, wrong: frozenset[str]) -> str:
    if settings.desk_shows == "never":
        raise CheckWarns(f"{named}: nothing of it is taken with DESK_SHOWS=never")
    url, desk = settings.database_url.get_secret_value(), settings.policy_desk
    if desk is None:
        return named
    if "database_url" in wrong or not _exists(url):
        raise CheckWarns("not tried: see database")
    database = await open_database(url)
    try:
        if len(await list_applied(database)) < len(list_migrations()):
            raise CheckWarns("not tried: see database")
        if not await database.read(lambda connection: SqlEnrollments(connection).has_desk(ClinicId(desk))):
            raise CheckWarns(
                f"nobody works at the desk of clinic {desk}, which POLICY_DESK names: no parent is offered to apply. "
                f"`registratura staff invite REGISTRAR {desk}` appoints somebody, or lists the clinics"
            )
    finally:
        await database.close()
    return named


async def _zones_of_clinics(url: str) -> Sequence[str]:
    database = await open_database(url)
    try:
        if len(await list_applied(database)) < len(list_migrations()):
            return []
        return await database.read(lambda connection: SqlZones(connection).list_zone_names())
    finally:
        await database.close()


async def _copies(settings: Settings) -> str:
    try:
        return await asyncio.to_thread(examine_copies, settings, SystemClock().now())
    except CopiesWrong as wrong:
        raise CheckFailed(str(wrong)) from None
    except OSError as error:
        raise CheckFailed(f"the copies cannot be looked at: {error.strerror}") from None


def _exists(url: str) -> bool:
    return path_of(url).exists()


def _schema(applied: Sequence[Applied]) -> str:
    known = list_migrations()
    try:
        compare(known, applied)
    except SchemaMismatch:
        raise SchemaMismatch("it was made by another version") from None
    if missing := len(known[len(applied) :]):
        raise CheckFailed(f"its schema is old, {missing} to apply: run `registratura migrate`")
    if len(applied) > len(known):
        return f"opens, its schema is newer and fits this program: {applied[-1].name}"
    return f"opens, its schema is the newest: {known[-1].name}"


async def _catalogues() -> str:
    wanted = _read(LOCALES / "bot.pot", None)
    lacking = {language: len(list(_missing(wanted, language))) for language in LANGUAGES}
    if any(lacking.values()):
        raise CheckFailed(
            ", ".join(f"{language}: {count} texts are missing" for language, count in lacking.items() if count)
        )
    return f"{len(wanted)} texts in {' and '.join(LANGUAGES)}"


def _missing(wanted: Catalog, language: str) -> Iterator[Message]:
    """Yield the texts without a translation. English may be empty: the texts of the code are English."""
    known = _read(LOCALES / language / "LC_MESSAGES" / "bot.po", language)
    for message in wanted:
        found = known.get(message.id, message.context)
        if message.id and (found is None or found.fuzzy or (language != "en" and not _is_complete(found))):
            yield message


def _is_complete(message: Message) -> bool:
    """Return whether no plural form of a translation is empty."""
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def _read(path: Path, language: str | None) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale=language)


async def _telegram(settings: Settings, wrong: frozenset[str]) -> list[Finding]:
    if needed := {"bot_token", "bot_api_url", "telegram_proxy"} & wrong:
        findings = leave_telegram_out(f"{', '.join(sorted(needed)).upper()} must be set right first")
    else:
        findings = await examine_telegram(settings)
    if settings.telegram_proxy:
        findings.append(await _run("proxies", lambda: _proxies(settings, wrong)))
    return findings


async def _proxies(settings: Settings, wrong: frozenset[str]) -> str:
    """Ask Telegram through each proxy alone."""
    if needed := {"bot_token", "bot_api_url"} & wrong:
        raise CheckFailed(f"not tried: {', '.join(sorted(needed)).upper()} must be set right first")
    told = await asyncio.gather(*[_through(settings, proxy) for proxy in settings.telegram_proxy])
    text = "; ".join(f"{proxy.shown} {found}" for proxy, found in zip(settings.telegram_proxy, told, strict=True))
    if set(told) != {LETS_THROUGH}:
        raise CheckFailed(text)
    return text


async def _through(settings: Settings, proxy: Proxy) -> str:
    try:
        await _bot_name(settings.model_copy(update={"telegram_proxy": (proxy,)}))
    except TelegramNetworkError:
        return "does not let through to Telegram"
    except TelegramAPIError:  # an answer of Telegram, whatever it says
        return LETS_THROUGH
    return LETS_THROUGH


async def _bot_name(settings: Settings) -> str | None:
    bot = make_bot(settings)
    try:
        return (await bot.get_me(request_timeout=10)).username
    finally:
        await bot.session.close()
