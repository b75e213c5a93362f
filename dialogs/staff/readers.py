"""The screen that shows how many names each member of the clinic's staff has read on one day."""

from __future__ import annotations

from datetime import timedelta

from bot.core.i18n import gettext as _, long_day, ngettext, numeric_day
from bot.core.timing import local_day
from bot.delivery.screen import Screen
from bot.staff.members import Reader
from dialogs.kit.flow import Flow, Visitor
from dialogs.kit.pager import page_of
from dialogs.kit.screen import button, lines, text, ways_out
from dialogs.privacy.export_codes import word
from dialogs.staff.links import Desk, DeskReaders

flow = Flow("readers", open=True)

ONE_DAY = timedelta(days=1)
READERS_ON_A_PAGE = 20


@flow.screen(DeskReaders)
async def readers(visitor: Visitor, link: DeskReaders) -> Screen:
    shown = await visitor.services.members.readers(visitor.account, link.day)
    page = page_of(link, shown.readers, READERS_ON_A_PAGE)
    is_today = shown.day == local_day(visitor.now, shown.clinic.zone) and not page.page
    before, after = shown.day - ONE_DAY, shown.day + ONE_DAY
    return Screen(
        lines(
            text(_("<b>{clinic}: who has read how much, {day}</b>"), clinic=shown.clinic.name, day=long_day(shown.day)),
            page.lines(lambda each: reader_line(visitor, each)),
            [_("A member is named by a number here; support knows whose it is.")],
        ),
        (
            *page.arrows,
            (
                button(f"‹ {numeric_day(before)}", DeskReaders(day=before)),
                *(() if is_today else (button(_("Today"), DeskReaders()),)),
                button(f"{numeric_day(after)} ›", DeskReaders(day=after)),
            ),
            ways_out(Desk()),
        ),
    )


def reader_line(visitor: Visitor, reader: Reader) -> str:
    names = ngettext("{n} name", "{n} names", reader.names).format(n=reader.names)
    if reader.member is None:
        return text(_("An erased account: {names}"), names=names)
    if reader.member == visitor.account.id:
        return text(_("You: {names}"), names=names)
    role = word(reader.role) if reader.role else _("works here no longer")
    return text(_("Member {number}, {role}: {names}"), number=reader.member, role=role, names=names)
