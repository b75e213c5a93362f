"""The confirmation of an application as a PDF: what was sent, with numbers masked, its history, and a check code."""

from __future__ import annotations

from datetime import datetime

from bot.applications.confirmation import Confirmation
from bot.applications.records import Application, ApplicationStatus, RefusalReason
from bot.core.clinic import Clinic
from bot.core.i18n import MOSCOW, clock_time, gettext as _, numeric_date
from bot.core.patient import masked
from bot.core.timing import local_day
from bot.delivery.paper import Paper, Section
from bot.delivery.screen import File
from bot.patients.records import Detail
from dialogs.applications.document_wording import said_label
from dialogs.applications.links import ApplicationFile, ApplicationPage
from dialogs.applications.papers import paper_names
from dialogs.applications.wording import (
    detail_of,
    last_change_word,
    reason_word,
    refusal_label,
    status_label,
    step_word,
)
from dialogs.kit.flow import Flow, Reply, Visitor
from dialogs.kit.wording import moscow_date

flow = Flow("application file")


@flow.action(ApplicationFile)
async def on_file(visitor: Visitor, link: ApplicationFile) -> Reply:
    confirmations = visitor.services.confirmations
    found = await confirmations.of(visitor.account.id, link.application, visitor.username)
    printed = await confirmations.print_paper(confirmation_paper(visitor, found))
    ref = found.followed.application.ref
    file = File(
        _("Application {ref}.pdf").format(ref=ref),
        printed,
        _("Application {ref}: the numbers are masked, so the file can be passed on. A clinic checks it by the code."
          ).format(ref=ref),
    )  # fmt: skip
    return Reply(ApplicationPage(application=link.application), files=(file,))


def confirmation_paper(visitor: Visitor, found: Confirmation) -> Paper:
    seen = found.followed
    application, clinic, document = seen.application, seen.clinic, seen.application.document
    about = (
        (_("Number"), application.ref),
        (_("What is asked"), _("Enrollment at a clinic") if document is None else document.name),
        (_("Clinic"), ", ".join(filter(None, (clinic.name, clinic.address, clinic.phone)))),
        (_("Sent"), moment_of(application.filed_at, clinic)),
        (_("State"), status_label(application.status, application.kind)),
        (_("Decision is due"), moment_of(application.due_at, clinic) if application.awaits_desk else ""),
        (_("Refused because"), refused_because(found)),
        *wish_rows(application),
    )
    steps = tuple(
        (moment_of(each.at, clinic), step_word(each.step, detail_of(each), application.kind)) for each in seen.steps
    )
    return Paper(
        title=_("Application for enrollment") if document is None else _("Application for a document"),
        sections=(
            Section("", tuple((label, value) for label, value in about if value)),
            Section(_("What the clinic got"), passed(found)),
            Section(_("What has happened"), steps),
        ),
        made_at=visitor.now,
        footer=_("Printed on {date} at {time}, Moscow time.").format(
            date=moscow_date(visitor.now), time=clock_time(visitor.now, MOSCOW)
        ),
        codes=((_("Check at the reception of the clinic"), found.link),),
    )


def wish_rows(application: Application) -> tuple[tuple[str, str], ...]:
    """Return what the application says beside what it asks for."""
    if application.enrollment is not None:
        return (
            (_("Reason"), reason_word(application.enrollment.reason)),
            (_("Clinic changed before"), last_change_word(application.enrollment.last_change)),
        )
    document = application.document
    return () if document is None or not document.said else ((said_label(document.asks), document.said),)


def moment_of(at: datetime, clinic: Clinic) -> str:
    """Return a moment by the clock of the clinic."""
    return f"{numeric_date(local_day(at, clinic.zone))}, {clock_time(at, clinic.zone)}"


def refused_because(found: Confirmation) -> str:
    application = found.followed.application
    if application.status is not ApplicationStatus.REFUSED or application.decision is None:
        return ""
    return refusal_label(application.decision.reason or RefusalReason.OTHER)


def passed(found: Confirmation) -> tuple[tuple[str, str], ...]:
    """Return the data with masked numbers; an address and a telephone are only said to be there."""
    patient, details = found.followed.patient, found.details
    known = (
        (_("Full name"), patient.name.full),
        (_("Date of birth"), numeric_date(patient.birth_date)),
        (_("OMS policy"), patient.masked_policy),
        (_("SNILS"), masked(details[Detail.SNILS]) if Detail.SNILS in details else ""),
        (_("Birth certificate"), masked(details[Detail.CERTIFICATE]) if Detail.CERTIFICATE in details else ""),
        (_("Address"), _("is given") if Detail.ADDRESS in details else ""),
        (_("Telephone"), _("is given") if found.has_phone else ""),
        (_("Papers"), paper_names(found.papers)),
    )
    return tuple((label, value) for label, value in known if value)
