"""Messages about an account itself: its forgotten access code."""

from __future__ import annotations

from bot.i18n import MOSCOW, N_, spoken_moment
from bot.i18n import gettext as _
from bot.models import Screen
from bot.news_account import PinDropped, PinDrops
from bot.rules.pins import is_in_force
from dialogs.kit import Visitor, button, lines, text
from dialogs.links import EnterPin, Home
from dialogs.news import news
from dialogs.pin import switched_off


@news(PinDrops, N_("the code will be dropped"))
async def pin_drops(visitor: Visitor, message: PinDrops) -> Screen | None:
    """None where the code has been remembered meanwhile, or is off by now."""
    lock = visitor.account.lock
    if lock is None or lock.drops_at is None or not is_in_force(lock, visitor.now):
        return None
    return Screen(
        lines(
            text(
                _("⚠️ <b>The access code is switched off {when}.</b>"),
                when=spoken_moment(lock.drops_at, MOSCOW, visitor.now),
            ),
            _("Somebody has pressed “Forgot the code?” here. If it was not you, enter the code: it stays."),
        ),
        ((button(_("Enter the code"), EnterPin()), button(_("Menu"), Home())),),
    )


@news(PinDropped, N_("the code is dropped"))
async def pin_dropped(visitor: Visitor, message: PinDropped) -> Screen | None:
    """None where the code has been remembered meanwhile."""
    lock = visitor.account.lock
    has_dropped = lock is not None and lock.drops_at is not None and not is_in_force(lock, visitor.now)
    return switched_off() if has_dropped else None
