"""Choosing a visit step by step: patient, clinic, specialty, doctor, day, time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from bot.booking.choose import Chosen, ClinicChoice, DoctorChoice, SpecialtyChoice, TimeChoice
from bot.booking.records import Appointment
from bot.core.clinic import Clinic, Doctor, Level, OpenDay, Slot, Specialty
from bot.core.i18n import duration, gettext as _, long_day, numeric_day, short_day, spoken_moment
from bot.core.patient import Patient, RejectionReason
from bot.core.timing import local_day
from bot.delivery.screen import Button, Screen
from bot.glossary import SpecialtyId
from dialogs.account.links import Home
from dialogs.booking.access import access_line
from dialogs.booking.back import back_from_clinics, back_from_days, back_from_specialties, back_from_specialty
from dialogs.booking.clinic_link import named_first
from dialogs.booking.doctor_card import accepting_line, nearest_day, nearest_or_first_day, specialty_and_room
from dialogs.booking.favourites import favourite_label, favourites_rows
from dialogs.booking.find_clinic import how_to_find
from dialogs.booking.links import (
    BlockedAt,
    ChooseClinic,
    ChoosePatient,
    ClinicCard,
    ClinicFilters,
    ClinicsNearby,
    Days,
    Doctors,
    NeedsReferral,
    Review,
    Specialties,
    TakeSoonest,
    Times,
    card_to_enroll,
)
from dialogs.booking.wording import (
    day_and_time,
    doctor_names,
    full_doctor_name,
    kinds_differ,
    minutes_of,
    referral_line,
    short_specialist,
    time_label,
)
from dialogs.kit.doctors import position_line
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.link import Link
from dialogs.kit.names import patient_name
from dialogs.kit.pager import Pages, page_of
from dialogs.kit.screen import Row, button, copying, lines, text, ways_out
from dialogs.kit.specialties import as_told_at_clinic, in_a_sentence, specialty_name
from dialogs.kit.wording import brief_clinic_name, clinic_and_place
from dialogs.patients.links import ChooseWay, LevelNeeded, PatientCard
from dialogs.patients.troubles import trouble_of

flow = Flow("booking", commands={"book": ChoosePatient()})

PATIENTS_ON_A_PAGE, CLINICS_ON_A_PAGE, SPECIALTIES_ON_A_PAGE, DOCTORS_ON_A_PAGE = 10, 8, 16, 8
DAYS_ON_A_PAGE = 9
TIMES_ON_A_PAGE = 24
HALF_A_ROW = 24
"""characters of a label that Telegram shows when two buttons share a row"""


# --- patient, clinic, specialty, doctor -------------------------------------------------------------------------------


@flow.screen(ChoosePatient)
async def choose_patient(visitor: Visitor, link: ChoosePatient) -> Outcome:
    patients = [each for each in await visitor.services.patients.list_of(visitor.account.id) if may_be_booked(each)]
    ready = [each for each in patients if each.is_verified]
    if len(patients) == len(ready) == 1:
        return Home() if link.up else Specialties(patient=ready[0].id)
    shown = page_of(link, patients, PATIENTS_ON_A_PAGE)
    if not ready:
        return Screen(
            lines(_("First a child's policy must be added and checked: then I can book."), shown.place),
            (*shown.rows(patient_button, 2), (button(_("Add a child"), ChooseWay()),), ways_out()),
        )
    return Screen(lines(_("Whom shall I book?"), shown.place), (*shown.rows(patient_button, 2), ways_out()))


def may_be_booked(patient: Patient) -> bool:
    """Whether the patient is a child: now, or once its policy is in order."""
    return patient.verification.reason is not RejectionReason.ADULT


def patient_button(patient: Patient) -> Button:
    """Return the button that goes on; for a child in trouble with the reason, and to the card, which has the remedy."""
    if patient.is_verified:
        return button(patient_name(patient), Specialties(patient=patient.id))
    label = _("{name} · {trouble}").format(name=patient_name(patient), trouble=trouble_of(patient))
    return button(label, PatientCard(patient=patient.id))


@flow.screen(ChooseClinic)
async def choose_clinic(visitor: Visitor, link: ChooseClinic) -> Screen:
    visitor.noted = ""  # a new choice: what was looked for before is over
    choice = await visitor.services.choices.clinics(visitor.account.id, link.patient)
    patient, offer = choice.patient, choice.offer
    clinics = offer.others if link.every else named_first(visitor.account, offer.first, offer.others)
    shown = page_of(link, clinics, CLINICS_ON_A_PAGE)
    more = ChooseClinic(patient=patient.id, every=True, came=link.came, enroll=link.enroll).from_list(link)
    return Screen(
        lines(
            text(_("Which clinic? Patient: <b>{name}</b>"), name=patient_name(patient)),
            _("These are of another town, or for another age.") if link.every else "",
            how_to_find(),
            shown.place,
        ),
        (
            *shown.rows(lambda clinic: clinic_button(choice, clinic, enroll=link.enroll)),
            *([(button(_("More clinics"), more),)] if offer.others and not link.every else []),
            (
                button(_("Nearby"), ClinicsNearby(patient=patient.id, enroll=link.enroll).from_list(link)),
                button(_("Filters"), ClinicFilters(patient=patient.id, enroll=link.enroll).from_list(link)),
            ),
            *favourites_rows(choice, link),
            ways_out(back_from_clinics(link)),
        ),
        asks=True,
    )


def clinic_button(choice: ClinicChoice, clinic: Clinic, *, enroll: bool = False) -> Button:
    """Return «Детская № 7 · Полевая, 18», with what it demands in place of the address; «★» or «Недавно» before it."""
    missing = choice.missing.get(clinic.id)
    demand = {Level.PHONE: _("wants a phone"), Level.PAPERS: _("wants papers")}.get(missing) if missing else None
    label = f"{brief_clinic_name(clinic.name)} · {demand}" if demand else clinic_and_place(clinic)
    if clinic in choice.offer.favourites:
        label = favourite_label(label)
    elif clinic in choice.offer.recent:
        label = _("Recently: {clinic}").format(clinic=label)
    if enroll:
        return button(label, card_to_enroll(choice.patient.id, clinic.id))
    return button(label, Specialties(patient=choice.patient.id, clinic=clinic.id))


@flow.screen(Specialties)
async def specialties(visitor: Visitor, link: Specialties) -> Outcome:
    visitor.services.elsewhere.look_soon(visitor.account.id, link.patient)
    choice = await visitor.services.choices.specialties(visitor.account.id, link.patient, link.clinic)
    if choice is None:
        return ChooseClinic(patient=link.patient)
    patient, where, offered, missing, booked, *_more = choice
    if missing is not None:
        return LevelNeeded(patient=patient.id, clinic=where.id)
    if choice.is_blocked:
        return BlockedAt(patient=patient.id, clinic=where.id)
    today = local_day(visitor.now, where.zone)
    shown = page_of(link, offered, SPECIALTIES_ON_A_PAGE)
    heading = (
        text(_("Which doctor? Patient: <b>{name}</b>"), name=patient_name(patient))
        if offered
        else text(_("There are no doctors for <b>{name}</b>'s age here."), name=patient_name(patient))
    )
    return Screen(
        lines(
            heading,
            text(_("Clinic: {name}, {address}"), name=where.name, address=where.address),
            access_line(choice),
            shown.place,
        ),
        (
            *again_rows(visitor, choice),
            *shown.rows(lambda specialty: specialty_button(patient, where, specialty, booked, today), 2),
            *recent_rows(choice),
            (
                button(_("Another clinic"), ChooseClinic(patient=patient.id, came=where.id)),
                button(_("About the clinic"), ClinicCard(patient=patient.id, clinic=where.id).after(link)),
            ),
            ways_out(back_from_specialties(link, choice)),
        ),
    )


def again_rows(visitor: Visitor, choice: SpecialtyChoice) -> list[Row]:
    """Return the button that books the specialty of the last visit at once, with any doctor."""
    again, where = choice.again, choice.clinic
    if again is None or again.nearest is None:
        return []
    day = nearest_day(again.nearest, where, local_day(visitor.now, where.zone))
    to = TakeSoonest(patient=choice.patient.id, clinic=where.id, specialty=again.id)
    return [(button(_("Again: {specialty} · {day}").format(specialty=in_a_sentence(again), day=day), to),)]


def recent_rows(choice: SpecialtyChoice) -> list[Row]:
    """Return the button to the other clinic where the patient has been last."""
    if choice.recent is None:
        return []
    to = Specialties(patient=choice.patient.id, clinic=choice.recent.id)
    name = brief_clinic_name(choice.recent.name)
    return [(button(_("Recently: {clinic}").format(clinic=name), to),)]


def specialty_button(
    patient: Patient, clinic: Clinic, specialty: Specialty, booked: Mapping[SpecialtyId, Appointment], today: date
) -> Button:
    if specialty.id in booked:
        # The visit may be at another clinic, and near midnight on another day there.
        day = local_day(booked[specialty.id].starts_at, clinic.zone)
        return button(
            booked_label(specialty_name(specialty), day),
            Doctors(patient=patient.id, clinic=clinic.id, specialty=specialty.id),
        )
    if specialty.needs_referral:
        to: Link = NeedsReferral(patient=patient.id, clinic=clinic.id, specialty=specialty.id)
        return button(_("{specialty} · referral").format(specialty=specialty_name(specialty)), to)
    to = Doctors(patient=patient.id, clinic=clinic.id, specialty=specialty.id)
    return button(f"{specialty_name(specialty)} · {nearest_day(specialty.nearest, clinic, today)}", to)


def booked_label(specialty: str, day: date) -> str:
    """Return «Педиатр · запись 14 дек»; if that is longer than half a row shows, without the day, then cut."""
    label = _("{specialty} · booked {day}").format(specialty=specialty, day=short_day(day))
    if len(label) <= HALF_A_ROW:
        return label
    mark = _("{specialty} · booked")
    room = HALF_A_ROW - len(mark.format(specialty=""))
    return mark.format(specialty=specialty if len(specialty) <= room else f"{specialty[: room - 1]}…")


@flow.screen(Doctors)
async def doctors(visitor: Visitor, link: Doctors) -> Screen:
    choice = await visitor.services.choices.doctors(visitor.account.id, link.patient, link.clinic, link.specialty)
    free = [doctor for doctor in choice.doctors if doctor.nearest is not None]
    if not free:
        return no_doctor_with_time(link, choice)
    soonest, own = free[0].nearest, await visitor.services.enrollments.own_doctor(link.patient)
    free.sort(key=lambda doctor: doctor.id != own)  # the child's own pediatrician is first
    full = [doctor for doctor in choice.doctors if doctor.nearest is None]
    return doctors_with_time(visitor, link, choice, soonest, page_of(link, [*free, *full], DOCTORS_ON_A_PAGE))


def doctors_with_time(
    visitor: Visitor, link: Doctors, choice: DoctorChoice, soonest: datetime | None, shown: Pages[Doctor]
) -> Screen:
    patient, clinic, specialty, every, *_more = choice
    today, names = local_day(visitor.now, clinic.zone), doctor_names(every)
    any_doctor: list[Row] = []
    if soonest is not None and (len(shown.items) > 1 or shown.count > 1):
        when = day_and_time(soonest, clinic, visitor.now)
        to = TakeSoonest(patient=patient.id, clinic=clinic.id, specialty=specialty.id)
        any_doctor = [(button(_("Any doctor · {when}").format(when=when), to),)]

    def doctor_button(doctor: Doctor) -> Button:
        label = f"{names[doctor.id]} · {nearest_or_first_day(doctor, clinic, today)}"
        return button(label, Days(patient=patient.id, doctor=doctor.id))

    return Screen(
        lines(
            text(_("<b>{specialty}</b>. Beside a doctor is the nearest time."), specialty=as_told_at_clinic(specialty)),
            text(_("Patient: {name} · clinic: {clinic}"), name=patient_name(patient), clinic=clinic.name),
            [referral_line(choice.referrals[0], today) if choice.referrals else ""],
            shown.place,
        ),
        (*any_doctor, *shown.rows(doctor_button), ways_out(back_from_specialty(link, patient, clinic.id))),
    )


def no_doctor_with_time(link: Doctors, choice: DoctorChoice) -> Screen:
    patient, clinic, specialty, *_more = choice
    return Screen(
        lines(
            text(
                _("<b>{specialty}</b>: there is no free time at this clinic now."),
                specialty=as_told_at_clinic(specialty),
            ),
            text(_("New places appear after cancellations. The reception can also help: {phone}"), phone=clinic.phone),
        ),
        (
            (button(_("Another clinic"), ChooseClinic(patient=patient.id, came=clinic.id)),),
            *copying(phone=clinic.phone),
            ways_out(back_from_specialty(link, patient, clinic.id)),
        ),
    )


# --- day, time --------------------------------------------------------------------------------------------------------


@flow.screen(Days)
async def days(visitor: Visitor, link: Days) -> Screen:
    moving = await moving_line(visitor, link)
    choice = await visitor.services.choices.days(visitor.account.id, link.patient, link.doctor, link.replaces)
    chosen = choice.chosen
    shown = page_of(link, choice.days, DAYS_ON_A_PAGE)
    question = which_day(moves=link.replaces is not None) if choice.days else ""
    today = local_day(visitor.now, chosen.clinic.zone)
    return Screen(
        lines(
            text(_("<b>{doctor}</b>"), doctor=full_doctor_name(chosen.doctor)),
            specialty_and_room(chosen),
            position_line(chosen.doctor.facts, today),
            accepting_line(choice, today),
            text(_("Patient: {name} · clinic: {clinic}"), name=patient_name(chosen.patient), clinic=chosen.clinic.name),
            moving,
            question,
            shown.place,
        ),
        (
            *shown.rows(lambda day: day_button(link, day), 3),
            ways_out(back_from_days(link, choice)),
        ),
    )


def which_day(*, moves: bool) -> str:
    if moves:
        return _("To which day? In brackets is the number of places.")
    return _("Which day? In brackets is the number of places.")


async def moving_line(visitor: Visitor, link: Days) -> str:
    """Return the line that names the visit that is moved, "" for a new one; what cannot be moved is refused here."""
    if link.replaces is None:
        return ""
    card = await visitor.services.visits.require_movable(visitor.account.id, link.replaces)
    when = spoken_moment(card.appointment.starts_at, card.clinic.zone, visitor.now)
    return text(_("Moving the visit of {when}."), when=when)


def day_button(link: Days, open_day: OpenDay) -> Button:
    day, free = open_day
    to = Times(patient=link.patient, doctor=link.doctor, day=day, replaces=link.replaces)
    return button(f"{numeric_day(day)} ({free})", to)


@flow.screen(Times)
async def times(visitor: Visitor, link: Times) -> Outcome:
    choice = await visitor.services.choices.times(
        visitor.account.id, link.patient, link.doctor, link.day, link.replaces
    )
    other_day = Days(patient=link.patient, doctor=link.doctor, replaces=link.replaces)
    if not choice.slots:
        return Screen(
            text(_("<b>{day}</b>: no time is left on this day."), day=long_day(choice.day)),
            ((button(_("Another day"), other_day, up=True),), ways_out()),
        )
    shown = page_of(link, choice.slots, TIMES_ON_A_PAGE)
    differ = kinds_differ(choice.slots)
    return Screen(
        lines(
            text(_("<b>{day}</b>. Choose a time."), day=long_day(choice.day)),
            patient_doctor_and_clinic(choice.chosen),
            visit_length(choice),
            shown.place,
        ),
        (
            *shown.rows(lambda slot: time_button(link, slot, choice.chosen.clinic, differ), 2 if differ else 4),
            (button(_("Another day"), other_day, up=True),),
            ways_out(),
        ),
    )


def time_button(link: Times, slot: Slot, clinic: Clinic, with_kind: bool) -> Button:
    to = Review(
        patient=link.patient, doctor=link.doctor, start=slot.starts_at, kind=slot.visit_type, replaces=link.replaces
    )
    return button(time_label(slot, clinic, with_kind), to)


def patient_doctor_and_clinic(chosen: Chosen) -> str:
    return text(
        _("{name} → {doctor}, {clinic}"),
        name=patient_name(chosen.patient),
        doctor=short_specialist(chosen.specialty, chosen.doctor),
        clinic=chosen.clinic.name,
    )


def visit_length(choice: TimeChoice) -> str:
    """Return how long each visit of the day takes, "" if they differ: then the review screen says it."""
    minutes = {minutes_of(slot) for slot in choice.slots}
    return text(_("A visit takes {duration}."), duration=duration(minutes.pop())) if len(minutes) == 1 else ""
