"""Record which screen each press leads to and which buttons it has."""

from __future__ import annotations

from collections.abc import Iterable

from aiogram.filters.callback_data import CallbackData

from bot.app import App
from dialogs.kit.access_code import code_prompt
from dialogs.kit.flow import Outcome, Reply, Visitor
from dialogs.kit.router import Navigator
from dialogs.kit.turns import PressesByCode
from tests.stress.chat_map import ChatGraph


class ScreenRecorder:
    """Wraps the bot's own navigator, so that a screen is identified by its link, not by its text."""

    def __init__(self, app: App) -> None:
        self.graph = ChatGraph()
        self.at: CallbackData | None = None
        """the link whose screen is shown now"""
        self._refused = False
        self._navigator = bot = navigator_of(app)
        self._resolve, self._follow, self._follow_way_out = bot.resolve, bot._follow, bot._follow_way_out
        bot.resolve = self._on_press  # type: ignore[method-assign]  # on this one alone
        bot._follow = self._on_screen  # type: ignore[method-assign]  # on this one alone
        bot._follow_way_out = self._on_refusal  # type: ignore[method-assign]  # patches this instance only

    def see(self, buttons: Iterable[CallbackData]) -> None:
        """Record the buttons of the screen that is shown now."""
        if self.at is not None:
            self.graph.buttons[type(self.at).__name__] |= {type(button).__name__ for button in buttons}

    async def _on_press(self, visitor: Visitor, link: CallbackData) -> tuple[Reply, CallbackData]:
        self._refused = False
        is_gated = code_prompt(visitor, link) is not None or not self._may_enter(visitor, link)
        reply, at = await self._resolve(visitor, link)
        if not (self._refused or is_gated) and type(at) is not type(link):
            self.graph.onward[type(link).__name__].add(type(at).__name__)
        return reply, at

    def _may_enter(self, visitor: Visitor, link: CallbackData) -> bool:
        _link, _draw, flow = self._navigator._places[link.__prefix__]
        return flow.open or visitor.account.may_link

    async def _on_screen(self, visitor: Visitor, outcome: Outcome, link: CallbackData) -> tuple[Reply, CallbackData]:
        reply, self.at = await self._follow(visitor, outcome, link)
        return reply, self.at

    async def _on_refusal(self, visitor: Visitor, link: CallbackData) -> tuple[Reply, CallbackData]:
        self._refused = True
        return await self._follow_way_out(visitor, link)


def navigator_of(app: App) -> Navigator:
    (presses,) = (each for each in app.dispatcher.update.outer_middleware if isinstance(each, PressesByCode))
    return presses.navigator
