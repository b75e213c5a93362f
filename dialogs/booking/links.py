"""Links and actions of the booking slice."""

from __future__ import annotations

from aiogram.fsm.state import State, StatesGroup

from bot.core.clinic import VisitType
from bot.delivery.screen import Colour
from bot.glossary import AppointmentId, ClinicId, DoctorId, OrderId, PatientId, SpecialtyId
from dialogs.kit.link import Action, Day, Link, Moment, Page


class BookingPrompts(StatesGroup):
    """What a person types on the way to a visit."""

    referral = State()


class ChoosePatient(Link, code="bp", later=2):
    """The choice of a patient to book for."""

    page: Page = Page(0)
    up: bool = False
    """Opened by «Назад»: an only patient is skipped on the way back too."""


class ChooseClinic(Link, code="bc", later=4, choice=True):
    """The choice of a clinic."""

    patient: PatientId
    page: Page = Page(0)
    every: bool = False
    """also the clinics that fit neither the patient's age nor the town"""
    came: ClinicId | None = None
    """the clinic whose specialties, or enrollment, «Назад» shows again; None: none was chosen"""
    enroll: bool = False
    """whether it is looked for to enroll there: its card is opened, which says whether it takes applications"""


class FindClinic(Link, code="ya", choice=True):
    """The clinics of all towns for somebody who looks for one before a child is added, and the prompt for a line."""

    page: Page = Page(0)


class ClinicForWhom(Link, code="yb"):
    """The choice of a patient for a clinic that was found without one."""

    clinic: ClinicId
    doctor: DoctorId | None = None
    """to be booked; None: the doctor is chosen later"""
    enroll: bool = False
    """to be enrolled at the clinic, rather than to book"""
    page: Page = Page(0)


# The patient of the next links is None where a clinic is looked for without one; ``enroll`` is as of ChooseClinic.


class ClinicsFound(Link, code="gf", later=1, choice=True):
    """The clinics that a typed line means, which stands in ``Visitor.noted``, and that have what is wished."""

    patient: PatientId | None
    specialty: SpecialtyId | None = None
    like: ClinicId | None = None
    """a clinic in whose district they must be"""
    free: bool = False
    weekends: bool = False
    online: bool = False
    page: Page = Page(0)
    enroll: bool = False


def start_of(patient: PatientId | None, *, enroll: bool = False) -> ChooseClinic | FindClinic:
    """Return the first screen of a search for a clinic."""
    return FindClinic() if patient is None else ChooseClinic(patient=patient, enroll=enroll)


class ClinicFilters(Link, code="gl", later=1):
    """What the clinics of a list must have; the fields are those of ClinicsFound."""

    patient: PatientId | None
    specialty: SpecialtyId | None = None
    like: ClinicId | None = None
    free: bool = False
    weekends: bool = False
    online: bool = False
    enroll: bool = False


class WantedSpecialty(Link, code="gs", later=2):
    """The choice of the specialty that the clinics of a list must have."""

    patient: PatientId | None
    like: ClinicId | None = None
    free: bool = False
    weekends: bool = False
    online: bool = False
    page: Page = Page(0)
    specialty: SpecialtyId | None = None
    """the one that is wished so far"""
    enroll: bool = False


class ClinicDistricts(Link, code="gd", later=5, choice=True):
    """The districts of the clinics near a patient, and what else is wished of the clinics."""

    patient: PatientId | None
    page: Page = Page(0)
    specialty: SpecialtyId | None = None
    free: bool = False
    weekends: bool = False
    online: bool = False
    enroll: bool = False


class ClinicsNearby(Link, code="gn", later=1, choice=True):
    """The prompt for the place where a person is: it is shared, and not kept."""

    patient: PatientId | None
    enroll: bool = False


class ClinicCard(Link, code="gc", later=1):
    """What is known of one clinic."""

    patient: PatientId | None
    clinic: ClinicId
    enroll: bool = False


def card_to_enroll(patient: PatientId, clinic: ClinicId) -> ClinicCard:
    """Return the card of a clinic for somebody who means to enroll there."""
    return ClinicCard(patient=patient, clinic=clinic, enroll=True)


