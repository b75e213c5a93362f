"""Background work, and failures that are logged without their text."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.core.errors import NotYours
from bot.core.redaction import describe_exception, redact_exception
from bot.core.tasks import Tasks
from tests.time_limits import BUSY

SECRET = "Мария Иванова"


async def answer(after: float = 0) -> str:
    await asyncio.sleep(after)
    return "done"


async def fail(error: Exception) -> None:
    raise error


async def test_work_outlives_its_caller_and_is_drained() -> None:
    tasks = Tasks()
    work = tasks.start(answer(0.05))
    assert await tasks.drain(BUSY) == 0
    assert work.result() == "done"


async def test_drain_waits_for_work_that_work_has_started() -> None:
    tasks, order = Tasks(), []

    async def first() -> None:
        await asyncio.sleep(0.01)
        tasks.start(second())

    async def second() -> None:
        await asyncio.sleep(0.01)
        order.append("second")

    tasks.start(first())
    await tasks.drain(BUSY)
    assert order == ["second"]


async def test_work_that_does_not_end_is_cancelled_and_counted() -> None:
    tasks = Tasks()
    work = tasks.start(answer(60))
    with capture_logs() as lines:
        assert await tasks.drain(0.05) == 1
    assert work.cancelled()
    assert [line["event"] for line in lines] == ["background work cancelled"]


async def test_failure_is_logged_and_a_rule_error_is_not() -> None:
    tasks = Tasks()
    with capture_logs() as lines:
        broken, refused = tasks.start(fail(ValueError(SECRET))), tasks.start(fail(NotYours()))
        await asyncio.wait([broken, refused])
        await asyncio.sleep(0)
    assert [line["event"] for line in lines] == ["background work failed"]
    with pytest.raises(NotYours):
        await refused


def test_failure_is_described_by_types_and_places_without_text() -> None:
    try:
        try:
            int(SECRET)
        except ValueError as cause:
            raise RuntimeError(SECRET) from cause
    except RuntimeError as error:
        told = describe_exception(error)
    assert told["error"] == "builtins.RuntimeError"
    assert "tests/app/test_tasks.py" in str(told["at"])
    assert "ValueError" in str(told["cause"])
    assert SECRET not in str(told)


def test_log_line_has_no_text_of_its_exception() -> None:
    errors: list[BaseException] = [ExceptionGroup(SECRET, [ValueError(SECRET)])]
    lines = [redact_exception(None, "error", {"event": "failed", "exc_info": error}) for error in errors]
    try:
        raise KeyError(SECRET)
    except KeyError as error:
        lines.append(redact_exception(None, "error", {"event": "failed", "exc_info": True}))
        lines.append(redact_exception(None, "error", {"event": "failed", "exc_info": (KeyError, error, None)}))
    assert [line["failure"]["error"].rpartition(".")[2] for line in lines] == ["ExceptionGroup", "KeyError", "KeyError"]
    assert SECRET not in str(lines)
    assert redact_exception(None, "info", {"event": "fine"}) == {"event": "fine"}
