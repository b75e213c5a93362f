"""Links and actions of the clinic's list of patients."""

from __future__ import annotations

from aiogram.fsm.state import State, StatesGroup

from bot.delivery.screen import Colour
from bot.staff.records import PersonStep
from dialogs.kit.link import Action, Link, Page


class PatientPrompts(StatesGroup):
    """A question about a new patient or a policy number is asked; on all other screens a patient is looked for."""

    patients = State()
    patients_found = State()
    patient = State()
    new_person = State()
    review_person = State()
    person_policy = State()
    confirm_policy = State()
    doubles = State()
    confirm_merge = State()


class DeskPatients(Link, code="wp", state=PatientPrompts.patients):
    """The clinic's list of patients: whoever is looked for is typed."""


class PatientsFound(Link, code="wf", state=PatientPrompts.patients_found):
    """The patients whose name was typed; the name stands in the sealed prompt."""

    page: Page = Page(0)


class DeskPatient(Link, code="wc", state=PatientPrompts.patient, kept=True):
    """The record of a patient in the clinic's list."""

    person: int
    """the desk's own number of the record, as in the links below"""
    page: Page = Page(0)
    """of the visits ahead"""


class ShowPatient(Action, code="Ws"):
    """Show the full data of a patient of the clinic's list."""

    person: int


class NewPatient(Link, code="wa", state=PatientPrompts.new_person):
    """One question about a new patient; the answers stand in the sealed prompt."""

    step: PersonStep


class LeaveOut(Action, code="Wl"):
    """Answer that there is no patronymic, or no telephone."""

    step: PersonStep


class TakePatientSex(Action, code="Wx"):
    """Answer whether the new patient is a girl or a boy."""

    girl: bool


class ReviewPatient(Link, code="wr", state=PatientPrompts.review_person):
    """All answers about a new patient, with the records that are like them."""


class AddPatient(Action, code="Wa", colour=Colour.GREEN):
    """Add the new patient to the clinic's list."""


class DropPatient(Action, code="Wd", colour=Colour.RED):
    """Drop the answers about a new patient."""


class AskPatientPolicy(Link, code="wo", state=PatientPrompts.person_policy):
    """The prompt for the policy number of a patient who has none."""

    person: int


class ConfirmPatientPolicy(Link, code="wb", state=PatientPrompts.confirm_policy):
    """The question whether the number that was typed is right; it stands in the sealed prompt."""

    person: int


class AddPatientPolicy(Action, code="Wb", colour=Colour.GREEN):
    """Add the policy number to a patient who has none."""

    person: int


class Doubles(Link, code="wd", state=PatientPrompts.doubles):
    """The records that may be of the same patient."""

    person: int
    page: Page = Page(0)


class ConfirmMerge(Link, code="wm", state=PatientPrompts.confirm_merge):
    """The question whether two records are made one, with what moves."""

    keep: int
    drop: int


class MergePatients(Action, code="Wg", colour=Colour.RED):
    """Make one record of two; it cannot be undone."""

    keep: int
    drop: int
