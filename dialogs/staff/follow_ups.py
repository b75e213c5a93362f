"""Follow-ups at the desk: after how many days the patient comes again, the parent's code, and a doctor's sheet."""

from __future__ import annotations

from bot.core.i18n import gettext as _, ngettext, numeric_date, past_day
from bot.core.timing import local_day
from bot.delivery.paper import Paper
from bot.delivery.screen import Button, File, Screen
from bot.staff.follow_ups import CodesOfDoctor
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.pager import few
from dialogs.kit.screen import button, lines, ways_out
from dialogs.kit.specialties import uncapitalised
from dialogs.staff.day_links import DeskFollowUp, MakeFollowUp, PrintFollowUps
from dialogs.staff.links import DeskVisit
from dialogs.staff.schedule_links import ScheduleWeek
from dialogs.staff.wording import specialty_here, visit_lines

flow = Flow("follow-ups", open=True)

TERMS = (7, 10, 14, 30, 90, 180)
"""days after which a doctor mostly sees a patient again"""


@flow.screen(DeskFollowUp)
async def follow_up(visitor: Visitor, link: DeskFollowUp) -> Screen:
    seen = await visitor.services.follow_ups.of_visit(visitor.account, link.number)

    def term_button(days: int) -> Button:
        return button(in_days(days), MakeFollowUp(number=link.number, days=days))

    return Screen(
        lines(
            _("<b>A follow-up with the same doctor</b>"),
            visit_lines(visitor, seen.clinic, seen.visit),
            [_("After how many days? The parent opens the code with the telephone and chooses a time. It names no "
               "patient.")],
        ),
        (*few(TERMS, term_button, 3), ways_out(DeskVisit(number=link.number))),
    )  # fmt: skip


def in_days(days: int) -> str:
    return ngettext("In {n} day", "In {n} days", days).format(n=days)


@flow.action(MakeFollowUp)
async def on_make(visitor: Visitor, link: MakeFollowUp) -> Outcome:
    made = await visitor.services.follow_ups.make(visitor.account, link.number, link.days, visitor.username)
    visit, clinic = made.seen.visit, made.seen.clinic
    since = past_day(made.since, local_day(visitor.now, clinic.zone))
    caption = _("Follow-up from {day} on: {specialty}, {doctor}. The parent opens the code with the telephone.").format(
        day=since, specialty=specialty_here(visit), doctor=visit.doctor.with_initials
    )
    name = _("Follow-up {date}.png").format(date=numeric_date(made.since))
    return Reply(DeskVisit(number=link.number), files=(File(name, made.picture, caption, is_picture=True),))


@flow.action(PrintFollowUps)
async def on_print(visitor: Visitor, link: PrintFollowUps) -> Outcome:
    codes = await visitor.services.follow_ups.of_doctor(visitor.account, link.doctor, visitor.username)
    printed = await visitor.services.follow_ups.print_paper(sheet_of(visitor, codes))
    name = _("Follow-ups {doctor}.pdf").format(doctor=codes.doctor.name.family)
    return Reply(ScheduleWeek(doctor=link.doctor), files=(File(name, printed, ""),))


def sheet_of(visitor: Visitor, codes: CodesOfDoctor) -> Paper:
    doctor, specialty = codes.doctor, uncapitalised(codes.doctor.specialty)
    return Paper(
        title=_("Follow-up: {doctor}, {specialty}").format(doctor=doctor.name.full, specialty=specialty),
        sections=(),
        made_at=visitor.now,
        codes=tuple((in_days(days), link) for days, link in codes.links),
        footer=_("{clinic}. The parent points a camera at a code: the bot shows the free times after so many days. The "
                 "codes name no patient and stay valid.").format(clinic=codes.clinic.name),
    )  # fmt: skip
