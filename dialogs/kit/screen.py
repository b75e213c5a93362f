"""Build the parts of a screen: escaped texts, buttons and the last row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape

from aiogram.filters.callback_data import CallbackData

from bot.core.i18n import gettext as _
from bot.delivery.screen import Button, Colour
from dialogs.account.links import Home
from dialogs.kit.link import Action, ButtonData, Link
from dialogs.kit.pager import Row, grid

__all__ = ["RECENT", "Row", "button", "lines", "makes_needless", "text", "unbroken", "ways_out"]


def text(template: str, **values: object) -> str:
    """Fill the placeholders of an HTML sentence of the catalogue; values are escaped here and nowhere else."""
    return template.format(**{name: escape(str(value), quote=False) for name, value in values.items()})


def unbroken(ref: str) -> str:
    """Return a Ref with a hyphen at which no line breaks; the bot reads either hyphen when a Ref is typed."""
    return ref.replace("-", "\u2011")


def lines(*parts: str | Sequence[str]) -> str:
    """Join lines without the empty ones; a sequence of lines becomes a block with a blank line above it."""
    shown: list[str] = []
    for part in parts:
        block = part if isinstance(part, str) else "\n".join(line for line in part if line)
        if block:
            shown.append(f"\n{block}" if shown and not isinstance(part, str) else block)
    return "\n".join(shown)


def relative(at: datetime, words: str) -> str:
    """Return HTML that Telegram shows as the time left until a deadline: «через 3 минуты», counted by the reader's app.

    ``words`` say the same at this moment, for apps that do not count.
    """
    return f'<tg-time unix="{int(at.timestamp())}" format="r">{escape(words, quote=False)}</tg-time>'


def button(label: str, to: CallbackData, *, up: bool = False) -> Button:
    """Return a button that opens a link or does an action, in the colour of that action.

    ``up`` says that it leads one step up under another name than «Назад»: a typed «назад» presses it.
    """
    return Button(label, to.pack(), colour=to.colour if isinstance(to, ButtonData) else Colour.NONE, up=up)


LONGEST_COPY = 256
"""characters that a button can copy: Telegram's limit"""
LONGEST_BESIDE_AN_ICON = 16
"""characters of a label that shares its row and has an icon: more are cut on a phone of 360 pixels"""


def copying(ref: str = "", phone: str = "", address: str = "") -> list[Row]:
    """Return rows with a button that copies each of the given texts; the phone's label needs a row of its own.

    Telegram draws an icon over the label, so that fewer letters fit than in other buttons (LONGEST_BESIDE_AN_ICON).
    """
    sharing = ((_("Copy the number"), ref), (_("Copy the address"), address))
    alone = [(Button(_("Copy the phone"), copied=phone[:LONGEST_COPY]),)] if phone else []
    return [*grid((Button(label, copied=copied[:LONGEST_COPY]) for label, copied in sharing if copied), 2), *alone]


def ways_out(back: Link | Action | None = None) -> Row:
    """Return the last row of a screen: «Меню», and «Назад» if there is a screen to go back to.

    A screen that is skipped on the way forwards (its link has a field ``up``) is told that the way leads back.
    """
    menu = button(_("Menu"), Home())
    if back is None:
        return (menu,)
    # hasattr takes as long as two buttons: pydantic writes a sentence about what is missing.
    is_told = "up" in type(back).model_fields
    return button(_("Back"), back.model_copy(update={"up": True}) if is_told else back, up=True), menu


def saved_line() -> str:
    """Return the word of success above the screen that follows what was typed."""
    return _("✅ Saved.")


RECENT = timedelta(minutes=5)
"""The outbox sends its news within this time, so a screen about an older event makes no message needless."""


def makes_needless(dedup: str, since: datetime | None, now: datetime) -> str:
    """Return the message's deduplication key (for Screen.shows) if its event is recent, else ""."""
    return dedup if since is not None and now - since < RECENT else ""
