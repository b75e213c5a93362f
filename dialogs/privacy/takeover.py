"""Screens of a takeover: what the new account may do, the question to the old one, and undoing a move."""

from __future__ import annotations

from bot.account.records import Move, Takeover, TakeoverStatus
from bot.core.deeds import Actor
from bot.core.i18n import MOSCOW, gettext as _, spoken_moment
from bot.delivery.screen import Screen
from bot.privacy.news import TakeoverMovedHere
from dialogs.account.links import Help, Home
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.screen import Row, button, copying, lines, text, unbroken, ways_out
from dialogs.patients.links import ChooseWay, PatientList
from dialogs.privacy.links import (
    AllowTakeover,
    AskTakeover,
    EnterOldCode,
    MyContacts,
    RefuseTakeover,
    TakeoverPapers,
    UndoTakeover,
    WithdrawTakeover,
)

flow = Flow("takeover")
answers = Flow("answers to a takeover", open=True)
"""Refusing and undoing need no consent: they only keep or bring back."""


# --- the new account --------------------------------------------------------------------------------------------------


def state_for_new(visitor: Visitor, takeover: Takeover) -> str:
    if takeover.status is TakeoverStatus.OFFERED:
        return lines(
            _("⚠️ This number is given in another Telegram account. Shall I bring over everything kept there?"),
            _("For that I need one of three: that account's “Yes”, its access code, or papers at the reception."),
        )
    return lines(
        text(
            _("I wait for the other account's answer until {when} and ask it once a day. Silence brings nothing over."),
            when=spoken_moment(takeover.due_at, MOSCOW, visitor.now),
        ),
        _("You need not wait: enter its access code, show papers at the reception, or add the children anew."),
    )


def takeover_buttons(takeover: Takeover) -> list[Row]:
    anew = (button(_("Add the children anew"), ChooseWay()),)
    if takeover.status is TakeoverStatus.OFFERED:
        return [
            (
                button(_("Bring it over"), AskTakeover(takeover=takeover.id)),
                button(_("Do not bring it over"), WithdrawTakeover(takeover=takeover.id)),
            ),
            anew,
        ]
    return [*proof_buttons(takeover), anew, (button(_("Ask no more"), WithdrawTakeover(takeover=takeover.id)),)]


def proof_buttons(takeover: Takeover) -> list[Row]:
    """Return the buttons of the two ways without the old account's answer."""
    if takeover.ref is None:
        return []
    return [
        (button(_("Enter its access code"), EnterOldCode(takeover=takeover.id)),),
        (button(_("Papers at the reception"), TakeoverPapers(takeover=takeover.id)),),
    ]


@flow.action(AskTakeover)
async def on_ask_takeover(visitor: Visitor, link: AskTakeover) -> Outcome:
    await visitor.services.takeovers.ask(visitor.account.id, link.takeover)
    return MyContacts()


@flow.action(WithdrawTakeover)
async def on_withdraw_takeover(visitor: Visitor, link: WithdrawTakeover) -> Outcome:
    await visitor.services.takeovers.withdraw(visitor.account.id, link.takeover)
    return MyContacts()


@flow.screen(EnterOldCode)
async def enter_old_code(visitor: Visitor, link: EnterOldCode) -> Screen:
    await visitor.services.takeovers.require(visitor.account.id, link.takeover)
    return Screen(
        lines(
            _("<b>Enter the access code of the other account</b>"),
            _("If it is right, I bring everything over at once. I delete the message with it."),
            _("There are five tries in a week."),
        ),
        ((button(_("I have no code"), TakeoverPapers(takeover=link.takeover)),), ways_out(MyContacts())),
        asks=True,
    )


@flow.answer(EnterOldCode)
async def on_old_code(visitor: Visitor, prompt: EnterOldCode, typed: str) -> Outcome:
    account = visitor.account.id
    await visitor.services.takeovers.prove_by_code(account, prompt.takeover, typed)
    return moved_here(shows=TakeoverMovedHere(account, prompt.takeover).dedup)


def moved_here(shows: str = "") -> Screen:
    return Screen(
        lines(
            _("✅ <b>Cards, visits and drafts are here now</b>, and the number too."),
            _("An access code is not brought over: set one here if you like."),
            _("For 30 days the other account can take everything back."),
        ),
        ((button(_("Children and policies"), PatientList()),), ways_out()),
        shows=shows,
    )


