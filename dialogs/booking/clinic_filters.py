"""The filters of a list of clinics: the doctor, free times, weekends, enrollment online, the district."""

from __future__ import annotations

from typing import Any

from bot.booking.find_clinic import DistrictOffer
from bot.core.clinic import Clinic, Specialty
from bot.core.i18n import gettext as _, ngettext
from bot.core.patient import Patient
from bot.delivery.screen import Button, Screen
from dialogs.booking.find_clinic import wish_of
from dialogs.booking.links import ClinicDistricts, ClinicFilters, ClinicsFound, WantedSpecialty, start_of
from dialogs.kit.flow import Flow, Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.pager import page_of
from dialogs.kit.screen import button, lines, text, ways_out
from dialogs.kit.specialties import specialty_name

flow = Flow("filters of clinics", open_without_patient=True)

DISTRICTS_ON_A_PAGE, SPECIALTIES_ON_A_PAGE = 12, 16


@flow.screen(ClinicFilters)
async def clinic_filters(visitor: Visitor, link: ClinicFilters) -> Screen:
    finder = visitor.services.clinic_finder
    wish = wish_of(link)
    found = await finder.search(visitor.account.id, link.patient, visitor.noted, wish)
    wanted = _("any") if found.specialty is None else specialty_name(found.specialty)
    chosen = dict(link)
    elsewhere = {name: chosen[name] for name in chosen if name != "like"}
    district = found.district or _("any")
    count = len(found.clinics)
    shown = ngettext("Show {n} clinic", "Show {n} clinics", count).format(n=count)
    return Screen(
        lines(
            _("What must the clinic have?"),
            patient_line(found.around.patient),
            text(_("Among those found: “{typed}”"), typed=visitor.noted) if visitor.noted else "",
        ),
        (
            (button(_("Doctor: {specialty}").format(specialty=wanted), WantedSpecialty(**chosen)),),
            (toggle(_("Free times"), link, "free"),),
            (toggle(_("Open on weekends"), link, "weekends"),),
            (toggle(_("Enrollment online"), link, "online"),),
            (button(_("City district: {district}").format(district=district), ClinicDistricts(**elsewhere)),),
            (button(shown, ClinicsFound(**chosen)),),
            ways_out(
                ClinicsFound(**chosen)
                if visitor.noted or not wish.is_empty
                else start_of(link.patient, enroll=link.enroll)
            ),
        ),
        asks=True,
    )


def patient_line(patient: Patient | None) -> str:
    return "" if patient is None else text(_("Patient: <b>{name}</b>"), name=patient_name(patient))


def toggle(label: str, link: ClinicFilters, name: str) -> Button:
    """Return a button that adds a wish or takes it away; a mark says that it is wished."""
    is_on = bool(getattr(link, name))
    return button(f"✅ {label}" if is_on else label, link.model_copy(update={name: not is_on}))


@flow.screen(WantedSpecialty)
async def wanted_specialty(visitor: Visitor, link: WantedSpecialty) -> Screen:
    offered = await visitor.services.clinic_finder.specialties(visitor.account.id, link.patient)
    shown = page_of(link, offered, SPECIALTIES_ON_A_PAGE)
    kept = {name: getattr(link, name) for name in ("patient", "like", "free", "weekends", "online", "enroll")}

    # An answer is no list to come back to.
    answered = ClinicFilters(**kept).led_by(link.ways)

    def specialty_button(each: tuple[Specialty, Clinic]) -> Button:
        return button(specialty_name(each[0]), answered.model_copy(update={"specialty": each[0].id}))

    return Screen(
        lines(_("Which doctor must the clinic have?"), shown.place),
        (
            *shown.rows(specialty_button, 2),
            (button(_("No doctor matters"), ClinicFilters(**kept)),),
            ways_out(ClinicFilters(**kept, specialty=link.specialty)),
        ),
        asks=True,
    )


@flow.screen(ClinicDistricts)
async def clinic_districts(visitor: Visitor, link: ClinicDistricts) -> Screen:
    visitor.noted = ""
    offered = await visitor.services.clinic_finder.districts(visitor.account.id, link.patient)
    shown = page_of(link, offered, DISTRICTS_ON_A_PAGE)
    wishes = {name: wished for name in ("specialty", "free", "weekends", "online") if (wished := getattr(link, name))}
    to: dict[str, Any] = {**wishes, "patient": link.patient, "enroll": link.enroll}
    back = ClinicFilters(**to) if wishes else start_of(link.patient, enroll=link.enroll)

    def district_button(each: DistrictOffer) -> Button:
        label = each.name if wishes else f"{each.name} · {each.clinics}"  # not all of them have what is wished
        return button(label, ClinicsFound(**to, like=each.like))

    question = _("Which district?") if offered else _("The clinics do not say in which district they are.")
    return Screen(
        lines(question, shown.place),
        (
            *shown.rows(district_button, 2),
            *([(button(_("Any district"), ClinicFilters(**to)),)] if wishes else []),
            ways_out(back),
        ),
        asks=True,
    )
