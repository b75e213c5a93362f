"""Messages about an account itself: its forgotten access code."""

from __future__ import annotations

from bot.account.news import PinDropped, PinDrops
from bot.account.rules.access_code import is_in_force
from bot.core.i18n import MOSCOW, N_, spoken_moment
from bot.core.i18n import gettext as _
from bot.delivery.screen import Screen
from dialogs.account.access_code import switched_off
from dialogs.account.links import EnterPin, Home
from dialogs.kit.flow import Visitor
from dialogs.kit.news import news
from dialogs.kit.screen import button, lines, text


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
