"""Booking at the desk: whom, to which doctor, when; the last press books."""

from __future__ import annotations

from bot.core.clinic import Doctor, OpenDay, Slot, Specialty
from bot.core.i18n import gettext as _, long_day, numeric_day, spoken_moment
from bot.core.timing import local_day
from bot.delivery.screen import Button, Screen
from bot.staff.booking import ForWhom
from bot.staff.rights import Right, require_right
from dialogs.booking.wording import kinds_differ, time_label, visit_kind
from dialogs.kit.doctors import Listed, told_apart
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.link import Link
from dialogs.kit.pager import few, page_of
from dialogs.kit.screen import button, lines, text, ways_out
from dialogs.kit.specialties import specialty_name
from dialogs.staff.day_links import (
    BookFor,
    DeskDoctorsFor,
    DeskPersons,
    DeskReviewFor,
    DeskSpecialtiesFor,
    DeskTimesFor,
    DeskWhom,
)
from dialogs.staff.links import Desk, DeskVisit
from dialogs.staff.list_links import DeskPatient, PatientsFound
from dialogs.staff.notes import wanted_of
from dialogs.staff.patients import found_screen, how_to_find, on_typed
from dialogs.staff.wording import masked_child

flow = Flow("booking at the desk", open=True)

DOCTORS_ON_A_PAGE, SPECIALTIES_ON_A_PAGE, TIMES_ON_A_PAGE, DAYS_TO_CHOOSE = 12, 16, 24, 9


@flow.screen(DeskWhom)
async def whom(visitor: Visitor, link: DeskWhom) -> Screen:
    require_right(visitor.account, Right.BOOK_VISITS)
    return Screen(lines(_("<b>Whom do you book?</b>"), how_to_find()), (ways_out(Desk()),), asks=True)


async def on_person(visitor: Visitor, prompt: Link, typed: str) -> Outcome:
    """Find a person as under «Пациенты», and go on to the specialties."""
    found = await on_typed(visitor, prompt, typed)
    if isinstance(found, DeskPatient):
        return DeskSpecialtiesFor(person=found.person)
    return DeskPersons() if isinstance(found, PatientsFound) else found


flow.answer(DeskWhom)(on_person)
flow.answer(DeskPersons)(on_person)


@flow.screen(DeskPersons)
async def persons(visitor: Visitor, link: DeskPersons) -> Outcome:
    require_right(visitor.account, Right.BOOK_VISITS)
    if not wanted_of(visitor):
        return DeskWhom()
    return await found_screen(visitor, link, DeskWhom(), lambda person: DeskSpecialtiesFor(person=person))


def heading(whom: ForWhom) -> str:
    person = whom.person
    return masked_child(person.name, person.birth_date, person.policy_number)


@flow.screen(DeskSpecialtiesFor)
async def specialties(visitor: Visitor, link: DeskSpecialtiesFor) -> Screen:
    whom, found = await visitor.services.desk_booking.specialties(visitor.account, link.person)
    page = page_of(link, found, SPECIALTIES_ON_A_PAGE)

    def specialty_button(each: Specialty) -> Button:
        nearest = numeric_day(local_day(each.nearest, whom.clinic.zone)) if each.nearest else ""
        label = " · ".join(filter(None, (specialty_name(each), nearest)))
        return button(label, DeskDoctorsFor(person=link.person, specialty=each.id))

    return Screen(
        lines(heading(whom), _("To which doctor?"), page.place),
        (*page.rows(specialty_button, 2), ways_out(DeskPersons())),
        asks=True,
    )


