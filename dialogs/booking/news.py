"""Messages about a booking: the clinic's answer, the reminder and a move by another representative."""

from __future__ import annotations

from bot.booking.news import (
    BlockLifted,
    BookedByOther,
    BookingAnswered,
    MovedByOther,
    ReferralEnds,
    ReferralGiven,
    ReferralWithdrawn,
    VisitReminder,
)
from bot.booking.records import LiftReason
from bot.booking.referrals import ToldReferral
from bot.clinics.port import BookingStatus
from bot.core.i18n import N_, gettext as _, past_day, spoken_moment
from bot.core.timing import local_day
from bot.delivery.screen import Screen
from dialogs.account.links import HomeBelow
from dialogs.appointments.links import Coming
from dialogs.booking.links import BlockedBelow, DoctorsBelow
from dialogs.booking.visit_screens import (
    booked,
    both_times,
    cancelled_now,
    move_or_cancel,
    refused,
    summary,
    ways_below,
)
from dialogs.booking.wording import arrival_advice, identity_paper, patient_and_doctor, place_of
from dialogs.kit.flow import Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.news import news
from dialogs.kit.screen import button, copying, lines, text, unbroken
from dialogs.kit.specialties import as_told_at_clinic, uncapitalised


@news(BookingAnswered, N_("the answer to a booking"))
async def booking_answered(visitor: Visitor, message: BookingAnswered) -> Screen | None:
    card = await visitor.services.visits.find_for(message)
    if card is None:
        return None
    if card.appointment.status is BookingStatus.REFUSED:
        return refused(visitor, card)
    if not card.appointment.is_live:
        return cancelled_now(visitor, card)
    return booked(visitor, await visitor.services.visits.details_of(message.account, card))


@news(VisitReminder, N_("a reminder of a visit"))
async def reminder(visitor: Visitor, message: VisitReminder) -> Screen | None:
    card = await visitor.services.visits.find_for(message)
    if card is None:
        return None
    appointment = card.appointment
    when = spoken_moment(appointment.starts_at, card.clinic.zone, visitor.now)
    return Screen(
        lines(
            text(_("<b>Reminder: {when}</b>"), when=when),
            patient_and_doctor(card),
            place_of(card),
            [
                text(_("Take with you: the policy, {paper}."), paper=identity_paper(card)),
                arrival_advice(card.clinic),
                text(_("Visit number {ref}"), ref=unbroken(appointment.ref)),
            ],
        ),
        (
            (button(_("We are coming"), Coming(appointment=appointment.id)),),
            move_or_cancel(card, visitor.now),
            ways_below(card),
        ),
    )


@news(BookedByOther, N_("another representative has booked a visit"))
async def booked_by_other(visitor: Visitor, message: BookedByOther) -> Screen | None:
    card = await visitor.services.visits.find_for(message)
    if card is None:
        return None
    return Screen(
        lines(
            _("<b>The other representative has booked a visit.</b>"),
            summary(visitor, card),
            [text(_("Visit number {ref}"), ref=unbroken(card.appointment.ref))],
        ),
        (move_or_cancel(card, visitor.now), ways_below(card)),
    )


@news(MovedByOther, N_("another representative has moved the visit"))
async def moved_by_other(visitor: Visitor, message: MovedByOther) -> Screen | None:
    card = await visitor.services.visits.find_for(message)
    if card is None:
        return None
    return Screen(
        lines(_("⚠️ <b>The other representative has moved the visit.</b>"), both_times(visitor, message.was, card)),
        (ways_below(card),),
    )


@news(BlockLifted, N_("booking is open again"))
async def block_lifted(visitor: Visitor, message: BlockLifted) -> Screen | None:
    seen = await visitor.services.blocks.find_for(message)
    if seen is None:
        return None
    return Screen(
        lines(
            _("✅ <b>The reception has opened booking again.</b>"),
            [
                text(_("Patient: <b>{name}</b>"), name=patient_name(seen.patient)),
                text(_("Clinic: {name}, {address}"), name=seen.clinic.name, address=seen.clinic.address),
                text(_("Reason: {why}"), why=_(LIFTED[LiftReason(message.why)])),
            ],
        ),
        (
            (
                button(_("Book a doctor"), BlockedBelow(patient=seen.patient.id, clinic=seen.clinic.id)),
                button(_("Menu"), HomeBelow()),
            ),
        ),
    )


LIFTED = {
    LiftReason.ILLNESS: N_("the child was ill"),
    LiftReason.MISTAKE: N_("the clinic's mistake"),
    LiftReason.GOOD_REASON: N_("there was a good reason"),
}


@news(ReferralGiven, N_("a referral was given"))
async def referral_given(visitor: Visitor, message: ReferralGiven) -> Screen | None:
    told = await visitor.services.referrals.find_for(message)
    if told is None:
        return None
    return referral_screen(visitor, told, _("✅ <b>You have a new referral.</b>"))


@news(ReferralEnds, N_("a referral ends in a week"))
async def referral_ends(visitor: Visitor, message: ReferralEnds) -> Screen | None:
    await visitor.services.elsewhere.look(message.patient)
    told = await visitor.services.referrals.find_for(message)
    if told is None:
        return None
    return referral_screen(visitor, told, _("⚠️ <b>A referral ends soon and is not used.</b>"))


@news(ReferralWithdrawn, N_("a referral was withdrawn"))
async def referral_withdrawn(visitor: Visitor, message: ReferralWithdrawn) -> Screen | None:
    told = await visitor.services.referrals.find_withdrawn(message)
    if told is None:
        return None
    patient, clinic, specialty = told
    return Screen(
        lines(
            _("⚠️ <b>The clinic has withdrawn a referral.</b>"),
            [
                text(
                    _("{name} → {specialty}"),
                    name=patient_name(patient),
                    specialty=uncapitalised(as_told_at_clinic(specialty)),
                ),
                text(_("Clinic: {name}, {address}"), name=clinic.name, address=clinic.address),
                text(_("If you do not know why, ask the reception: {phone}"), phone=clinic.phone),
            ],
        ),
        (*copying(phone=clinic.phone), (button(_("Menu"), HomeBelow()),)),
    )


def referral_screen(visitor: Visitor, told: ToldReferral, title: str) -> Screen:
    """Return a message about a referral, which stays: its buttons open new messages."""
    to = DoctorsBelow(patient=told.patient.id, clinic=told.clinic.id, specialty=told.specialty.id)
    today = local_day(visitor.now, told.clinic.zone)
    return Screen(
        lines(
            title,
            [
                text(
                    _("{name} → {specialty}, until {day}"),
                    name=patient_name(told.patient),
                    specialty=uncapitalised(as_told_at_clinic(told.specialty)),
                    day=past_day(told.referral.valid_until, today),
                ),
                text(_("Referral number: {referral}"), referral=unbroken(told.referral.number)),
                text(_("From: {doctor}"), doctor=told.referral.from_whom) if told.referral.from_whom else "",
                text(_("Clinic: {name}, {address}"), name=told.clinic.name, address=told.clinic.address),
            ],
        ),
        ((button(_("Book a doctor"), to), button(_("Menu"), HomeBelow())),),
    )
