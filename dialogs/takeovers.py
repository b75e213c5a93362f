"""News of a takeover: the question to the old account, and what became of it to both."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.i18n import gettext as _
from bot.models import NoticeKind, OutboxMessage, Screen
from dialogs.contacts import answers, asks_of_you
from dialogs.kit import Visitor, button, lines, text, ways_out
from dialogs.links import Help, MyContacts, PatientList

Telling = Callable[[Visitor, OutboxMessage], Awaitable[Screen | None]]


async def question(visitor: Visitor, message: OutboxMessage) -> Screen | None:
    takeover = await visitor.services.takeovers.about(message)
    if takeover is None:
        return None
    return Screen(asks_of_you(visitor, takeover), (answers(takeover), ways_out()))


async def refused(visitor: Visitor, message: OutboxMessage) -> Screen:
    return Screen(
        lines(
            _("The other account has refused: nothing was brought over, and the number stays with it."),
            _("You can ask again in a day. If that account is not yours, write to support."),
        ),
        ((button(_("Help"), Help()), *ways_out()),),
    )


async def made(visitor: Visitor, message: OutboxMessage) -> Screen:
    return Screen(
        lines(
            _("✅ <b>Cards, visits and drafts are here now</b>, and the number too."),
            _("The access code of the other account was not brought over: set a new one if you like.")
            if message.facts["code"]
            else "",
        ),
        ((button(_("Children and policies"), PatientList()),), ways_out()),
    )


async def taken(visitor: Visitor, message: OutboxMessage) -> Screen:
    support = ", ".join(filter(None, (visitor.operator.phone, visitor.operator.email)))
    return Screen(
        lines(
            _("⚠️ <b>Everything you had here was brought over to another Telegram account with your phone.</b>"),
            text(_("If it was not you, write or call at once: {support}"), support=support)
            if support
            else _("If it was not you, write to support at once."),
        ),
        ((button(_("Help"), Help()), *ways_out()),),
    )


async def nothing(visitor: Visitor, message: OutboxMessage) -> Screen:
    return Screen(
        _("There is nothing to bring over: the other account has erased its data or given this number up."),
        ((button(_("Phone and e-mail"), MyContacts()),), ways_out()),
    )


TAKEOVER_TELLINGS: dict[NoticeKind, Telling] = {
    NoticeKind.TAKEOVER_ASKED: question,
    NoticeKind.TAKEOVER_REFUSED: refused,
    NoticeKind.TAKEOVER_MADE: made,
    NoticeKind.TAKEN_OVER: taken,
    NoticeKind.NOTHING_TO_TAKE_OVER: nothing,
}
