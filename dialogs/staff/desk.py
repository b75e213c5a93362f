"""The screens of the desk: the visits of a day, its doctors, another day, and one visit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.booking.records import Presence
from bot.booking.rules import minutes_late
from bot.clinics.desk_port import ClinicVisit
from bot.clinics.port import LIVE
from bot.core.i18n import clock_time, duration, gettext as _, long_day, ngettext, numeric_day, spoken_day
from bot.core.timing import local_day
from bot.delivery.screen import Button, Screen
from bot.staff.desk import VISITS_ON_A_PAGE, ClinicDay, DayDoctor, SeenVisit
from bot.staff.rights import Right, has_right, require_right
from bot.staff.rules import CAME, PRIORITY, VisitStanding, marks_of, may_follow_up, standing_of
from dialogs.kit.doctors import Listed, told_apart
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.pager import few, page_of, page_read
from dialogs.kit.screen import Row, button, lines, text, ways_out
from dialogs.kit.specialties import abbreviated
from dialogs.kit.unreadable import unreadable_at_desk
from dialogs.staff.blocks import block_line, lift_rows
from dialogs.staff.check_links import SeePolicy
from dialogs.staff.day_links import (
    AgreeMissed,
    AskBenefit,
    CheckIn,
    CheckUnchecked,
    DenyMissed,
    DeskBlocked,
    DeskFollowUp,
    DeskMissed,
    DeskWaiting,
    PrintDay,
    SetBenefit,
)
from dialogs.staff.links import (
    Desk,
    DeskAskCancel,
    DeskDay,
    DeskDays,
    DeskDoctorDay,
    DeskDoctors,
    DeskMove,
    DeskNames,
    DeskReferrals,
    DeskUndo,
    DeskVisit,
    ShowVisit,
)
from dialogs.staff.list_links import DeskPatient
from dialogs.staff.schedule_links import ClosePreview
from dialogs.staff.wording import (
    arrival,
    brief_child,
    facts_of,
    mark_word,
    never_shown,
    passing_message,
    reach,
    showing_rows,
    specialty_here,
    standing,
    visit_lines,
    whole_child,
)

flow = Flow("desk", open=True, commands={"day": DeskDay()}, serves=lambda account: has_right(account, Right.SEE_VISITS))

ONE_DAY = timedelta(days=1)
DAYS_TO_CHOOSE = 12
DOCTORS_ON_A_PAGE = 16
LONGEST_LABEL = 41
"""characters of a visit's button, which has a row of its own: a phone of 390 pixels cuts more"""


@flow.screen(DeskDay)
async def day(visitor: Visitor, link: DeskDay) -> Screen:
    shown = await visitor.services.staff.day(visitor.account, link.day, link.page)
    rows: list[Row] = [(button(_("By doctor"), DeskDoctors(day=shown.day)),)] if shown.visits else []
    return day_screen(visitor, link, shown, (around(shown.day), *rows, *print_row(shown), last_row(visitor, shown)))


@flow.screen(DeskDoctorDay)
async def doctor_day(visitor: Visitor, link: DeskDoctorDay) -> Screen:
    shown = await visitor.services.staff.day(visitor.account, link.day, link.page, link.doctor)
    return day_screen(
        visitor,
        link,
        shown,
        (
            around(shown.day, link.doctor),
            (button(_("All doctors"), DeskDay(day=shown.day)),),
            *print_row(shown, link.doctor),
            ways_out(DeskDoctors(day=shown.day)),
        ),
    )


def day_screen(visitor: Visitor, link: DeskDay | DeskDoctorDay, shown: ClinicDay, rows: Sequence[Row]) -> Screen:
    page = page_read(link, shown.visits, shown.total, VISITS_ON_A_PAGE)
    counted = ngettext("{n} visit", "{n} visits", shown.total).format(n=shown.total)
    return Screen(
        lines(
            text(_("<b>{clinic}: {day}</b>"), clinic=shown.clinic.name, day=long_day(shown.day)),
            text(_("Doctor: {name}"), name=shown.doctor.full) if shown.doctor else "",
            f"{counted}{counts_of(shown)}" if shown.visits or shown.visits.unreadable else nobody(visitor, shown),
            page.place,
            _("⚠️ marks a policy that is not checked yet.") if shown.unchecked else "",
            unreadable_at_desk(shown.visits.unreadable),
            [_("To find a visit, write a family name or the number of the visit.")],
        ),
        (*page.rows(lambda visit: visit_button(shown, visit)), *next_row(shown), *rows),
        asks=True,
    )


