"""The cost of finding a handler among all flows, against a dispatcher with one handler."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiogram import Dispatcher

from bot.glossary import ApplicationId
from dialogs import FLOWS, attach
from dialogs.kit.turns import PressesByCode
from dialogs.staff.application_links import CheckApplication
from tests.bench.figures import Bench, Figure, Measure, cpu, interleaved
from tests.bench.updates import UpdateFeed, product_bot
from tests.builders import some_settings

LIMIT = 2


async def measure(bench: Bench, name: str) -> Figure:
    """Measure a press on a button of the last flow and a text without a handler; return the worse ratio."""
    feed, ours, floor = UpdateFeed(product_bot(some_settings())), _every_flow(), _one_handler()
    pressed = CheckApplication(application=ApplicationId(1))
    assert pressed.__prefix__ in FLOWS[-1].presses, "another flow is the last one now"
    compared = [
        await interleaved(cpu(_fed(feed, ours, raw)), cpu(_fed(feed, floor, raw)), bench.effort)
        for raw in (feed.pressed(pressed.pack()), feed.typed("Здравствуйте"))
    ]
    worst = max(compared)
    return Figure(name, worst.ratio, LIMIT, "one_handler", worst.samples)


DISPATCH: dict[str, Measure] = {"dispatch_200": measure}


def _fed(feed: UpdateFeed, dispatcher: Dispatcher, raw: str) -> Callable[[], Awaitable[None]]:
    return lambda: feed.handle(dispatcher, raw)


def _every_flow() -> Dispatcher:
    """Find handlers as the bot does, with no open prompt; the handlers do nothing."""
    dispatcher = Dispatcher(open_prompt={}, turn=None)
    attach(dispatcher)
    for middleware in dispatcher.update.outer_middleware:
        if isinstance(middleware, PressesByCode):
            middleware.navigator.on_press = _nothing  # type: ignore[assignment,method-assign]  # it does nothing here
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
