"""News: the text and buttons of every notice and reminder, in the reader's language, true at the moment of sending."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.i18n import gettext as _
from bot.i18n import spoken_moment
from bot.models import AppointmentCard as Card
from bot.models import BookingStatus, NoticeKind, Operator, OutboxMessage, Screen
from bot.services import Services
from dialogs import levels, pin
from dialogs.appointments import as_it_stands, booked, cancelled, offered, other_time, refused
from dialogs.family_news import FAMILY_TELLINGS
from dialogs.kit import Row, Visitor, button, lines, text, unbroken
from dialogs.links import AppointmentCard, AskCancel, Coming, Home
from dialogs.takeovers import TAKEOVER_TELLINGS
from dialogs.verdicts import outcome
from dialogs.visits import come_early, identity_paper, moment, move_of, reason, where, who
from dialogs.watching import WATCHED
from dialogs.watching import told as watching_told

Telling = Callable[[Visitor, OutboxMessage, Card], Awaitable[Screen]]


async def render(services: Services, operator: Operator, message: OutboxMessage, now: datetime) -> Screen | None:
    """The screen of a message, or None where nobody needs it any more. Raises NotYet while its facts are unknown."""
    account = await services.accounts.get(message.account)
    if account is None:
        return None
    visitor = Visitor(account, services, operator, now)
    if message.kind in {NoticeKind.PIN_DROPS, NoticeKind.PIN_DROPPED}:
        return pin.told(visitor, message)
    if message.kind in TAKEOVER_TELLINGS:
        return await TAKEOVER_TELLINGS[message.kind](visitor, message)
    return await about_patient(visitor, message) if account.may_link else None


async def about_patient(visitor: Visitor, message: OutboxMessage) -> Screen | None:
    """Told only to somebody who lets the bot keep a patient's data."""
    services = visitor.services
    if message.kind in WATCHED:
        return await watching_told(visitor, message)
    if message.kind is NoticeKind.PAPERS_SEEN:
        return await levels.papers_seen(visitor, message)
    if message.kind is NoticeKind.VERIFICATION:
        patient = await services.notices.about_patient(message)
        return None if patient is None else await outcome(visitor, patient)
    if message.kind in FAMILY_TELLINGS:
        return await FAMILY_TELLINGS[message.kind](visitor, message)
    card = await services.notices.about_visit(message)
    return None if card is None else await TELLINGS[message.kind](visitor, message, card)


async def booking(visitor: Visitor, message: OutboxMessage, card: Card) -> Screen:
    if card.appointment.status is BookingStatus.REFUSED:
        return refused(visitor, card)
    if not card.appointment.is_live:
        return cancelled(visitor, card)
    return booked(visitor, await visitor.services.appointments.show(message.account, card.appointment.id))


async def cancellation(visitor: Visitor, message: OutboxMessage, card: Card) -> Screen:
    """What became of «Отменить»; where the clinic would not, the visit as it stands."""
    return as_it_stands(visitor, await visitor.services.appointments.show(message.account, card.appointment.id))


async def cancelled_by_clinic(visitor: Visitor, message: OutboxMessage, card: Card) -> Screen:
    offers = await visitor.services.appointments.offers(message.account, card.appointment.id)
    return Screen(
        lines(
            text(
                _("⚠️ <b>The clinic has cancelled the visit: {when}.</b>"),
                when=spoken_moment(card.appointment.starts_at, card.clinic.zone, visitor.now),
            ),
            because(message),
            who(card),
            text(_("Reception: {phone}"), phone=card.clinic.phone),
            [
                _("I can book another time at once:")
                if offers
                else _("You can choose another time or call the reception.")
            ],
        ),
        (*offered(card, offers, visitor.now), (*other_time(card), button(_("Not needed"), Home()))),
    )


def because(message: OutboxMessage) -> str:
    why = str(message.facts.get("why", ""))
    return text(_("Reason: {why}"), why=reason(why)) if why else ""


async def moved_by_clinic(visitor: Visitor, message: OutboxMessage, card: Card) -> Screen:
    return Screen(
        lines(
            _("⚠️ <b>The clinic has moved the visit.</b>"),
            was_and_is(visitor, message, card),
        ),
        (
            (button(_("That suits me"), Coming(appointment=card.appointment.id)),),
            move_or_cancel(card),
            (button(_("Menu"), Home()),),
        ),
    )


def was_and_is(visitor: Visitor, message: OutboxMessage, card: Card) -> list[str]:
    """A visit that was moved, at both its times."""
    was, zone = moment(int(message.facts["was"])), card.clinic.zone
    return [
        who(card),
        text(_("Was: {when}"), when=spoken_moment(was, zone, visitor.now)),
        text(_("<b>Now: {when}</b>"), when=spoken_moment(card.appointment.starts_at, zone, visitor.now)),
        where(card),
    ]


def move_or_cancel(card: Card) -> Row:
    cancel = button(_("Cancel the visit"), AskCancel(appointment=card.appointment.id))
    return button(_("Move"), move_of(card)), cancel


async def reminder(visitor: Visitor, message: OutboxMessage, card: Card) -> Screen:
    appointment = card.appointment
    when = spoken_moment(appointment.starts_at, card.clinic.zone, visitor.now)
    return Screen(
        lines(
            text(_("<b>Reminder: {when}</b>"), when=when),
            who(card),
            where(card),
            [
                text(_("Take with you: the policy, {paper}."), paper=identity_paper(card)),
                come_early(card.clinic),
                text(_("Visit number {ref}"), ref=unbroken(appointment.ref)),
            ],
        ),
        (
            (button(_("We are coming"), Coming(appointment=appointment.id)),),
            move_or_cancel(card),
            (button(_("Details"), AppointmentCard(appointment=appointment.id)), button(_("Menu"), Home())),
        ),
    )


async def cancelled_by_other(visitor: Visitor, message: OutboxMessage, card: Card) -> Screen:
    return Screen(
        lines(
            text(
                _("⚠️ <b>The other representative has cancelled the visit: {when}.</b>"),
                when=spoken_moment(card.appointment.starts_at, card.clinic.zone, visitor.now),
            ),
            who(card),
            where(card),
        ),
        ((*other_time(card), button(_("Menu"), Home())),),
    )


async def moved_by_other(visitor: Visitor, message: OutboxMessage, card: Card) -> Screen:
    return Screen(
        lines(
            _("⚠️ <b>The other representative has moved the visit.</b>"),
            was_and_is(visitor, message, card),
        ),
        ((button(_("Details"), AppointmentCard(appointment=card.appointment.id)), button(_("Menu"), Home())),),
    )


TELLINGS: dict[NoticeKind, Telling] = {
    NoticeKind.BOOKING: booking,
    NoticeKind.CANCELLATION: cancellation,
    NoticeKind.CANCELLED_BY_CLINIC: cancelled_by_clinic,
    NoticeKind.MOVED_BY_CLINIC: moved_by_clinic,
    NoticeKind.REMINDER: reminder,
    NoticeKind.CANCELLED_BY_OTHER: cancelled_by_other,
    NoticeKind.MOVED_BY_OTHER: moved_by_other,
}