def nobody(visitor: Visitor, shown: ClinicDay) -> str:
    """Return what to say of a day without visits, and of the next day that has some."""
    empty = shown.empty
    today = local_day(visitor.now, shown.clinic.zone)
    if empty is None or not empty.is_closed:
        said = _("Nobody is booked on this day.")
    else:
        said = _("The clinic is closed today.") if shown.day == today else _("The clinic is closed on this day.")
    if empty is None or empty.next is None:
        return said
    return f"{said} " + text(_("The next visits: {day}."), day=spoken_day(empty.next, today))


def next_row(shown: ClinicDay) -> list[Row]:
    if shown.empty is None or shown.empty.next is None:
        return []
    return [(button(_("Visits on {day}").format(day=numeric_day(shown.empty.next)), DeskDay(day=shown.empty.next)),)]


def around(shown: date, doctor: int | None = None) -> Row:
    """Return the row of the day before, the day that is shown, which leads to other days, and the day after."""

    def on(at: date) -> DeskDay | DeskDoctorDay:
        return DeskDay(day=at) if doctor is None else DeskDoctorDay(day=at, doctor=doctor)

    before, after = shown - ONE_DAY, shown + ONE_DAY
    return (
        button(f"‹ {numeric_day(before)}", on(before)),
        button(numeric_day(shown), DeskDays(day=shown)),
        button(f"{numeric_day(after)} ›", on(after)),
    )


def last_row(visitor: Visitor, shown: ClinicDay) -> Row:
    is_today = shown.day == local_day(visitor.now, shown.clinic.zone)
    return (*(() if is_today else (button(_("Today"), DeskDay()),)), *ways_out(Desk()))


def visit_button(shown: ClinicDay, visit: ClinicVisit) -> Button:
    """Return the button of a visit: in the list of one doctor its marks stand instead of the specialty."""
    time = clock_time(visit.booking.starts_at, shown.clinic.zone)
    warning = "⚠️ " if visit.number in shown.unchecked else ""
    came = " ✅" if visit.booking.status in CAME else ""
    marks = marks_of(visit, shown.clinic.zone, shown.confirmed)
    if shown.doctor is None:
        marks = [each for each in marks if each in PRIORITY]
    said = ", ".join(mark_word(each) for each in marks)
    known = " · ".join(filter(None, (f"{warning}{time}{came}", brief_child(visit), said)))
    if shown.doctor is not None:
        return button(known, DeskVisit(number=visit.number))
    specialty = abbreviated(specialty_here(visit), LONGEST_LABEL - len(known) - len(" · "))
    return button(f"{known} · {specialty}", DeskVisit(number=visit.number))


def counts_of(shown: ClinicDay) -> str:
    """Return what is known of how the day goes, behind the number of visits."""
    counts = shown.counts
    known = (
        (counts.came, _("came {n}")),
        (counts.missed, _("missed {n}")),
        (counts.confirmed, _("confirmed {n}")),
        (counts.first_here, _("here first {n}")),
    )
    said = ", ".join(words.format(n=number) for number, words in known if number)
    return f": {said}" if said else ""


def print_row(shown: ClinicDay, doctor: int | None = None) -> list[Row]:
    return [(button(_("Print the list"), PrintDay(day=shown.day, doctor=doctor)),)] if shown.visits else []


@flow.screen(DeskDoctors)
async def doctors(visitor: Visitor, link: DeskDoctors) -> Screen:
    clinic, found = await visitor.services.staff.doctors(visitor.account, link.day)
    page = page_of(link, found, DOCTORS_ON_A_PAGE)

    listed = [Listed(each.name.with_initials, each.name, specialty_here(each)) for each in found]
    names = dict(zip((each.number for each in found), told_apart(listed), strict=True))

    def doctor_button(each: DayDoctor) -> Button:
        label = f"{names[each.number]} ({each.visits})"
        return button(label, DeskDoctorDay(day=link.day, doctor=each.number))

    return Screen(
        lines(
            text(_("<b>{clinic}: {day}</b>"), clinic=clinic.name, day=long_day(link.day)),
            _("Which doctor? In brackets is the number of visits.") if found else _("Nobody is booked on this day."),
            page.place,
        ),
        (*page.rows(doctor_button, 2), ways_out(day_before(link))),
        asks=True,
    )


def day_before(link: DeskDoctors | DeskDays) -> DeskDay:
    """Return the day that was left for this screen: today's list names no day."""
    return link.came_from(DeskDay) or DeskDay(day=link.day)


@flow.screen(DeskDays)
async def days(visitor: Visitor, link: DeskDays) -> Screen:
    require_right(visitor.account, Right.SEE_VISITS)
    offered = [link.day + timedelta(days=later) for later in range(DAYS_TO_CHOOSE)]
    turn = timedelta(days=DAYS_TO_CHOOSE)
    return Screen(
        _("Which day?"),
        (
            *few(offered, lambda at: button(numeric_day(at), DeskDay(day=at)), 3),
            (
                button(_("‹ Earlier"), DeskDays(day=link.day - turn)),
                button(_("Later ›"), DeskDays(day=link.day + turn)),
            ),
            (button(_("Today"), DeskDay()), *ways_out(day_before(link))),
        ),
        asks=True,
    )


