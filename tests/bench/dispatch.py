"""What finding the right handler costs among all flows, against a dispatcher that has only one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from aiogram import Dispatcher

from bot.core.clinic import VisitType
from dialogs import FLOWS, all_routers
from dialogs.staff.links import DeskMoveTo
from tests.bench.edge import Line
from tests.bench.figures import Bench, Figure, Measure, cpu, interleaved
from tests.builders import some_settings

LIMIT = 2


async def measure(bench: Bench, name: str) -> Figure:
    """The worse of two: a press on a button of the last flow, and a text that no flow takes."""
    line, ours, floor = Line(some_settings()), _every_flow(), _one_handler()
    pressed = DeskMoveTo(number=7, start=datetime(2026, 11, 23, 10, tzinfo=UTC), kind=VisitType.CHECKUP)
    assert pressed.__prefix__ in FLOWS[-1].presses, "another flow is the last one now"
    compared = [
        await interleaved(cpu(_fed(line, ours, raw)), cpu(_fed(line, floor, raw)), bench.effort)
        for raw in (line.pressed(pressed.pack()), line.said("Здравствуйте"))
    ]
    worst = max(compared)
    return Figure(name, worst.ratio, LIMIT, "one_handler", worst.samples)


DISPATCH: dict[str, Measure] = {"dispatch_200": measure}


def _fed(line: Line, dispatcher: Dispatcher, raw: str) -> Callable[[], Awaitable[None]]:
    return lambda: line.feed(dispatcher, raw)


def _every_flow() -> Dispatcher:
    """Each handler is found as ever and then does nothing."""
    dispatcher = Dispatcher(open_prompt={})
    dispatcher.include_routers(*all_routers())
    for router in dispatcher.sub_routers:
        for handler in (*router.message.handlers, *router.callback_query.handlers):
            handler.callback, handler.params = _nothing, set()
    return dispatcher


def _one_handler() -> Dispatcher:
    dispatcher = Dispatcher()
    dispatcher.message.register(_nothing)
    dispatcher.callback_query.register(_nothing)
    return dispatcher


async def _nothing(*_event: object) -> None:
    pass
