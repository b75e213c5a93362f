"""Messages for the staff: a post is taken, what the day brings, and trouble with policy checks."""

from __future__ import annotations

from datetime import datetime

from bot.core.clinic import Clinic
from bot.core.i18n import N_, clock_time, gettext as _, long_day, ngettext, spoken_moment
from bot.core.people import Role
from bot.delivery.screen import Screen
from bot.staff.news import (
    ApplicationIsLate,
    ApplicationNotDone,
    DeskIsLate,
    DigitsGuessed,
    MorningDigest,
    PolicyRequestIsLate,
    PostTaken,
)
from dialogs.kit.flow import Visitor
from dialogs.kit.news import news
from dialogs.kit.screen import button, lines, text, unbroken, ways_out
from dialogs.privacy.export_codes import word
from dialogs.staff.application_links import DeskApplicationList
from dialogs.staff.check_links import PolicyQueue
from dialogs.staff.links import DeskDay, DeskQueue, StaffList


@news(PostTaken, N_("a post is taken"))
async def post_taken(visitor: Visitor, message: PostTaken) -> Screen | None:
    """Return None if the reader looks after no staff any more."""
    if visitor.account.role is not Role.ADMIN:
        return None
    return Screen(
        lines(
            text(
                _("✅ Your invitation is accepted: member {number}, {role}."),
                number=message.member,
                role=word(message.role),
            ),
            _("If you expected nobody, open the list and dismiss this member."),
        ),
        ((button(_("Staff of the clinic"), StaffList()),), ways_out()),
    )


@news(MorningDigest, N_("the day at the clinic"))
async def morning_digest(visitor: Visitor, message: MorningDigest) -> Screen | None:
    digest = await visitor.services.digests.content(message)
    if digest is None:
        return None
    zone = digest.clinic.zone
    return Screen(
        lines(
            text(_("<b>{clinic}: {day}</b>"), clinic=digest.clinic.name, day=long_day(digest.day)),
            text(
                ngettext(
                    "{n} visit: from {first} to {last}",
                    "{n} visits: from {first} to {last}",
                    digest.visits,
                ),
                n=digest.visits,
                first=clock_time(digest.first, zone),
                last=clock_time(digest.last, zone),
            ),
            [
                text(_("Questions in the queue: {n}"), n=digest.waiting) if digest.waiting else _("No questions wait."),
                text(_("Applications to decide: {n}"), n=digest.applications) if digest.applications else "",
            ],
            [_("You can switch this message off in the menu of the desk.")],
        ),
        (
            (button(_("Visits of the day"), DeskDay(day=digest.day)), button(_("Queue"), DeskQueue())),
            *([(button(_("Applications"), DeskApplicationList()),)] if digest.applications else []),
            ways_out(),
        ),
    )


@news(DeskIsLate, N_("a policy check is late"))
async def desk_is_late(visitor: Visitor, message: DeskIsLate) -> Screen | None:
    found = await visitor.services.policy_checks.about(message)
    if found is None:
        return None
    due = spoken_moment(found.check.due_at, found.clinic.zone, visitor.now)
    return Screen(
        lines(
            text(_("⚠️ A policy waits for your reception since {when}."), when=due),
            _("The parent is told to call. Let somebody answer it now."),
        ),
        ((button(_("Policies to check"), PolicyQueue()),),),
    )


@news(DigitsGuessed, N_("wrong digits at a policy check"))
async def digits_guessed(visitor: Visitor, message: DigitsGuessed) -> Screen | None:
    if await visitor.services.policy_checks.about(message) is None:
        return None
    return Screen(
        lines(
            _("⚠️ At a policy check the last digits were typed wrong three times."),
            _("The check was taken from that colleague: somebody else has to compare it with your own system."),
        ),
        ((button(_("Policies to check"), PolicyQueue()),),),
    )


@news(ApplicationNotDone, N_("an approved application is refused by the clinic's system"))
async def application_not_done(visitor: Visitor, message: ApplicationNotDone) -> Screen | None:
    found = await visitor.services.desk_applications.not_done(message)
    if found is None:
        return None
    ref = unbroken(found.ref)
    return Screen(
        lines(
            text(_("⚠️ You approved application {ref}, but your system does not find the child."), ref=ref),
            _("Nobody is enrolled, and the parent is told to call you. Check the list of patients in your system."),
        ),
        ((button(_("Applications"), DeskApplicationList()),),),
    )


@news(ApplicationIsLate, N_("an application at the desk is late"))
async def application_is_late(visitor: Visitor, message: ApplicationIsLate) -> Screen | None:
    found = await visitor.services.desk_applications.about(message)
    return None if found is None else late_screen(visitor, found[0].due_at, found[1])


@news(PolicyRequestIsLate, N_("an application for a policy at the desk is late"))
async def policy_request_is_late(visitor: Visitor, message: PolicyRequestIsLate) -> Screen | None:
    found = await visitor.services.desk_policy_requests.about(message)
    return None if found is None else late_screen(visitor, found[0].due_at, found[1])


def late_screen(visitor: Visitor, due_at: datetime, clinic: Clinic) -> Screen:
    due = spoken_moment(due_at, clinic.zone, visitor.now)
    return Screen(
        lines(
            text(_("⚠️ An application waits for a decision of your clinic since {when}."), when=due),
            _("The parent is told to call. Let somebody decide it now."),
        ),
        ((button(_("Applications"), DeskApplicationList()),),),
    )
