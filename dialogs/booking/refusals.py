"""Sentences and ways out for refusals to book."""

from __future__ import annotations

from datetime import datetime

from bot.booking.errors import (
    AlreadyBooked,
    BookedByFamily,
    BookedElsewhere,
    BookingBlocked,
    ClinicLinkUnknown,
    NotForThisPatient,
    OneUncheckedVisit,
    OneVisitOnly,
    OrderExpired,
    OutcomePending,
    ReferralRequired,
    SlotGone,
    SlotTaken,
    TimeClash,
    TooManyFavourites,
)
from bot.core.clinic import Level
from bot.core.i18n import clock_time, gettext as _, past_day, spoken_moment
from bot.core.people import Sex
from bot.core.timing import local_day
from bot.patients.errors import LevelTooLow
from dialogs.account.links import Home
from dialogs.appointments.links import AppointmentDetails, MadeElsewhere
from dialogs.booking.links import BlockedAt, Days, FavouriteClinics, NeedsReferral, Specialties, Times
from dialogs.family.links import AskAccess
from dialogs.kit.link import Link
from dialogs.kit.names import brief_patient_name
from dialogs.kit.refusals import Explanation, refusal
from dialogs.patients.links import LevelNeeded, PatientCard


@refusal(ReferralRequired)
def referral_required(refusal: ReferralRequired, now: datetime) -> Explanation:
    sentence = _("This doctor sees patients with a referral that is valid on the day of the visit.")
    way_out = NeedsReferral(patient=refusal.patient, clinic=refusal.clinic, specialty=refusal.specialty)
    return Explanation(sentence, way_out)


@refusal(TooManyFavourites)
def too_many_favourites(refusal: TooManyFavourites, now: datetime) -> Explanation:
    sentence = _("There are {n} favourites already, and no more fit. Take one off the list first.")
    return Explanation(sentence.format(n=refusal.most), FavouriteClinics())


@refusal(NotForThisPatient)
def not_for_this_patient(refusal: NotForThisPatient, now: datetime) -> Explanation:
    sentence = _("This doctor does not see patients of this age or sex.")
    return Explanation(sentence, Specialties(patient=refusal.patient))


@refusal(SlotTaken)
def slot_taken(refusal: SlotTaken, now: datetime) -> Explanation:
    day = local_day(refusal.starts_at, refusal.zone)
    times = Times(patient=refusal.patient, doctor=refusal.doctor, day=day, replaces=refusal.replaces)
    return Explanation(_taken_sentence(refusal), times)


def _taken_sentence(refusal: SlotTaken) -> str:
    taken = clock_time(refusal.starts_at, refusal.zone)
    near = [clock_time(start, refusal.zone) for start in refusal.neighbours]
    if len(near) == 2:
        return _("{time} has just been taken. Nearby {one} and {two} are free.").format(
            time=taken, one=near[0], two=near[1]
        )
    if near:
        return _("{time} has just been taken. Nearby {one} is free.").format(time=taken, one=near[0])
    return _("{time} has just been taken. No other time is left on that day.").format(time=taken)


@refusal(SlotGone)
def slot_gone(refusal: SlotGone, now: datetime) -> Explanation:
    days = Days(patient=refusal.patient, doctor=refusal.doctor, replaces=refusal.replaces)
    return Explanation(_("This time can no longer be booked. Here is what is free."), days)


@refusal(OrderExpired)
def order_expired(refusal: OrderExpired, now: datetime) -> Explanation:
    sentence = _("This screen is too old to book from. Please choose again.")
    if refusal.patient and refusal.doctor:
        return Explanation(sentence, Days(patient=refusal.patient, doctor=refusal.doctor))
    return Explanation(sentence, Home())


@refusal(OneVisitOnly)
def one_visit_only(refusal: OneVisitOnly, now: datetime) -> Explanation:
    sentence = _("Until another account agrees or the reception sees your papers, you may have one visit booked.")
    return Explanation(sentence, AskAccess(patient=refusal.patient))


