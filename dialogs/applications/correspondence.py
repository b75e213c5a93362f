"""The whole correspondence about an application as one PDF: what was sent, each step and answer, the bot's messages."""

from __future__ import annotations

from collections.abc import Mapping

from bot.applications.correspondence import Correspondence, SentNotice
from bot.applications.records import ApplicationKind, ApplicationStep, RefusalReason, StepTaken
from bot.applications.seen import AnyFollowed, Followed
from bot.core.clinic import Clinic
from bot.core.i18n import N_, gettext as _
from bot.delivery.paper import Paper, Section
from bot.delivery.screen import File
from dialogs.applications.links import ApplicationPage, CorrespondenceFile, PolicyRequestPage
from dialogs.applications.policy_links import PolicyCorrespondence
from dialogs.applications.printed import about_section, application_paper
from dialogs.applications.sent import moment_of, sent_sections
from dialogs.applications.standing import HELPS_OF
from dialogs.applications.wording import complain_line, detail_of, step_word
from dialogs.kit.flow import Flow, Reply, Visitor
from dialogs.kit.link import Link
from dialogs.kit.news import KINDS
from dialogs.kit.wording import capitalised

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
    ApplicationStep.STUCK: N_("The bot"),
}
"""who takes a step"""


@flow.action(CorrespondenceFile)
async def on_file(visitor: Visitor, link: CorrespondenceFile) -> Reply:
    found = await visitor.services.correspondences.of(visitor.account.id, link.application, visitor.username)
    return await sent_file(visitor, found, ApplicationPage(application=link.application))


@flow.action(PolicyCorrespondence)
async def on_policy_file(visitor: Visitor, link: PolicyCorrespondence) -> Reply:
    found = await visitor.services.correspondences.of_policy(visitor.account.id, link.request, visitor.username)
    return await sent_file(visitor, found, PolicyRequestPage(request=link.request))


async def sent_file(visitor: Visitor, found: Correspondence, page: Link) -> Reply:
    printed = await visitor.services.correspondences.print_paper(correspondence_paper(visitor, found))
    ref = found.followed.filed.ref
    caption = _("Application {ref}: everything that was sent and answered. The numbers are masked.").format(ref=ref)
    file = File(_("Correspondence {ref}.pdf").format(ref=ref), printed, caption)
    return Reply(page, files=(file,))


def correspondence_paper(visitor: Visitor, found: Correspondence) -> Paper:
    seen = found.followed
    kind, clinic = seen.filed.kind, seen.clinic
    sections = (
        about_section(seen, (_("Patient"), whole_name(seen))),
        *sent_sections(found.versions, seen.clinic),
        Section(_("Steps and answers"), tuple(answered(each, kind, clinic) for each in seen.steps)),
        Section(_("What the bot has written to you"), tuple(noticed(each, seen) for each in found.notices)),
        Section(_("If you do not agree"), (("", complain_line(kind)),)),
    )
    return application_paper(visitor, _("Correspondence about an application"), sections, found.link)


def whole_name(seen: AnyFollowed) -> str:
    name = seen.patient.name if isinstance(seen, Followed) else seen.request.form.name
    return "" if name is None else name.full


def answered(taken: StepTaken, kind: ApplicationKind, clinic: Clinic) -> tuple[str, str]:
    """Return when a step was taken, by whom, and the answer with what the parent was told to do."""
    said = f"{_(WHO[taken.step])}: {step_word(taken.step, detail_of(taken), kind)}"
    if taken.step is ApplicationStep.REFUSED:
        said = f"{said}. {_(HELPS_OF[kind][RefusalReason(taken.detail or RefusalReason.OTHER)])}"
    return moment_of(taken.at, clinic), said


def noticed(notice: SentNotice, seen: AnyFollowed) -> tuple[str, str]:
    """Return when a message was sent and what it was about, with the number that it told."""
    title = _(KINDS[notice.kind].title)
    said = capitalised(title)
    if notice.error:
        told = _("application {ref}, number for support {error}").format(ref=seen.filed.ref, error=notice.error)
        said = f"{said}: {told}"
    return moment_of(notice.at, seen.clinic), said
