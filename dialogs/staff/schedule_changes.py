"""Changes of a doctor's days at the desk: the room, a stand-in."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.clinics.schedule_port import DeskDoctor, TimeState
from bot.core.errors import InvalidInput
from bot.core.i18n import gettext as _, long_day, ngettext
from bot.delivery.screen import Button, Screen
from bot.staff.problems import ScheduleProblem
from bot.staff.schedules import DoctorWeek, StandIns, ToldOfChange
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.pager import page_of
from dialogs.kit.screen import button, lines, text, ways_out
from dialogs.staff.links import DeskDoctorDay
from dialogs.staff.schedule_links import (
    ChangeRoom,
    ChooseStandIn,
    ConfirmStandIn,
    DoctorDay,
    ScheduleWeek,
    StandInNow,
)
from dialogs.staff.schedules import DOCTORS_ON_A_PAGE, doctor_heading, named

flow = Flow("changes of schedules", open=True)

LONGEST_ROOM = 12


@flow.screen(ChangeRoom)
async def change_room(visitor: Visitor, link: ChangeRoom) -> Screen:
    shown = await visitor.services.schedules.day(visitor.account, link.doctor, link.day)
    return Screen(
        lines(
            doctor_heading(shown.doctor),
            text(_("<b>{day}</b>"), day=long_day(link.day)),
            text(_("Room now: {room}"), room=room_of(shown)) if room_of(shown) else "",
            [_("Write the number of the other room. Parents who have the bot are told in a minute.")],
        ),
        (ways_out(DoctorDay(doctor=link.doctor, day=link.day)),),
        asks=True,
    )


def room_of(shown: DoctorWeek) -> str:
    return next((each.room for each in shown.times if each.state is not TimeState.CLOSED), shown.doctor.room)


@flow.answer(ChangeRoom)
async def on_room(visitor: Visitor, prompt: ChangeRoom, typed: str) -> Outcome:
    room = typed.strip()
    if not 0 < len(room) <= LONGEST_ROOM or not any(each.isdigit() for each in room):
        raise InvalidInput(ScheduleProblem.ROOM)
    told = await visitor.services.schedules.set_room(visitor.account, prompt.doctor, prompt.day, room)
    done = text(_("✅ The room of this day is {room}."), room=room)
    return Reply(DoctorDay(doctor=prompt.doctor, day=prompt.day), line=f"{done} {told_line(told)}".strip())


def told_line(told: ToldOfChange) -> str:
    if not told.visits:
        return ""
    changed = ngettext("{n} visit changes.", "{n} visits change.", told.visits).format(n=told.visits)
    return f"{changed} {reached_line(told)}"


def reached_line(told: ToldOfChange) -> str:
    """Return whom the bot tells, and how many it cannot reach."""
    if not told.alone:
        return _("I tell the parents in a minute.")
    if told.alone == told.visits:
        return _("The bot reaches none of the parents: telephone them.")
    return _("I tell the parents in a minute. The bot does not reach {n}: telephone them.").format(n=told.alone)


# --- stand-ins --------------------------------------------------------------------------------------------------------


@flow.screen(ChooseStandIn)
async def choose_stand_in(visitor: Visitor, link: ChooseStandIn) -> Screen:
    found = await visitor.services.schedules.stand_ins(visitor.account, link.doctor, for_good=link.for_good)
    page, names = page_of(link, found.others, DOCTORS_ON_A_PAGE), named(found.others)

    def doctor_button(each: DeskDoctor) -> Button:
        to = ConfirmStandIn(doctor=link.doctor, day=link.day, substitute=each.number, for_good=link.for_good)
        return button(names[each.number], to)

    question = _("Who sees the patients instead?") if found.others else _("No other doctor here has this specialty.")
    return Screen(
        lines(doctor_heading(found.doctor), when_line(link.day, for_good=link.for_good), question, page.place),
        (*page.rows(doctor_button, 2), ways_out(back_of(link.doctor, link.day, for_good=link.for_good))),
    )


def when_line(day: date, *, for_good: bool) -> str:
    template = _("<b>From {day} on, for good</b>") if for_good else _("<b>{day}</b>")
    return text(template, day=long_day(day))


def back_of(doctor: int, day: date, *, for_good: bool) -> ScheduleWeek | DoctorDay:
    return ScheduleWeek(doctor=doctor, day=day) if for_good else DoctorDay(doctor=doctor, day=day)


@flow.screen(ConfirmStandIn)
async def confirm_stand_in(visitor: Visitor, link: ConfirmStandIn) -> Screen:
    found = await visitor.services.schedules.stand_ins(visitor.account, link.doctor, for_good=link.for_good)
    what: dict[str, Any] = {"doctor": link.doctor, "day": link.day, "for_good": link.for_good}
    return Screen(
        lines(
            doctor_heading(found.doctor),
            when_line(link.day, for_good=link.for_good),
            text(_("Instead: <b>{doctor}</b>"), doctor=substitute_name(found, link.substitute)),
            [_("Visits go over where age and sex fit and the other doctor is free. The others stay as they are: you "
               "see them next. Parents who have the bot are told in a minute.")],
        ),
        (
            (button(_("Yes, replace"), StandInNow(substitute=link.substitute, **what)),),
            ways_out(ChooseStandIn(**what)),
        ),
    )  # fmt: skip


def substitute_name(found: StandIns, number: int) -> str:
    return next((each.name.full for each in found.others if each.number == number), "")


@flow.action(StandInNow)
async def on_stand_in(visitor: Visitor, link: StandInNow) -> Outcome:
    done = await visitor.services.schedules.stand_in(
        visitor.account, link.doctor, link.substitute, link.day, for_good=link.for_good
    )
    moved = ngettext("{n} visit goes over.", "{n} visits go over.", done.moved).format(n=done.moved)
    if not done.unresolved:
        return Reply(
            back_of(link.doctor, link.day, for_good=link.for_good), alert=_("The stand-in is set.") + f" {moved}"
        )
    left = ngettext(
        "⚠️ {n} visit could not go over: move or cancel it.",
        "⚠️ {n} visits could not go over: move or cancel them.",
        len(done.unresolved),
    ).format(n=len(done.unresolved))
    return Reply(DeskDoctorDay(doctor=link.doctor, day=link.day), line=f"{left} {moved}")