class FavouriteClinics(Link, code="yf", later=1, kept=True, choice=True):
    """The clinics that the account has kept."""

    patient: PatientId | None = None
    page: Page = Page(0)
    enroll: bool = False


class AddFavourite(Action, code="Ya", later=1):
    """Keep a clinic among the favourites."""

    patient: PatientId | None
    clinic: ClinicId
    enroll: bool = False


class DropFavourite(Action, code="Yd", later=1):
    """Take a clinic off the favourites."""

    patient: PatientId | None
    clinic: ClinicId
    enroll: bool = False


class EnrollAtClinic(Link, code="ge"):
    """How a child is enrolled at a clinic without the bot."""

    patient: PatientId
    clinic: ClinicId


class ShowOnMap(Action, code="Gm", later=1):
    """Send a pin on the map."""

    patient: PatientId | None
    clinic: ClinicId
    enroll: bool = False


class Specialties(Link, code="bs", later=1, choice=True):
    """The choice of a specialty."""

    patient: PatientId
    clinic: ClinicId | None = None
    """None: the patient's own clinic"""
    page: Page = Page(0)


class NeedsReferral(Link, code="bf"):
    """What to do for a specialty that needs a referral."""

    patient: PatientId
    clinic: ClinicId
    specialty: SpecialtyId


class CardReferrals(Link, code="zk"):
    """The referrals of a card that no visit has spent, as far as the account may see them."""

    patient: PatientId
    page: Page = Page(0)


class EnterReferral(Link, code="zn", state=BookingPrompts.referral):
    """The prompt for the number of a referral."""

    patient: PatientId
    clinic: ClinicId
    specialty: SpecialtyId


class BlockedAt(Link, code="ra"):
    """Why a clinic takes no new visit of a patient for a while."""

    patient: PatientId
    clinic: ClinicId


class BlockedBelow(Link, code="rd", below=True):
    """The choice of a specialty in a new message, below a message that stays."""

    patient: PatientId
    clinic: ClinicId


class Doctors(Link, code="bd", later=1, choice=True):
    """The choice of a doctor."""

    patient: PatientId
    clinic: ClinicId
    specialty: SpecialtyId
    page: Page = Page(0)


class DoctorsBelow(Link, code="zd", below=True):
    """The choice of a doctor in a new message, below a message that stays."""

    patient: PatientId
    clinic: ClinicId
    specialty: SpecialtyId


class Days(Link, code="by", choice=True):
    """The days with free times of one doctor."""

    patient: PatientId
    doctor: DoctorId
    replaces: AppointmentId | None = None
    page: Page = Page(0)


class Times(Link, code="bt", choice=True):
    """The free times of one doctor on one day."""

    patient: PatientId
    doctor: DoctorId
    day: Day
    replaces: AppointmentId | None = None
    page: Page = Page(0)


class FollowUpFor(Link, code="rf"):
    """The choice of the child for a follow-up, by a code that the clinic has given."""

    doctor: DoctorId
    since: Day
    page: Page = Page(0)


class FollowUpDays(Link, code="rg", choice=True):
    """The days of a doctor with free times from a day on."""

    patient: PatientId
    doctor: DoctorId
    since: Day
    page: Page = Page(0)


class Review(Link, code="br"):
    """One time, held and shown with the rules before it is booked."""

    patient: PatientId
    doctor: DoctorId
    start: Moment
    kind: VisitType
    replaces: AppointmentId | None = None


class TakeSoonest(Action, code="Bs"):
    """Review the soonest time of any doctor."""

    patient: PatientId
    clinic: ClinicId
    specialty: SpecialtyId


class Book(Action, code="Bb", colour=Colour.GREEN):
    """Book the time of an order."""

    order: OrderId


class OtherTime(Action, code="Bo"):
    """Give an order up and choose another time."""

    order: OrderId


class GiveUp(Action, code="Bg"):
    """Give an order up."""

    order: OrderId
