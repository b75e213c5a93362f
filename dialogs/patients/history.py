"""The history of a card: who did what with the card and its visits, one line an act, without names of persons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bot.core.deeds import ActorKind, AuditEntry, Deed, VisitOfEntry
from bot.core.i18n import MOSCOW, N_, clock_time, gettext as _, past_day, spoken_moment
from bot.core.timing import local_day
from bot.delivery.screen import Screen
from bot.patients.cards import ENTRIES_PER_PAGE
from dialogs.kit.deeds import sentence
from dialogs.kit.flow import Flow, Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.pager import page_read
from dialogs.kit.screen import lines, text, ways_out
from dialogs.kit.specialties import name_of
from dialogs.kit.wording import capitalised, of_clinic
from dialogs.patients.links import History, PatientCard

flow = Flow("history")


@flow.screen(History)
async def history(visitor: Visitor, link: History) -> Screen:
    shown = await visitor.services.patients.history(visitor.account.id, link.patient, link.page)
    page = page_read(link, shown.entries, shown.total, ENTRIES_PER_PAGE)
    entries = page.lines(lambda entry: entry_line(visitor, entry)) if shown.entries else []
    return Screen(
        lines(
            text(_("<b>{name}: history</b>"), name=patient_name(shown.patient)),
            entries or [_("Nothing has been done yet.")],
        ),
        (*page.arrows, ways_out(PatientCard(patient=link.patient))),
    )


class Act(NamedTuple):
    """What a history says of an act on a visit: of the reader's own, and of another representative's."""

    own: str
    others: str


ACTS: Mapping[Deed, Act] = {
    Deed.BOOKING_ASKED: Act(
        N_("you asked for a visit: {visit}"), N_("another representative asked for a visit: {visit}")
    ),
    Deed.BOOKING_BOOKED: Act(N_("you booked a visit: {visit}"), N_("another representative booked a visit: {visit}")),
    Deed.BOOKING_REFUSED: Act(
        N_("the clinic refused your visit: {visit}"),
        N_("the clinic refused another representative's visit: {visit}"),
    ),
    Deed.VISIT_MOVED: Act(N_("you moved a visit: {visit}"), N_("another representative moved a visit: {visit}")),
    Deed.CANCELLATION_ASKED: Act(
        N_("you asked to cancel a visit: {visit}"),
        N_("another representative asked to cancel a visit: {visit}"),
    ),
    Deed.VISIT_CANCELLED: Act(
        N_("you cancelled a visit: {visit}"), N_("another representative cancelled a visit: {visit}")
    ),
    Deed.CANCELLATION_REFUSED: Act(
        N_("the clinic did not let you cancel a visit: {visit}"),
        N_("the clinic did not let another representative cancel a visit: {visit}"),
    ),
    Deed.COMING_CONFIRMED: Act(
        N_("you said that you will come: {visit}"),
        N_("another representative said that they will come: {visit}"),
    ),
    Deed.CHANGED_BY_CLINIC: Act(N_("the clinic changed a visit: {visit}"), N_("the clinic changed a visit: {visit}")),
}
"""acts on visits, in whole sentences"""

AT_RECEPTION: Mapping[Deed, str] = {
    Deed.NAME_LISTED: N_("The reception of “{clinic}” saw the name in a list of visits"),
    Deed.NAME_FOUND: N_("The reception of “{clinic}” found the visit by name"),
    Deed.VISIT_READ: N_("The reception of “{clinic}” opened the visit"),
    Deed.DATA_SHOWN: N_("The reception of “{clinic}” opened the full data"),
    Deed.PAPERS_SHOWN: N_("The reception of “{clinic}” looked at the papers of the application"),
    Deed.PERSON_READ: N_("The reception of “{clinic}” opened the record in its list of patients"),
    Deed.MATTER_READ: N_("The reception of “{clinic}” opened the card"),
    Deed.DESK_CHECK_READ: N_("The reception of “{clinic}” opened the card"),
}
"""what a clinic has read, in whole sentences"""


def entry_line(visitor: Visitor, entry: AuditEntry) -> str:
    visit = "" if entry.visit is None else visit_in_words(visitor, entry.visit, entry.deed)
    return text(
        "{date}, {time} · {what}",
        date=past_day(local_day(entry.at, MOSCOW), local_day(visitor.now, MOSCOW)),
        time=clock_time(entry.at, MOSCOW),
        what=capitalised(act_in_words(visitor, entry, visit)),
    )


def act_in_words(visitor: Visitor, entry: AuditEntry, visit: str) -> str:
    """Return who did what; ``visit`` is in words, "" if the act was on none."""
    is_own = entry.actor.id == visitor.account.id
    if visit and entry.deed in ACTS and entry.actor.kind is not ActorKind.OPERATOR:
        act = ACTS[entry.deed]
        return _(act.own if is_own else act.others).format(visit=visit)
    if entry.clinic and entry.deed in AT_RECEPTION:
        what = _(AT_RECEPTION[entry.deed]).format(clinic=of_clinic(entry.clinic))
    else:
        what = sentence(entry.deed, entry.actor.kind, is_own=is_own)
        what = f"{what} ({entry.clinic})" if entry.clinic else what
    return f"{what}: {visit}" if visit else what


def visit_in_words(visitor: Visitor, visit: VisitOfEntry, deed: Deed) -> str:
    """Return «ЛОР, чт 10 декабря, 10:00», and the new time for the act of moving."""
    specialty = name_of(visit.specialty_code, visit.specialty)
    when = spoken_moment(visit.starts_at, visit.zone, visitor.now)
    if visit.moved_to is None or deed is not Deed.VISIT_MOVED:
        return f"{specialty}, {when}"
    return f"{specialty}, {when} → {spoken_moment(visit.moved_to, visit.zone, visitor.now)}"
