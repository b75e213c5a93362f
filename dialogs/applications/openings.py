"""«Сообщить, когда откроется»: the wish to be told when a clinic without places enrolls again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.core.clinic import Clinic
from bot.core.i18n import gettext as _
from bot.core.patient import Patient
from bot.delivery.screen import Button, Screen
from dialogs.applications.links import AwaitedOpening, AwaitOpening, MyApplications, StopAwaiting
from dialogs.booking.links import card_to_enroll
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.pager import few
from dialogs.kit.screen import Row, button, lines, text, ways_out
from dialogs.kit.wording import clinic_and_place, moscow_date

flow = Flow("openings")


def awaiting_line(until: datetime | None) -> str:
    """Return what a screen says of a wish that is in force."""
    if until is None:
        return ""
    return text(_("I will write when it enrolls again. I wait until {date}."), date=moscow_date(until))


def awaiting_row(patient: Patient, clinic: Clinic, until: datetime | None) -> Row:
    """Return the row that asks to be told, or takes the wish back."""
    if until is None:
        return (button(_("Tell me when it opens"), AwaitOpening(patient=patient.id, clinic=clinic.id)),)
    return (button(_("Do not tell me"), StopAwaiting(patient=patient.id, clinic=clinic.id)),)


def nearest_rows(patient: Patient, others: Sequence[Clinic]) -> list[Row]:
    """Return a button for each clinic that takes applications."""

    def other(each: Clinic) -> Button:
        return button(clinic_and_place(each), card_to_enroll(patient.id, each.id))

    return few(others, other)


@flow.action(AwaitOpening)
async def on_await(visitor: Visitor, link: AwaitOpening) -> Outcome:
    await visitor.services.openings.wait(visitor.account.id, link.patient, link.clinic)
    return Reply(AwaitedOpening(patient=link.patient, clinic=link.clinic), line=_("✅ Noted."))


@flow.screen(AwaitedOpening)
async def awaited_opening(visitor: Visitor, link: AwaitedOpening) -> Outcome:
    services, account = visitor.services, visitor.account.id
    until = await services.openings.until(account, link.patient, link.clinic)
    if until is None:
        return card_to_enroll(link.patient, link.clinic)
    patient = await services.patients.require(account, link.patient)
    clinic = await services.directory.clinic(link.clinic)
    return Screen(
        lines(
            text(_("Enroll <b>{name}</b> at {clinic}"), name=patient_name(patient), clinic=clinic.name),
            [
                awaiting_line(until),
                _("Once, with a button to apply. The clinic keeps no place for you: it takes those who apply first."),
            ],
        ),
        (
            awaiting_row(patient, clinic, until),
            (button(_("About the clinic"), card_to_enroll(patient.id, clinic.id).after(link)),),
            ways_out(MyApplications()),
        ),
    )


@flow.action(StopAwaiting)
async def on_stop(visitor: Visitor, link: StopAwaiting) -> Outcome:
    await visitor.services.openings.stop(visitor.account.id, link.patient, link.clinic)
    return Reply(card_to_enroll(link.patient, link.clinic), line=_("✅ I will not write about it."))
