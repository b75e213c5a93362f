"""The desk of a clinic's system in tests: asked as the bot asks it, and made silent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.clinics.port import Unavailable
from storage.registry.desk import RegistryDesk
from tests.chat.town import Town


def desk_of(town: Town) -> RegistryDesk:
    """Return the desk of the registry of a town."""
    store = town.app.store
    return RegistryDesk(store.database, store.cipher, store.index, town.clock)


@contextmanager
def desk_down(monkeypatch: pytest.MonkeyPatch, question: str) -> Iterator[Counter[str]]:
    """Make one method of the desk raise Unavailable; yield how often it was called."""
    calls: Counter[str] = Counter()

    async def silent(desk: RegistryDesk, *given: object) -> None:
        calls[question] += 1
        raise Unavailable("silent")

    with monkeypatch.context() as outage:
        outage.setattr(RegistryDesk, question, silent)
        yield calls
