"""Refs: a unit of work that needs a new one is given it, and runs again with another where it is in use already."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from bot.core.errors import RefCollision
from bot.core.refs import draw_ref
from bot.glossary import Ref

T = TypeVar("T")

MOST_COLLISIONS = 4


async def with_new_ref(write: Callable[[Ref], Coroutine[Any, Any, T]]) -> T:
    """Return what ``write`` returned. Raises what it raised; RefCollision only where five Refs were in use."""
    for _collision in range(MOST_COLLISIONS):
        with suppress(RefCollision):
            return await write(draw_ref(secrets.choice))
    return await write(draw_ref(secrets.choice))
