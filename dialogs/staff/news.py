"""Messages for the staff: somebody has taken a post, and what the day brings."""

from __future__ import annotations

from bot.core.i18n import N_, clock_time, gettext as _, long_day, ngettext
from bot.core.people import Role
from bot.delivery.screen import Screen
from bot.staff.news import MorningDigest, PostTaken
from dialogs.kit.flow import Visitor
from dialogs.kit.news import news
from dialogs.kit.screen import button, lines, text, ways_out
from dialogs.privacy.export_codes import word
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
            text(_("Questions in the queue: {n}"), n=digest.waiting) if digest.waiting else _("No questions wait."),
            [_("You can switch this message off in the menu of the desk.")],
        ),
        (
            (button(_("Visits of the day"), DeskDay(day=digest.day)), button(_("Queue"), DeskQueue())),
            ways_out(),
        ),
    )
