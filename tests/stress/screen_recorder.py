"""Record which screen each press leads to and which buttons it has."""

from __future__ import annotations

from collections.abc import Iterable

from aiogram.filters.callback_data import CallbackData

from bot.app import App
from dialogs.kit.access_code import asks_code
from dialogs.kit.flow import Outcome, Reply, Visitor
from dialogs.kit.router import Doors
from tests.stress.chat_map import ChatGraph


class ScreenRecorder:
    """Wraps the bot's own router, so that a screen is identified by its link, not by its text."""

    def __init__(self, app: App) -> None:
        self.graph = ChatGraph()
        self.at: CallbackData | None = None
        """the link whose screen is shown now"""
        self._refused = False
        self._doors = doors = doors_of(app)
        self._resolve, self._follow, self._reach = doors.resolve, doors._follow, doors._reach
        doors.resolve, doors._follow, doors._reach = self._on_press, self._on_screen, self._on_refusal  # type: ignore[method-assign]  # patches this instance only

    def see(self, buttons: Iterable[CallbackData]) -> None:
        """Record the buttons of the screen that is shown now."""
        if self.at is not None:
            self.graph.buttons[type(self.at).__name__] |= {type(button).__name__ for button in buttons}

    async def _on_press(self, visitor: Visitor, link: CallbackData) -> tuple[Reply, CallbackData]:
        self._refused = False
        is_gated = asks_code(visitor, link) is not None or not self._may_enter(visitor, link)
        reply, at = await self._resolve(visitor, link)
        if not (self._refused or is_gated) and type(at) is not type(link):
            self.graph.onward[type(link).__name__].add(type(at).__name__)
        return reply, at

    def _may_enter(self, visitor: Visitor, link: CallbackData) -> bool:
        _link, _draw, flow = self._doors._places[link.__prefix__]
        return flow.open or visitor.account.may_link

    async def _on_screen(self, visitor: Visitor, outcome: Outcome, link: CallbackData) -> tuple[Reply, CallbackData]:
        reply, self.at = await self._follow(visitor, outcome, link)
        return reply, self.at

    async def _on_refusal(self, visitor: Visitor, link: CallbackData) -> tuple[Reply, CallbackData]:
        self._refused = True
        return await self._reach(visitor, link)


def doors_of(app: App) -> Doors:
    flows = next(router for router in app.dispatcher.sub_routers if router.name == "flows")
    doors = getattr(flows.callback_query.handlers[0].callback, "__self__", None)
    assert isinstance(doors, Doors)
    return doors
