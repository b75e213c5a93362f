"""A doctor who is late: by how many minutes, the question before parents are told, and whom to telephone."""

from __future__ import annotations

import re

from bot.core.errors import InvalidInput
from bot.core.i18n import gettext as _, long_day, ngettext
from bot.delivery.screen import Button, Screen
from bot.staff.calls import ToCall
from bot.staff.delays import LateCalls, LateDay
from bot.staff.problems import ScheduleProblem
from bot.staff.schedules import ToldOfChange
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.pager import few, page_of
from dialogs.kit.screen import Row, button, lines, text, ways_out
from dialogs.kit.unreadable import unreadable_at_desk
from dialogs.staff.calls import CALLS_ON_A_PAGE, call_facts, call_label, calls_file, calls_line
from dialogs.staff.schedule_changes import reached_line
from dialogs.staff.schedule_links import (
    CallsOfDelay,
    ConfirmDelay,
    DoctorDay,
    PrintLateCalls,
    SetLateCalled,
    TellDelay,
    TellDelayNow,
)
from dialogs.staff.schedules import doctor_heading

flow = Flow("delays", open=True)

DELAYS = (10, 15, 20, 30, 45, 60)
SHORTEST_DELAY, LONGEST_DELAY = 5, 180
ONE_NUMBER = re.compile(r"\D*(\d{1,3})\D*")
"""«20», «20 минут», but not «1 час 20»"""


@flow.screen(TellDelay)
async def tell_delay(visitor: Visitor, link: TellDelay) -> Screen:
    shown = await visitor.services.delays.look(visitor.account, link.doctor)

    def delay_button(minutes: int) -> Button:
        return button(_("{n} min").format(n=minutes), ConfirmDelay(doctor=link.doctor, minutes=minutes))

    return Screen(
        lines(
            doctor_heading(shown.doctor),
            still_to_come(shown.told.visits),
            [_("By how many minutes is the doctor late? Choose, or write a number.")],
        ),
        (
            *few(DELAYS, delay_button, 3),
            *calls_rows(shown),
            ways_out(DoctorDay(doctor=link.doctor, day=shown.day)),
        ),
        asks=True,
    )


def still_to_come(visits: int) -> str:
    if not visits:
        return _("Nobody is still to come today.")
    return ngettext("{n} visit is still to come today.", "{n} visits are still to come today.", visits).format(n=visits)


def calls_rows(shown: LateDay) -> list[Row]:
    if not shown.told.alone:
        return []
    return [(button(calls_label(shown.told), CallsOfDelay(doctor=shown.doctor.number)),)]


@flow.answer(TellDelay)
async def on_minutes(visitor: Visitor, prompt: TellDelay, typed: str) -> Outcome:
    found = ONE_NUMBER.fullmatch(typed)
    if found is None or not SHORTEST_DELAY <= int(found[1]) <= LONGEST_DELAY:
        raise InvalidInput(ScheduleProblem.MINUTES)
    return ConfirmDelay(doctor=prompt.doctor, minutes=int(found[1]))


@flow.screen(ConfirmDelay)
async def confirm_delay(visitor: Visitor, link: ConfirmDelay) -> Screen:
    shown = await visitor.services.delays.look(visitor.account, link.doctor)
    back = ways_out(TellDelay(doctor=link.doctor))
    if not shown.told.visits:
        return Screen(lines(doctor_heading(shown.doctor), still_to_come(0)), (back,))
    return Screen(
        lines(
            doctor_heading(shown.doctor),
            text(_("<b>Tell of a delay of about {minutes}?</b>"), minutes=minutes_late(link.minutes)),
            still_to_come(shown.told.visits),
            whom_it_tells(shown.told),
        ),
        ((button(sure_label(shown.told), TellDelayNow(**link.model_dump(), is_sure=True)),), back),
    )


def sure_label(told: ToldOfChange) -> str:
    """Return what the desk agrees to; where no message reaches anybody, that is the list alone."""
    return calls_label(told) if told.alone == told.visits else _("Yes, tell")


