"""Messages about a takeover, a question to the old account and the outcome to both; about a withdrawn consent."""

from __future__ import annotations

from bot.core.errors import NotYours
from bot.core.i18n import N_, gettext as _
from bot.core.people import Purpose
from bot.delivery.screen import Screen
from bot.privacy.news import (
    ConsentWithdrawn,
    NothingToTakeOver,
    TakeoverAsked,
    TakeoverLapsed,
    TakeoverMovedAway,
    TakeoverMovedHere,
    TakeoverPapersDeclined,
    TakeoverRefused,
    TakeoverUndone,
)
from dialogs.account.links import Help
from dialogs.kit.flow import Visitor
from dialogs.kit.news import news
from dialogs.kit.screen import Row, button, lines, text, ways_out
from dialogs.patients.links import ChooseWay
from dialogs.privacy.consent import title
from dialogs.privacy.links import STEPS, AskConsent, MyContacts, MyData, TakeoverPapers
from dialogs.privacy.takeover import (
    answer_buttons,
    moved_away,
    moved_back,
    moved_here,
    proof_buttons,
    question_to_old,
)


@news(TakeoverAsked, N_("another account asks for everything"))
async def takeover_asked(visitor: Visitor, message: TakeoverAsked) -> Screen | None:
    """Return None if the takeover does not wait for an answer any more."""
    takeover = await visitor.services.takeovers.find_asked(message)
    if takeover is None:
        return None
    return Screen(question_to_old(visitor, takeover), (answer_buttons(takeover), ways_out()))


@news(TakeoverRefused, N_("moving is refused"))
async def takeover_refused(visitor: Visitor, message: TakeoverRefused) -> Screen:
    try:
        proofs = proof_buttons(await visitor.services.takeovers.require(message.account, message.takeover))
    except NotYours:
        proofs = []
    return Screen(
        lines(
            _("The other account has refused: nothing was brought over, and the number stays with it."),
            _("If that account is yours and in other hands, its access code or papers at the reception will do. You "
              "can also add the children anew, and ask again in a week."),
        ),
        (*proofs, anew(), (button(_("Help"), Help()), *ways_out())),
    )  # fmt: skip


@news(TakeoverPapersDeclined, N_("papers for moving did not do"))
async def papers_declined(visitor: Visitor, message: TakeoverPapersDeclined) -> Screen:
    return Screen(
        lines(
            _("The reception has looked at the papers and has not confirmed the move."),
            _("Come again with your passport and the birth certificate of every child, or add the children anew."),
        ),
        (
            (button(_("Papers at the reception"), TakeoverPapers(takeover=message.takeover)),),
            anew(),
            (button(_("Help"), Help()), *ways_out()),
        ),
    )


@news(TakeoverLapsed, N_("moving was not answered"))
async def takeover_lapsed(visitor: Visitor, message: TakeoverLapsed) -> Screen:
    return Screen(
        lines(
            _("The other account has not answered for a week, so nothing was brought over."),
            _("Add the children anew, or share the number once more: then I ask again, and you can enter the access "
              "code or show papers."),
        ),
        (anew(), (button(_("Phone and e-mail"), MyContacts()), *ways_out())),
    )  # fmt: skip


@news(TakeoverMovedHere, N_("moving is done"))
async def takeover_moved_here(visitor: Visitor, message: TakeoverMovedHere) -> Screen:
    return moved_here()


@news(TakeoverMovedAway, N_("everything has gone to another account"))
async def takeover_moved_away(visitor: Visitor, message: TakeoverMovedAway) -> Screen | None:
    """Return None if the move is undone already."""
    made = await visitor.services.takeovers.find_move(message.account, message.takeover)
    return None if made is None else moved_away(visitor, made)


@news(TakeoverUndone, N_("moving is undone"))
async def takeover_undone(visitor: Visitor, message: TakeoverUndone) -> Screen:
    if message.back:
        return moved_back()
    return Screen(
        lines(
            _("⚠️ <b>The move is undone:</b> cards and visits are in the other account again, and the number too."),
            _("You can add the children anew; if that is a mistake, write to support."),
        ),
        (anew(), (button(_("Help"), Help()), *ways_out())),
    )


@news(NothingToTakeOver, N_("there was nothing to move"))
async def nothing_to_take_over(visitor: Visitor, message: NothingToTakeOver) -> Screen:
    return Screen(
        _("There is nothing to bring over: the other account has erased its data or given this number up."),
        ((button(_("Phone and e-mail"), MyContacts()),), ways_out()),
    )


@news(ConsentWithdrawn, N_("a consent was withdrawn"))
async def consent_withdrawn(visitor: Visitor, message: ConsentWithdrawn) -> Screen | None:
    """Return None if the consent is given again."""
    purpose = message.purpose
    if purpose in visitor.account.consents_in_force:
        return None
    consequence = (
        _("Reminders do not come any more; everything else works as before.")
        if purpose is Purpose.REMINDERS
        else _("If you do not give it again within 30 days, all your data are erased.")
    )
    return Screen(
        lines(
            text(_("⚠️ <b>The operator has withdrawn your consent: {title}</b>"), title=title(purpose)),
            _("This was asked for in writing."),
            consequence,
            _("If it was not you who asked, give the consent again and write to support."),
        ),
        (
            (button(_("Give: {title}").format(title=title(purpose)), AskConsent(step=STEPS[purpose])),),
            (button(_("My data"), MyData()), button(_("Help"), Help())),
            ways_out(),
        ),
    )


def anew() -> Row:
    return (button(_("Add the children anew"), ChooseWay()),)
