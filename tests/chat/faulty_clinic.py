"""A clinic system of the tests: the real registry, but slow, down, never answering, or lacking what it can do."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from bot.clinics.port import ClinicSystem, Unavailable


class FaultyClinic:
    """Which calls fail and how, by method name ("*" is every method), and counts of calls."""

    def __init__(self) -> None:
        self.slow: dict[str, float] = {}
        """seconds before the work begins"""
        self.no_delay = asyncio.Event()
        """set: slow calls wait no longer"""
        self.down: set[str] = set()
        """these raise Unavailable"""
        self.silent: set[str] = set()
        """these do the work and never answer"""
        self.answers: dict[str, list[Any]] = {}
        """the next calls of a method get these answers or errors"""
        self.lacks: set[str] = set()
        """these capabilities it does not have"""
        self.calls: Counter[str] = Counter()
        self.finished: Counter[str] = Counter()
        """calls whose work was done"""
        self.running: Counter[str] = Counter()
        self.most_at_once: Counter[str] = Counter()
        """the most concurrent calls of a method"""

    def systems(self, registry: ClinicSystem) -> Sequence[ClinicSystem]:
        """Return what `bot.app.assembled` takes as its clinic systems."""
        return (FaultySystem(self, registry),)

    def recover(self) -> None:
        self.slow.clear()
        self.down.clear()
        self.silent.clear()


class FaultySystem:
    """Implements ClinicSystem over the registry."""

    def __init__(self, clinic: FaultyClinic, registry: ClinicSystem) -> None:
        self.name, self._clinic, self._registry = registry.name, clinic, registry

    def __getattr__(self, method: str) -> Any:
        clinic, work = self._clinic, getattr(self._registry, method)

        async def called(*args: Any) -> Any:
            clinic.calls[method] += 1
            clinic.running[method] += 1
            clinic.most_at_once[method] = max(clinic.most_at_once[method], clinic.running[method])
            try:
                return await answer(*args)
            finally:
                clinic.running[method] -= 1

        async def answer(*args: Any) -> Any:
            with suppress(TimeoutError):
                await asyncio.wait_for(clinic.no_delay.wait(), clinic.slow.get(method, clinic.slow.get("*", 0)))
            if clinic.down & {method, "*"}:
                raise Unavailable("down")
            late = clinic.answers.get(method)
            result = late.pop(0) if late else await work(*args)
            if method == "capabilities":
                result = replace(result, **dict.fromkeys(clinic.lacks, False))
            if isinstance(result, Exception):
                raise result
            clinic.finished[method] += 1
            if clinic.silent & {method, "*"}:
                await asyncio.Event().wait()
            return result

        return called
