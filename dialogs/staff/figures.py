"""Figures of the clinic: the week as a picture with numbers in its cells, and a month as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.clinics.desk_port import DoctorDayFigures
from bot.core.i18n import gettext as _, numeric_date, numeric_day, spoken_date
from bot.delivery.paper import Cell, Chart, SheetOfFigures
from bot.delivery.screen import File, Screen
from bot.staff.figures import A_WEEK, Figures
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.screen import button, lines, text, ways_out
from dialogs.staff.day_links import DeskFigures, DrawWeek, TakeMonth
from dialogs.staff.links import Desk
from dialogs.staff.wording import specialty_here

flow = Flow("figures", open=True)


@flow.screen(DeskFigures)
async def figures(visitor: Visitor, link: DeskFigures) -> Screen:
    shown = await visitor.services.figures.week(visitor.account, link.day)
    slots, booked = (sum(getattr(each, name) for each in shown.days) for name in ("slots", "booked"))
    return Screen(
        lines(
            text(_("<b>{clinic}: figures</b>"), clinic=shown.clinic.name),
            text(_("Week from {day}"), day=spoken_date(shown.since)),
            text(_("Times: {slots}, booked: {booked}"), slots=slots, booked=booked),
            text(_("Missed: {n}"), n=shown.missed),
            text(_("Cancelled late: {n}"), n=shown.late),
        ),
        (
            (
                button(_("‹ Earlier"), DeskFigures(day=shown.since - A_WEEK)),
                button(_("Later ›"), DeskFigures(day=shown.since + A_WEEK)),
            ),
            (button(_("Picture"), DrawWeek(day=shown.since)), button(_("Month, Excel"), TakeMonth(day=shown.since))),
            ways_out(Desk()),
        ),
    )


@flow.action(DrawWeek)
async def on_draw(visitor: Visitor, link: DrawWeek) -> Outcome:
    shown = await visitor.services.figures.week(visitor.account, link.day)
    if not shown.days:
        return Reply(DeskFigures(day=link.day), alert=_("No times are published in this week."))
    picture = await visitor.services.figures.draw(week_chart(shown))
    name = _("Week {date}.png").format(date=numeric_date(shown.since))
    caption = _("In each cell: booked of all times.")
    return Reply(DeskFigures(day=link.day), files=(File(name, picture, caption, is_picture=True),))


@flow.action(TakeMonth)
async def on_take(visitor: Visitor, link: TakeMonth) -> Outcome:
    shown = await visitor.services.figures.month(visitor.account, link.day)
    written = await visitor.services.figures.write(month_table(shown))
    name = _("Figures {date}.xlsx").format(date=f"{shown.since:%m.%Y}")
    caption = _("Missed: {missed}, cancelled late: {late}. No patients' names are inside.").format(
        missed=shown.missed, late=shown.late
    )
    return Reply(DeskFigures(day=link.day), files=(File(name, written, caption),))


def week_chart(shown: Figures) -> Chart:
    """Return a row for each doctor, by specialty and name, and a cell for each day."""
    days = [shown.since + timedelta(days=later) for later in range(A_WEEK.days)]
    by_doctor: dict[int, list[DoctorDayFigures]] = {}
    for each in sorted(shown.days, key=lambda each: (each.specialty, each.doctor.family, each.number)):
        by_doctor.setdefault(each.number, []).append(each)
    return Chart(
        title=_("{clinic}, week from {day}").format(clinic=shown.clinic.name, day=spoken_date(shown.since)),
        columns=tuple(numeric_day(day) for day in days),
        rows=tuple(
            (f"{own[0].doctor.with_initials} · {specialty_here(own[0])}", tuple(cell_of(own, day) for day in days))
            for own in by_doctor.values()
        ),
    )


def cell_of(own: Sequence[DoctorDayFigures], day: date) -> Cell | None:
    """Return «12/16» with its share; None for a day without times."""
    found = next((each for each in own if each.day == day), None)
    if found is None or not found.slots:
        return None
    return f"{found.booked}/{found.slots}", found.booked / found.slots


def month_table(shown: Figures) -> SheetOfFigures:
    head = (
        *(_("Day"), _("Doctor"), _("Specialty"), _("Times"), _("Booked")),
        *(_("Came or took place"), _("Missed"), _("Cancelled"), _("Share, %")),
    )
    ordered = sorted(shown.days, key=lambda each: (each.day, each.doctor.family, each.number))
    return SheetOfFigures(_("Figures"), head, tuple(of_doctor(each) for each in ordered))


def of_doctor(each: DoctorDayFigures) -> tuple[str | int | date, ...]:
    share = round(100 * each.booked / each.slots) if each.slots else 0
    names = each.day, each.doctor.full, specialty_here(each)
    return *names, each.slots, each.booked, each.came, each.missed, each.cancelled, share
