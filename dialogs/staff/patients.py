"""The clinic's list of patients at the desk: finding one, the record, its policy, and double records made one."""

from __future__ import annotations

from collections.abc import Callable

from bot.account.records import Contact
from bot.clinics.desk_port import ClinicPerson, ClinicVisit, PersonHoldings
from bot.core.clinic import Clinic
from bot.core.errors import InvalidInput
from bot.core.i18n import gettext as _, ngettext
from bot.core.refs import read_ref
from bot.core.typed_text import grouped
from bot.delivery.screen import Button, Screen
from bot.staff.desk import MOST_FOUND
from bot.staff.errors import MatterGone
from bot.staff.names import read_name
from bot.staff.persons import PERSONS_ON_A_PAGE, FoundPersons, Merging
from bot.staff.problems import DeskProblem
from bot.staff.records import PersonForm
from bot.staff.rights import Right, has_right
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.link import Link
from dialogs.kit.pager import page_of, page_read
from dialogs.kit.screen import Row, button, lines, text, ways_out
from dialogs.kit.typed import has_personal_number
from dialogs.kit.unreadable import unreadable_at_desk, unreadable_cards
from dialogs.staff.day_links import DeskPersons, DeskSpecialtiesFor
from dialogs.staff.finding import find_numbered
from dialogs.staff.links import Desk, DeskVisit
from dialogs.staff.list_links import (
    AddPatientPolicy,
    AskPatientPolicy,
    ConfirmMerge,
    ConfirmPatientPolicy,
    DeskPatient,
    DeskPatients,
    Doubles,
    DropPatient,
    MergePatients,
    PatientsFound,
    ReviewPatient,
    ShowPatient,
)
from dialogs.staff.new_patient import next_question
from dialogs.staff.notes import form_of, keep_form, keep_policy, keep_wanted, policy_of, wanted_of
from dialogs.staff.wording import (
    brief_persons,
    day_and_time,
    masked_person,
    never_shown,
    passing_message,
    short_name,
    showing_rows,
    specialty_here,
    whole_child,
)

flow = Flow("patients of the clinic", open=True)

VISITS_ON_A_PAGE = 6


# --- finding ----------------------------------------------------------------------------------------------------------


@flow.screen(DeskPatients)
async def patients(visitor: Visitor, link: DeskPatients) -> Screen:
    clinic = await visitor.services.clinic_persons.clinic(visitor.account)
    return Screen(
        lines(text(_("<b>{clinic}: patients</b>"), clinic=clinic.name), how_to_find()),
        (*new_rows(form_of(visitor)), ways_out(Desk())),
        asks=True,
    )


def how_to_find() -> str:
    return _("To find a patient, write a family name, the policy number or the number of a visit.")


def new_rows(form: PersonForm) -> list[Row]:
    """Return the rows that begin a new patient, or go on with the one that was begun."""
    if form == PersonForm():
        return [(button(_("New patient"), next_question(form)),)]
    label = _("Go on: {name}").format(name=short_name(form.name)) if form.given else _("Go on with the new patient")
    return [(button(label, next_question(form)),), (button(_("Drop the answers"), DropPatient()),)]


@flow.action(DropPatient)
async def on_drop(visitor: Visitor, link: DropPatient) -> Outcome:
    await visitor.services.clinic_persons.clinic(visitor.account)
    keep_form(visitor, PersonForm())
    return Reply(DeskPatients(), line=_("Dropped: nothing is added."))


async def on_typed(visitor: Visitor, prompt: Link, typed: str) -> Outcome:
    """Open the patient of the visit or the policy whose number was typed, else those with that family name."""
    persons = visitor.services.clinic_persons
    if has_personal_number(typed):
        return DeskPatient(person=await persons.find_number(visitor.account, typed))
    found = None if read_ref(typed) is None else await find_numbered(visitor, typed)
    if isinstance(found, DeskVisit):
        person = await persons.person_of_visit(visitor.account, found.number)
        return found if person is None else DeskPatient(person=person)
    if found is not None:
        return found
    wanted = read_name(typed)
    if wanted is None:
        raise MatterGone if read_ref(typed) else InvalidInput(DeskProblem.SEARCH)
    keep_wanted(visitor, wanted.typed)
    return PatientsFound()


for prompt in (DeskPatients, PatientsFound, DeskPatient, ReviewPatient, ConfirmPatientPolicy, Doubles, ConfirmMerge):
    flow.answer(prompt)(on_typed)


