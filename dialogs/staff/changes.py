"""Cancelling and moving a visit for the clinic: a question, the deed, and a minute to undo it."""

from __future__ import annotations

from bot.clinics.port import ClinicReason
from bot.core.i18n import gettext as _, long_day, numeric_day, spoken_moment
from bot.delivery.screen import Screen
from bot.staff.keepers import Keepers, Reach
from bot.staff.rights import Right
from dialogs.booking.wording import cancel_reason, kinds_differ, time_label
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.screen import button, grid, lines, text, ways_out
from dialogs.staff.links import (
    DeskAskCancel,
    DeskCancel,
    DeskConfirmCancel,
    DeskConfirmMove,
    DeskMove,
    DeskMoveTo,
    DeskUndo,
    DeskVisit,
)
from dialogs.staff.wording import reach, visit_lines

flow = Flow("changes at the desk", open=True)

DAYS_TO_CHOOSE = 6


@flow.screen(DeskAskCancel)
async def ask_cancel(visitor: Visitor, link: DeskAskCancel) -> Screen:
    clinic, visit, keepers = await visitor.services.staff.live_visit(visitor.account, link.number, Right.CANCEL_VISITS)
    buttons = [
        button(cancel_reason(why).capitalize(), DeskConfirmCancel(number=link.number, reason=why))
        for why in ClinicReason
    ]
    return Screen(
        lines(
            _("<b>Cancel this visit for the clinic?</b> Why?"), visit_lines(visitor, clinic, visit), [reach(keepers)]
        ),
        (*grid(buttons, 1), ways_out(DeskVisit(number=link.number))),
        asks=True,
    )


@flow.screen(DeskConfirmCancel)
async def confirm_cancel(visitor: Visitor, link: DeskConfirmCancel) -> Screen:
    clinic, visit, keepers = await visitor.services.staff.live_visit(visitor.account, link.number, Right.CANCEL_VISITS)
    return Screen(
        lines(
            text(_("<b>Cancel this visit?</b> Reason: {why}."), why=cancel_reason(link.reason)),
            visit_lines(visitor, clinic, visit),
            [reach(keepers)],
        ),
        (
            (button(_("Yes, cancel"), DeskCancel(number=link.number, reason=link.reason)),),
            ways_out(DeskAskCancel(number=link.number)),
        ),
        asks=True,
    )


@flow.action(DeskCancel)
async def on_cancel(visitor: Visitor, link: DeskCancel) -> Outcome:
    keepers = await visitor.services.staff.cancel(visitor.account, link.number, link.reason)
    return Reply(DeskVisit(number=link.number), alert=with_word(_("The visit is cancelled."), keepers))


def with_word(done: str, keepers: Keepers) -> str:
    """Return what was done, and whether somebody is told of it."""
    if keepers.reach is Reach.IN_BOT:
        return f"{done} " + _("I tell the parent in a minute.")
    return f"{done} " + " ".join(filter(None, (_("⚠️ I can tell nobody: phone."), keepers.phone)))


@flow.screen(DeskMove)
async def move(visitor: Visitor, link: DeskMove) -> Screen:
    choice = await visitor.services.staff.choices(visitor.account, link.number, link.day)
    days = [
        button(f"{numeric_day(each.day)} ({each.free})", DeskMove(number=link.number, day=each.day))
        for each in choice.days[:DAYS_TO_CHOOSE]
        if each.day != choice.day
    ]
    differ = kinds_differ(choice.slots)
    times = [
        button(
            time_label(slot, choice.clinic, differ),
            DeskConfirmMove(number=link.number, start=slot.starts_at, kind=slot.visit_type),
        )
        for slot in choice.slots
    ]
    heading = text(_("Move to: {day}"), day=long_day(choice.day)) if choice.day else _("This doctor has no free time.")
    return Screen(
        lines(heading, visit_lines(visitor, choice.clinic, choice.visit)),
        (*grid(times, 2 if differ else 4), *grid(days, 3), ways_out(DeskVisit(number=link.number))),
        asks=True,
    )


@flow.screen(DeskConfirmMove)
async def confirm_move(visitor: Visitor, link: DeskConfirmMove) -> Screen:
    clinic, visit, keepers = await visitor.services.staff.live_visit(visitor.account, link.number, Right.MOVE_VISITS)
    day = link.start.astimezone(clinic.zone).date()
    return Screen(
        lines(
            text(_("<b>Move this visit to {when}?</b>"), when=spoken_moment(link.start, clinic.zone, visitor.now)),
            visit_lines(visitor, clinic, visit),
            [reach(keepers)],
        ),
        (
            (button(_("Yes, move"), DeskMoveTo(number=link.number, start=link.start, kind=link.kind)),),
            ways_out(DeskMove(number=link.number, day=day)),
        ),
        asks=True,
    )


@flow.action(DeskMoveTo)
async def on_move(visitor: Visitor, link: DeskMoveTo) -> Outcome:
    keepers = await visitor.services.staff.move(visitor.account, link.number, link.start, link.kind)
    return Reply(DeskVisit(number=link.number), alert=with_word(_("The visit is moved."), keepers))


@flow.action(DeskUndo)
async def on_undo(visitor: Visitor, link: DeskUndo) -> Outcome:
    await visitor.services.staff.undo(visitor.account, link.number)
    return Reply(DeskVisit(number=link.number), alert=_("Undone: the visit is as it was."))
