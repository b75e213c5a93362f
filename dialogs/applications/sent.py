"""What a clinic was sent with an application, each time, on a screen and on papers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.applications.records import EnrollmentWish, SentData, SentVersion, Wished
from bot.applications.seen import AnyFollowed
from bot.core.clinic import Clinic
from bot.core.i18n import clock_time, gettext as _, ngettext, numeric_date
from bot.core.policy_form import FormPart, SentForm
from bot.core.timing import local_day
from bot.delivery.paper import Section
from bot.delivery.screen import Screen
from dialogs.applications.document_wording import said_label
from dialogs.applications.links import ApplicationPage, PolicyRequestPage, SentVersions
from dialogs.applications.papers import paper_names
from dialogs.applications.policy_links import SentPolicyVersions
from dialogs.applications.policy_wording import changed_words, form_label, sex_word
from dialogs.applications.wording import last_change_word, reason_word
from dialogs.kit.flow import Flow, Visitor
from dialogs.kit.link import Link
from dialogs.kit.pager import few_lines, few_paragraphs, page_of
from dialogs.kit.screen import lines, text, unbroken, ways_out

flow = Flow("what was sent")

ON_A_PAGE = 3
"""each sending has up to ten lines"""


@flow.screen(SentVersions)
async def sent_versions(visitor: Visitor, link: SentVersions) -> Screen:
    services, account = visitor.services, visitor.account.id
    seen = await services.applications.follow(account, link.application)
    versions = await services.sent_applications.of(account, link.application)
    said = _("This is what the clinic got on that day. The card may have changed since; numbers are masked.")
    return versions_screen(link, seen, versions, said, ApplicationPage(application=link.application))


@flow.screen(SentPolicyVersions)
async def sent_policy_versions(visitor: Visitor, link: SentPolicyVersions) -> Screen:
    services, account = visitor.services, visitor.account.id
    seen = await services.policy_requests.follow(account, link.request)
    versions = await services.sent_applications.of_policy(account, link.request)
    said = _("This is what the clinic got on that day. The SNILS is masked, and the address is only mentioned.")
    return versions_screen(link, seen, versions, said, PolicyRequestPage(request=link.request))


def versions_screen(
    link: SentVersions | SentPolicyVersions,
    seen: AnyFollowed,
    versions: Sequence[SentVersion],
    said: str,
    page: Link,
) -> Screen:
    shown = page_of(link, [*reversed(versions)], ON_A_PAGE)
    return Screen(
        lines(
            text(_("<b>Application {ref}: what was sent</b>"), ref=unbroken(seen.filed.ref)),
            ngettext("It was sent {n} time.", "It was sent {n} times.", len(versions)).format(n=len(versions)),
            said,
            *few_paragraphs(shown.items, lambda each: version_lines(each, seen.clinic)),
            shown.place,
        ),
        (*shown.arrows, ways_out(page)),
    )


def version_lines(version: SentVersion, clinic: Clinic) -> list[str]:
    """Return the lines of one sending."""
    head = text("<b>{when}</b>", when=moment_of(version.at, clinic))
    return [head, *few_lines(sent_facts(version.data), lambda each: fact_line(*each))]


def fact_line(label: str, value: str) -> str:
    return text("{label}: {value}", label=label, value=value)


def sent_sections(versions: Sequence[SentVersion], clinic: Clinic) -> tuple[Section, ...]:
    """Return a section of a paper for each sending, the first one first."""
    if len(versions) == 1:
        return (Section(_("What the clinic got"), sent_facts(versions[0].data)),)
    heading = _("What the clinic got on {when}")
    return tuple(Section(heading.format(when=moment_of(each.at, clinic)), sent_facts(each.data)) for each in versions)


def sent_facts(data: SentData | SentForm | None) -> tuple[tuple[str, str], ...]:
    """Return the data with masked numbers; an address and a telephone are only said to be there."""
    if data is None:
        return ((_("Data"), _("cannot be read now")),)
    if isinstance(data, SentForm):
        return form_facts(data)
    known = (
        (_("Full name"), data.name),
        (_("Date of birth"), numeric_date(data.birth_date)),
        (_("Sex"), sex_word(data.sex)),
        (_("OMS policy"), data.policy),
        (_("SNILS"), data.snils),
        (_("Birth certificate"), data.certificate),
        (_("Address"), _("is given") if data.has_address else ""),
        (_("Telephone"), _("is given") if data.has_phone else ""),
        *wish_rows(data.wish),
        (_("Papers"), paper_names(data.papers)),
    )
    return tuple((label, value) for label, value in known if value)


def form_facts(data: SentForm) -> tuple[tuple[str, str], ...]:
    """Return the same of a form for a policy, and what was corrected in it."""
    known = (
        (form_label(FormPart.NAME), data.name),
        (form_label(FormPart.SEX), sex_word(data.sex)),
        (form_label(FormPart.BIRTH_DATE), numeric_date(data.birth_date)),
        (form_label(FormPart.SNILS), data.snils or _("none")),
        (form_label(FormPart.ADDRESS), _("is given") if data.has_address else ""),
        (_("Telephone"), _("is given") if data.has_phone else ""),
        (_("Corrected"), changed_words(data.changed)),
    )
    return tuple((label, value) for label, value in known if value)


def wish_rows(wish: Wished) -> tuple[tuple[str, str], ...]:
    """Return what the application says beside what it asks for."""
    if isinstance(wish, EnrollmentWish):
        return (
            (_("Reason"), reason_word(wish.reason)),
            (_("Clinic changed before"), last_change_word(wish.last_change)),
        )
    return ((said_label(wish.asks), wish.said),)


def moment_of(at: datetime, clinic: Clinic) -> str:
    """Return a moment by the clock of the clinic."""
    return f"{numeric_date(local_day(at, clinic.zone))}, {clock_time(at, clinic.zone)}"