@flow.screen(DeskDoctorsFor)
async def doctors(visitor: Visitor, link: DeskDoctorsFor) -> Screen:
    whom, specialty, found = await visitor.services.desk_booking.doctors(visitor.account, link.person, link.specialty)
    page = page_of(link, found, DOCTORS_ON_A_PAGE)
    listed = [Listed(each.name.with_initials, each.name, each.room) for each in found]
    names = dict(zip((each.id for each in found), told_apart(listed), strict=True))

    def doctor_button(each: Doctor) -> Button:
        nearest = numeric_day(local_day(each.nearest, whom.clinic.zone)) if each.nearest else ""
        label = " · ".join(filter(None, (names[each.id], nearest)))
        return button(label, DeskTimesFor(person=link.person, doctor=each.id))

    return Screen(
        lines(heading(whom), text("{specialty}", specialty=specialty_name(specialty)), page.place),
        (*page.rows(doctor_button), ways_out(DeskSpecialtiesFor(person=link.person))),
        asks=True,
    )


@flow.screen(DeskTimesFor)
async def times(visitor: Visitor, link: DeskTimesFor) -> Screen:
    found = await visitor.services.desk_booking.times(visitor.account, link.person, link.doctor, link.day)
    page, differ = page_of(link, found.slots, TIMES_ON_A_PAGE), kinds_differ(found.slots)
    is_wide = differ or any(slot.ref in found.offered for slot in found.slots)
    others = [each for each in found.days if each.day != found.day]
    clinic = found.whom.clinic

    def time_button(slot: Slot) -> Button:
        to = DeskReviewFor(person=link.person, doctor=link.doctor, start=slot.starts_at, kind=slot.visit_type)
        label = time_label(slot, clinic, differ)
        return button(_("{time} · offered").format(time=label) if slot.ref in found.offered else label, to)

    def day_button(each: OpenDay) -> Button:
        to = DeskTimesFor(person=link.person, doctor=link.doctor, day=each.day)
        return button(f"{numeric_day(each.day)} ({each.free})", to)

    return Screen(
        lines(
            heading(found.whom),
            text("{specialty}, {doctor}", specialty=specialty_name(found.specialty), doctor=found.doctor.name.full),
            text("<b>{day}</b>", day=long_day(found.day)) if found.day else _("This doctor has no free time."),
            page.place,
        ),
        (
            *page.rows(time_button, 2 if is_wide else 4),
            *few(others[:DAYS_TO_CHOOSE], day_button, 3),
            ways_out(DeskDoctorsFor(person=link.person, specialty=found.specialty.id)),
        ),
        asks=True,
    )


@flow.screen(DeskReviewFor)
async def review(visitor: Visitor, link: DeskReviewFor) -> Screen:
    day = local_day(link.start, (await visitor.services.desk_booking.whom(visitor.account, link.person)).clinic.zone)
    found = await visitor.services.desk_booking.times(visitor.account, link.person, link.doctor, day)
    clinic = found.whom.clinic
    is_away = any(
        each.ref in found.offered and (each.starts_at, each.visit_type) == (link.start, link.kind)
        for each in found.slots
    )
    return Screen(
        lines(
            _("<b>Book this visit?</b>"),
            heading(found.whom),
            text("{specialty}, {doctor}", specialty=specialty_name(found.specialty), doctor=found.doctor.name.full),
            text(_("<b>{when}</b>"), when=spoken_moment(link.start, clinic.zone, visitor.now)),
            text(_("Kind of visit: {kind}"), kind=visit_kind(link.kind)),
            _("⚠️ <b>This time is kept for another patient.</b> If you give it away, that patient is offered the "
              "soonest other time and told of it.") if is_away else "",
        ),
        (
            (
                button(
                    _("Give it away and book") if is_away else _("Book the patient"),
                    BookFor(person=link.person, doctor=link.doctor, start=link.start, kind=link.kind, away=is_away),
                ),
            ),
            ways_out(DeskTimesFor(person=link.person, doctor=link.doctor, day=day)),
        ),
    )  # fmt: skip


@flow.action(BookFor)
async def on_book(visitor: Visitor, link: BookFor) -> Outcome:
    number = await visitor.services.desk_booking.book(
        visitor.account, link.person, link.doctor, link.start, link.kind, gives_away=link.away
    )
    return Reply(DeskVisit(number=number), alert=_("✅ The visit is booked."))