def calls_label(told: ToldOfChange) -> str:
    return _("Whom to telephone · {n}").format(n=told.alone)


def minutes_late(minutes: int) -> str:
    return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)


def whom_it_tells(told: ToldOfChange) -> list[str]:
    reached = told.visits - told.alone
    if not reached:
        return [_("⚠️ The bot reaches none of the families: telephone them.")]
    families = ngettext("The bot tells {n} family.", "The bot tells {n} families.", reached).format(n=reached)
    alone = _("⚠️ The bot does not reach {n}: you get a list to telephone.")
    return [
        f"{families} " + _("They read it a minute after you confirm; another word until then replaces it."),
        alone.format(n=told.alone) if told.alone else "",
    ]


@flow.action(TellDelayNow)
async def on_delay(visitor: Visitor, link: TellDelayNow) -> Outcome:
    if not link.is_sure:
        return ConfirmDelay(doctor=link.doctor, minutes=link.minutes)
    told = await visitor.services.delays.tell(visitor.account, link.doctor, link.minutes)
    if told.alone:
        said = _("✅ I tell the parents in a minute.") if told.visits > told.alone else ""
        return Reply(CallsOfDelay(doctor=link.doctor, minutes=link.minutes), line=said)
    shown = await visitor.services.delays.look(visitor.account, link.doctor)
    done = f"{still_to_come(told.visits)} {reached_line(told)}" if told.visits else still_to_come(0)
    return Reply(DoctorDay(doctor=link.doctor, day=shown.day), alert=done)


# --- whom to telephone ------------------------------------------------------------------------------------------------


@flow.screen(CallsOfDelay)
async def calls_of_delay(visitor: Visitor, link: CallsOfDelay) -> Screen:
    shown = await visitor.services.delays.calls(visitor.account, link.doctor)
    page, zone = page_of(link, shown.to_call, CALLS_ON_A_PAGE), shown.clinic.zone

    def call_button(each: ToCall) -> Button:
        called = each.found.called_at is not None
        to = SetLateCalled(**link.model_dump(), visit=each.found.visit.number, called=not called)
        return button(call_label(each, zone), to)

    return Screen(
        lines(
            doctor_heading(shown.doctor),
            text("<b>{day}</b>", day=long_day(shown.day)),
            late_line(link.minutes),
            calls_line(shown.to_call) or _("Nobody is to be telephoned."),
            unreadable_at_desk(shown.unreadable),
            page.place,
        ),
        (
            *page.rows(call_button),
            *print_rows(link, shown),
            ways_out(DoctorDay(doctor=link.doctor, day=shown.day)),
        ),
    )


def late_line(minutes: int) -> str:
    """Return what there is to say on the telephone; ``minutes`` is 0 if that is not known any more."""
    if not minutes:
        return _("The doctor is late.")
    return text(_("The doctor is late by about {minutes}."), minutes=minutes_late(minutes))


def print_rows(link: CallsOfDelay, shown: LateCalls) -> list[Row]:
    if not shown.to_call:
        return []
    return [(button(_("Print the list"), PrintLateCalls(doctor=link.doctor, minutes=link.minutes)),)]


@flow.action(SetLateCalled)
async def on_called(visitor: Visitor, link: SetLateCalled) -> Outcome:
    await visitor.services.delays.set_called(visitor.account, link.visit, called=link.called)
    return CallsOfDelay(doctor=link.doctor, minutes=link.minutes, page=link.page)


@flow.action(PrintLateCalls)
async def on_print(visitor: Visitor, link: PrintLateCalls) -> Outcome:
    shown = await visitor.services.delays.calls_on_paper(visitor.account, link.doctor)
    rows = [call_facts(each, shown.clinic.zone, has_names=shown.has_names) for each in shown.to_call]
    file = await calls_file(visitor, shown.doctor, shown.day, late_line(link.minutes).rstrip("."), rows)
    return Reply(CallsOfDelay(doctor=link.doctor, minutes=link.minutes), files=(file,))
