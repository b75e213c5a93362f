"""A list of those whom the desk has to telephone: its buttons, and the same on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from bot.clinics.schedule_port import DeskDoctor
from bot.core.i18n import MOSCOW, clock_time, gettext as _, long_day, numeric_date
from bot.delivery.paper import Paper, Section
from bot.delivery.screen import File
from bot.staff.calls import ToCall
from dialogs.kit.flow import Visitor
from dialogs.kit.specialties import uncapitalised
from dialogs.kit.wording import moscow_date
from dialogs.staff.wording import brief_child, short_name

CALLS_ON_A_PAGE = 10


def call_label(each: ToCall, zone: ZoneInfo, say: str = "") -> str:
    """Return «☎️ 10:45 · Мария И., 2018», with what there is to say on the telephone."""
    visit, mark = each.found.visit, "✅" if each.found.called_at else "☎️"
    label = f"{mark} {clock_time(visit.booking.starts_at, zone)} · {short_name(visit.person)}, {visit.birth_date.year}"
    return f"{label} → {say}" if say else label


def calls_line(to_call: Sequence[ToCall]) -> str:
    calls = len(to_call)
    return _("To telephone: {n}. Press a name once you have called.").format(n=calls) if calls else ""


def call_facts(each: ToCall, zone: ZoneInfo, say: str = "", *, has_names: bool) -> tuple[str, str]:
    """Return the label and the value of a line: the box to tick and the time; the name, the phone and what to say.

    Where this bot shows no full data, the number of the visit stands in place of the phone: the operator reads it.
    """
    visit = each.found.visit
    tick = "☑" if each.found.called_at else "☐"
    phone = each.phone or _("no telephone on file")
    if not has_names:
        phone = _("visit {number}").format(number=visit.number)
    name = visit.person.full if has_names else brief_child(visit)
    return f"{tick} {clock_time(visit.booking.starts_at, zone)}", " · ".join(filter(None, (name, phone, say)))


async def calls_file(
    visitor: Visitor, doctor: DeskDoctor, day: date, heading: str, rows: Sequence[tuple[str, str]]
) -> File:
    """Print the list. Raises NotPrinted."""
    paper = Paper(
        title=_("To telephone: {doctor}, {day}").format(
            doctor=doctor.name.with_initials, day=uncapitalised(long_day(day))
        ),
        narrow=True,
        sections=(Section(heading, tuple(rows)),),
        made_at=visitor.now,
        footer=_("Printed on {date} at {time}, Moscow time.").format(
            date=moscow_date(visitor.now), time=clock_time(visitor.now, MOSCOW)
        ),
    )
    printed = await visitor.services.call_lists.print_paper(paper)
    return File(_("To telephone {date}.pdf").format(date=numeric_date(day)), printed, "")
