"""Finding a clinic: by a typed line, with what was wished, and by the place where a person is."""

from __future__ import annotations

from typing import Any

from bot.booking.find_clinic import (
    MOST_COUNTED,
    ClinicSearch,
    ClinicWish,
    FoundClinic,
    FoundDoctor,
    FreeTimes,
)
from bot.core.clinic import Clinic
from bot.core.i18n import gettext as _, near_day, ngettext
from bot.core.matching import unmet_wish
from bot.core.organisation_numbers import OrganisationNumber, ReadNumber
from bot.core.patient import Patient
from bot.core.places import Place
from bot.core.timing import MOSCOW, local_day
from bot.core.typed_text import visible
from bot.delivery.screen import Button, Screen
from bot.glossary import PatientId
from dialogs.booking.favourites import favourite_label
from dialogs.booking.links import (
    ChooseClinic,
    ClinicCard,
    ClinicDistricts,
    ClinicFilters,
    ClinicForWhom,
    ClinicsFound,
    ClinicsNearby,
    Days,
    FavouriteClinics,
    FindClinic,
    WantedSpecialty,
    card_to_enroll,
    start_of,
)
from dialogs.booking.wording import short_doctor_name
from dialogs.kit.flow import Flow, Outcome, SharedPlace, Visitor
from dialogs.kit.link import Link, Page
from dialogs.kit.names import patient_name
from dialogs.kit.pager import Pages, few, page_of
from dialogs.kit.screen import Row, button, lines, text, ways_out
from dialogs.kit.specialties import in_a_sentence
from dialogs.kit.way_back import led_on
from dialogs.kit.wording import brief_clinic_name, clinic_and_place

flow = Flow("finding a clinic", open_without_patient=True)

LONGEST_LINE = 100
"""characters of a typed line that are looked for and shown"""
CLINICS_ON_A_PAGE = 7


@flow.screen(FindClinic)
async def find_clinic(visitor: Visitor, link: FindClinic) -> Screen:
    """Ask for a clinic before a child is added: nothing of anybody is needed or shown."""
    visitor.noted = ""
    offer = (await visitor.services.clinic_finder.around(visitor.account.id, None)).offer
    shown = page_of(link, offer.first, CLINICS_ON_A_PAGE)

    def clinic_button(clinic: Clinic) -> Button:
        label = clinic_and_place(clinic)
        return button(
            favourite_label(label) if clinic in offer.favourites else label, ClinicCard(patient=None, clinic=clinic.id)
        )

    return Screen(
        lines(_("<b>Which clinic are you looking for?</b>"), how_to_find(), shown.place),
        (
            *shown.rows(clinic_button),
            (
                button(_("Nearby"), ClinicsNearby(patient=None).from_list(link)),
                button(_("Filters"), ClinicFilters(patient=None).from_list(link)),
            ),
            (
                button(_("By district"), ClinicDistricts(patient=None).from_list(link)),
                button(_("Favourites"), FavouriteClinics().from_list(link)),
            ),
            ways_out(),
        ),
        asks=True,
    )


def how_to_find() -> str:
    return _("You can also write a number, street, metro station or district, or a doctor's family name.")


# --- a typed line -----------------------------------------------------------------------------------------------------


Asking = (
    FindClinic
    | ChooseClinic
    | ClinicsFound
    | ClinicDistricts
    | ClinicsNearby
    | ClinicFilters
    | WantedSpecialty
    | ClinicCard
)
"""the screens on which a line finds a clinic"""


async def on_line(visitor: Visitor, prompt: Asking, typed: str) -> Link | None:
    """Open what a line means: the clinics with a specialty, or those and the doctors that it names.

    A day or a time is none, unless a clinic is found by it, as by the name of a street.
    """
    patient, enroll, start = patient_of(prompt), aim_of(prompt), search_of(prompt)
    finder, who = visitor.services.clinic_finder, (visitor.account.id, patient)
    meant = await finder.specialty_meant(*who, typed)
    if meant is not None:
        visitor.noted = ""
        return led_on(ClinicsFound(patient=patient, specialty=meant, enroll=enroll), start)
    line = visible(typed)[:LONGEST_LINE]
    if unmet_wish(typed, (), local_day(visitor.now, MOSCOW)) is not None:
        found = await finder.search(*who, line, ClinicWish())
        if found.is_empty and found.number is None:
            return None
    visitor.noted = line
    return led_on(ClinicsFound(patient=patient, enroll=enroll), start)


def patient_of(prompt: Asking) -> PatientId | None:
    return None if isinstance(prompt, FindClinic) else prompt.patient


