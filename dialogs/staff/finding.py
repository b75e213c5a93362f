"""Finding visits by what is typed on any screen of the desk: a family name or a Ref."""

from __future__ import annotations

from datetime import date, timedelta

from bot.applications.confirmation import code_in
from bot.appointments.tickets import ticket_in
from bot.clinics.desk_port import ClinicVisit
from bot.core.clinic import Clinic
from bot.core.errors import InvalidInput
from bot.core.i18n import gettext as _, ngettext
from bot.core.matching import words_of
from bot.core.meant_days import meant_day
from bot.core.refs import read_ref
from bot.core.timing import local_day
from bot.delivery.screen import Button, Screen
from bot.staff.arrivals import OpenedTicket
from bot.staff.desk import MOST_FOUND, VISITS_ON_A_PAGE, FoundVisits
from bot.staff.errors import MatterGone
from bot.staff.names import read_name
from bot.staff.problems import DeskProblem
from bot.staff.rights import Right, has_right, require_right
from dialogs.appointments.links import AppointmentDetails
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.link import Link
from dialogs.kit.pager import page_read
from dialogs.kit.screen import button, lines, text, ways_out
from dialogs.kit.unreadable import unreadable_at_desk
from dialogs.staff.application_check import link_to_check, not_here, opened
from dialogs.staff.application_links import CheckApplication, DeskApplicationList
from dialogs.staff.day_links import DeskDoctorsFor, DeskSpecialtiesFor, DeskTimesFor, TicketAnswer
from dialogs.staff.links import (
    Desk,
    DeskAskCancel,
    DeskConfirmCancel,
    DeskConfirmMove,
    DeskDay,
    DeskDays,
    DeskDoctorDay,
    DeskDoctors,
    DeskFound,
    DeskMove,
    DeskMoveDays,
    DeskNames,
    DeskRefer,
    DeskReferrals,
    DeskVisit,
    SeeMatter,
    SeeTakeover,
)
from dialogs.staff.notes import keep_wanted, wanted_of
from dialogs.staff.policy_links import CheckPolicyRequest
from dialogs.staff.wording import brief_child, day_and_time

flow = Flow("finding at the desk", open=True)

DAYS_AHEAD, DAYS_BACK = 366, 31
"""in which a typed day is looked for"""
SAYS_A_DAY = frozenset(("сегодня", "завтра", "послезавтра", "в", "во", "на", "today", "tomorrow", "on"))
"""words without which a weekday may be a family name"""


async def on_typed(visitor: Visitor, prompt: Link, typed: str) -> Outcome:
    """Open what has the Ref that was typed, the day, else the visits of people with that family name."""
    if (ticket := ticket_in(typed)) is not None:
        return link_of(await visitor.services.arrivals.open(visitor.account, ticket))
    if (code := code_in(typed)) is not None:
        return opened(await visitor.services.application_check.open(visitor.account, code))
    found = None if read_ref(typed) is None else await find_numbered(visitor, typed)
    if found is not None:
        return found
    if (day := await day_typed(visitor, typed)) is not None:
        return DeskDay(day=day)
    wanted = read_name(typed)
    if wanted is None:
        if isinstance(prompt, DeskApplicationList | CheckApplication | CheckPolicyRequest) and read_ref(typed):
            return Reply(DeskApplicationList(), line=not_here())
        raise MatterGone if read_ref(typed) else InvalidInput(DeskProblem.SEARCH)
    keep_wanted(visitor, wanted.typed)
    return DeskNames()


@flow.ref
async def on_ref(visitor: Visitor, typed: str) -> Link | None:
    """Open what has a Ref that a member of the desk has typed where nothing is asked.

    Raises MatterGone on a screen of the desk if the clinic has none; elsewhere the answer to parents says that.
    """
    if not has_right(visitor.account, Right.SEE_VISITS):
        return None
    found = await find_numbered(visitor, typed)
    at = None if visitor.shown is None else visitor.shown.at
    if found is None and type(at).__module__.startswith("dialogs.staff."):
        raise MatterGone
    return found