LEAD_TO_VISITS = (
    DeskNames,
    DeskDoctorDay,
    DeskDay,
    DeskMissed,
    DeskBlocked,
    DeskWaiting,
    DeskPatient,
    ClosePreview,
)
"""the lists of visits to which «Назад» leads from one of them"""


@flow.screen(DeskVisit)
async def one_visit(visitor: Visitor, link: DeskVisit) -> Screen:
    seen = await visitor.services.staff.visit(visitor.account, link.number)
    clinic, visit, keepers, is_unchecked, _block = seen
    is_live = visit.booking.status in LIVE
    own_number = "" if keepers.ref else _("visit {number}").format(number=link.number)
    back = DeskDay(day=visit.booking.starts_at.astimezone(clinic.zone).date())
    rows: list[Row] = [(button(_("Check the policy"), CheckUnchecked(number=link.number)),)] if is_unchecked else []
    rows += [*arrival_rows(visitor, seen), *lift_rows(seen)]
    if visit.booking.undo_until is not None and visitor.now < visit.booking.undo_until:
        rows.append((button(_("Undo"), DeskUndo(number=link.number)),))
    if is_live:
        rows.append(
            (
                button(_("Move"), DeskMove(number=link.number)),
                button(_("Cancel for the clinic"), DeskAskCancel(number=link.number)),
            )
        )
        rows.append((button(_("Refer to…"), DeskReferrals(number=link.number)), benefit_button(visit)))
    if may_follow_up(visit.booking):
        rows.append((button(_("Follow-up: QR code"), DeskFollowUp(number=link.number)),))
    return Screen(
        lines(
            standing(visitor, clinic, visit) or late_line(visitor, seen),
            _("⚠️ <b>The policy is not checked.</b> Compare it when the parent comes.") if is_unchecked else "",
            block_line(visitor, clinic, seen.block),
            visit_lines(visitor, clinic, visit),
            facts_of(clinic, visit, keepers),
            [arrival(visitor, clinic, keepers) or reach(keepers), never_shown(visitor, own_number)],
        ),
        (
            *showing_rows(visitor, ShowVisit(number=link.number)),
            *rows,
            ways_out(link.came_from(*LEAD_TO_VISITS) or back),
        ),
        asks=True,
    )


def late_line(visitor: Visitor, seen: SeenVisit) -> str:
    """Return how late the patient of a visit is by the clinic's rule, "" if not late: the desk decides what follows."""
    late = minutes_late(seen.visit.booking, seen.clinic.facts, visitor.now)
    if late is None or standing_of(seen.visit.booking, seen.clinic.zone, visitor.now) is not VisitStanding.EXPECTED:
        return ""
    return text(_("⚠️ <b>Late by {time}.</b> Ask the doctor; the visit stays until you cancel it."), time=duration(late))


@flow.action(CheckUnchecked)
async def on_check(visitor: Visitor, link: CheckUnchecked) -> Outcome:
    return SeePolicy(check=await visitor.services.unchecked_at_desk.check(visitor.account, link.number))


def benefit_button(visit: ClinicVisit) -> Button:
    if visit.has_priority:
        return button(_("Remove the benefit"), SetBenefit(number=visit.number, on=False))
    return button(_("Note a benefit"), AskBenefit(number=visit.number))


def arrival_rows(visitor: Visitor, seen: SeenVisit) -> list[Row]:
    """Return what the desk may note of the patient's coming."""
    visit, number = seen.visit, seen.visit.number
    match standing_of(visit.booking, seen.clinic.zone, visitor.now):
        case VisitStanding.EXPECTED:
            return [(button(_("Came"), CheckIn(number=number)),)]
        case VisitStanding.MISSED if seen.keepers.said and seen.keepers.said.presence is Presence.ASKED:
            return [
                (
                    button(_("Yes, they were"), AgreeMissed(number=number)),
                    button(_("No, nobody came"), DenyMissed(number=number)),
                )
            ]
        case VisitStanding.MISSED:
            return [(button(_("They came after all"), AgreeMissed(number=number)),)]
    return []


@flow.action(ShowVisit)
async def on_show(visitor: Visitor, link: ShowVisit) -> Outcome:
    shown = await visitor.services.showing.visit(visitor.account, link.number)
    return Reply(DeskVisit(number=link.number), passing=passing_message(whole_child(shown)))
