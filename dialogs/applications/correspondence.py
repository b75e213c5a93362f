"""The whole correspondence about an application as one PDF: what was sent, each step and answer, the bot's messages."""

from __future__ import annotations

from collections.abc import Mapping

from bot.applications.correspondence import Correspondence, SentNotice
from bot.applications.records import ApplicationStep, RefusalReason, StepTaken
from bot.core.clinic import Clinic
from bot.core.i18n import MOSCOW, N_, clock_time, gettext as _
from bot.delivery.paper import Paper, Section
from bot.delivery.screen import File
from dialogs.applications.follow import HELPS
from dialogs.applications.links import ApplicationPage, CorrespondenceFile
from dialogs.applications.sent import moment_of, sent_sections
from dialogs.applications.wording import detail_of, status_label, step_word
from dialogs.kit.flow import Flow, Reply, Visitor
from dialogs.kit.news import KINDS
from dialogs.kit.wording import moscow_date

flow = Flow("application correspondence")

WHO: Mapping[ApplicationStep, str] = {
    ApplicationStep.SUBMITTED: N_("Representative"),
    ApplicationStep.OPENED: N_("Clinic"),
    ApplicationStep.RETURNED: N_("Clinic"),
    ApplicationStep.RESENT: N_("Representative"),
    ApplicationStep.APPROVED: N_("Clinic"),
    ApplicationStep.REFUSED: N_("Clinic"),
    ApplicationStep.WITHDRAWN: N_("Representative"),
    ApplicationStep.LAPSED: N_("The bot"),
    ApplicationStep.LATE: N_("The bot"),
}
"""who takes a step"""


@flow.action(CorrespondenceFile)
async def on_file(visitor: Visitor, link: CorrespondenceFile) -> Reply:
    correspondences = visitor.services.correspondences
    found = await correspondences.of(visitor.account.id, link.application, visitor.username)
    printed = await correspondences.print_paper(correspondence_paper(visitor, found))
    ref = found.followed.application.ref
    caption = _("Application {ref}: everything that was sent and answered. The numbers are masked.").format(ref=ref)
    file = File(_("Correspondence {ref}.pdf").format(ref=ref), printed, caption)
    return Reply(ApplicationPage(application=link.application), files=(file,))


def correspondence_paper(visitor: Visitor, found: Correspondence) -> Paper:
    seen = found.followed
    application, clinic = seen.application, seen.clinic
    about = (
        (_("Number"), application.ref),
        (_("Clinic"), ", ".join(filter(None, (clinic.name, clinic.address, clinic.phone)))),
        (_("Patient"), seen.patient.name.full),
        (_("Sent"), moment_of(application.filed_at, clinic)),
        (_("State"), status_label(application.status, application.kind)),
    )
    complain = _("Where to complain: the head of the clinic, the insurer of the policy, then Roszdravnadzor.")
    sections = (
        Section("", about),
        *sent_sections(found.versions, clinic),
        Section(_("Steps and answers"), tuple(answered(each, clinic) for each in seen.steps)),
        Section(_("What the bot has written to you"), tuple(noticed(each, clinic) for each in found.notices)),
        Section(_("If you do not agree"), (("", complain),)),
    )
    return Paper(
        title=_("Correspondence about an application"),
        sections=tuple(each for each in sections if each.lines),
        made_at=visitor.now,
        footer=_("Printed on {date} at {time}, Moscow time.").format(
            date=moscow_date(visitor.now), time=clock_time(visitor.now, MOSCOW)
        ),
        codes=((_("Check at the reception of the clinic"), found.link),),
    )


def answered(taken: StepTaken, clinic: Clinic) -> tuple[str, str]:
    """Return when a step was taken, by whom, and the answer with what the parent was told to do."""
    said = f"{_(WHO[taken.step])}: {step_word(taken.step, detail_of(taken))}"
    if taken.step is ApplicationStep.REFUSED:
        said = f"{said}. {_(HELPS[RefusalReason(taken.detail or RefusalReason.OTHER)])}"
    return moment_of(taken.at, clinic), said


def noticed(notice: SentNotice, clinic: Clinic) -> tuple[str, str]:
    title = _(KINDS[notice.kind].title)
    return moment_of(notice.at, clinic), f"{title[:1].upper()}{title[1:]}"
