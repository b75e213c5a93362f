"""The screens that show one visit, and the parts that they share with messages about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.booking import rules
from bot.booking.news import BookedByOther, BookingAnswered, CancellationAnswered
from bot.booking.records import AppointmentCard, CancelReason, Presence
from bot.booking.rules import is_too_late_to_move
from bot.booking.visits import VisitDetails
from bot.clinics.port import BookingStatus
from bot.core.i18n import gettext as _, spoken_moment
from bot.core.people import Purpose, Sex
from bot.delivery.screen import Screen
from dialogs.account.links import Help, Home, HomeBelow
from dialogs.appointments.links import (
    Alternatives,
    AppointmentDetails,
    AppointmentList,
    AskCancel,
    ClaimPresence,
    Leave,
    OpenVisit,
    PastVisits,
    PrintTicket,
)
from dialogs.booking.links import Days, Doctors
from dialogs.booking.wording import arrival_advice, identity_paper, patient_and_doctor, place_of, unchecked_line
from dialogs.kit.flow import Visitor
from dialogs.kit.names import brief_patient_name
from dialogs.kit.screen import Row, button, copying, lines, makes_needless, text, unbroken, ways_out
from dialogs.privacy.links import STEPS, AskConsent


def visit(visitor: Visitor, details: VisitDetails) -> Screen:
    """Return the screen of a visit for its present status."""
    card, appointment = details.card, details.card.appointment
    if appointment.status is BookingStatus.PENDING and appointment.account != visitor.account.id:
        return booked_elsewhere(visitor, card)
    if appointment.status is BookingStatus.PENDING:
        return waiting(
            visitor, card, _("I am checking whether the visit is booked: the clinic has not confirmed in time.")
        )
    if appointment.cancelling:
        return waiting(visitor, card, _("I am cancelling the visit: the clinic has not confirmed yet."))
    if appointment.status is BookingStatus.CANCELLED:
        return cancelled(visitor, card)
    if appointment.status is BookingStatus.REFUSED:
        return refused(visitor, card)
    if appointment.status is BookingStatus.NO_SHOW:
        return missed(visitor, details)
    if not appointment.is_ahead(visitor.now):
        return past(visitor, card)
    return active(visitor, details, _("<b>Visit {ref}</b>"))


def booked(visitor: Visitor, details: VisitDetails) -> Screen:
    """Return the screen of a visit that «Записаться» has just booked or moved, a message that stays."""
    screen = active(visitor, details, f"<b>{booked_title(details.card)}</b>", is_new=True)
    turn_on = button(_("Turn reminders on"), AskConsent(step=STEPS[Purpose.REMINDERS]))
    offer = () if visitor.account.wants_reminders else ((turn_on,),)
    copies = copying(ref=details.card.appointment.ref, address=details.card.clinic.address)
    changes = move_or_cancel(details.card, visitor.now)
    tickets = ticket_rows(details.card, visitor.now)
    return replace(screen, rows=(*tickets, changes, *offer, *copies, ways_below(details.card)))


def booked_title(card: AppointmentCard) -> str:
    """Return the title with places for the number and the name."""
    if card.appointment.replaces:
        return _("✅ Moved. Visit number {ref}")
    if card.patient.sex is Sex.FEMALE:
        return _("✅ {name} is booked. Her visit number is {ref}")
    return _("✅ {name} is booked. His visit number is {ref}")


def active(visitor: Visitor, details: VisitDetails, title: str, *, is_new: bool = False) -> Screen:
    """Return the screen of a visit ahead; if it was booked just now, the screen withdraws the message that says so.

    ``is_new``: it says so itself, also that no reminder comes.
    """
    card, appointment = details.card, details.card.appointment
    is_own = appointment.account == visitor.account.id
    told = (BookingAnswered if is_own else BookedByOther)(visitor.account.id, appointment.id)
    return Screen(
        lines(
            text(title, ref=unbroken(appointment.ref), name=brief_patient_name(card.patient)),
            summary(visitor, card),
            [
                text(
                    _("Take the policy {policy} and {paper}."),
                    policy=card.patient.masked_policy,
                    paper=identity_paper(card),
                ),
                arrival_advice(card.clinic),
                unchecked_line() if is_unchecked(card) else "",
                whether_coming(card),
                reminder_time(visitor, details, is_new=is_new),
                no_move_line(card, visitor.now),
            ],
        ),
        (
            *ticket_rows(card, visitor.now),
            *([] if appointment.status is BookingStatus.CHECKED_IN else [move_or_cancel(card, visitor.now)]),
            *copying(ref=appointment.ref, address=card.clinic.address),
            ways_out(AppointmentList()),
        ),
        shows=makes_needless(told.dedup, appointment.created_at, visitor.now),
    )


def is_unchecked(card: AppointmentCard) -> bool:
    """Return whether the visit was booked before the policy was checked, and it is not right yet."""
    return card.patient.person is None and not card.patient.is_verified


def whether_coming(card: AppointmentCard) -> str:
    if card.appointment.status is BookingStatus.CHECKED_IN:
        return _("✅ The reception has noted that you are here.")
    return _("You have confirmed that you are coming.") if card.appointment.confirmed else ""


def ticket_rows(card: AppointmentCard, now: datetime) -> list[Row]:
    """Return the row of the button for the QR code, as long as the reception reads it."""
    to = PrintTicket(appointment=card.appointment.id)
    return [(button(_("QR code for the reception"), to),)] if rules.has_ticket(card, now) else []


def reminder_time(visitor: Visitor, details: VisitDetails, *, is_new: bool) -> str:
    if not visitor.account.wants_reminders:
        return _("Reminders are off: I will not remind you of this visit.")
    at = details.reminder
    if at is None or at >= details.card.appointment.starts_at:  # one that missed its moment waits for the morning
        return _("The visit is soon: I will not remind you of it.") if is_new else ""
    if at <= visitor.now:
        return ""
    when = spoken_moment(at, details.card.clinic.zone, visitor.now)
    return text(_("I will remind you: {when}."), when=when)


def waiting(visitor: Visitor, card: AppointmentCard, sentence: str) -> Screen:
    """Return the screen of a visit whose request the clinic has not answered; ``sentence`` says which."""
    return Screen(
        lines(
            sentence,
            _("I will write as soon as I know, usually within a minute; no need to press again."),
            summary(visitor, card),
            [text(_("Number of the request: {ref}"), ref=unbroken(card.appointment.ref))],
        ),
        (
            (
                button(_("How is it going?"), AppointmentDetails(appointment=card.appointment.id)),
                button(_("Menu"), Leave(appointment=card.appointment.id)),
            ),
        ),
    )


def booked_elsewhere(visitor: Visitor, card: AppointmentCard) -> Screen:
    """Return the screen of a visit that another representative is booking."""
    return Screen(
        lines(
            _("The other representative is booking this visit: the clinic has not confirmed it yet."),
            _("I will write when it is booked."),
            summary(visitor, card),
        ),
        (
            (button(_("How is it going?"), AppointmentDetails(appointment=card.appointment.id)),),
            ways_out(AppointmentList()),
        ),
    )


def cancelled(visitor: Visitor, card: AppointmentCard) -> Screen:
    appointment = card.appointment
    title = {
        CancelReason.BY_CLINIC: _("⚠️ <b>The clinic has cancelled this visit.</b>"),
        CancelReason.RESCHEDULED: _("<b>This visit has been moved to another time.</b>"),
    }.get(appointment.reason or CancelReason.BY_REPRESENTATIVE, _("✅ <b>The visit is cancelled.</b>"))
    late = _("It was cancelled late: the clinic may take note of it.") if appointment.late else ""
    return Screen(
        lines(title, late, summary(visitor, card)),
        (
            (button(_("Book again"), same_specialty(card)), button(_("My visits"), AppointmentList())),
            (button(_("Menu"), Home()),),
        ),
        shows=CancellationAnswered(visitor.account.id, appointment.id).dedup,
    )


def cancelled_now(visitor: Visitor, card: AppointmentCard) -> Screen:
    """Return the confirmation of a cancellation, a message that stays."""
    screen = cancelled(visitor, card)
    return replace(screen, rows=(screen.rows[0], ways_below(card)))


def refused(visitor: Visitor, card: AppointmentCard) -> Screen:
    return Screen(
        lines(_("⚠️ <b>The visit could not be booked:</b> this time is no longer free."), summary(visitor, card)),
        (
            (button(_("What is free nearby?"), Alternatives(appointment=card.appointment.id)),),
            (button(_("Help"), Help()), button(_("Menu"), Home())),
        ),
        shows=BookingAnswered(visitor.account.id, card.appointment.id).dedup,
    )


def past(visitor: Visitor, card: AppointmentCard) -> Screen:
    return Screen(
        lines(_("<b>This visit is in the past.</b>"), summary(visitor, card)),
        (
            *ticket_rows(card, visitor.now),
            (button(_("Book again"), same_specialty(card)),),
            ways_out(PastVisits()),
        ),
    )


def missed(visitor: Visitor, details: VisitDetails) -> Screen:
    """Return the screen of a visit to which the clinic has noted that nobody came."""
    card = details.card
    return Screen(
        lines(
            _("⚠️ <b>The clinic has noted that nobody came to this visit.</b>"),
            summary(visitor, card),
            [what_desk_says(details), _("Nothing is closed to you because of it.")],
        ),
        (
            *([claim_row(card)] if details.presence is None else []),
            (button(_("Book again"), same_specialty(card)),),
            ways_out(PastVisits()),
        ),
    )


def claim_row(card: AppointmentCard) -> Row:
    return (button(_("We were there"), ClaimPresence(appointment=card.appointment.id)),)


def what_desk_says(details: VisitDetails) -> str:
    match details.presence:
        case Presence.ASKED:
            return _("You say that you were there. The reception has not answered yet.")
        case Presence.DENIED:
            return text(
                _("The reception has answered: the note stays. If that is a mistake, call: {phone}"),
                phone=details.card.clinic.phone,
            )
    return ""


# --- parts ------------------------------------------------------------------------------------------------------------


def summary(visitor: Visitor, card: AppointmentCard) -> list[str]:
    """Return who, when and where."""
    when = spoken_moment(card.appointment.starts_at, card.clinic.zone, visitor.now)
    made = _("Made at the clinic, not here.") if card.appointment.elsewhere else ""
    return [patient_and_doctor(card), text(_("<b>{when}</b>"), when=when), place_of(card), made]


def both_times(visitor: Visitor, was: datetime, card: AppointmentCard) -> list[str]:
    """Return the lines of a moved visit with its old time, ``was``, and its new one."""
    zone = card.clinic.zone
    return [
        patient_and_doctor(card),
        text(_("Was: {when}"), when=spoken_moment(was, zone, visitor.now)),
        text(_("<b>Now: {when}</b>"), when=spoken_moment(card.appointment.starts_at, zone, visitor.now)),
        place_of(card),
    ]


def ways_below(card: AppointmentCard) -> Row:
    """Return the last row of a message that stays: its buttons open new messages below it."""
    return button(_("Open the visit"), OpenVisit(appointment=card.appointment.id)), button(_("Menu"), HomeBelow())


def move_or_cancel(card: AppointmentCard, now: datetime, move: str = "") -> Row:
    """Return the row that moves or cancels a visit; «Перенести» only while that is allowed (``no_move_line``).

    ``move`` is another label of the button that moves.
    """
    cancel = button(_("Cancel the visit"), AskCancel(appointment=card.appointment.id))
    if is_too_late_to_move(card.appointment, card.clinic.rules, now):
        return (cancel,)
    return button(move or _("Move"), other_days(card)), cancel


def no_move_line(card: AppointmentCard, now: datetime) -> str:
    """Return why a visit cannot be moved any more, "" while it can."""
    if not is_too_late_to_move(card.appointment, card.clinic.rules, now):
        return ""
    return text(
        _("It is too late to move the visit here. To move it, call the clinic: {phone}"), phone=card.clinic.phone
    )


def other_days(card: AppointmentCard) -> Days:
    """Return the link to the days that a visit can be moved to."""
    return Days(patient=card.patient.id, doctor=card.doctor.id, replaces=card.appointment.id)


def same_specialty(card: AppointmentCard) -> Doctors:
    """Return the link to book anew with any doctor of the visit's specialty."""
    return Doctors(patient=card.patient.id, clinic=card.clinic.id, specialty=card.specialty.id)
