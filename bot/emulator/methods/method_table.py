"""The table of all methods; the decorator `method` adds a function to it."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, TypeVar

from bot.emulator.params import Params
from bot.emulator.state import Emulator

MethodFunction = Callable[[Emulator, Params], Any | Awaitable[Any]]
F = TypeVar("F", bound=MethodFunction)


class ApiMethod(NamedTuple):
    """One method: its name as the documentation spells it, and the function that executes it."""

    name: str
    execute: MethodFunction


METHODS: dict[str, ApiMethod] = {}


def method(name: str) -> Callable[[F], F]:
    def add(function: F) -> F:
        METHODS[name.lower()] = ApiMethod(name, function)
        return function

    return add
