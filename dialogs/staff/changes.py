"""Cancelling and moving a visit for the clinic: a question, the deed, and a minute to undo it."""

from __future__ import annotations

from bot.clinics.port import ClinicReason
from bot.core.clinic import OpenDay, Slot
from bot.core.i18n import gettext as _, long_day, numeric_day, spoken_moment
from bot.delivery.screen import Button, Screen
from bot.staff.keepers import Keepers, Reach
from bot.staff.rights import Right
from dialogs.booking.wording import cancel_reason, kinds_differ, time_label
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.pager import few, page_of
from dialogs.kit.screen import Row, button, lines, text, ways_out
from dialogs.staff.links import (
    DeskAskCancel,
    DeskCancel,
    DeskConfirmCancel,
    DeskConfirmMove,
    DeskMove,
    DeskMoveDays,
    DeskMoveTo,
    DeskUndo,
    DeskVisit,
)
from dialogs.staff.wording import reach, visit_lines

flow = Flow("changes at the desk", open=True)

DAYS_TO_CHOOSE = 6
DAYS_ON_A_PAGE, TIMES_ON_A_PAGE = 15, 24


@flow.screen(DeskAskCancel)
async def ask_cancel(visitor: Visitor, link: DeskAskCancel) -> Screen:
    clinic, visit, keepers, *_more = await visitor.services.staff.live_visit(
        visitor.account, link.number, Right.CANCEL_VISITS
    )

    def reason_button(why: ClinicReason) -> Button:
        return button(cancel_reason(why).capitalize(), DeskConfirmCancel(number=link.number, reason=why))

    return Screen(
        lines(
            _("<b>Cancel this visit for the clinic?</b> Why?"), visit_lines(visitor, clinic, visit), [reach(keepers)]
        ),
        (*few(ClinicReason, reason_button), ways_out(DeskVisit(number=link.number))),
        asks=True,
    )


@flow.screen(DeskConfirmCancel)
async def confirm_cancel(visitor: Visitor, link: DeskConfirmCancel) -> Screen:
    clinic, visit, keepers, *_more = await visitor.services.staff.live_visit(
        visitor.account, link.number, Right.CANCEL_VISITS
    )
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
    return f"{done} " + _("⚠️ I can tell nobody: phone.")


@flow.screen(DeskMove)
async def move(visitor: Visitor, link: DeskMove) -> Screen:
    choice = await visitor.services.staff.choices(visitor.account, link.number, link.day)
    times = page_of(link, choice.slots, TIMES_ON_A_PAGE)
    other_days = [each for each in choice.days if each.day != choice.day]
    differ = kinds_differ(choice.slots)

    def time_button(slot: Slot) -> Button:
        to = DeskConfirmMove(number=link.number, start=slot.starts_at, kind=slot.visit_type)
        return button(time_label(slot, choice.clinic, differ), to)

    heading = text(_("Move to: {day}"), day=long_day(choice.day)) if choice.day else _("This doctor has no free time.")
    return Screen(
        lines(heading, visit_lines(visitor, choice.clinic, choice.visit), times.place),
        (
            *times.rows(time_button, 2 if differ else 4),
            *few(other_days[:DAYS_TO_CHOOSE], lambda each: day_button(link.number, each), 3),
            *([all_days_row(link.number)] if len(other_days) > DAYS_TO_CHOOSE else []),
            ways_out(DeskVisit(number=link.number)),
        ),
        asks=True,
    )


def day_button(number: int, open_day: OpenDay) -> Button:
    return button(f"{numeric_day(open_day.day)} ({open_day.free})", DeskMove(number=number, day=open_day.day))


def all_days_row(number: int) -> Row:
    return (button(_("All days"), DeskMoveDays(number=number)),)


@flow.screen(DeskMoveDays)
async def days_to_move_to(visitor: Visitor, link: DeskMoveDays) -> Screen:
    choice = await visitor.services.staff.choices(visitor.account, link.number, None)
    shown = page_of(link, choice.days, DAYS_ON_A_PAGE)
    question = (
        _("Which day? In brackets is the number of places.") if choice.days else _("This doctor has no free time.")
    )
    return Screen(
        lines(question, visit_lines(visitor, choice.clinic, choice.visit), shown.place),
        (*shown.rows(lambda each: day_button(link.number, each), 3), ways_out(DeskMove(number=link.number))),
        asks=True,
    )


@flow.screen(DeskConfirmMove)
async def confirm_move(visitor: Visitor, link: DeskConfirmMove) -> Screen:
    clinic, visit, keepers, *_more = await visitor.services.staff.live_visit(
        visitor.account, link.number, Right.MOVE_VISITS
    )
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
