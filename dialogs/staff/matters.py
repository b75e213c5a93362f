"""The screens of desk matters: the prompt for a number, and one matter with the papers to look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bot.core.i18n import N_, clock_time, gettext as _, grid_day
from bot.delivery.screen import Button, Screen
from bot.patients.records import DeskMatter
from bot.staff.matters import SeenMatter, VisitOfMatter
from bot.staff.rights import Right, require_right
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.pager import page_of
from dialogs.kit.screen import button, lines, text, unbroken, ways_out
from dialogs.kit.specialties import in_a_sentence
from dialogs.kit.wording import moscow_past
from dialogs.staff.application_check import link_to_check
from dialogs.staff.links import (
    AskMatter,
    ConfirmMatter,
    DeclineMatter,
    Desk,
    DeskQueue,
    DeskVisit,
    SeeMatter,
    SeeTakeover,
    ShowMatter,
)
from dialogs.staff.wording import masked_child, never_shown, passing_message, showing_rows, whole_child

flow = Flow("matters", open=True)

VISITS_ON_A_PAGE = 8

EXAMPLE = "A7KM\u20119X"


class MatterWording(NamedTuple):
    """The words of one kind of matter, as message ids."""

    about: str
    papers: str
    """what to look at"""
    confirmed: str
    """what the staff member reads after confirming"""


PAPERS = N_(
    "Look at the passport and at the child's birth certificate; a guardian shows the act of guardianship. The child "
    "must be the one named above, and the passport that of the parent or guardian in these papers."
)

WORDINGS: Mapping[DeskMatter, MatterWording] = {
    DeskMatter.PAPERS: MatterWording(
        N_("A parent shows the papers of the child."), PAPERS, N_("Recorded. I tell the parent.")
    ),
    DeskMatter.DISPUTE: MatterWording(
        N_("⚠️ Another account has a card of this child too. The papers decide who the representative is."),
        PAPERS,
        N_("Recorded. I tell the parent and the other account."),
    ),
    DeskMatter.OLD_POLICY: MatterWording(
        N_("A parent shows a document of an old form that the register did not find."),
        N_("Look at the document and the birth certificate, and enter the policy into the register. Then confirm."),
        N_("I check the policy in the register again and tell the parent."),
    ),
}


@flow.screen(AskMatter)
async def ask_matter(visitor: Visitor, link: AskMatter) -> Screen:
    require_right(visitor.account, Right.SETTLE_MATTERS)
    return Screen(
        lines(
            text(_("Write the number that the parent has brought. It looks like this: {example}"), example=EXAMPLE),
            _("I will show what it is about and which papers to look at."),
        ),
        (ways_out(DeskQueue() if link.queue else Desk()),),
        asks=True,
    )


@flow.answer(AskMatter)
async def on_number(visitor: Visitor, prompt: AskMatter, typed: str) -> Outcome:
    application = await visitor.services.application_check.find(visitor.account, typed)
    if application is not None:
        return link_to_check(application)
    takeover = await visitor.services.desk_takeovers.find(visitor.account, typed)
    if takeover is not None:
        return SeeTakeover(takeover=takeover)
    return SeeMatter(matter=await visitor.services.matters.find(visitor.account, typed))


@flow.screen(SeeMatter)
async def see_matter(visitor: Visitor, link: SeeMatter) -> Screen:
    seen = await visitor.services.matters.see(visitor.account, link.matter)
    words, visits = WORDINGS[seen.matter.kind], page_of(link, seen.visits, VISITS_ON_A_PAGE)
    return Screen(
        lines(
            text(_("<b>Question {ref}</b>"), ref=unbroken(seen.matter.ref)),
            _(words.about),
            patient_lines(seen),
            _(words.papers),
            visits.place,
            never_shown(visitor),
        ),
        (
            *showing_rows(visitor, ShowMatter(matter=link.matter)),
            (
                button(_("The papers are right"), ConfirmMatter(matter=link.matter)),
                button(_("Decline the papers"), DeclineMatter(matter=link.matter)),
            ),
            *visits.rows(lambda visit: visit_button(seen, visit)),
            ways_out(DeskQueue()),
        ),
    )


def patient_lines(seen: SeenMatter) -> list[str]:
    patient = seen.patient
    return [
        masked_child(patient.name, patient.birth_date, patient.policy_number),
        text(_("Asked on {date}"), date=moscow_past(seen.matter.opened_at)),
    ]


def visit_button(seen: SeenMatter, visit: VisitOfMatter) -> Button:
    """Return the button of a visit that this account has booked: the desk may cancel it."""
    starts_at, zone = visit.card.appointment.starts_at, seen.clinic.zone
    day, time = grid_day(starts_at.astimezone(zone).date()), clock_time(starts_at, zone)
    label = f"{day}, {time}, {in_a_sentence(visit.card.specialty)}"
    return button(label, DeskVisit(number=visit.number))


@flow.action(ShowMatter)
async def on_show(visitor: Visitor, link: ShowMatter) -> Outcome:
    shown = await visitor.services.showing.matter(visitor.account, link.matter)
    return Reply(SeeMatter(matter=link.matter), passing=passing_message(whole_child(shown)))


@flow.action(ConfirmMatter)
async def on_confirm(visitor: Visitor, link: ConfirmMatter) -> Outcome:
    settled = await visitor.services.matters.confirm(visitor.account, link.matter)
    visitor.services.elsewhere.look_soon(settled.account, settled.patient, anew=True)
    return Reply(AskMatter(), _(WORDINGS[settled.kind].confirmed))


@flow.action(DeclineMatter)
async def on_decline(visitor: Visitor, link: DeclineMatter) -> Outcome:
    await visitor.services.matters.decline(visitor.account, link.matter)
    return Reply(AskMatter(), _("Declined. I tell the parent what to do."))
