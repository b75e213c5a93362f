"""Where «Назад» leads from the choices on the way to a visit: to what was chosen from, as it was."""

from __future__ import annotations

from bot.booking.choose import DayChoice, SpecialtyChoice
from bot.core.patient import Patient
from bot.glossary import ClinicId
from dialogs.applications.links import ApplicationBegun, ApplicationPage, MyApplications, OurClinic
from dialogs.appointments.links import AppointmentDetails
from dialogs.booking.links import (
    ChooseClinic,
    ChoosePatient,
    ClinicsFound,
    Days,
    Doctors,
    FavouriteClinics,
    Specialties,
)
from dialogs.kit.link import Link


def back_from_clinics(link: ChooseClinic) -> Link:
    if link.every:
        return ChooseClinic(patient=link.patient, came=link.came, enroll=link.enroll)
    if (left := link.came_from(ApplicationBegun, ApplicationPage)) is not None:
        return left
    if link.enroll:
        return MyApplications() if link.came is None else OurClinic(patient=link.patient)
    return ChoosePatient() if link.came is None else Specialties(patient=link.patient, clinic=link.came)


def back_from_specialties(link: Specialties, choice: SpecialtyChoice) -> Link:
    """Return the clinics among which this one was chosen; the patient's own one was not."""
    patient, where = choice.patient, choice.clinic
    if (left := link.came_from(ChooseClinic, ClinicsFound, FavouriteClinics)) is not None:
        return left
    return ChoosePatient() if where.id == patient.clinic else ChooseClinic(patient=patient.id)


def back_from_specialty(link: Link, patient: Patient, clinic: ClinicId) -> Specialties:
    """Return the specialties of a clinic on the page that was left, where the patient's own clinic may be left out."""
    left = link.came_from(Specialties)
    if left is not None and clinic == (left.clinic or patient.clinic):
        return left
    return Specialties(patient=patient.id, clinic=clinic)


def back_from_days(link: Days, choice: DayChoice) -> Link:
    if link.replaces:
        return AppointmentDetails(appointment=link.replaces)
    if (left := link.came_from(Doctors, ClinicsFound)) is not None:
        return left
    chosen = choice.chosen
    return Doctors(patient=chosen.patient.id, clinic=chosen.clinic.id, specialty=chosen.specialty.id)