@flow.screen(PatientsFound)
async def found_patients(visitor: Visitor, link: PatientsFound) -> Outcome:
    if not wanted_of(visitor):
        return DeskPatients()
    return await found_screen(visitor, link, DeskPatients(), lambda person: DeskPatient(person=person))


async def found_screen(
    visitor: Visitor, link: PatientsFound | DeskPersons, back: Link, to: Callable[[int], Link]
) -> Screen:
    """Return the people whose name was typed; ``to`` is where the button of one leads."""
    shown = await visitor.services.clinic_persons.search(visitor.account, wanted_of(visitor), link.page)
    page = page_read(link, shown.persons, shown.total, PERSONS_ON_A_PAGE)
    labels = brief_persons(shown.persons)
    is_booked = isinstance(link, DeskPersons)
    heading = _("<b>Whom do you book? “{wanted}”</b>") if is_booked else _("<b>Patients: “{wanted}”</b>")
    return Screen(
        lines(
            text(heading, wanted=shown.wanted),
            counted(shown),
            page.place,
            unreadable_cards(shown.persons.unreadable),
            [how_to_find()],
        ),
        (
            *page.rows(lambda person: button(labels[person.number], to(person.number))),
            *new_rows(form_of(visitor)),
            ways_out(back),
        ),
        asks=True,
    )


def counted(shown: FoundPersons) -> str:
    if not shown.total:
        return _("Nobody with this name is in the clinic's list.")
    if shown.total == MOST_FOUND:
        return _("These are the first {n}. Write more of the name to find fewer.").format(n=MOST_FOUND)
    return ngettext("{n} patient", "{n} patients", shown.total).format(n=shown.total)


# --- one record -------------------------------------------------------------------------------------------------------


@flow.screen(DeskPatient)
async def one_patient(visitor: Visitor, link: DeskPatient) -> Screen:
    seen = await visitor.services.clinic_persons.see(visitor.account, link.person)
    person, visits = seen.person, page_of(link, seen.visits, VISITS_ON_A_PAGE)
    policy = [] if person.policy_number else [(button(_("Add the policy"), AskPatientPolicy(person=link.person)),)]
    return Screen(
        lines(
            masked_person(person),
            phone_line(person),
            text(_("Visits ahead at the clinic: {n}"), n=len(seen.visits)),
            visits.place,
            unreadable_at_desk(seen.visits.unreadable),
            [never_shown(visitor, _("record {number}").format(number=link.person))],
        ),
        (
            *showing_rows(visitor, ShowPatient(person=link.person)),
            *visits.rows(lambda visit: visit_button(seen.clinic, visit)),
            *booking_row(visitor, link.person),
            *policy,
            (button(_("Merge double records"), Doubles(person=link.person)),),
            ways_out(PatientsFound() if wanted_of(visitor) else DeskPatients()),
        ),
        asks=True,
    )


def booking_row(visitor: Visitor, person: int) -> list[Row]:
    if not has_right(visitor.account, Right.BOOK_VISITS):
        return []
    return [(button(_("Book the patient"), DeskSpecialtiesFor(person=person)),)]


def phone_line(person: ClinicPerson) -> str:
    """Return the telephone, masked, and what it is for."""
    if not person.phone:
        return _("No telephone: a parent sees the visits in the bot once papers were seen here.")
    return text(_("Telephone: {phone}"), phone=Contact(phone=person.phone).masked_phone)


def visit_button(clinic: Clinic, visit: ClinicVisit) -> Button:
    when = day_and_time(visit.booking.starts_at, clinic.zone)
    return button(f"{when} · {specialty_here(visit)}", DeskVisit(number=visit.number))


@flow.action(ShowPatient)
async def on_show(visitor: Visitor, link: ShowPatient) -> Outcome:
    shown = await visitor.services.showing.person(visitor.account, link.person)
    return Reply(DeskPatient(person=link.person), passing=passing_message(whole_child(shown)))


# --- the policy -------------------------------------------------------------------------------------------------------


@flow.screen(AskPatientPolicy)
async def ask_policy(visitor: Visitor, link: AskPatientPolicy) -> Screen:
    seen = await visitor.services.clinic_persons.see(visitor.account, link.person)
    return Screen(
        lines(masked_person(seen.person), _("Write the number of the policy: 16 digits, spaces do not matter.")),
        (ways_out(DeskPatient(person=link.person)),),
        asks=True,
    )


