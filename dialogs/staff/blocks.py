"""Blocks of booking at the desk: the list of those in force, and opening booking again with a reason."""

from __future__ import annotations

from bot.booking.blocks import Block
from bot.booking.records import LiftReason
from bot.core.clinic import Clinic
from bot.core.i18n import N_, gettext as _, ngettext, numeric_day, past_day
from bot.core.timing import local_day
from bot.delivery.screen import Button, Screen
from bot.staff.blocks import NumberedBlock
from bot.staff.desk import SeenVisit
from bot.staff.rights import Right
from dialogs.booking.blocked import why_blocked
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.pager import few, page_of
from dialogs.kit.screen import Row, button, lines, text, unbroken, ways_out
from dialogs.staff.day_links import AskLiftBlock, DeskBlocked, LiftBlock
from dialogs.staff.links import DeskQueue, DeskVisit
from dialogs.staff.wording import visit_lines

flow = Flow("blocks at the desk", open=True)

BLOCKS_ON_A_PAGE = 12

REASONS = {
    LiftReason.ILLNESS: N_("The child was ill"),
    LiftReason.MISTAKE: N_("The clinic's mistake"),
    LiftReason.GOOD_REASON: N_("Another good reason"),
}


@flow.screen(DeskBlocked)
async def blocked(visitor: Visitor, link: DeskBlocked) -> Screen:
    clinic, found = await visitor.services.desk_blocks.blocked(visitor.account)
    page = page_of(link, found, BLOCKS_ON_A_PAGE)

    def block_button(each: NumberedBlock) -> Button:
        label = _("{ref} · until {day}").format(ref=unbroken(each.ref), day=numeric_day(each.opens_on))
        return button(label, DeskVisit(number=each.number))

    return Screen(
        lines(
            text(_("<b>{clinic}: booking is closed</b>"), clinic=clinic.name),
            ngettext("{n} child after late cancellations", "{n} children after late cancellations", len(found)).format(
                n=len(found)
            )
            if found
            else _("Nobody's booking is closed."),
            page.place,
            [_("Parents say the number of the last visit. Open it to let the child be booked again.")],
        ),
        (*page.rows(block_button), ways_out(DeskQueue())),
    )


def block_line(visitor: Visitor, clinic: Clinic, block: Block | None) -> str:
    """Return what the screen of a visit says of the block of its card, "" if there is none."""
    if block is None:
        return ""
    day = past_day(block.opens_on, local_day(visitor.now, clinic.zone))
    return text(_("⚠️ <b>In the bot booking is closed until {day}.</b> {why}"), day=day, why=why_blocked(block))


def lift_rows(seen: SeenVisit) -> list[Row]:
    if seen.block is None:
        return []
    return [(button(_("Open booking again"), AskLiftBlock(number=seen.visit.number)),)]


@flow.screen(AskLiftBlock)
async def ask_lift(visitor: Visitor, link: AskLiftBlock) -> Outcome:
    seen = await visitor.services.staff.visit(visitor.account, link.number, Right.LIFT_BLOCKS)
    if seen.block is None:
        return DeskVisit(number=link.number)

    def reason_button(why: LiftReason) -> Button:
        return button(_(REASONS[why]), LiftBlock(number=link.number, why=why))

    return Screen(
        lines(
            _("<b>Open booking again before the term?</b>"),
            block_line(visitor, seen.clinic, seen.block),
            visit_lines(visitor, seen.clinic, seen.visit),
            [_("Choose the reason: the parents read it, and it stands in the journal.")],
        ),
        (*few(REASONS, reason_button), ways_out(DeskVisit(number=link.number))),
    )


@flow.action(LiftBlock)
async def on_lift(visitor: Visitor, link: LiftBlock) -> Outcome:
    await visitor.services.desk_blocks.lift(visitor.account, link.number, link.why)
    return Reply(DeskVisit(number=link.number), alert=_("Booking is open again. I tell the parents."))
