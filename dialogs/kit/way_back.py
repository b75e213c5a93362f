"""Keep the ways back on the screens between: «Назад» shows a list as it was, with its page and its filters.

An item of a list carries the list (``Pages.rows``), as does every button beside a list that is not on its first page or
has filters; a button that is drawn ``after(link)`` carries the screen of that link. The buttons of the screen that
follows carry them on, so that a question asked meanwhile loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from aiogram.filters.callback_data import CallbackData

from bot.delivery.screen import Button, Colour, Screen
from dialogs.account.links import Home
from dialogs.kit.link import KINDS, WAY, ButtonData, Link

Row = tuple[Button, ...]

Place = TypeVar("Place", bound=CallbackData)


def from_list(button: Button, listed: object) -> Button:
    """Return the button of an item with the way back to its list, unless it has a way back of its own."""
    if not isinstance(listed, Link) or WAY in button.data or (listed.is_plain and not listed.kept and not listed.ways):
        return button
    to = read_button(button)
    return button if to is None else button._replace(data=to.from_list(listed).pack())


def read_button(button: Button) -> ButtonData | None:
    """Return the link or action of a button, None for one that has none, as it opens a URL."""
    kind = KINDS.get(button.data.partition(":")[0])
    return None if kind is None else kind.unpack(button.data)


def leading_back(rows: Iterable[Row], link: Link) -> list[Row]:
    """Return rows whose buttons know the way back to the screen of a link."""
    return [tuple(_after(button, link) for button in row) for row in rows]


def _after(button: Button, link: Link) -> Button:
    to = read_button(button)
    return button if to is None else button._replace(data=to.after(link).pack())


def led_on(to: Place, at: CallbackData) -> Place:
    """Return the place to which another one leads, with the ways back of that one.

    A list that is shown anew is no way back to itself, and what was chosen for what is agreed to now is over.
    """
    if not isinstance(to, ButtonData) or not isinstance(at, ButtonData) or to.ways or isinstance(to, Home):
        return to
    is_agreed = at.colour is Colour.GREEN
    return to.led_by([way for way in at.ways if type(way) is not type(to) and not (is_agreed and way.choice)])


def led_back(screen: Screen, at: CallbackData, noted: str) -> Screen:
    """Return the screen with the ways back of its link, and to it if it is a list, in its buttons.

    What was typed on the way is ``noted`` by an open prompt only, so it stays open.
    """
    listed = at if isinstance(at, Link) and hasattr(at, "page") and not at.is_plain else None
    if not isinstance(at, ButtonData) or not (at.ways or listed):
        return screen
    rows = tuple(tuple(_led(button, at, listed) for button in row) for row in screen.rows)
    return replace(screen, rows=rows, asks=screen.asks or bool(at.ways and noted))


def _led(button: Button, at: ButtonData, listed: Link | None) -> Button:
    to = None if WAY in button.data else read_button(button)
    if to is None or isinstance(to, Home):
        return button
    if button.up and isinstance(to, Link):
        return button._replace(data=_way_up(to, at).pack())
    if listed is not None and type(to) is not type(listed):
        return button._replace(data=to.after(listed).pack())
    return button._replace(data=to.led_by(at.ways).pack())


def _way_up(to: Link, at: ButtonData) -> Link:
    """Return the screen that «Назад» shows: the one that the way has left, if it is of the same kind."""
    way = at.came_from(type(to))
    if way is None or not way.is_like(to):
        return to.led_by(at.ways)
    return way.model_copy(update={"up": True}) if hasattr(way, "up") else way
