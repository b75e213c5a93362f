"""Messages about a visit that was cancelled or moved after it was booked."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from bot.appointments.news import (
    CancelledByClinic,
    CancelledByOther,
    DoctorIsLate,
    MarkedByClinic,
    MovedByClinic,
    OfferChanged,
    PresenceDenied,
    PutBackByClinic,
)
from bot.appointments.rules import VisitState
from bot.booking.news import CancellationAnswered, VisitNews
from bot.booking.records import AppointmentCard
from bot.clinics.port import BookingStatus
from bot.core.i18n import N_, duration, gettext as _, spoken_moment
from bot.delivery.screen import Screen
from dialogs.account.links import Home
from dialogs.appointments.alternatives import kept_button, kept_lines, offer_rows, other_time_button
from dialogs.appointments.changes import before_and_after
from dialogs.appointments.keeping import keep_rows
from dialogs.appointments.links import Coming, DeclineInstead
from dialogs.booking.visit_screens import (
    cancelled_now,
    claim_row,
    move_or_cancel,
    same_specialty,
    summary,
    visit,
    ways_below,
)
from dialogs.booking.wording import cancel_reason, patient_and_doctor, place_of
from dialogs.kit.flow import Visitor
from dialogs.kit.news import news
from dialogs.kit.pager import few_paragraphs
from dialogs.kit.screen import Row, button, lines, text


@news(CancellationAnswered, N_("the answer to a cancellation"))
async def cancellation_answered(visitor: Visitor, message: CancellationAnswered) -> Screen | None:
    """Return the visit as it is now: cancelled, or still active if the clinic refused."""
    card = await visitor.services.cancellations.find_for(message)
    if card is None:
        return None
    if card.appointment.status is BookingStatus.CANCELLED:
        return cancelled_now(visitor, card)
    return visit(visitor, await visitor.services.visits.details_of(message.account, card))


@news(CancelledByClinic, N_("the clinic has cancelled the visit"))
async def cancelled_by_clinic(visitor: Visitor, message: CancelledByClinic) -> Screen | None:
    card = await visitor.services.clinic_changes.find_for(message)
    if card is None:
        return None
    when = spoken_moment(card.appointment.starts_at, card.clinic.zone, visitor.now)
    title = text(_("⚠️ <b>The clinic has cancelled the visit: {when}.</b>"), when=when)
    return await called_off(visitor, message, card, title, reason(message))


@news(OfferChanged, N_("the time that was kept went to somebody else"))
async def offer_changed(visitor: Visitor, message: OfferChanged) -> Screen | None:
    card = await visitor.services.clinic_changes.find_called_off(message)
    if card is None or await visitor.services.kept_times.find(card) is None:
        return None
    title = _("⚠️ <b>The clinic has given away the time that was kept for you.</b>")
    return await called_off(visitor, message, card, title)


async def called_off(visitor: Visitor, message: VisitNews, card: AppointmentCard, title: str, why: str = "") -> Screen:
    """Return what is offered instead of a visit that the clinic has called off."""
    kept = await visitor.services.kept_times.find(card)
    offers = await visitor.services.alternatives.list_for_message(message.account, card)
    not_needed = DeclineInstead(appointment=card.appointment.id) if kept else Home()
    return Screen(
        lines(
            title,
            why,
            patient_and_doctor(card),
            text(_("Reception: {phone}"), phone=card.clinic.phone),
            kept_lines(visitor, card, kept) if kept else [],
            [
                _("I can book another time at once.")
                if offers or (kept and kept.doctor)
                else _("You can choose another time or call the reception.")
            ],
        ),
        (
            *(kept_button(card, kept, visitor.now) if kept else []),
            *offer_rows(card, offers, visitor.now),
            (other_time_button(card), button(_("Not needed"), not_needed)),
            ways_below(card),
        ),
    )


def reason(message: CancelledByClinic) -> str:
    return text(_("Reason: {why}"), why=cancel_reason(message.why)) if message.why else ""


@news(MovedByClinic, N_("the clinic has moved the visit"))
async def moved_by_clinic(visitor: Visitor, message: MovedByClinic) -> Screen | None:
    change = await visitor.services.clinic_changes.find_change(message)
    if change is None:
        return None
    moved = any(each.field == "starts_at" for each in change.differences)
    title = _("⚠️ <b>The clinic has moved the visit.</b>") if moved else _("⚠️ <b>The clinic has changed the visit.</b>")
    return Screen(
        lines(title, before_and_after(visitor, change)), agree_or_change(change.card, visitor.now, stays=not moved)
    )


def agree_or_change(card: AppointmentCard, now: datetime, *, stays: bool = False) -> tuple[Row, ...]:
    """``stays``: the time is the same, only the doctor, the room or the like is another one."""
    agree, move = (_("Keep the visit"), _("Another time")) if stays else (_("That suits me"), "")
    return (
        (button(agree, Coming(appointment=card.appointment.id)),),
        move_or_cancel(card, now, move),
        ways_below(card),
    )


@news(DoctorIsLate, N_("the doctor is late"))
async def doctor_is_late(visitor: Visitor, message: DoctorIsLate) -> Screen | None:
    card = await visitor.services.clinic_changes.find_live(message)
    if card is None or not card.appointment.is_ahead(visitor.now):
        return None
    return Screen(
        lines(
            text(_("⚠️ <b>The doctor is late by about {time}.</b>"), time=duration(message.minutes)),
            text(
                _("The visit stays as it is: {when}."),
                when=spoken_moment(card.appointment.starts_at, card.clinic.zone, visitor.now),
            ),
            patient_and_doctor(card),
            place_of(card),
            text(_("Reception: {phone}"), phone=card.clinic.phone),
        ),
        agree_or_change(card, visitor.now, stays=True),
    )


@news(PutBackByClinic, N_("the clinic has put the visit back"))
async def put_back_by_clinic(visitor: Visitor, message: PutBackByClinic) -> Screen | None:
    change = await visitor.services.clinic_changes.find_change(message)
    if change is None:
        return None
    [was] = [each.was for each in change.differences if each.field == "state"] or [VisitState.LIVE]
    title = (
        _("⚠️ <b>The clinic has put the visit back: it is valid again.</b>")
        if was is VisitState.CANCELLED
        else _("⚠️ <b>The clinic has taken back what it noted: the visit is valid again.</b>")
    )
    if not change.others:
        return Screen(lines(title, before_and_after(visitor, change)), agree_or_change(change.card, visitor.now))
    others = few_paragraphs(change.others, partial(summary, visitor))
    return Screen(
        lines(
            title,
            before_and_after(visitor, change),
            [_("Meanwhile another visit is booked:"), *others[0]],
            *others[1:],
            [_("Which one do you keep? If you choose none, all of them stay.")],
        ),
        tuple(keep_rows(visitor, [change.card, *change.others])),
    )


@news(MarkedByClinic, N_("the clinic has noted how the visit went"))
async def marked_by_clinic(visitor: Visitor, message: MarkedByClinic) -> Screen | None:
    change = await visitor.services.clinic_changes.find_change(message)
    if change is None:
        return None
    card = change.card
    title = (
        _("⚠️ <b>The clinic has noted that nobody came: {when}.</b>")
        if card.appointment.status is BookingStatus.NO_SHOW
        else _("⚠️ <b>The clinic has noted that the visit took place: {when}.</b>")
    )
    return Screen(
        lines(
            text(title, when=spoken_moment(card.appointment.starts_at, card.clinic.zone, visitor.now)),
            patient_and_doctor(card),
            text(_("If that is a mistake, call the reception: {phone}"), phone=card.clinic.phone),
        ),
        (
            *([claim_row(card)] if card.appointment.status is BookingStatus.NO_SHOW else []),
            (button(_("Book again"), same_specialty(card)), button(_("Menu"), Home())),
        ),
    )


@news(PresenceDenied, N_("the reception stays with its note that nobody came"))
async def presence_denied(visitor: Visitor, message: PresenceDenied) -> Screen | None:
    details = await visitor.services.attendance.denied(message)
    if details is None:
        return None
    return Screen(
        lines(
            text(
                _("⚠️ <b>The reception stays with its note: nobody came, {when}.</b>"),
                when=spoken_moment(details.appointment.starts_at, details.clinic.zone, visitor.now),
            ),
            patient_and_doctor(details),
            text(_("If that is a mistake, call the reception: {phone}"), phone=details.clinic.phone),
        ),
        ((button(_("Book again"), same_specialty(details)), button(_("Menu"), Home())),),
    )


@news(CancelledByOther, N_("another representative has cancelled the visit"))
async def cancelled_by_other(visitor: Visitor, message: CancelledByOther) -> Screen | None:
    card = await visitor.services.cancellations.find_for(message)
    if card is None:
        return None
    return Screen(
        lines(
            text(
                _("⚠️ <b>The other representative has cancelled the visit: {when}.</b>"),
                when=spoken_moment(card.appointment.starts_at, card.clinic.zone, visitor.now),
            ),
            patient_and_doctor(card),
            place_of(card),
        ),
        ((other_time_button(card),), ways_below(card)),
    )
