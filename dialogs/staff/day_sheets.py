"""The list of a day as a PDF, and the note of a benefit after its papers."""

from __future__ import annotations

from collections.abc import Sequence

from bot.clinics.desk_port import ClinicVisit
from bot.core.i18n import clock_time, gettext as _, long_day, numeric_date
from bot.delivery.paper import Paper, Section
from bot.delivery.screen import File, Screen
from bot.staff.day_sheets import DaySheet
from bot.staff.rights import Right
from bot.staff.rules import CAME, marks_of
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.screen import button, lines, ways_out
from dialogs.staff.day_links import AskBenefit, PrintDay, SetBenefit
from dialogs.staff.links import DeskDay, DeskDoctorDay, DeskVisit
from dialogs.staff.wording import brief_child, mark_word, specialty_here, visit_lines

flow = Flow("day sheets", open=True)


@flow.action(PrintDay)
async def on_print(visitor: Visitor, link: PrintDay) -> Outcome:
    sheets = visitor.services.day_sheets
    sheet = await sheets.sheet(visitor.account, link.day, link.doctor)
    back = DeskDay(day=link.day) if link.doctor is None else DeskDoctorDay(day=link.day, doctor=link.doctor)
    if not sheet.visits:
        return back
    printed = await sheets.print_paper(day_paper(visitor, sheet, link))
    day = numeric_date(link.day)
    caption = _("The day on paper: keep it at the reception and destroy it when the day is over.")
    return Reply(back, files=(File(_("Visits {date}.pdf").format(date=day), printed, caption),))


def day_paper(visitor: Visitor, sheet: DaySheet, link: PrintDay) -> Paper:
    """Return the paper: a section for each doctor, by name, with the visits by start."""
    by_doctor: dict[int, list[ClinicVisit]] = {}
    for visit in sorted(sheet.visits, key=lambda each: (each.doctor.family, each.doctor.given, each.booking.starts_at)):
        by_doctor.setdefault(visit.doctor_number, []).append(visit)
    return Paper(
        title=_("{clinic}: {day}").format(clinic=sheet.clinic.name, day=long_day(link.day)),
        sections=tuple(doctor_section(sheet, visits) for visits in by_doctor.values()),  # lists: several doctors
        made_at=visitor.now,
        footer=_("Printed at {time}. What has changed since stands in the bot.").format(
            time=clock_time(visitor.now, sheet.clinic.zone)
        ),
        narrow=True,
    )


def doctor_section(sheet: DaySheet, visits: Sequence[ClinicVisit]) -> Section:
    first = visits[0]
    room = _("room {room}").format(room=first.booking.room) if first.booking.room else ""
    heading = ", ".join(filter(None, (first.doctor.full, specialty_here(first), room)))
    return Section(heading, tuple(printed_visit(sheet, each) for each in visits))


def printed_visit(sheet: DaySheet, visit: ClinicVisit) -> tuple[str, str]:
    who = f"{visit.person.full}, {numeric_date(visit.birth_date)}" if sheet.has_names else brief_child(visit)
    came = _("came") if visit.booking.status in CAME else ""
    marks = [mark_word(each) for each in marks_of(visit, sheet.clinic.zone, sheet.confirmed)]
    return clock_time(visit.booking.starts_at, sheet.clinic.zone), " · ".join(filter(None, (who, *marks, came)))


# --- benefits ---------------------------------------------------------------------------------------------------------


@flow.screen(AskBenefit)
async def ask_benefit(visitor: Visitor, link: AskBenefit) -> Screen:
    seen = await visitor.services.staff.live_visit(visitor.account, link.number, Right.CHECK_IN)
    return Screen(
        lines(
            _("<b>Have you seen the papers of the benefit?</b>"),
            visit_lines(visitor, seen.clinic, seen.visit),
            [_("The patient then comes before others, and may take the times for infants.")],
        ),
        (
            (button(_("Yes, note it"), SetBenefit(number=link.number, on=True)),),
            ways_out(DeskVisit(number=link.number)),
        ),
    )


@flow.action(SetBenefit)
async def on_benefit(visitor: Visitor, link: SetBenefit) -> Outcome:
    await visitor.services.arrivals.set_benefit(visitor.account, link.number, link.on)
    said = _("Noted: has a benefit.") if link.on else _("The note is removed.")
    return Reply(DeskVisit(number=link.number), alert=said)
