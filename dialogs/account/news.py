"""Messages about a forgotten access code."""

from __future__ import annotations

from bot.account.news import CodeDropped, CodeDropPlanned
from bot.account.rules.access_code import is_in_force
from bot.core.i18n import MOSCOW, N_, gettext as _, spoken_moment
from bot.delivery.screen import Screen
from dialogs.account.access_code import code_is_off
from dialogs.account.links import EnterCode, Home
from dialogs.kit.flow import Visitor
from dialogs.kit.news import news
from dialogs.kit.screen import button, lines, text


@news(CodeDropPlanned, N_("the code will be dropped"))
async def code_drop_planned(visitor: Visitor, message: CodeDropPlanned) -> Screen | None:
    """Return None if the code was entered meanwhile or is off."""
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
        ((button(_("Enter the code"), EnterCode()), button(_("Menu"), Home())),),
    )


@news(CodeDropped, N_("the code is dropped"))
async def code_dropped(visitor: Visitor, message: CodeDropped) -> Screen | None:
    """Return None if the code was entered meanwhile."""
    lock = visitor.account.lock
    has_dropped = lock is not None and lock.drops_at is not None and not is_in_force(lock, visitor.now)
    return code_is_off() if has_dropped else None