@refusal(OneUncheckedVisit)
def one_unchecked_visit(refusal: OneUncheckedVisit, now: datetime) -> Explanation:
    sentence = _("While the policy is checked there is one visit. More can be booked once the reception has answered.")
    return Explanation(sentence, PatientCard(patient=refusal.patient))


@refusal(BookingBlocked)
def booking_blocked(refusal: BookingBlocked, now: datetime) -> Explanation:
    sentence = _("The clinic takes no new visit of this child before {day}. Reception: {phone}")
    way_out = BlockedAt(patient=refusal.patient, clinic=refusal.clinic)
    return Explanation(sentence.format(day=past_day(refusal.opens_on, now.date()), phone=refusal.phone), way_out)


@refusal(AlreadyBooked)
def already_booked(refusal: AlreadyBooked, now: datetime) -> Explanation:
    if refusal.starts_at is None:
        elsewhere = _("The child already has a visit to this specialist, but not from this card. Ask the reception.")
        return Explanation(elsewhere, Specialties(patient=refusal.patient))
    sentence = _("There is already a visit to this specialist: {when}. You can move it or cancel it.")
    when = spoken_moment(refusal.starts_at, refusal.zone, now)
    return Explanation(sentence.format(when=when), _other_visit(refusal))


@refusal(BookedElsewhere)
def booked_elsewhere(refusal: BookedElsewhere, now: datetime) -> Explanation:
    sentence = (
        _("There is a visit at this time already, and it was not made by you. Choose another time. Reception: {phone}")
        if refusal.at_that_time
        else _("There is a visit to this doctor already, and it was not made by you. Reception: {phone}")
    )
    way_out = MadeElsewhere(patient=refusal.patient, clinic=refusal.clinic)
    return Explanation(sentence.format(phone=refusal.phone), way_out)


@refusal(BookedByFamily)
def booked_by_family(refusal: BookedByFamily, now: datetime) -> Explanation:
    sentence = (
        _("{name} is booked already, {when}: the other representative has booked her.")
        if refusal.patient.sex is Sex.FEMALE
        else _("{name} is booked already, {when}: the other representative has booked him.")
    )
    when = spoken_moment(refusal.starts_at, refusal.zone, now)
    return Explanation(
        sentence.format(name=brief_patient_name(refusal.patient), when=when),
        AppointmentDetails(appointment=refusal.appointment),
    )


@refusal(TimeClash)
def time_clash(refusal: TimeClash, now: datetime) -> Explanation:
    if refusal.starts_at is None:
        elsewhere = _("The child already has another visit at this time, but not from this card. Choose another time.")
        return Explanation(elsewhere, Specialties(patient=refusal.patient))
    sentence = _("Another visit is booked for this time: {when}. Choose another time.")
    when = spoken_moment(refusal.starts_at, refusal.zone, now)
    return Explanation(sentence.format(when=when), _other_visit(refusal))


def _other_visit(refusal: AlreadyBooked | TimeClash) -> Link:
    if refusal.appointment:
        return AppointmentDetails(appointment=refusal.appointment)
    return Specialties(patient=refusal.patient)


@refusal(OutcomePending)
def outcome_pending(refusal: OutcomePending, now: datetime) -> Explanation:
    sentence = _("The clinic has not confirmed in time. I will write as soon as I know.")
    return Explanation(sentence, AppointmentDetails(appointment=refusal.appointment))


@refusal(LevelTooLow)
def level_too_low(refusal: LevelTooLow, now: datetime) -> Explanation:
    wants_phone = refusal.level is Level.PHONE
    sentence = _("This clinic wants your phone first.") if wants_phone else _("This clinic wants to see papers first.")
    return Explanation(sentence, LevelNeeded(patient=refusal.patient, clinic=refusal.clinic))


@refusal(ClinicLinkUnknown)
def clinic_link_unknown(refusal: ClinicLinkUnknown, now: datetime) -> Explanation:
    return Explanation(_("This link leads to no clinic of this bot. Choose the clinic here."), Home())