async def day_typed(visitor: Visitor, typed: str) -> date | None:
    """Return the day that was typed, the next such one without a year; None for a number or a name («Субботин»)."""
    words = words_of(typed)
    clinic = require_right(visitor.account, Right.SEE_VISITS)
    zone = (await visitor.services.directory.clinic(clinic)).zone
    today = local_day(visitor.now, zone)
    is_date = any(each.isdecimal() for each in typed) and not typed.strip().isdecimal()
    if not (is_date or SAYS_A_DAY.intersection(words)):
        return None
    fits = meant_day(typed, words, today)
    days = (today + timedelta(days=ahead) for ahead in (*range(DAYS_AHEAD), *range(-1, -DAYS_BACK, -1)))
    return None if fits is None else next((day for day in days if fits(day)), None)


def link_of(opened: OpenedTicket) -> Link:
    """Return the link of the visit, or of the answer; the access code is asked for before either is shown."""
    if opened.number is not None:
        return DeskVisit(number=opened.number)
    if opened.appointment is not None:
        return AppointmentDetails(appointment=opened.appointment)
    return TicketAnswer(kind=opened.kind)


async def find_numbered(visitor: Visitor, typed: str) -> Link | None:
    """Return the screen of the visit, application, takeover or matter with this Ref; None if the clinic has none."""
    services, account = visitor.services, visitor.account
    number = await services.staff.find_number(account, typed)
    if number is not None:
        return DeskVisit(number=number)
    application = await services.application_check.find(account, typed)
    if application is not None:
        return link_to_check(application)
    takeover = await services.desk_takeovers.find(account, typed)
    if takeover is not None:
        return SeeTakeover(takeover=takeover)
    try:
        return SeeMatter(matter=await services.matters.find(account, typed))
    except MatterGone:
        return None


PROMPTS = (
    DeskSpecialtiesFor,
    DeskDoctorsFor,
    DeskTimesFor,
    Desk,
    DeskDay,
    DeskDays,
    DeskDoctorDay,
    DeskDoctors,
    DeskFound,
    DeskNames,
    DeskVisit,
    DeskAskCancel,
    DeskConfirmCancel,
    DeskMove,
    DeskMoveDays,
    DeskConfirmMove,
    DeskReferrals,
    DeskRefer,
    DeskApplicationList,
    CheckApplication,
    CheckPolicyRequest,
)
"""the screens on which a name or a Ref may be typed, and a photo of a ticket or of a check code may be sent"""

for prompt in PROMPTS:
    flow.answer(prompt)(on_typed)


@flow.screen(DeskFound)
async def found_by_old_button(visitor: Visitor, link: DeskFound) -> Outcome:
    keep_wanted(visitor, link.wanted)
    return DeskNames(page=link.page)


@flow.screen(DeskNames)
async def found(visitor: Visitor, link: DeskNames) -> Screen:
    wanted = wanted_of(visitor)
    if not wanted:
        return name_needed(visitor)
    shown = await visitor.services.staff.search(visitor.account, wanted, link.page)
    page = page_read(link, shown.visits, shown.total, VISITS_ON_A_PAGE)
    return Screen(
        lines(
            text(_("<b>Visits ahead: “{wanted}”</b>"), wanted=shown.wanted),
            counted(shown),
            page.place,
            unreadable_at_desk(shown.visits.unreadable),
            [_("To find a visit, write a family name or the number of the visit.")],
        ),
        (
            *page.rows(lambda visit: found_button(shown.clinic, visit)),
            ways_out(DeskDay()),
        ),
        asks=True,
    )


def name_needed(visitor: Visitor) -> Screen:
    """Return the screen for a page of a search whose name is not kept any more."""
    require_right(visitor.account, Right.SEE_VISITS)
    return Screen(
        lines(
            _("This search is over."),
            _("To find a visit, write a family name or the number of the visit."),
        ),
        (ways_out(DeskDay()),),
        asks=True,
    )


def counted(shown: FoundVisits) -> str:
    if not shown.total:
        return _("Nobody with this name has a visit ahead at the clinic.")
    if shown.total == MOST_FOUND:
        return _("These are the first {n}. Write more of the name to find fewer.").format(n=MOST_FOUND)
    return ngettext("{n} visit", "{n} visits", shown.total).format(n=shown.total)


def found_button(clinic: Clinic, visit: ClinicVisit) -> Button:
    when = day_and_time(visit.booking.starts_at, clinic.zone)
    return button(f"{when} · {brief_child(visit)}", DeskVisit(number=visit.number))
