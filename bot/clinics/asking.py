"""Asking a clinic for a person: whatever keeps its system from answering is one thing to him, that it is silent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from bot.clinics.port import ClinicError
from bot.core import limits
from bot.core.errors import ClinicSilent

Given = ParamSpec("Given")
Told = TypeVar("Told")


def asking(ask: Callable[Given, Awaitable[Told]]) -> Callable[Given, Awaitable[Told]]:
    """For a method that a tap waits for: a ClinicError it has not translated itself becomes ClinicSilent.

    So does a long wait: a screen may ask several questions, and slow answers add up.
    """

    @wraps(ask)
    async def answered(*args: Given.args, **kwargs: Given.kwargs) -> Told:
        try:
            async with asyncio.timeout(limits.TAP_TIMEOUT):
                return await ask(*args, **kwargs)
        except (ClinicError, TimeoutError) as trouble:
            raise ClinicSilent from trouble

    return answered
