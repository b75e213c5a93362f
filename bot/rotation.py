"""Replace keys: `registratura reseal` while the bot runs, `registratura reindex` while it is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime

from rich.console import Console
from rich.progress import Progress

from bot.app import Store, open_store
from bot.clock import SystemClock
from bot.core.clock import Clock
from bot.instance import NAME as INSTANCE, Instance, first_key_of, is_running
from bot.keys import tell_older_index_keys, tell_older_secret_keys
from bot.settings import Settings
from storage.keys.canaries import WrongKeys
from storage.keys.reindex import count_to_reindex, reindex
from storage.keys.reseal import count_to_reseal, reseal

BREATH = 0.02
"""seconds between two batches, in which the bot that runs writes"""


async def reseal_database(settings: Settings, clock: Clock | None = None, without: str | None = None) -> str:
    """Encrypt everything with the first of SECRET_KEYS and return what to tell the operator.

    ``without`` is the id of a key that is lost for good.
    """
    clock = clock or SystemClock()
    _require_absent("SECRET_KEYS", [key.id for key in settings.secret_keys], without)
    async with open_store(settings, without=without) as store:
        await _require_known(store, clock)
        total = await count_to_reseal(store.database, store.cipher)

        async def go_on() -> None:
            await _require_known(store, clock)
            await asyncio.sleep(BREATH)

        with _bar("encrypting", total) as advance:
            found = await reseal(store.database, store.cipher, advance, go_on)
        sentences = await tell_older_secret_keys(store.database, store.cipher)
        told = [f"{found.done} values are encrypted anew, with the key «{store.cipher.active}»."]
        if found.unreadable:
            told.append(f"{found.unreadable} values are opened by no key of SECRET_KEYS and stay as they are.")
        about_backups = _about_backups("SECRET_KEYS", store.cipher.ids, clock.wall()) if found.done else []
    return _lines(told, sentences, about_backups)


async def reindex_database(settings: Settings, clock: Clock | None = None, without: str | None = None) -> str:
    """Index everything by the first of INDEX_KEYS and return what to tell the operator.

    ``without`` is the id of a key that is lost for good. Raises AnotherInstance while the bot runs.
    """
    clock = clock or SystemClock()
    _require_absent("INDEX_KEYS", [key.id for key in settings.index_keys], without)
    async with open_store(settings, indexed=False) as store, _alone(store, clock) as renew:
        total = await count_to_reindex(store.database)
        with _bar("indexing", total) as advance:
            found = await reindex(store.database, store.cipher, store.index, clock.now(), advance, renew, without)
        told = [f"{found.done} rows are indexed anew, by the key «{store.index.ids[0]}»."]
        if found.left:
            told.append(f"{found.left} rows stay with an older key: their value is not stored, or no key opens it.")
        sentences = await tell_older_index_keys(store.database, store.cipher, store.index, clock.now())
        about_backups = _about_backups("INDEX_KEYS", store.index.ids, clock.wall()) if found.done else []
    return _lines(told, sentences, about_backups)


def _require_absent(setting: str, ids: Sequence[str], key: str | None) -> None:
    if key in ids:
        raise WrongKeys(f"{setting} has the key «{key}»: what is not lost cannot be given up")


async def _require_known(store: Store, clock: Clock) -> None:
    """Raise WrongKeys while a bot runs that does not encrypt with the active key: it could not read what it finds."""
    active = store.cipher.active
    held = await store.storage.read(lambda view: view.leases.held(INSTANCE))
    if held is None or held[1] <= clock.wall() or is_running(held[0]) is False:
        return
    if first_key_of(held[0]) != active:
        raise WrongKeys(
            f"The bot that runs does not encrypt with the key «{active}» yet: restart it with these SECRET_KEYS first"
        )


@asynccontextmanager
async def _alone(store: Store, clock: Clock) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Hold the lease of the database, and yield what renews it. Raises AnotherInstance."""
    instance = Instance(store.storage, clock, store.cipher.active)
    await instance.take()
    try:
        yield instance.renew
    finally:
        await instance.release()


@contextmanager
def _bar(what: str, total: int) -> Iterator[Callable[[int], None]]:
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=total)
        yield lambda count: progress.advance(task, count)


def _lines(told: Sequence[str], sentences: Sequence[str], about_backups: Sequence[str]) -> str:
    return "\n".join([*told, *(f"{text[0].upper()}{text[1:]}." for text in sentences), *about_backups])


def _about_backups(setting: str, ids: Sequence[str], now: datetime) -> list[str]:
    if not (older := ids[1:]):
        return []
    keys = ", ".join(f"«{key}»" for key in older)
    return [
        f"A backup made before {now:%Y-%m-%d %H:%M} UTC opens with the older keys of {setting} alone ({keys}): "
        "keep them apart for as long as you keep such a backup."
    ]
