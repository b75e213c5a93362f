"""Words for a visit at the desk: its facts, who in the bot keeps it, and what became of the message about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.booking.records import Presence
from bot.clinics.desk_port import ClinicPerson, ClinicVisit
from bot.clinics.port import BookingStatus, ClinicReason
from bot.core.clinic import Clinic
from bot.core.i18n import N_, clock_time, gettext as _, numeric_day, spoken_date, spoken_moment
from bot.core.patient import masked
from bot.core.people import PersonName, Sex
from bot.core.policy_form import PolicyForm
from bot.core.timing import local_day
from bot.glossary import Ref
from bot.staff.keepers import Arrival, Keepers, Reach
from bot.staff.rules import Mark, VisitStanding, marks_of, standing_of
from bot.staff.showing import FullData
from dialogs.booking.wording import cancel_reason, visit_kind
from dialogs.kit.flow import Visitor
from dialogs.kit.link import Action
from dialogs.kit.screen import Row, button, lines, text, unbroken
from dialogs.kit.specialties import name_of
from dialogs.kit.wording import moscow_past

NO_NUMBER = "••••"


def masked_child(name: PersonName, birth_date: date, policy_number: str) -> str:
    """Return what the desk shows of a child by default."""
    return text(
        _("<b>{name}</b>, born {year}, policy {number}"),
        name=name.short,
        year=birth_date.year,
        number=masked(policy_number) if policy_number else NO_NUMBER,
    )


def formed_child(form: PolicyForm) -> str:
    """Return the same of a child that has no policy."""
    name, born = form.name, form.birth_date
    return text(_("<b>{name}</b>, born {year}"), name=name.short, year=born.year) if name and born else ""


def brief_child(visit: ClinicVisit) -> str:
    """Return the same for a button: «Мария И., 2018, 0014»."""
    last = (visit.policy_number[-4:].strip(),) if visit.policy_number else ()
    return ", ".join((visit.person.short, str(visit.birth_date.year), *last))


def day_and_time(at: datetime, zone: ZoneInfo) -> str:
    """Return «пт 27.11 08:00» for a button."""
    return f"{numeric_day(at.astimezone(zone).date())} {clock_time(at, zone)}"


class HasSpecialty(Protocol):
    """What the desk reads from the clinic with a specialty: a visit, a doctor of a day, a referral."""

    @property
    def specialty(self) -> str: ...

    @property
    def specialty_code(self) -> str: ...


def specialty_here(known: HasSpecialty) -> str:
    """Return the specialty in the reader's language if the catalogue has it, else in the clinic's words."""
    return name_of(known.specialty_code, known.specialty)


def short_name(name: PersonName) -> str:
    """Return «Анна И.»: who is in a clinic's list is no child of the reader's, whose cards the kit tells apart."""
    return name.short


def masked_person(person: ClinicPerson) -> str:
    """Return what the desk shows of a person of its list by default, with the number of the record."""
    if person.policy_number:
        line = _("<b>{name}</b>, born {year}, policy {number}, record {record}")
    else:
        line = _("<b>{name}</b>, born {year}, no policy yet, record {record}")
    number = masked(person.policy_number) if person.policy_number else ""
    return text(line, name=short_name(person.name), year=person.birth_date.year, number=number, record=person.number)


def brief_person(person: ClinicPerson) -> str:
    """Return the same for a button."""
    last = person.policy_number[-4:].strip() if person.policy_number else _("no policy")
    return f"{short_name(person.name)}, {person.birth_date.year}, {last}"


def brief_persons(persons: Sequence[ClinicPerson]) -> dict[int, str]:
    """Return the labels of persons by the number of their record, which tells those apart that look alike."""
    labels = {person.number: brief_person(person) for person in persons}
    counts = Counter(labels.values())
    return {each: f"{label} № {each}" if counts[label] > 1 else label for each, label in labels.items()}


def whole_child(shown: FullData) -> str:
    """Return everything that is compared with the papers, as a block of lines."""
    return lines(
        text(_("<b>{name}</b>"), name=shown.name.full),
        text(_("Born on {date}"), date=spoken_date(shown.birth_date)),
        text(_("Policy: {number}"), number=shown.policy_number) if shown.policy_number else "",
        text(_("The representative's phone: {phone}"), phone=shown.phone) if shown.phone else "",
    )


def sex_line(sex: Sex) -> str:
    return _("Sex: male") if sex is Sex.MALE else _("Sex: female")


def passing_message(*children: str) -> str:
    """Return the text of the message with full data."""
    return lines(
        *children, [_("I delete this message in two minutes, once you decide or when you open something else.")]
    )


def showing_rows(visitor: Visitor, to: Action) -> list[Row]:
    """Return the row of the button that shows the full data; none if this bot never shows them."""
    return [(button(_("Show full data"), to),)] if visitor.services.showing.is_allowed else []


def never_shown(visitor: Visitor, number: str = "") -> str:
    """Return where full data are read if this bot never shows them.

    ``number`` is the desk's own of what has no Ref.
    """
    if visitor.services.showing.is_allowed:
        return ""
    if number:
        return text(
            _("Full data are not shown here: the operator reads them with <code>{command}</code> by “{number}”."),
            command=DESK_COMMAND,
            number=number,
        )
    return text(
        _("Full data are not shown here: the operator reads them with <code>{command}</code>."), command=COMMAND
    )


COMMAND, DESK_COMMAND = "registratura person find --show", "registratura person desk --show"


def standing(visitor: Visitor, clinic: Clinic, visit: ClinicVisit) -> str:
    """Return what is to be said first of a visit; "" of one of today whose patient is expected."""
    match standing_of(visit.booking, clinic.zone, visitor.now):
        case VisitStanding.CANCELLED:
            return why_cancelled(visit)
        case VisitStanding.OTHER_DAY:
            when = spoken_moment(visit.booking.starts_at, clinic.zone, visitor.now)
            return text(_("⚠️ <b>Not today: {when}.</b>"), when=when)
        case VisitStanding.CHECKED_IN if visit.arrived_at is not None:
            return text(_("✅ <b>Came at {time}.</b>"), time=clock_time(visit.arrived_at, clinic.zone))
        case other:
            return STANDINGS[other] and _(STANDINGS[other])


STANDINGS = {
    VisitStanding.EXPECTED: "",
    VisitStanding.CHECKED_IN: N_("✅ <b>The patient has come.</b>"),
    VisitStanding.NOT_MARKED: N_("<b>Not noted</b> whether anybody came."),
    VisitStanding.TOOK_PLACE: N_("✅ <b>The visit took place.</b>"),
    VisitStanding.MISSED: N_("⚠️ <b>The clinic has noted that nobody came.</b>"),
}


def why_cancelled(visit: ClinicVisit) -> str:
    why = visit.booking.reason
    if why in {reason.value for reason in ClinicReason}:
        return text(_("⚠️ <b>The clinic has cancelled this visit:</b> {why}."), why=cancel_reason(why))
    return _("⚠️ <b>This visit is cancelled.</b>")


def visit_lines(visitor: Visitor, clinic: Clinic, visit: ClinicVisit) -> list[str]:
    """Return who, to whom, where and when."""
    doctor, room = visit.doctor.with_initials, visit.booking.room
    return [
        masked_child(visit.person, visit.birth_date, visit.policy_number),
        text(
            _("{specialty}, {doctor}, room {room}") if room else _("{specialty}, {doctor}"),
            specialty=specialty_here(visit),
            doctor=doctor,
            room=room,
        ),
        text(_("<b>{when}</b>"), when=spoken_moment(visit.booking.starts_at, clinic.zone, visitor.now)),
    ]


def facts_of(clinic: Clinic, visit: ClinicVisit, keepers: Keepers) -> list[str]:
    """Return the number, the kind, who booked and the papers."""
    return [
        text(_("Visit number {ref}"), ref=unbroken(keepers.ref)) if keepers.ref else "",
        text(_("Kind of visit: {kind}"), kind=visit_kind(visit.booking.visit_type)),
        _("A parent says: we are coming") if keepers.said and keepers.said.confirmed else "",
        *(mark_sentence(each) for each in marks_of(visit, clinic.zone, ()) if each is not Mark.CONFIRMED),
        said_of_missed(visit, keepers),
        _("Booked in the bot") if visit.booking.key else _("Booked without the bot"),
        papers(keepers),
    ]


MARKS = {
    Mark.INFANT: (N_("under a year"), N_("Under one year old: comes before others")),
    Mark.BENEFIT: (N_("benefit"), N_("Has a benefit: comes before others")),
    Mark.FIRST_HERE: (N_("first time"), N_("First visit to this clinic")),
    Mark.CONFIRMED: (N_("confirmed"), N_("A parent says: we are coming")),
}
"""in a list, and on the screen of a visit"""


def mark_word(mark: Mark) -> str:
    return _(MARKS[mark][0])


def mark_sentence(mark: Mark) -> str:
    return _(MARKS[mark][1])


def said_of_missed(visit: ClinicVisit, keepers: Keepers) -> str:
    said = keepers.said and keepers.said.presence
    if visit.booking.status is not BookingStatus.NO_SHOW or said is None:
        return ""
    if said is Presence.ASKED:
        return _("⚠️ A parent says: we were there. Ask the doctor, then answer.")
    return _("A parent said: we were there. The reception has answered that the note stays.")


def papers(keepers: Keepers) -> str:
    if keepers.reach is Reach.NOBODY:
        return ""
    if keepers.papers_at is None:
        return _("The papers were not seen at a reception")
    return text(_("The papers were seen on {date}"), date=moscow_past(keepers.papers_at))


def reach(keepers: Keepers) -> str:
    """Return whether anybody can be told of a change, before it is made."""
    match keepers.reach:
        case Reach.IN_BOT:
            return _("A parent is in the bot: I tell of every change.")
        case Reach.BLOCKED:
            return _("⚠️ The parent does not get the bot's messages: phone.")
        case Reach.NOBODY:
            return _("⚠️ Nobody keeps this visit in the bot: phone.")


def arrival(visitor: Visitor, clinic: Clinic, keepers: Keepers) -> str:
    """Return what became of the message about the last change; "" if there was none."""
    at = "" if keepers.at is None else clock_time(keepers.at, clinic.zone)
    if keepers.at is not None and local_day(keepers.at, clinic.zone) != local_day(visitor.now, clinic.zone):
        at = f"{at}, {moscow_past(keepers.at)}"
    match keepers.arrival:
        case Arrival.WAITS:
            return text(_("I tell the parent at {time}."), time=at)
        case Arrival.ARRIVED:
            return text(_("✅ The parent was told at {time}."), time=at)
        case Arrival.FAILED:
            return _("⚠️ The message did not reach the parent: phone.")
    return ""


def waiting_label(ref: Ref, due: str, *, is_late: bool, is_urgent: bool) -> str:
    """Return how an application stands in a queue of the desk: it names nobody."""
    if is_urgent:
        said = _("⚠️ {ref} · urgent, late") if is_late else _("⚠️ {ref} · urgent")
    else:
        said = _("⚠️ {ref} · late since {when}") if is_late else _("{ref} · by {when}")
    return said.format(ref=unbroken(ref), when=due)


def urgent_line() -> str:
    return _("⚠️ Urgent: the child needs a doctor today.")
