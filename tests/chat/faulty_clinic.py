"""A clinic with bad manners: the real registry behind a door that is slow, shut, or does the work and says nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from bot.clinics.port import ClinicSystem, Unavailable


class Clinic:
    """Every call goes to the registry unless a test has said otherwise of its name; "*" is every call."""

    def __init__(self) -> None:
        self.slow: dict[str, float] = {}
        """seconds before the work begins"""
        self.hurry = asyncio.Event()
        """slow calls wait no longer"""
        self.down: set[str] = set()
        """these raise Unavailable"""
        self.silent: set[str] = set()
        """these do the work and never tell"""
        self.asked: Counter[str] = Counter()
        self.ended: Counter[str] = Counter()
        """calls whose work was done, however late"""
        self.running: Counter[str] = Counter()
        self.together: Counter[str] = Counter()
        """most calls of a name at one time"""

    def systems(self, registry: ClinicSystem) -> Sequence[ClinicSystem]:
        """What bot.app.assembled takes."""
        return (Door(self, registry),)

    def behave(self) -> None:
        self.slow.clear()
        self.down.clear()
        self.silent.clear()


class Door:
    """Has every method of the port."""

    def __init__(self, clinic: Clinic, registry: ClinicSystem) -> None:
        self.name, self._clinic, self._registry = registry.name, clinic, registry

    def __getattr__(self, method: str) -> Any:
        clinic, work = self._clinic, getattr(self._registry, method)

        async def called(*given: Any) -> Any:
            clinic.asked[method] += 1
            clinic.running[method] += 1
            clinic.together[method] = max(clinic.together[method], clinic.running[method])
            try:
                return await behaved(*given)
            finally:
                clinic.running[method] -= 1

        async def behaved(*given: Any) -> Any:
            with suppress(TimeoutError):
                await asyncio.wait_for(clinic.hurry.wait(), clinic.slow.get(method, clinic.slow.get("*", 0)))
            if clinic.down & {method, "*"}:
                raise Unavailable("down")
            told = await work(*given)
            clinic.ended[method] += 1
            if clinic.silent & {method, "*"}:
                await asyncio.Event().wait()
            return told

        return called