@flow.screen(TakeoverPapers)
async def takeover_papers(visitor: Visitor, link: TakeoverPapers) -> Screen:
    found = await visitor.services.takeovers.require(visitor.account.id, link.takeover)
    assert found.ref is not None  # noqa: S101 - required above
    return Screen(
        lines(
            _("<b>Papers at the reception</b>"),
            _("Come to the reception of the clinic where the child is on the list. Bring your passport and the birth "
              "certificate of each child; a guardian also brings the paper of guardianship."),
            text(
                _("Tell the number <b>{ref}</b>. It is valid until {when}."),
                ref=unbroken(found.ref),
                when=spoken_moment(found.due_at, MOSCOW, visitor.now),
            ),
        ),
        (
            (button(_("Enter its access code"), EnterOldCode(takeover=found.id)),),
            *copying(ref=found.ref),
            ways_out(MyContacts()),
        ),
    )  # fmt: skip


# --- the old account --------------------------------------------------------------------------------------------------


def question_to_old(visitor: Visitor, takeover: Takeover) -> str:
    return lines(
        _("⚠️ <b>Another Telegram account with your phone asks to take over everything you have here:</b> cards, "
          "visits, drafts."),
        text(
            _("If you do not answer until {when}, everything stays here."),
            when=spoken_moment(takeover.due_at, MOSCOW, visitor.now),
        ),
    )  # fmt: skip


def answer_buttons(takeover: Takeover) -> Row:
    return (
        button(_("It is me, bring it over"), AllowTakeover(takeover=takeover.id)),
        button(_("Not me, refuse"), RefuseTakeover(takeover=takeover.id)),
    )


@flow.action(AllowTakeover)
async def on_allow_takeover(visitor: Visitor, link: AllowTakeover) -> Outcome:
    made, replaced = await visitor.services.takeovers.allow(visitor.account.id, link.takeover)
    return Screen(
        lines(
            _("✅ <b>Everything is now in your other Telegram account.</b>"),
            state_for_moved(visitor, made),
        ),
        (undo_buttons(made), (button(_("Menu"), Home()),)),
        shows=replaced,
    )


@answers.action(RefuseTakeover)
async def on_refuse_takeover(visitor: Visitor, link: RefuseTakeover) -> Outcome:
    await visitor.services.takeovers.refuse(visitor.account.id, link.takeover)
    return Screen(
        lines(
            _("✅ <b>Refused: everything stays here, and your number too.</b>"),
            _("The other account can ask again in a week."),
        ),
        (ways_out(),),
    )


# --- undoing ----------------------------------------------------------------------------------------------------------


def state_for_moved(visitor: Visitor, made: Move) -> str:
    return text(
        _("Here it is kept until {when} and opens for nobody. Until then you can take it back. "
          "Number of the move: {ref}"),
        when=spoken_moment(made.until, MOSCOW, visitor.now),
        ref=unbroken(made.ref),
    )  # fmt: skip


def undo_buttons(made: Move) -> Row:
    return (button(_("Take it back"), UndoTakeover(takeover=made.takeover)),)


def moved_away(visitor: Visitor, made: Move) -> Screen:
    support = ", ".join(filter(None, (visitor.operator.phone, visitor.operator.email)))
    return Screen(
        lines(
            _("⚠️ <b>What you had here was brought over to another Telegram account with your phone.</b>"),
            state_for_moved(visitor, made),
            text(_("If it was not you, take it back and write or call: {support}"), support=support)
            if support
            else _("If it was not you, take it back and write to support."),
        ),
        (undo_buttons(made), (button(_("Help"), Help()), *ways_out())),
    )


@answers.action(UndoTakeover)
async def on_undo_takeover(visitor: Visitor, link: UndoTakeover) -> Outcome:
    await visitor.services.takeovers.undo(Actor.account(visitor.account.id), link.takeover)
    return moved_back()


def moved_back() -> Screen:
    return Screen(
        lines(
            _("✅ <b>Everything is here again:</b> cards, visits, drafts and the number."),
            _("The other account sees nothing of it any more. If somebody may know your access code, set a new one."),
        ),
        ((button(_("Children and policies"), PatientList()),), ways_out()),
    )
