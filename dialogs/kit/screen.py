"""Parts of screens: texts that escape, buttons, rows and pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from html import escape

from aiogram.filters.callback_data import CallbackData

from bot.core.i18n import gettext as _
from bot.delivery.screen import Button
from dialogs.account.links import Home
from dialogs.kit.link import Action, Link

Row = tuple[Button, ...]


def text(template: str, **values: object) -> str:
    """Fill a catalogue's HTML sentence; every value is escaped here and nowhere else."""
    return template.format(**{name: escape(str(value), quote=False) for name, value in values.items()})


def unbroken(ref: str) -> str:
    """A Ref in one piece: at a plain hyphen a narrow bubble would break the line. Typed back, either hyphen is read."""
    return ref.replace("-", "\u2011")


def lines(*parts: str | Sequence[str]) -> str:
    """A text of lines, empty ones left out; a sequence is a block of its own, set off by a blank line."""
    shown: list[str] = []
    for part in parts:
        block = part if isinstance(part, str) else "\n".join(line for line in part if line)
        if block:
            shown.append(f"\n{block}" if shown and not isinstance(part, str) else block)
    return "\n".join(shown)


def button(label: str, to: CallbackData) -> Button:
    return Button(label, to.pack())


def grid(buttons: Iterable[Button], width: int) -> list[Row]:
    every = list(buttons)
    return [tuple(every[at : at + width]) for at in range(0, len(every), width)]


def pages(link: Link, page: int, count: int, size: int) -> list[Row]:
    """The row that turns the pages of a list, where there is more than one; ``link`` has a field ``page``."""
    row: list[Button] = []
    if page:
        row.append(button(_("‹ Earlier"), link.model_copy(update={"page": page - 1})))
    if count > (page + 1) * size:
        row.append(button(_("Later ›"), link.model_copy(update={"page": page + 1})))
    return [tuple(row)] if row else []


def ways_out(back: Link | Action | None = None) -> Row:
    """The last row of every screen: «Назад» keeps what was chosen, «Меню» is always there."""
    menu = button(_("Menu"), Home())
    return (menu,) if back is None else (button(_("Back"), back), menu)


FRESH = timedelta(minutes=5)
"""What the outbox has to tell is told within so long: an older screen makes no message needless."""


def makes_needless(message: str, since: datetime | None, now: datetime) -> str:
    """For Screen.shows: the outbox message about something that has just happened, "" about something older."""
    return message if since is not None and now - since < FRESH else ""
