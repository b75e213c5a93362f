"""The staff of a clinic, for its admin: its members, the links to posts, and dismissal."""

from __future__ import annotations

from urllib.parse import urlencode

from bot.core.i18n import MOSCOW, clock_time, gettext as _, ngettext
from bot.core.people import Account, Role
from bot.core.posts import PostInvitation
from bot.delivery.screen import Button, Screen
from bot.staff.invitations import VALID_FOR, start_word
from bot.staff.rights import Right, require_right
from dialogs.account.links import Home
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.pager import few, page_of
from dialogs.kit.screen import button, lines, text, ways_out
from dialogs.kit.wording import moscow_moment
from dialogs.privacy.export_codes import word
from dialogs.staff.links import (
    AskDismiss,
    Colleague,
    Desk,
    Dismiss,
    InviteColleague,
    MakePostLink,
    PostLink,
    StaffList,
    WithdrawPostLink,
)

flow = Flow("colleagues", open=True)

MEMBERS_ON_A_PAGE = 15


@flow.screen(StaffList)
async def staff_list(visitor: Visitor, link: StaffList) -> Screen:
    clinic, members = await visitor.services.members.colleagues(visitor.account)
    invitations = await visitor.services.staff_invitations.list_open(visitor.account)
    entries: list[Account | PostInvitation] = [*invitations, *members]
    page = page_of(link, entries, MEMBERS_ON_A_PAGE)
    return Screen(
        lines(
            text(_("<b>{clinic}: staff</b>"), clinic=clinic.name),
            ngettext("{n} member", "{n} members", len(members)).format(n=len(members)),
            text(_("Open invitations: {n}"), n=len(invitations)) if invitations else "",
            page.place,
            [_("A member is named by a number here; support knows whose it is.")],
        ),
        (
            *page.rows(lambda each: entry_button(visitor, each)),
            (button(_("Invite a colleague"), InviteColleague()),),
            ways_out(Desk()),
        ),
    )


def entry_button(visitor: Visitor, each: Account | PostInvitation) -> Button:
    if isinstance(each, PostInvitation):
        until = clock_time(each.until, MOSCOW)
        label = _("Invitation until {time}: {role}").format(time=until, role=word(each.role))
        return button(label, PostLink(invitation=each.id))
    return button(member_label(visitor, each), Colleague(member=each.id))


def member_label(visitor: Visitor, member: Account) -> str:
    role = word(member.role or "")
    if member.id == visitor.account.id:
        return _("You, {role}").format(role=role)
    return _("Member {number}, {role}").format(number=member.id, role=role)


# --- links to posts ---------------------------------------------------------------------------------------------------


@flow.screen(InviteColleague)
async def invite_colleague(visitor: Visitor, link: InviteColleague) -> Screen:
    clinic = await visitor.services.directory.clinic(require_right(visitor.account, Right.MANAGE_STAFF))
    return Screen(
        lines(
            text(_("<b>{clinic}: whom do you invite?</b>"), clinic=clinic.name),
            _("Registrars and heads see the visits and settle questions; a head and an admin see who has read how "
              "much; an admin invites and dismisses colleagues."),
            _("I make a link that works once, for 24 hours. Send it only to that person."),
        ),
        (*few(Role, lambda role: button(word(role).capitalize(), MakePostLink(role=role))), ways_out(StaffList())),
    )  # fmt: skip


@flow.action(MakePostLink)
async def on_make(visitor: Visitor, link: MakePostLink) -> Screen:
    token = await visitor.services.staff_invitations.make(visitor.account, link.role)
    address = f"https://t.me/{visitor.username}?start={start_word(token)}"
    words = _("An invitation to work at the clinic's desk in the bot. It works for 24 hours, once.")
    share = "https://t.me/share/url?" + urlencode({"url": address, "text": words})
    return Screen(
        lines(
            text(_("✅ <b>The link is ready: {role}</b>"), role=word(link.role)),
            text("{address}", address=address),
            text(
                _("It works once, until {when}. I will not show it again."),
                when=moscow_moment(visitor.now + VALID_FOR, visitor.now),
            ),
        ),
        ((Button(_("Send"), url=share),), ways_out(StaffList())),
    )


@flow.screen(PostLink)
async def post_link(visitor: Visitor, link: PostLink) -> Screen:
    found = await visitor.services.staff_invitations.require_open(visitor.account, link.invitation)
    return Screen(
        lines(
            text(_("<b>Invitation: {role}</b>"), role=word(found.role)),
            text(_("Made: {when}"), when=moscow_moment(found.made_at, visitor.now)),
            text(_("Works until: {when}"), when=moscow_moment(found.until, visitor.now)),
            _("The link was opened, but not accepted yet.")
            if found.opened_by
            else _("Nobody has opened the link yet."),
        ),
        (
            (button(_("Withdraw the invitation"), WithdrawPostLink(invitation=found.id)),),
            ways_out(StaffList()),
        ),
    )


@flow.action(WithdrawPostLink)
async def on_withdraw(visitor: Visitor, link: WithdrawPostLink) -> Outcome:
    await visitor.services.staff_invitations.withdraw(visitor.account, link.invitation)
    return Reply(StaffList(), _("The invitation is withdrawn: the link works no longer."))


# --- members ----------------------------------------------------------------------------------------------------------


@flow.screen(Colleague)
async def colleague(visitor: Visitor, link: Colleague) -> Screen:
    member = await visitor.services.members.require_colleague(visitor.account, link.member)
    return Screen(
        lines(
            text("<b>{name}</b>", name=member_label(visitor, member)),
            _("The access code is set.") if member.lock else _("There is no access code yet: the desk is closed."),
        ),
        ((button(_("Dismiss"), AskDismiss(member=member.id)),), ways_out(StaffList())),
    )


@flow.screen(AskDismiss)
async def ask_dismiss(visitor: Visitor, link: AskDismiss) -> Screen:
    member = await visitor.services.members.require_colleague(visitor.account, link.member)
    return Screen(
        lines(
            text(_("<b>Dismiss: {name}?</b>"), name=member_label(visitor, member)),
            _("The desk closes at once. Only a new link opens it again."),
        ),
        ((button(_("Yes, dismiss"), Dismiss(member=member.id)),), ways_out(Colleague(member=member.id))),
    )


@flow.action(Dismiss)
async def on_dismiss(visitor: Visitor, link: Dismiss) -> Outcome:
    visitor.account = await visitor.services.members.dismiss_colleague(visitor.account, link.member)
    is_admin = visitor.account.role is Role.ADMIN
    return Reply(StaffList() if is_admin else Home(), _("Dismissed: the desk is closed to this member."))
