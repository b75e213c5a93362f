"""The table that methods enter themselves into."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from bot.emulator.core import Emulator
from bot.emulator.wire import Params

Work = Callable[[Emulator, Params], Any | Awaitable[Any]]
W = TypeVar("W", bound=Work)


class Method:
    """One method: its name as the documentation spells it, and its work."""

    __slots__ = ("name", "work")

    def __init__(self, name: str, work: Work) -> None:
        self.name = name
        self.work = work


METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[W], W]:
    def enter(work: W) -> W:
        METHODS[name.lower()] = Method(name, work)
        return work

    return enter
