"""The queue of the desk: the open questions of the clinic by number, without names."""

from __future__ import annotations

from bot.core.i18n import N_, gettext as _, ngettext, numeric_day
from bot.core.timing import local_day
from bot.delivery.screen import Button, Screen
from bot.patients.records import DeskMatter, Matter
from bot.staff.queue import Waiting, WaitingTakeover
from bot.staff.rights import Right, has_right
from dialogs.kit.flow import Flow, Visitor
from dialogs.kit.pager import page_of
from dialogs.kit.screen import button, lines, text, unbroken, ways_out
from dialogs.staff.day_links import DeskBlocked, DeskMissed, DeskWaiting
from dialogs.staff.links import AskMatter, Desk, DeskQueue, SeeMatter, SeeTakeover

flow = Flow(
    "queue", open=True, commands={"queue": DeskQueue()}, serves=lambda account: has_right(account, Right.SETTLE_MATTERS)
)

MATTERS_ON_A_PAGE = 12

SHORT = {
    DeskMatter.PAPERS: N_("papers of the child"),
    DeskMatter.DISPUTE: N_("dispute about a child"),
    DeskMatter.OLD_POLICY: N_("document of an old form"),
}
"""what each kind is about, for a button"""


@flow.screen(DeskQueue)
async def queue(visitor: Visitor, link: DeskQueue) -> Screen:
    waiting = await visitor.services.queue.waiting(visitor.account)
    claimed = await visitor.services.arrivals.count_missed(visitor.account)
    missed = [(button(_("“We were there” · {n}").format(n=claimed), DeskMissed()),)] if claimed else []
    blocked = await visitor.services.desk_blocks.count(visitor.account)
    closed = [(button(_("Booking is closed · {n}").format(n=blocked), DeskBlocked()),)] if blocked else []
    line = await visitor.services.waiting.count(visitor.account)
    waits = [(button(_("Waiting list · {n}").format(n=line), DeskWaiting()),)] if line else []
    entries: list[Matter | WaitingTakeover] = [*waiting.matters, *waiting.takeovers]
    page, total = page_of(link, entries, MATTERS_ON_A_PAGE), len(entries)
    return Screen(
        lines(
            text(_("<b>{clinic}: queue</b>"), clinic=waiting.clinic.name),
            ngettext("{n} question waits", "{n} questions wait", total).format(n=total)
            if total
            else _("No questions wait."),
            page.place,
            [_("A parent comes with the number and the papers. Open the question when the parent is here.")],
        ),
        (
            *page.rows(lambda entry: entry_button(waiting, entry)),
            *missed,
            *closed,
            *waits,
            (button(_("A question by number"), AskMatter(queue=True)),),
            ways_out(Desk()),
        ),
    )


def entry_button(waiting: Waiting, entry: Matter | WaitingTakeover) -> Button:
    if isinstance(entry, WaitingTakeover):
        label = _("{ref} · move to another account").format(ref=unbroken(entry.ref))
        return button(label, SeeTakeover(takeover=entry.id))
    return matter_button(waiting, entry)


def matter_button(waiting: Waiting, matter: Matter) -> Button:
    opened = numeric_day(local_day(matter.opened_at, waiting.clinic.zone))
    return button(f"{unbroken(matter.ref)} · {_(SHORT[matter.kind])} · {opened}", SeeMatter(matter=matter.id))
