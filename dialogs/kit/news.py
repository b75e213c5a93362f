"""Register the function that draws each kind of news, and render a queued message at the moment of sending."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from bot.core.i18n import gettext as _
from bot.core.people import Operators
from bot.delivery.news import News, OutboxMessage
from bot.delivery.screen import Button, Screen
from bot.services import Services
from dialogs.account.links import Home, HomeBelow
from dialogs.kit.flow import Visitor
from dialogs.kit.names import tell_apart

Sent = TypeVar("Sent", bound=News)
DrawNews = Callable[[Visitor, Sent], Awaitable[Screen | None]]
"""Returns the screen that is true now, or None if nothing is left to say. Raises NotYet to be called again later."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of news."""

    news: type[News]
    title: str
    """the kind's name in an export, not translated yet"""
    draw: DrawNews[Any]


KINDS: dict[str, Kind] = {}
"""by the stored name of the kind"""


def news(of: type[Sent], title: str) -> Callable[[DrawNews[Sent]], DrawNews[Sent]]:
    """Register the function that draws this kind of news; it reads from its own slice what is true now."""

    def register(draw: DrawNews[Sent]) -> DrawNews[Sent]:
        KINDS[of.kind] = Kind(of, title, draw)
        return draw

    return register


async def render(services: Services, operators: Operators, message: OutboxMessage, now: datetime) -> Screen | None:
    """Return the screen of a message, or None if it is not needed any more.

    Raises NotNow, TooLate, NotYet, and KeyError for a kind that only a newer release knows; the outbox retries those
    that are not too late.
    """
    account, kind = await services.accounts.get(message.account), KINDS[message.kind]
    if account is None or (kind.news.needs_consent and not account.is_served):
        return None
    sent = kind.news.read(message)
    sent.require_moment(message, now)
    if message.may_have_arrived and not sent.telling.repeats:
        return None
    await tell_apart(services, account)
    screen = await kind.draw(Visitor(account, services, operators, now), sent)
    return screen and replace(staying(screen), replies_to=message.replies_to)


def staying(screen: Screen) -> Screen:
    """Return a notice that stays in the chat: its «Меню» opens below it, so that no press writes over the news."""
    label, menu, below = _("Menu"), Home().pack(), HomeBelow().pack()

    def below_it(each: Button) -> Button:
        return each._replace(data=below) if (each.data, each.text) == (menu, label) else each

    return replace(screen, rows=tuple(tuple(map(below_it, row)) for row in screen.rows))
