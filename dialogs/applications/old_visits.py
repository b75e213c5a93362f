"""The visits at the clinic before, after a child was enrolled at another one: keep or cancel each."""

from __future__ import annotations

from bot.booking.records import AppointmentCard
from bot.core.i18n import gettext as _, spoken_moment
from bot.delivery.screen import Button, Screen
from dialogs.applications.links import ApplicationPage, AskOldVisit, CancelOldVisit, OldVisits
from dialogs.booking.visit_screens import summary
from dialogs.booking.wording import short_specialist
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.pager import page_of
from dialogs.kit.screen import button, lines, ways_out

flow = Flow("old visits")

ON_A_PAGE = 8


@flow.screen(OldVisits)
async def old_visits(visitor: Visitor, link: OldVisits) -> Screen:
    every = await visitor.services.enrollments.visits_elsewhere(visitor.account.id, link.application)
    shown = page_of(link, every, ON_A_PAGE)

    def visit_button(card: AppointmentCard) -> Button:
        at = spoken_moment(card.appointment.starts_at, card.clinic.zone, visitor.now)
        to = AskOldVisit(application=link.application, appointment=card.appointment.id)
        return button(f"{short_specialist(card.specialty, card.doctor)} · {at}", to)

    return Screen(
        lines(
            _("<b>Visits at the clinic before</b>"),
            _("They stay unless you cancel them. A visit that you do not cancel is still expected.")
            if every
            else _("There are none."),
            shown.place,
        ),
        (*shown.rows(visit_button), ways_out(ApplicationPage(application=link.application))),
    )


@flow.screen(AskOldVisit)
async def ask_old_visit(visitor: Visitor, link: AskOldVisit) -> Outcome:
    every = await visitor.services.enrollments.visits_elsewhere(visitor.account.id, link.application)
    found = next((each for each in every if each.appointment.id == link.appointment), None)
    if found is None:
        return OldVisits(application=link.application)
    return Screen(
        lines(
            _("<b>Keep or cancel?</b>"),
            summary(visitor, found),
            _("Cancelling does not count as late: the child has another clinic now."),
        ),
        (
            (
                button(_("Yes, cancel"), CancelOldVisit(application=link.application, appointment=link.appointment)),
                button(_("Keep it"), OldVisits(application=link.application)),
            ),
            ways_out(OldVisits(application=link.application)),
        ),
    )


@flow.action(CancelOldVisit)
async def on_cancel(visitor: Visitor, link: CancelOldVisit) -> Outcome:
    account, enrollments = visitor.account.id, visitor.services.enrollments
    await enrollments.cancel_elsewhere(account, link.application, link.appointment, visitor.message)
    return Reply(OldVisits(application=link.application), line=_("✅ The visit is cancelled."))