def search_of(prompt: Asking) -> Asking:
    """Return the prompt with the way back to where the search has begun: a first screen is that itself."""
    return prompt.from_list(prompt) if isinstance(prompt, (FindClinic, ChooseClinic)) else prompt


def aim_of(prompt: Asking) -> bool:
    """Return whether a clinic is looked for to enroll there."""
    return False if isinstance(prompt, FindClinic) else prompt.enroll


for asking in Asking.__args__:
    flow.line(asking)(on_line)


@flow.screen(ClinicsFound)
async def clinics_found(visitor: Visitor, link: ClinicsFound) -> Outcome:
    wish = wish_of(link)
    if not visitor.noted and wish.is_empty:
        return start_of(link.patient, enroll=link.enroll)
    found = await visitor.services.clinic_finder.search(visitor.account.id, link.patient, visitor.noted, wish)
    if found.is_empty:
        return nothing_found(visitor, link, found)
    shown = page_of(link, found.clinics, CLINICS_ON_A_PAGE)
    return Screen(
        lines(heading(visitor, found), wish_line(found, wish), shown.place, how_to_go_on(found)),
        (
            *doctor_rows(link, found, shown),
            *shown.rows(lambda each: found_button(visitor, link, each)),
            (button(_("Filters"), filters_of(link)),),
            ways_out(start_of(link.patient, enroll=link.enroll)),
        ),
        asks=True,
    )


def wish_of(link: ClinicsFound | ClinicFilters) -> ClinicWish:
    return ClinicWish(link.specialty, link.like, link.free, link.weekends, link.online)


def filters_of(link: ClinicsFound) -> ClinicFilters:
    return ClinicFilters(**{name: getattr(link, name) for name in ClinicFilters.model_fields})


def heading(visitor: Visitor, found: ClinicSearch) -> str:
    patient = found.around.patient
    if visitor.noted and patient is not None:
        name = patient_name(patient)
        return text(_("<b>Found: “{typed}”</b>. Patient: {name}"), typed=visitor.noted, name=name)
    if visitor.noted:
        return text(_("<b>Found: “{typed}”</b>."), typed=visitor.noted)
    return which_clinic(patient)


def which_clinic(patient: Patient | None) -> str:
    if patient is None:
        return _("<b>Which clinic are you looking for?</b>")
    return text(_("Which clinic? Patient: <b>{name}</b>"), name=patient_name(patient))


def how_to_go_on(found: ClinicSearch) -> str:
    if found.number is not None:
        return ""
    return _("Not the one? Write more: the number, the street or the metro station.")


def wish_line(found: ClinicSearch, wish: ClinicWish) -> str:
    """Return what the clinics of the list have, "" if nothing is wished."""
    said = [
        "" if found.specialty is None else in_a_sentence(found.specialty),
        _("free times") if wish.free else "",
        _("open on weekends") if wish.weekends else "",
        _("enrollment online") if wish.online else "",
        _("district {district}").format(district=found.district) if found.district else "",
    ]
    kept = ", ".join(filter(None, said))
    return text(_("With: {wishes}"), wishes=kept) if kept else ""


def found_button(visitor: Visitor, link: ClinicsFound | ClinicsNearby, found: FoundClinic) -> Button:
    """Return «Детская № 7 · Полевая, 18», with the free times or the distance in place of the address."""
    to = ClinicCard(patient=link.patient, clinic=found.clinic.id, enroll=link.enroll).after(link)
    beside = far(found.kilometres) if found.free is None else free_times(visitor, found.clinic, found.free)
    if not beside:
        return button(clinic_and_place(found.clinic), to)
    return button(f"{brief_clinic_name(found.clinic.name)} · {beside}", to)


def far(kilometres: float | None) -> str:
    if kilometres is None:
        return ""
    if kilometres < 1:
        return _("{n} m").format(n=max(1, round(kilometres * 10)) * 100)
    return _("{n} km").format(n=f"{kilometres:.1f}".replace(".", ",") if kilometres < 10 else round(kilometres))


def free_times(visitor: Visitor, clinic: Clinic, free: FreeTimes) -> str:
    """Return «завтра · 23 места»."""
    if free.nearest is None:
        return _("no time")
    day = near_day(local_day(free.nearest, clinic.zone), local_day(visitor.now, clinic.zone))
    if free.counted is None:
        return day
    if free.counted >= MOST_COUNTED:
        return _("{day} · {n}+ places").format(day=day, n=MOST_COUNTED - 1)
    return ngettext("{day} · {n} place", "{day} · {n} places", free.counted).format(day=day, n=free.counted)


