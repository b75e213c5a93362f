"""The screens of an account that has opened an invitation link, before and after its consents."""

from __future__ import annotations

from bot.core.i18n import gettext as _
from bot.delivery.screen import Button, Screen
from bot.family.records import Invitation
from dialogs.account.links import ChooseLanguage, Home
from dialogs.family.links import AcceptInvitation, DeclineInvitation, Invited
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.screen import button, lines, text, ways_out
from dialogs.kit.wording import moscow_moment
from dialogs.patients.links import PatientCard
from dialogs.privacy.links import AskConsent

flow = Flow("invited", open=True)


@flow.deep_link("inv")
async def on_link(visitor: Visitor, token: str) -> Outcome:
    """Reserve the link for the account, with or without its consents."""
    return Invited(invitation=await visitor.services.invitations.open(visitor.account.id, token))


def invitation_rows(invitation: Invitation | None) -> tuple[tuple[Button, ...], ...]:
    """Return the rows of the menu for an invitation that waits for an answer."""
    if invitation is None:
        return ()
    return ((button(_("An invitation to a card"), Invited(invitation=invitation.id)),),)


@flow.screen(Invited)
async def invited(visitor: Visitor, link: Invited) -> Screen:
    if not visitor.account.may_link:
        return consent_first()
    invitation, patient = await visitor.services.invitations.require_invitation(visitor.account, link.invitation)
    return Screen(
        lines(
            text(_("<b>You are invited to keep a child's card: {name}</b>"), name=patient_name(patient)),
            _("You will see the card and the visits, book, move and cancel them. Only the owner edits the card."),
            text(_("The invitation stands until {when}."), when=moscow_moment(invitation.until, visitor.now)),
        ),
        (
            (
                button(_("Accept"), AcceptInvitation(invitation=link.invitation)),
                button(_("Decline the invitation"), DeclineInvitation(invitation=link.invitation)),
            ),
            ways_out(),
        ),
    )


def consent_first() -> Screen:
    """Return the screen for an account without consents: it does not name the child."""
    return Screen(
        lines(
            _("Hello! I book doctors for children by the OMS policy. You are invited to keep a child's card together."),
            _("To keep your data I need your consent. It takes a minute, and the invitation will wait."),
        ),
        ((button(_("Read and decide"), AskConsent(step=1)), button("English / Русский", ChooseLanguage())), ways_out()),
    )


@flow.action(AcceptInvitation)
async def on_accept(visitor: Visitor, link: AcceptInvitation) -> Outcome:
    patient = await visitor.services.invitations.accept(visitor.account, link.invitation)
    return Reply(PatientCard(patient=patient), _("Now you keep this card too: you may look, book, move and cancel."))


@flow.action(DeclineInvitation)
async def on_decline(visitor: Visitor, link: DeclineInvitation) -> Outcome:
    await visitor.services.invitations.decline(visitor.account.id, link.invitation)
    return Reply(Home(), _("You have declined the invitation."))
