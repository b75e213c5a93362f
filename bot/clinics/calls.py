"""Calls of a clinic system that a tap waits for: an error or a long wait becomes ClinicSilent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from bot.clinics.port import ClinicError
from bot.core import limits
from bot.core.errors import ClinicSilent

P = ParamSpec("P")
T = TypeVar("T")


def clinic_call(method: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Make a method raise ClinicSilent for a ClinicError that it has not translated itself, and after TAP_TIMEOUT.

    The timeout covers the whole method: it may call a clinic several times, and slow answers add up.
    """

    @wraps(method)
    async def limited(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            async with asyncio.timeout(limits.TAP_TIMEOUT):
                return await method(*args, **kwargs)
        except (ClinicError, TimeoutError) as error:
            raise ClinicSilent from error

    return limited