def doctor_rows(link: ClinicsFound, found: ClinicSearch, shown: Pages[FoundClinic]) -> list[Row]:
    """Return the doctors whom a line may name, on the first page only."""
    return few(() if shown.page else found.doctors, lambda each: doctor_button(link, found, each))


def doctor_button(link: ClinicsFound, found: ClinicSearch, each: FoundDoctor) -> Button:
    """Return the button to the doctor's times, or to the clinic if one is looked for to enroll there."""
    label = _("{doctor} · {specialty}").format(
        doctor=short_doctor_name(each.doctor), specialty=in_a_sentence(each.specialty)
    )
    patient = found.around.patient
    if patient is None:
        return button(label, ClinicForWhom(clinic=each.clinic.id, doctor=each.doctor.id).after(link))
    if link.enroll:
        return button(label, card_to_enroll(patient.id, each.clinic.id).after(link))
    return button(label, Days(patient=patient.id, doctor=each.doctor.id).after(link))


def nothing_found(visitor: Visitor, link: ClinicsFound, found: ClinicSearch) -> Screen:
    """Say what may be wrong with the line, and offer wider ways."""
    wish = wish_of(link)
    to: dict[str, Any] = {"patient": link.patient, "enroll": link.enroll}
    rows: list[Row] = (
        [(button(_("Without filters"), ClinicsFound(**to)),)] if not wish.is_empty and visitor.noted else []
    )
    if wish.like is not None and wish != ClinicWish(like=wish.like):
        rows.append((button(_("In any district"), link.model_copy(update={"like": None, "page": Page(0)})),))
    said = text(_("Nothing found: “{typed}”."), typed=visitor.noted) if visitor.noted else _("No clinic has all this.")
    return Screen(
        lines(said, hint_of(found.number) if visitor.noted else "", wish_line(found, wish)),
        (
            *rows,
            (button(_("By district"), ClinicDistricts(**to)), button(_("Filters"), filters_of(link))),
            (button(_("All clinics"), all_clinics(link, found)),),
            ways_out(start_of(link.patient, enroll=link.enroll)),
        ),
        asks=True,
    )


def all_clinics(link: ClinicsFound, found: ClinicSearch) -> Link:
    if link.patient is None:
        return FindClinic()
    return ChooseClinic(patient=link.patient, every=bool(found.around.offer.others), enroll=link.enroll)


def hint_of(number: ReadNumber | None) -> str:
    if number is None:
        return _("Check the spelling, or write less: only the number, the street or the metro station.")
    if not number.is_right:
        names = {OrganisationNumber.INN: _("INN"), OrganisationNumber.OGRN: _("OGRN")}
        return text(
            _("There is a slip in this {name}: its last digit does not fit the others."),
            name=names[number.kind],
        )
    return _("No clinic here has this number. Compare it with the clinic's papers, or write its name.")


# --- nearby -----------------------------------------------------------------------------------------------------------


@flow.screen(ClinicsNearby)
async def clinics_nearby(visitor: Visitor, link: ClinicsNearby) -> Screen:
    visitor.noted = ""
    return Screen(
        lines(
            _("Share your place with the key under the input field, and I will show the nearest clinics."),
            _("I do not keep the place, and I delete it from the chat."),
        ),
        (
            (button(_("By district"), ClinicDistricts(patient=link.patient, enroll=link.enroll)),),
            ways_out(start_of(link.patient, enroll=link.enroll)),
        ),
        asks=True,
        shares_place=True,
    )


async def on_place(visitor: Visitor, prompt: Asking, place: SharedPlace) -> Screen:
    link = led_on(ClinicsNearby(patient=patient_of(prompt), enroll=aim_of(prompt)), search_of(prompt))
    at = Place(place.latitude, place.longitude)
    found = await visitor.services.clinic_finder.nearest(visitor.account.id, link.patient, at)
    said = _("The nearest first:") if found.clinics else _("The clinics do not say where they stand on the map.")
    return Screen(
        lines(which_clinic(found.around.patient), said),
        (
            *few(found.clinics, lambda each: found_button(visitor, link, each)),
            (button(_("By district"), ClinicDistricts(patient=link.patient, enroll=link.enroll)),),
            ways_out(start_of(link.patient, enroll=link.enroll)),
        ),
        asks=True,
    )


flow.place(ClinicsNearby)(on_place)
flow.place(FindClinic)(on_place)
flow.place(ChooseClinic)(on_place)
flow.place(ClinicsFound)(on_place)
