"""Background tasks: one owner logs their failures and waits for them at shutdown."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Protocol, TypeVar

import structlog

from bot.core.errors import RuleError

T = TypeVar("T")


class Background(Protocol):
    """Runs work that outlives its caller; the owner waits for it at shutdown."""

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]: ...


log = structlog.get_logger(__name__)


class Tasks:
    """Implements Background."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)  # noqa: TID251 - the one owner of tasks
        self._running.add(task)
        task.add_done_callback(self._finished)
        return task

    async def drain(self, timeout: float) -> int:  # noqa: ASYNC109 - what is left is cancelled, not the caller
        """Wait for all tasks, those started meanwhile included; after ``timeout`` seconds cancel the rest.

        Return how many were cancelled.
        """
        deadline = asyncio.get_running_loop().time() + timeout
        while self._running and (left := deadline - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(self._running, timeout=left)
        unfinished = set(self._running)
        for task in unfinished:
            task.cancel()
        if unfinished:
            log.warning("background work cancelled", tasks=len(unfinished))
            await asyncio.wait(unfinished)
        return len(unfinished)

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        # The caller that awaits the task handles a RuleError.
        if error is not None and not isinstance(error, RuleError):
            log.error("background work failed", exc_info=error)
