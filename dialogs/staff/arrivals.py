"""Arrival at the desk: a ticket is opened or photographed, the patient is checked in, a missed visit is answered."""

from __future__ import annotations

from bot.core.clinic import Clinic
from bot.core.i18n import N_, gettext as _, ngettext
from bot.delivery.screen import Button, Screen
from bot.patients.records import FetchFile
from bot.staff.application_check import OpenedCode
from bot.staff.arrivals import NumberedMissed
from bot.staff.records import TicketKind
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.link import Link
from dialogs.kit.pager import page_of
from dialogs.kit.screen import button, lines, text, unbroken, ways_out
from dialogs.staff.application_check import opened
from dialogs.staff.day_links import AgreeMissed, CheckIn, DenyMissed, DeskMissed, TicketAnswer
from dialogs.staff.finding import PROMPTS, link_of
from dialogs.staff.links import (
    DeskDay,
    DeskQueue,
    DeskVisit,
)
from dialogs.staff.wording import day_and_time

flow = Flow("arrivals", open=True)

MISSED_ON_A_PAGE = 12

ANSWERS = {
    TicketKind.FORGED: N_(
        "⚠️ <b>This code is not one of this bot.</b> Ask for the number of the visit, or find it by the family name."
    ),
    TicketKind.OTHER_CLINIC: N_("⚠️ <b>This visit is at another clinic.</b> Its address stands in the parent's bot."),
    TicketKind.GONE: N_(
        "⚠️ <b>The clinic does not have this visit any more.</b> What became of it stands in the parent's bot."
    ),
}
"""what the staff is told of a ticket that opens no visit of theirs"""


@flow.deep_link("visit")
async def on_ticket(visitor: Visitor, ticket: str) -> Outcome:
    return link_of(await visitor.services.arrivals.open(visitor.account, ticket))


async def on_photo(visitor: Visitor, prompt: Link, fetch: FetchFile) -> Outcome:
    found = await visitor.services.photographed_codes.open(visitor.account, fetch)
    return opened(found) if isinstance(found, OpenedCode) else link_of(found)


for prompt in PROMPTS:
    flow.file(prompt)(on_photo)


@flow.screen(TicketAnswer)
async def ticket_answer(visitor: Visitor, link: TicketAnswer) -> Screen:
    if link.kind is TicketKind.AT_DESK or visitor.account.role is None:
        return Screen(_("Show this code at the reception of the clinic."), (ways_out(),))
    return Screen(_(ANSWERS[link.kind]), (ways_out(DeskDay()),))


@flow.action(CheckIn)
async def on_check_in(visitor: Visitor, link: CheckIn) -> Outcome:
    await visitor.services.arrivals.check_in(visitor.account, link.number)
    return Reply(DeskVisit(number=link.number), alert=_("Noted: the patient has come."))


# --- missed visits ----------------------------------------------------------------------------------------------------


@flow.screen(DeskMissed)
async def missed(visitor: Visitor, link: DeskMissed) -> Screen:
    clinic, found = await visitor.services.arrivals.missed(visitor.account)
    page = page_of(link, found, MISSED_ON_A_PAGE)
    return Screen(
        lines(
            text(_("<b>{clinic}: “we were there”</b>"), clinic=clinic.name),
            ngettext("{n} parent says so", "{n} parents say so", len(found)).format(n=len(found))
            if found
            else _("Nobody waits for an answer."),
            page.place,
            [_("The clinic has noted that nobody came to these visits. Ask the doctor, then answer.")],
        ),
        (*page.rows(lambda each: missed_button(clinic, each)), ways_out(DeskQueue())),
    )


def missed_button(clinic: Clinic, each: NumberedMissed) -> Button:
    label = f"{day_and_time(each.starts_at, clinic.zone)} · {unbroken(each.ref)}"
    return button(label, DeskVisit(number=each.number))


@flow.action(AgreeMissed)
async def on_agree(visitor: Visitor, link: AgreeMissed) -> Outcome:
    await visitor.services.arrivals.agree(visitor.account, link.number)
    return Reply(DeskVisit(number=link.number), alert=_("Noted: the visit took place. I tell the parent."))


@flow.action(DenyMissed)
async def on_deny(visitor: Visitor, link: DenyMissed) -> Outcome:
    await visitor.services.arrivals.deny(visitor.account, link.number)
    return Reply(DeskVisit(number=link.number), alert=_("The note stays. I tell the parent."))
