"""Family news: what is told of a card's people, each time as it stands at the moment of sending."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.i18n import gettext as _
from bot.models import NoticeKind, OutboxMessage, Patient, Screen
from dialogs import access
from dialogs.kit import Visitor, button, lines, text
from dialogs.links import ChooseWay, Home, PatientCard, Specialties, WhoKeeps

Telling = Callable[[Visitor, OutboxMessage], Awaitable[Screen | None]]


async def access_asked(visitor: Visitor, message: OutboxMessage) -> Screen | None:
    found = await visitor.services.access.about_request(message)
    return None if found is None else access.asked(found)


async def access_refused(visitor: Visitor, message: OutboxMessage) -> Screen | None:
    standing = await visitor.services.access.about_refusal(message)
    return None if standing is None or standing.matter is None else access.as_it_stands(standing, visitor.now)


async def access_given(visitor: Visitor, message: OutboxMessage) -> Screen | None:
    house = await visitor.services.family.about(message)
    if house is None:
        return None
    patient = house.patient
    return Screen(
        lines(
            text(_("✅ <b>Access to a card is given to you: {name}</b>"), name=patient.name.short),
            _("You may book a doctor, move and cancel visits."),
        ),
        (
            (button(_("Book a doctor"), Specialties(patient=patient.id)),),
            (button(_("Open the card"), PatientCard(patient=patient.id)), button(_("Menu"), Home())),
        ),
    )


async def access_revoked(visitor: Visitor, message: OutboxMessage) -> Screen | None:
    return Screen(
        lines(
            text(_("⚠️ <b>Your access to a card has been closed: {name}</b>"), name=message.facts["name"]),
            _("The visits that you have booked stay with the owner of the card; I will not remind you of them."),
            _("If you are the child's legal representative, add the policy: I will say what can be done."),
        ),
        ((button(_("Add a child"), ChooseWay()), button(_("Menu"), Home())),),
    )


async def other_joined(visitor: Visitor, message: OutboxMessage) -> Screen | None:
    return await _to_owner(
        visitor, message, _("✅ <b>Your invitation is accepted</b>: now you keep the card together.")
    )


async def other_left(visitor: Visitor, message: OutboxMessage) -> Screen | None:
    return await _to_owner(
        visitor, message, _("<b>The other representative has left the card.</b> The visits booked stay with you.")
    )


async def became_owner(visitor: Visitor, message: OutboxMessage) -> Screen | None:
    return await _to_owner(
        visitor,
        message,
        _(
            "<b>You are now the owner of the card.</b> You may edit it, invite others and take their access away. "
            "All visits are still here."
        ),
    )


async def _to_owner(visitor: Visitor, message: OutboxMessage, what: str) -> Screen | None:
    house = await visitor.services.family.about(message)
    return None if house is None or not house.mine.is_owner else _about_card(house.patient, what)


def _about_card(patient: Patient, what: str) -> Screen:
    return Screen(
        lines(what, text(_("Child: {name}"), name=patient.name.short)),
        (
            (button(_("Who keeps the card"), WhoKeeps(patient=patient.id)),),
            (button(_("Open the card"), PatientCard(patient=patient.id)), button(_("Menu"), Home())),
        ),
    )


FAMILY_TELLINGS: dict[NoticeKind, Telling] = {
    NoticeKind.ACCESS_ASKED: access_asked,
    NoticeKind.ACCESS_GIVEN: access_given,
    NoticeKind.ACCESS_REFUSED: access_refused,
    NoticeKind.ACCESS_REVOKED: access_revoked,
    NoticeKind.OTHER_JOINED: other_joined,
    NoticeKind.OTHER_LEFT: other_left,
    NoticeKind.BECAME_OWNER: became_owner,
}
