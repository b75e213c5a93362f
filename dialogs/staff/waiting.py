"""The waiting list at the desk: whose visit the clinic has called off, and who therefore comes before others."""

from __future__ import annotations

from bot.core.i18n import gettext as _, ngettext, numeric_day
from bot.core.timing import local_day
from bot.delivery.screen import Button, Screen
from bot.staff.desk import VISITS_ON_A_PAGE
from bot.staff.waiting import Waits
from dialogs.kit.flow import Flow, Visitor
from dialogs.kit.pager import page_read
from dialogs.kit.screen import button, lines, text, ways_out
from dialogs.kit.specialties import abbreviated
from dialogs.kit.unreadable import unreadable_at_desk
from dialogs.staff.day_links import DeskWaiting
from dialogs.staff.links import DeskQueue, DeskVisit
from dialogs.staff.wording import brief_child, specialty_here

flow = Flow("waiting list at the desk", open=True)

LONGEST_LABEL = 41


@flow.screen(DeskWaiting)
async def waiting(visitor: Visitor, link: DeskWaiting) -> Screen:
    shown = await visitor.services.waiting.page(visitor.account, link.page)
    page = page_read(link, shown.waits, shown.total, VISITS_ON_A_PAGE)

    def wait_button(each: Waits) -> Button:
        day = numeric_day(local_day(each.visit.booking.starts_at, shown.clinic.zone))
        phone = "" if each.is_in_bot else "☎️ "
        known = f"{each.place}. {phone}{brief_child(each.visit)} · {day}"
        specialty = abbreviated(specialty_here(each.visit), LONGEST_LABEL - len(known) - len(" · "))
        return button(f"{known} · {specialty}", DeskVisit(number=each.visit.number))

    return Screen(
        lines(
            text(_("<b>{clinic}: waiting list</b>"), clinic=shown.clinic.name),
            ngettext("{n} patient waits", "{n} patients wait", shown.total).format(n=shown.total)
            if shown.total
            else _("Nobody waits."),
            page.place,
            unreadable_at_desk(shown.unreadable),
            [_("The clinic has called their visits off, and no other time was left: they come before everybody else. ☎️ "
               "marks those whom the bot does not reach.")] if shown.total else [],
        ),
        (*page.rows(wait_button), ways_out(DeskQueue())),
    )  # fmt: skip
