"""Messages about who acts for a patient: requests for access, access and ownership."""

from __future__ import annotations

from bot.core.i18n import N_, gettext as _
from bot.delivery.screen import Screen
from bot.family.news import (
    AccessGiven,
    AccessRefused,
    AccessRequested,
    AccessRevoked,
    BecameOwner,
    InvitationRecalled,
    OtherJoined,
    OtherLeft,
    SharingEnded,
)
from bot.patients.news import PatientNews
from dialogs.account.links import Home, HomeBelow
from dialogs.booking.links import Specialties
from dialogs.family import access
from dialogs.family.links import ShareBack, WhoKeeps
from dialogs.kit.flow import Visitor
from dialogs.kit.names import name_apart, patient_name
from dialogs.kit.news import news
from dialogs.kit.screen import button, lines, text
from dialogs.patients.links import ChooseWay, PatientCard


@news(AccessRequested, N_("one more account has a card of the child"))
async def access_requested(visitor: Visitor, message: AccessRequested) -> Screen | None:
    found = await visitor.services.access.find_request(message)
    return None if found is None else access.request_screen(found, visitor.now)


@news(AccessRefused, N_("the visits are not shared"))
async def access_refused(visitor: Visitor, message: AccessRefused) -> Screen | None:
    state = await visitor.services.access.find_state(message)
    return None if state is None else access.state_screen(state, visitor.now)


@news(AccessGiven, N_("the visits are shared with you"))
async def access_given(visitor: Visitor, message: AccessGiven) -> Screen | None:
    house = await visitor.services.family.find_household(message)
    if house is None or not any(each.shows_theirs for each in house.shared):
        return None
    patient = house.patient
    is_one_way = any(each.shows_theirs and not each.sees_ours for each in house.shared)
    share = button(_("Share my visits too"), ShareBack(patient=patient.id))
    return Screen(
        lines(
            text(
                _("✅ <b>Another account of your family shares its visits with you: {name}</b>"),
                name=patient_name(patient),
            ),
            _("You may move and cancel them."),
            _("You may book as many visits as you need again.") if is_one_way else "",
            _("It does not see yours yet: share them if you know who it is.") if is_one_way else "",
        ),
        (
            *(((share,),) if is_one_way else ()),
            (button(_("Book a doctor"), Specialties(patient=patient.id)),),
            (button(_("Open the card"), PatientCard(patient=patient.id)), button(_("Menu"), HomeBelow())),
        ),
    )


@news(SharingEnded, N_("the sharing of visits has ended"))
async def sharing_ended(visitor: Visitor, message: SharingEnded) -> Screen | None:
    house = await visitor.services.family.find_household(message)
    if house is None:
        return None
    patient = house.patient
    return Screen(
        lines(
            text(_("⚠️ <b>The other account has ended the sharing of visits: {name}</b>"), name=patient_name(patient)),
            _("You do not see each other's visits any more. Your card and your own visits stay."),
        ),
        ((button(_("Open the card"), PatientCard(patient=patient.id)), button(_("Menu"), Home())),),
    )


@news(AccessRevoked, N_("access is taken away"))
async def access_revoked(visitor: Visitor, message: AccessRevoked) -> Screen | None:
    return Screen(
        lines(
            text(
                _("⚠️ <b>Your access to a card has been closed: {name}</b>"), name=name_apart(message.name, message.mark)
            ),
            _("The visits that you have booked stay with the owner of the card; I will not remind you of them."),
            _("If you are the child's legal representative, add the policy: I will say what can be done."),
        ),
        ((button(_("Add a child"), ChooseWay()), button(_("Menu"), Home())),),
    )


@news(OtherJoined, N_("another representative has joined"))
async def other_joined(visitor: Visitor, message: OtherJoined) -> Screen | None:
    return await _to_owner(
        visitor, message, _("✅ <b>Your invitation is accepted</b>: now you keep the card together.")
    )


@news(OtherLeft, N_("another representative has left"))
async def other_left(visitor: Visitor, message: OtherLeft) -> Screen | None:
    return await _to_owner(
        visitor, message, _("<b>The other representative has left the card.</b> The visits booked stay with you.")
    )


@news(BecameOwner, N_("the card has become yours"))
async def became_owner(visitor: Visitor, message: BecameOwner) -> Screen | None:
    return await _to_owner(
        visitor,
        message,
        _(
            "<b>You are now the owner of the card.</b> You may edit it, invite others and take their access away. "
            "All visits are still here."
        ),
    )


@news(InvitationRecalled, N_("an invitation was taken back"))
async def invitation_recalled(visitor: Visitor, message: InvitationRecalled) -> Screen | None:
    return Screen(
        lines(
            _("<b>The invitation to a card was taken back.</b>"),
            _("If you still need it, ask for a new link. You can also add the child yourself."),
        ),
        ((button(_("Add a child"), ChooseWay()), button(_("Menu"), Home())),),
    )


async def _to_owner(visitor: Visitor, message: PatientNews, sentence: str) -> Screen | None:
    """Return the sentence with the buttons of the card, None if the account is not its owner any more."""
    house = await visitor.services.family.find_household(message)
    if house is None or not house.mine.is_owner:
        return None
    patient = house.patient
    return Screen(
        lines(sentence, text(_("Child: {name}"), name=patient_name(patient))),
        (
            (button(_("Who keeps the card"), WhoKeeps(patient=patient.id)),),
            (button(_("Open the card"), PatientCard(patient=patient.id)), button(_("Menu"), Home())),
        ),
    )
