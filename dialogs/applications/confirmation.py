"""The confirmation of an application as a PDF: what was sent, with numbers masked, its history, and a check code."""

from __future__ import annotations

from bot.applications.confirmation import Confirmation
from bot.applications.records import ApplicationStatus, RefusalReason
from bot.core.i18n import MOSCOW, clock_time, gettext as _
from bot.delivery.paper import Paper, Section
from bot.delivery.screen import File
from dialogs.applications.links import ApplicationFile, ApplicationPage
from dialogs.applications.sent import moment_of, sent_sections
from dialogs.applications.wording import (
    detail_of,
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
    )
    steps = tuple(
        (moment_of(each.at, clinic), step_word(each.step, detail_of(each), application.kind)) for each in seen.steps
    )
    return Paper(
        title=_("Application for enrollment") if document is None else _("Application for a document"),
        sections=(
            Section("", tuple((label, value) for label, value in about if value)),
            *sent_sections(found.versions, clinic),
            Section(_("What has happened"), steps),
        ),
        made_at=visitor.now,
        footer=_("Printed on {date} at {time}, Moscow time.").format(
            date=moscow_date(visitor.now), time=clock_time(visitor.now, MOSCOW)
        ),
        codes=((_("Check at the reception of the clinic"), found.link),),
    )


def refused_because(found: Confirmation) -> str:
    application = found.followed.application
    if application.status is not ApplicationStatus.REFUSED or application.decision is None:
        return ""
    return refusal_label(application.decision.reason or RefusalReason.OTHER)
