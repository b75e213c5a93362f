"""The confirmation of an application as a PDF: what was sent, with numbers masked, its history, and a check code."""

from __future__ import annotations

from bot.applications.confirmation import Confirmation
from bot.applications.records import ApplicationKind
from bot.applications.seen import AnyFollowed, Followed
from bot.core.i18n import N_, gettext as _
from bot.delivery.paper import Paper, Section
from bot.delivery.screen import File
from dialogs.applications.links import ApplicationFile, ApplicationPage, PolicyRequestPage
from dialogs.applications.policy_links import PolicyRequestFile
from dialogs.applications.printed import about_section, application_paper
from dialogs.applications.sent import moment_of, sent_sections
from dialogs.applications.wording import detail_of, step_word
from dialogs.kit.flow import Flow, Reply, Visitor
from dialogs.kit.link import Link

flow = Flow("application file")

TITLES = {
    ApplicationKind.ENROLLMENT: N_("Application for enrollment"),
    ApplicationKind.DOCUMENT: N_("Application for a document"),
    ApplicationKind.POLICY: N_("Application for a policy"),
}


@flow.action(ApplicationFile)
async def on_file(visitor: Visitor, link: ApplicationFile) -> Reply:
    found = await visitor.services.confirmations.of(visitor.account.id, link.application, visitor.username)
    return await sent_file(visitor, found, ApplicationPage(application=link.application))


@flow.action(PolicyRequestFile)
async def on_policy_file(visitor: Visitor, link: PolicyRequestFile) -> Reply:
    found = await visitor.services.confirmations.of_policy(visitor.account.id, link.request, visitor.username)
    return await sent_file(visitor, found, PolicyRequestPage(request=link.request))


async def sent_file(visitor: Visitor, found: Confirmation, page: Link) -> Reply:
    printed = await visitor.services.confirmations.print_paper(confirmation_paper(visitor, found))
    ref = found.followed.filed.ref
    file = File(
        _("Application {ref}.pdf").format(ref=ref),
        printed,
        _("Application {ref}: the numbers are masked, so the file can be passed on. A clinic checks it by the code."
          ).format(ref=ref),
    )  # fmt: skip
    return Reply(page, files=(file,))


def confirmation_paper(visitor: Visitor, found: Confirmation) -> Paper:
    seen = found.followed
    kind = seen.filed.kind
    steps = tuple((moment_of(each.at, seen.clinic), step_word(each.step, detail_of(each), kind)) for each in seen.steps)
    sections = (
        about_section(seen, (_("What is asked"), what_is_asked(seen))),
        *sent_sections(found.versions, seen.clinic),
        Section(_("What has happened"), steps),
    )
    return application_paper(visitor, _(TITLES[kind]), sections, found.link)


def what_is_asked(seen: AnyFollowed) -> str:
    if not isinstance(seen, Followed):
        return _("OMS policy of a child")
    document = seen.application.document
    return _("Enrollment at a clinic") if document is None else document.name