@flow.answer(AskPatientPolicy)
async def on_policy(visitor: Visitor, prompt: AskPatientPolicy, typed: str) -> Outcome:
    keep_policy(visitor, await visitor.services.clinic_persons.read_policy(visitor.account, prompt.person, typed))
    return ConfirmPatientPolicy(person=prompt.person)


@flow.screen(ConfirmPatientPolicy)
async def confirm_policy(visitor: Visitor, link: ConfirmPatientPolicy) -> Outcome:
    if not (number := policy_of(visitor)):
        return AskPatientPolicy(person=link.person)
    seen = await visitor.services.clinic_persons.see(visitor.account, link.person)
    return Screen(
        lines(
            text(_("<b>Add the policy {number}?</b>"), number=grouped(number, " ")),
            masked_person(seen.person),
            [_("Compare all digits: the number cannot be changed here afterwards.")],
        ),
        (
            (button(_("Yes, add"), AddPatientPolicy(person=link.person)),),
            ways_out(AskPatientPolicy(person=link.person)),
        ),
        asks=True,
    )


@flow.action(AddPatientPolicy)
async def on_add_policy(visitor: Visitor, link: AddPatientPolicy) -> Outcome:
    number = policy_of(visitor)
    keep_policy(visitor, "")
    if not number:
        await visitor.services.clinic_persons.clinic(visitor.account)
        return AskPatientPolicy(person=link.person)
    await visitor.services.clinic_persons.add_policy(visitor.account, link.person, number)
    done = _("✅ The policy is added. A parent who adds the child in the bot finds these visits there.")
    return Reply(DeskPatient(person=link.person), line=done)


# --- double records ---------------------------------------------------------------------------------------------------


@flow.screen(Doubles)
async def doubles(visitor: Visitor, link: Doubles) -> Screen:
    seen, found = await visitor.services.clinic_persons.doubles(visitor.account, link.person)
    page, labels = page_of(link, found, PERSONS_ON_A_PAGE), brief_persons(found)

    def record_button(other: ClinicPerson) -> Button:
        return button(labels[other.number], ConfirmMerge(keep=link.person, drop=other.number))

    return Screen(
        lines(
            _("<b>Which record is of the same patient?</b>") if found else _("<b>No record is like this one.</b>"),
            masked_person(seen.person),
            [_("Here are records with the same birth date and sex. Of two records with a policy none can go.")],
            page.place,
            unreadable_cards(found.unreadable),
        ),
        (*page.rows(record_button), ways_out(DeskPatient(person=link.person))),
        asks=True,
    )


@flow.screen(ConfirmMerge)
async def confirm_merge(visitor: Visitor, link: ConfirmMerge) -> Screen:
    merging = await visitor.services.clinic_persons.compare(visitor.account, link.keep, link.drop)
    return Screen(
        lines(
            _("<b>Make one record of these two?</b>"),
            [_("Stays:"), masked_person(merging.keep)],
            [_("Goes:"), masked_person(merging.drop)],
            [moved(merging), _("This cannot be undone.")],
        ),
        (
            (button(_("Yes, merge"), MergePatients(keep=merging.keep.number, drop=merging.drop.number)),),
            ways_out(Doubles(person=link.keep)),
        ),
        asks=True,
    )


def moved(merging: Merging) -> str:
    """Return what moves to the record that stays."""
    has_phone = bool(merging.drop.phone and not merging.keep.phone)
    parts = [*held(merging.moves), *([_("the telephone")] if has_phone else [])]
    return text(_("To the record that stays move: {what}."), what=", ".join(parts)) if parts else _("Nothing moves.")


def held(moves: PersonHoldings) -> list[str]:
    over = moves.visits - moves.ahead
    counted = (
        (moves.ahead, ngettext("{n} visit ahead", "{n} visits ahead", moves.ahead)),
        (over, ngettext("{n} earlier or cancelled visit", "{n} earlier or cancelled visits", over)),
        (moves.referrals, ngettext("{n} referral", "{n} referrals", moves.referrals)),
    )
    return [words.format(n=number) for number, words in counted if number]


@flow.action(MergePatients)
async def on_merge(visitor: Visitor, link: MergePatients) -> Outcome:
    person = await visitor.services.clinic_persons.merge(visitor.account, link.keep, link.drop)
    return Reply(DeskPatient(person=person.number), line=_("✅ There is one record now."))
