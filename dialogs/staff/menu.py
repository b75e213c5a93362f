"""The menu of the desk: what the member's role allows."""

from __future__ import annotations

from bot.account.rules.access_code import is_in_force
from bot.core.errors import NotYours
from bot.core.i18n import N_, gettext as _
from bot.core.people import Account
from bot.delivery.screen import Screen
from bot.staff.rights import Right, has_right
from dialogs.account.links import ChooseLanguage, CodeSettings, Help, NewCode
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.link import Link
from dialogs.kit.pager import few
from dialogs.kit.screen import Row, button, lines, ways_out
from dialogs.staff.application_links import DeskApplicationList
from dialogs.staff.check_links import PolicyQueue
from dialogs.staff.day_links import ClinicPoster, DeskFigures, DeskWhom
from dialogs.staff.links import AskMatter, Desk, DeskDay, DeskQueue, DeskReaders, StaffList, SwitchDigest
from dialogs.staff.list_links import DeskPatients
from dialogs.staff.schedule_links import ScheduleDoctors

flow = Flow("desk menu", open=True, commands={"desk": Desk()}, serves=lambda account: account.role is not None)

PLACES: tuple[tuple[Right, str, Link], ...] = (
    (Right.SEE_VISITS, N_("Visits today"), DeskDay()),
    (Right.KEEP_PATIENTS, N_("Patients"), DeskPatients()),
    (Right.EDIT_SCHEDULES, N_("Schedules"), ScheduleDoctors()),
    (Right.BOOK_VISITS, N_("Book a patient"), DeskWhom()),
    (Right.SETTLE_MATTERS, N_("A question by number"), AskMatter()),
    (Right.SETTLE_MATTERS, N_("Queue"), DeskQueue()),
    (Right.CHECK_POLICIES, N_("Policies to check"), PolicyQueue()),
    (Right.DECIDE_APPLICATIONS, N_("Applications"), DeskApplicationList()),
    (Right.SEE_FIGURES, N_("Figures"), DeskFigures()),
    (Right.SEE_READERS, N_("Who has read how much"), DeskReaders()),
    (Right.PRINT_POSTER, N_("Link and poster"), ClinicPoster()),
    (Right.MANAGE_STAFF, N_("Staff of the clinic"), StaffList()),
)
"""what each right opens, with the label of its button"""


@flow.screen(Desk)
async def desk_menu(visitor: Visitor, link: Desk) -> Screen:
    account = visitor.account
    if account.role is None:
        raise NotYours
    sees_visits = has_right(account, Right.SEE_VISITS)
    needs_code = not is_in_force(account.lock, visitor.now)
    digest = await digest_rows(visitor) if sees_visits and not needs_code else []
    return Screen(
        lines(
            _("<b>The clinic's desk</b>"),
            _("Visits of the day: cancel or move one, and the parent is told in a minute. To find a visit, write a "
              "family name or the number of the visit.")
            if sees_visits and not needs_code
            else "",
            _("⚠️ Set an access code first: without it the desk stays closed.") if needs_code else "",
        ),
        (
            *([(button(_("Set a code"), NewCode(desk=True)),)] if needs_code else places(account)),
            *([] if needs_code else [(button(_("Access code"), CodeSettings(desk=True)),)]),
            *digest,
            (button(_("Language / Язык"), ChooseLanguage()), button(_("Help"), Help())),
            *([ways_out()] if account.may_link else []),
        ),
        asks=sees_visits and not needs_code,
    )  # fmt: skip


async def digest_rows(visitor: Visitor) -> list[Row]:
    """Return the row that switches the morning digest."""
    is_wanted = await visitor.services.digests.is_wanted(visitor.account)
    label = _("Morning digest: off") if is_wanted else _("Morning digest: on")
    return [(button(label, SwitchDigest(on=not is_wanted)),)]


@flow.action(SwitchDigest)
async def on_switch_digest(visitor: Visitor, link: SwitchDigest) -> Outcome:
    await visitor.services.digests.switch(visitor.account, link.on)
    said = _("The digest comes in the morning.") if link.on else _("The digest comes no more.")
    return Reply(Desk(), said)


def places(account: Account) -> list[Row]:
    """Return a button for each part of the desk that the role opens."""
    open_places = (place for place in PLACES if has_right(account, place[0]))
    return few(open_places, lambda place: button(_(place[1]), place[2]))


def desk_rows(account: Account) -> list[Row]:
    """Return the row of the parents' menu that leads to the desk, for members of the staff."""
    return [(button(_("The clinic's desk"), Desk()),)] if account.role is not None else []
