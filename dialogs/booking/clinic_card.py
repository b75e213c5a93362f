"""The card of a clinic: what is known of it, a pin on the map, and how to be enrolled there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time

from bot.booking.find_clinic import ClinicPage
from bot.core.clinic import Clinic, ClinicFacts, Enrolling, OpeningHours, Specialty
from bot.core.i18n import N_, gettext as _, near_day, ngettext, weekday_name
from bot.core.timing import local_day
from bot.delivery.screen import Screen, Venue
from dialogs.applications.links import ApplicationPage, AwaitedOpening, OurClinic
from dialogs.booking.favourites import favourite_button
from dialogs.booking.links import (
    ChooseClinic,
    ClinicCard,
    ClinicForWhom,
    ClinicsFound,
    ClinicsNearby,
    EnrollAtClinic,
    FavouriteClinics,
    FindClinic,
    ShowOnMap,
    Specialties,
    card_to_enroll,
    start_of,
)
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.link import Link
from dialogs.kit.names import patient_name
from dialogs.kit.pager import few_lines, grid
from dialogs.kit.screen import Row, button, copying, lines, text, ways_out
from dialogs.kit.specialties import in_a_sentence
from dialogs.kit.wording import one_line

flow = Flow("clinic card", open_without_patient=True)

MOST_NAMED = 12
"""specialties in the text; the screen of booking has them all"""
ENROLLING: Mapping[Enrolling, str] = {
    Enrolling.IN_THE_BOT: N_("Takes applications for enrollment online."),
    Enrolling.FULL: N_("⚠️ This clinic takes no more children at present: there are no places."),
    Enrolling.AT_RECEPTION: N_("Enrolls at the reception."),
    Enrolling.TOO_OLD: N_("This clinic takes only children."),
    Enrolling.TOO_YOUNG: N_("This clinic takes only grown-ups."),
    Enrolling.OTHER_AGE: N_("⚠️ Not for this age: the clinic enrolls only {ages}."),
    Enrolling.NOBODY: N_("Nobody is enrolled at a dental clinic: book a visit there without it."),
}
LEAD_TO_CARDS = (
    ChooseClinic,
    FindClinic,
    ClinicsFound,
    ClinicsNearby,
    FavouriteClinics,
    Specialties,
    OurClinic,
    ApplicationPage,
    AwaitedOpening,
)
"""the screens to which «Назад» leads from the card of a clinic"""
PORTAL = "gosuslugi.ru"
"""where a person is enrolled at a clinic online without the bot"""


@flow.screen(ClinicCard)
async def clinic_card(visitor: Visitor, link: ClinicCard) -> Screen:
    page = await visitor.services.clinic_finder.page(visitor.account.id, link.patient, link.clinic)
    clinic, facts = page.clinic, page.clinic.facts
    pin = [button(_("Show on the map"), ShowOnMap(**dict(link)))] if facts.place else []
    favourite = favourite_button(link, is_kept=page.is_favourite)
    ways: list[Row] = [(button(_("Book a doctor"), booking_at(link)),), *enroll_rows(page, link)]
    return Screen(
        lines(
            text("<b>{name}</b>", name=clinic.name),
            text(_("Address: {address}"), address=clinic.address),
            district_and_metro(facts),
            [hours_line(facts.hours), text(_("Phone: {phone}"), phone=clinic.phone)],
            [specialties_line(page), free_line(visitor, page)],
            [oms_line(facts), enrolling_line(facts, page.enrolling), ages_line(page), rating_line(facts)],
            [licence_line(facts), *number_lines(facts)],
        ),
        (
            *(reversed(ways) if link.enroll else ways),
            *grid((favourite, *pin), 2),
            *copying(phone=clinic.phone, address=clinic.address),
            ways_out(back_from_card(visitor, link)),
        ),
        asks=True,
    )


def back_from_card(visitor: Visitor, link: ClinicCard) -> Link:
    """Return the screen that has led to the card, as it was; else the clinics that were found, or the choice of one."""
    if (left := link.came_from(*LEAD_TO_CARDS)) is not None:
        return left
    if visitor.noted:
        return ClinicsFound(patient=link.patient, enroll=link.enroll)
    return start_of(link.patient, enroll=link.enroll)


def booking_at(link: ClinicCard) -> Link:
    if link.patient is None:
        return ClinicForWhom(clinic=link.clinic)
    return Specialties(patient=link.patient, clinic=link.clinic)


def enroll_rows(page: ClinicPage, link: ClinicCard) -> list[Row]:
    """Return the way to be enrolled; at the patient's own clinic also the one to what is known of the enrollment.

    A first visit makes a clinic the patient's own, which is no enrollment.
    """
    enrolls = page.enrolling is not Enrolling.NOBODY
    if link.patient is None or page.patient is None:
        return [(button(_("Enroll here"), ClinicForWhom(clinic=link.clinic, enroll=True)),)] if enrolls else []
    is_own = page.patient.clinic == page.clinic.id
    known = (button(_("Our clinic"), OurClinic(patient=link.patient)),) if is_own else ()
    to = EnrollAtClinic(patient=link.patient, clinic=link.clinic)
    way = (button(_("Enroll here"), to),) if enrolls else ()
    return [(*known, *way)] if known or way else []


def district_and_metro(facts: ClinicFacts) -> str:
    said = [
        _("district {district}").format(district=facts.district) if facts.district else "",
        _("metro {metro}").format(metro=facts.metro) if facts.metro else "",
    ]
    return one_line(said)


def hours_line(hours: Sequence[OpeningHours]) -> str:
    """Return «Часы: пн–пт 8:00–20:00, сб 9:00–15:00», "" if the clinic does not say them."""
    if not hours:
        return ""
    spans: list[list[OpeningHours]] = []
    for each in hours:
        if spans and follows(spans[-1][-1], each):
            spans[-1].append(each)
        else:
            spans.append([each])
    return text(_("Hours: {hours}"), hours=", ".join(few_lines(spans, span_of)))


def follows(before: OpeningHours, each: OpeningHours) -> bool:
    """Return whether a day has the hours of the day before."""
    return each.weekday == before.weekday + 1 and (each.opens, each.closes) == (before.opens, before.closes)


def span_of(days: Sequence[OpeningHours]) -> str:
    first, last = weekday_name(days[0].weekday), weekday_name(days[-1].weekday)
    named = first if len(days) == 1 else f"{first}–{last}"
    return f"{named} {clock(days[0].opens)}–{clock(days[0].closes)}"


def clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02}"


def specialties_line(page: ClinicPage) -> str:
    if page.specialties is None:
        return _("The clinic's system does not answer: I do not know its doctors and free times now.")
    if not page.specialties and page.patient is None:
        return _("The clinic names no doctors.")
    if not page.specialties and page.patient is not None:
        return text(_("There are no doctors for <b>{name}</b>'s age here."), name=patient_name(page.patient))
    named = list(dict.fromkeys(in_a_sentence(each) for each in page.specialties))
    shown = ", ".join(named[:MOST_NAMED]) + ("…" if len(named) > MOST_NAMED else "")
    return text(_("Doctors: {doctors}"), doctors=shown)


def free_line(visitor: Visitor, page: ClinicPage) -> str:
    """Return the nearest free time without a referral, "" if nothing is known."""
    free = [each for each in page.specialties or () if each.nearest is not None and not each.needs_referral]
    if not page.specialties:
        return ""
    if not free:
        return _("There is no free time without a referral now.")
    first: Specialty = min(free, key=nearest_of)
    zone = page.clinic.zone
    day = near_day(local_day(first.nearest, zone), local_day(visitor.now, zone)) if first.nearest else ""
    return text(_("Nearest free time: {day}, {specialty}"), day=day, specialty=in_a_sentence(first))


def nearest_of(specialty: Specialty) -> float:
    return specialty.nearest.timestamp() if specialty.nearest else float("inf")


def oms_line(facts: ClinicFacts) -> str:
    if facts.takes_oms is None:
        return ""
    return _("Free of charge with the OMS policy.") if facts.takes_oms else _("Does not take the OMS policy.")


def licence_line(facts: ClinicFacts) -> str:
    return text(_("Licence: {number}"), number=facts.licence) if facts.licence else ""


def number_lines(facts: ClinicFacts) -> list[str]:
    return [
        text(_("INN {number}"), number=facts.inn) if facts.inn else "",
        text(_("OGRN {number}"), number=facts.ogrn) if facts.ogrn else "",
        text(_("Fund's code {number}"), number=facts.mo_code) if facts.mo_code else "",
    ]


def enrolling_line(facts: ClinicFacts, enrolling: Enrolling) -> str:
    """Return how a clinic enrolls, or why it does not."""
    return _(ENROLLING[enrolling]).format(ages=enrolled_ages(facts))


def ages_line(page: ClinicPage) -> str:
    """Return for which ages a clinic enrolls, if it says so and the line about enrollment does not."""
    ages = enrolled_ages(page.clinic.facts)
    if not ages or page.enrolling in {Enrolling.OTHER_AGE, Enrolling.NOBODY}:
        return ""
    return text(_("Enrolls: {ages}."), ages=ages)


def enrolled_ages(facts: ClinicFacts) -> str:
    """Return «с 3 до 14 лет включительно», "" if the clinic enrolls at any age."""
    first, last = facts.min_age or None, facts.max_age  # from birth is no limit
    if first is None and last is None:
        return ""
    if last is None:
        return ngettext("from the age of {n}", "from the age of {n}", first or 0).format(n=first)
    if first is None:
        return ngettext("up to the age of {n}", "up to the age of {n}", last).format(n=last)
    return ngettext("from the age of {first} to {n}", "from the age of {first} to {n}", last).format(
        first=first, n=last
    )


def rating_line(facts: ClinicFacts) -> str:
    return text(_("Rating: {rating}"), rating=facts.rating) if facts.rating else ""


@flow.action(ShowOnMap)
async def on_show_on_map(visitor: Visitor, link: ShowOnMap) -> Outcome:
    card = ClinicCard(**dict(link))
    page = await visitor.services.clinic_finder.page(visitor.account.id, link.patient, link.clinic)
    place = page.clinic.facts.place
    if place is None:
        return Reply(card, _("The clinic does not say where it stands on the map."))
    return Reply(card, venue=Venue(*place, page.clinic.name, page.clinic.address or page.clinic.name))


def what_to_bring() -> str:
    return _(
        "<b>Bring:</b> your passport, the child's birth certificate (from 14 on also its passport), the policy, and "
        "the SNILS if there is one."
    )


def ways_to_enroll(clinic: Clinic, enrolling: Enrolling = Enrolling.AT_RECEPTION) -> list[str | list[str]]:
    """Return how an application is made at the clinic, or why none is."""
    if enrolling not in {Enrolling.IN_THE_BOT, Enrolling.AT_RECEPTION}:
        return [enrolling_line(clinic.facts, enrolling)]
    return [
        _("This clinic takes no applications in the bot yet. A representative applies in one of two ways.")
        if enrolling is Enrolling.AT_RECEPTION
        else _("First a child's policy must be added and checked: then I can send the application. Or without me:"),
        [text(_("<b>At the reception:</b> {address}, {phone}"), address=clinic.address, phone=clinic.phone)],
        [_("<b>Online:</b> the service “Enrollment at a clinic” on {portal}").format(portal=PORTAL)],
        [what_to_bring()],
        [
            _("The clinic decides in two working days, and the old one ends the enrollment by itself."),
            _("A clinic may be changed once a year, and earlier after a move."),
        ],
    ]


async def hand_off(visitor: Visitor, link: EnrollAtClinic) -> Screen:
    """Return the screen that says that the bot cannot send the application, and where and with what it is made."""
    page = await visitor.services.clinic_finder.page(visitor.account.id, link.patient, link.clinic)
    clinic: Clinic = page.clinic
    return Screen(
        lines(
            text(_("<b>How to enroll at {clinic}</b>"), clinic=clinic.name),
            text(_("Patient: <b>{name}</b>"), name=patient_name(page.patient)) if page.patient else "",
            *ways_to_enroll(clinic),
        ),
        (
            *copying(phone=clinic.phone, address=clinic.address),
            ways_out(card_to_enroll(link.patient, clinic.id)),
        ),
        asks=True,
    )
