"""Messages about a takeover: a question to the old account, the outcome to both."""

from __future__ import annotations

from bot.core.i18n import N_, gettext as _
from bot.delivery.screen import Screen
from bot.privacy.news import NothingToTakeOver, TakeoverAsked, TakeoverMovedAway, TakeoverMovedHere, TakeoverRefused
from dialogs.account.links import Help
from dialogs.kit.flow import Visitor
from dialogs.kit.news import news
from dialogs.kit.screen import button, lines, text, ways_out
from dialogs.patients.links import PatientList
from dialogs.privacy.contacts import answer_buttons, question_to_old
from dialogs.privacy.links import MyContacts


@news(TakeoverAsked, N_("another account asks for everything"))
async def takeover_asked(visitor: Visitor, message: TakeoverAsked) -> Screen | None:
    """Return None if the takeover does not wait for an answer any more."""
    takeover = await visitor.services.takeovers.find_asked(message)
    if takeover is None:
        return None
    return Screen(question_to_old(visitor, takeover), (answer_buttons(takeover), ways_out()))


@news(TakeoverRefused, N_("moving is refused"))
async def takeover_refused(visitor: Visitor, message: TakeoverRefused) -> Screen:
    return Screen(
        lines(
            _("The other account has refused: nothing was brought over, and the number stays with it."),
            _("You can ask again in a day. If that account is not yours, write to support."),
        ),
        ((button(_("Help"), Help()), *ways_out()),),
    )


@news(TakeoverMovedHere, N_("moving is done"))
async def takeover_moved_here(visitor: Visitor, message: TakeoverMovedHere) -> Screen:
    return Screen(
        lines(
            _("✅ <b>Cards, visits and drafts are here now</b>, and the number too."),
            _("The access code of the other account was not brought over: set a new one if you like.")
            if message.code
            else "",
        ),
        ((button(_("Children and policies"), PatientList()),), ways_out()),
    )


@news(TakeoverMovedAway, N_("everything has gone to another account"))
async def takeover_moved_away(visitor: Visitor, message: TakeoverMovedAway) -> Screen:
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


@news(NothingToTakeOver, N_("there was nothing to move"))
async def nothing_to_take_over(visitor: Visitor, message: NothingToTakeOver) -> Screen:
    return Screen(
        _("There is nothing to bring over: the other account has erased its data or given this number up."),
        ((button(_("Phone and e-mail"), MyContacts()),), ways_out()),
    )
