"""News: which function draws the message of each kind, as it is true at the moment of sending."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from bot.core.people import Operator
from bot.delivery.news import News, OutboxMessage
from bot.delivery.screen import Screen
from bot.services import Services
from dialogs.kit.flow import Visitor

Sent = TypeVar("Sent", bound=News)
Draw = Callable[[Visitor, Sent], Awaitable[Screen | None]]


@dataclass(frozen=True, slots=True)
class Kind:
    """``title`` names the kind in an export, not yet translated."""

    news: type[News]
    title: str
    draw: Draw[Any]


KINDS: dict[str, Kind] = {}
"""By what is stored."""


def news(of: type[Sent], title: str) -> Callable[[Draw[Sent]], Draw[Sent]]:
    """Register a function that draws this kind of news.

    It asks its own slice what is true now; it returns None where nothing is left to say and raises NotYet where the
    facts are not known yet.
    """

    def register(draw: Draw[Sent]) -> Draw[Sent]:
        KINDS[of.kind] = Kind(of, title, draw)
        return draw

    return register


async def render(services: Services, operator: Operator, message: OutboxMessage, now: datetime) -> Screen | None:
    """Return the screen of a message, or None where nobody needs it any more.

    Raises NotYet, and KeyError for a kind that only a newer release knows: the worker tries both again later.
    """
    account, kind = await services.accounts.get(message.account), KINDS[message.kind]
    if account is None or (kind.news.needs_consent and not account.may_link):
        return None
    return await kind.draw(Visitor(account, services, operator, now), kind.news.read(message))
