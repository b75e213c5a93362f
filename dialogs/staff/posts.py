"""The screens of a person who has opened a link to a post."""

from __future__ import annotations

from bot.account.rules.access_code import is_in_force
from bot.core.i18n import gettext as _
from bot.delivery.screen import Screen
from dialogs.account.links import Home, NewCode
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.screen import button, lines, text, ways_out
from dialogs.kit.wording import moscow_moment
from dialogs.privacy.export_codes import word
from dialogs.staff.links import AcceptPost, DeclinePost, Desk, InvitedToPost

flow = Flow("posts", open=True)


@flow.deep_link("staff")
async def on_link(visitor: Visitor, token: str) -> Outcome:
    """Reserve the link for the account, which needs no consents for a post."""
    return InvitedToPost(invitation=await visitor.services.staff_invitations.open(visitor.account, token))


@flow.screen(InvitedToPost)
async def invited(visitor: Visitor, link: InvitedToPost) -> Screen:
    invitation, clinic, replaces = await visitor.services.staff_invitations.see(visitor.account, link.invitation)
    present = visitor.account.role
    return Screen(
        lines(
            text(
                _("<b>You are invited to work at “{clinic}”: {role}</b>"),
                clinic=clinic.name,
                role=word(invitation.role),
            ),
            _("After you accept, set an access code: the desk opens only with it."),
            text(_("The invitation stands until {when}."), when=moscow_moment(invitation.until, visitor.now)),
            [
                text(
                    _("⚠️ Now you are at “{clinic}”: {role}. If you accept, that ends."),
                    clinic=replaces.name,
                    role=word(present),
                )
            ]
            if replaces is not None and present is not None
            else "",
        ),
        (
            (
                button(
                    _("Accept and replace") if replaces is not None else _("Accept"),
                    AcceptPost(invitation=link.invitation),
                ),
                button(_("Decline the invitation"), DeclinePost(invitation=link.invitation)),
            ),
            ways_out(),
        ),
    )


@flow.action(AcceptPost)
async def on_accept(visitor: Visitor, link: AcceptPost) -> Outcome:
    visitor.account = await visitor.services.staff_invitations.accept(visitor.account, link.invitation)
    if is_in_force(visitor.account.lock, visitor.now):
        return Reply(Desk(), _("The post is yours."))
    return Reply(NewCode(desk=True), _("The post is yours. Now set an access code: the desk opens with it."))


@flow.action(DeclinePost)
async def on_decline(visitor: Visitor, link: DeclinePost) -> Outcome:
    await visitor.services.staff_invitations.decline(visitor.account, link.invitation)
    return Reply(Home(), _("You have declined the invitation."))
