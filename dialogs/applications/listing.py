"""«Мои заявления»: the list, with filters by kind and status, and the clinics of which a parent wants to be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.applications.openings import AwaitedClinic
from bot.applications.records import ApplicationKind, ApplicationStanding, ApplicationStatus
from bot.applications.seen import FollowedPolicy, ListedApplication
from bot.core.i18n import N_, gettext as _, ngettext
from bot.delivery.screen import Button, Screen
from dialogs.applications.follow import application_button
from dialogs.applications.links import (
    ApplicationFilters,
    AwaitedOpening,
    ClinicForPatient,
    DocumentsForWhom,
    FilteredApplications,
    MyApplications,
)
from dialogs.applications.policy_following import request_button
from dialogs.kit.flow import Flow, Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.pager import MOST, few, page_of
from dialogs.kit.screen import Row, button, lines, ways_out

flow = Flow("my applications")

Listed = ListedApplication | FollowedPolicy
"""an application about a card, or one for the policy of a child without a card"""

ON_A_PAGE = 8
FILTERED_FROM = 2
"""applications: fewer need no filters"""

KINDS: Mapping[ApplicationKind, str] = {
    ApplicationKind.ENROLLMENT: N_("Enrollment"),
    ApplicationKind.DOCUMENT: N_("Certificates and documents"),
    ApplicationKind.POLICY: N_("Policies"),
}
STANDINGS: Mapping[ApplicationStanding, str] = {
    ApplicationStanding.OPEN: N_("Open ones"),
    ApplicationStanding.APPROVED: N_("Approved ones"),
    ApplicationStanding.REFUSED: N_("Refused ones"),
    ApplicationStanding.WITHDRAWN: N_("Withdrawn ones"),
}


@flow.screen(MyApplications)
async def my_applications(visitor: Visitor, link: MyApplications) -> Screen:
    every, awaited = await every_of(visitor), await visitor.services.openings.list_of(visitor.account.id)
    shown, waiting = page_of(link, every, ON_A_PAGE), sum(status_of(each).is_open for each in every)
    return Screen(
        lines(
            _("<b>My applications</b>"),
            ngettext("{n} is open.", "{n} are open.", waiting).format(n=waiting) if every else "",
            "" if every else _("You have filed none yet."),
            shown.place,
        ),
        (
            *shown.rows(listed_button),
            *filter_row(every),
            *awaited_rows(awaited),
            (button(_("Enroll at a clinic"), ClinicForPatient()),),
            (button(_("Certificates and documents"), DocumentsForWhom()),),
            ways_out(),
        ),
    )


async def every_of(visitor: Visitor) -> list[Listed]:
    """List the account's applications of every kind, open ones first."""
    services, account = visitor.services, visitor.account.id
    every: list[Listed] = [*await services.policy_requests.list_of(account)]
    every += await services.applications.list_of(account)
    return sorted(every, key=lambda each: not status_of(each).is_open)


def status_of(each: Listed) -> ApplicationStatus:
    return each.request.status if isinstance(each, FollowedPolicy) else each.application.status


def kind_of(each: Listed) -> ApplicationKind:
    return ApplicationKind.POLICY if isinstance(each, FollowedPolicy) else each.application.kind


def listed_button(each: Listed) -> Button:
    return request_button(each) if isinstance(each, FollowedPolicy) else application_button(each)


def filter_row(every: Sequence[Listed]) -> list[Row]:
    return [(button(_("Filters"), ApplicationFilters()),)] if len(every) >= FILTERED_FROM else []


def awaited_rows(awaited: Sequence[AwaitedClinic]) -> list[Row]:
    """Return a button for each clinic of which the account wants to be told."""

    def awaited_button(each: AwaitedClinic) -> Button:
        label = _("Waiting: {name} · {clinic}").format(name=patient_name(each.patient), clinic=each.clinic.name)
        return button(label, AwaitedOpening(patient=each.patient.id, clinic=each.clinic.id))

    return few(awaited[:MOST], awaited_button)


@flow.screen(FilteredApplications)
async def filtered_applications(visitor: Visitor, link: FilteredApplications) -> Screen:
    found = filtered(await every_of(visitor), link)
    shown = page_of(link, found, ON_A_PAGE)
    return Screen(
        lines(_("<b>My applications</b>"), filter_line(link), "" if found else _("There are none such."), shown.place),
        (
            *shown.rows(listed_button),
            (
                button(_("Filters"), ApplicationFilters(kind=link.kind, status=link.status)),
                button(_("Without filters"), MyApplications()),
            ),
            ways_out(MyApplications()),
        ),
    )


def filter_line(link: FilteredApplications | ApplicationFilters) -> str:
    """Return what the filters leave, in words: «Прикрепление, отказы»."""
    words = (_(KINDS[link.kind]) if link.kind else "", _(STANDINGS[link.status]) if link.status else "")
    return ", ".join(filter(None, words)).capitalize()


def filtered(every: Sequence[Listed], link: FilteredApplications | ApplicationFilters) -> list[Listed]:
    """Return the applications that pass the filters of a link."""
    return [
        each
        for each in every
        if link.kind in {None, kind_of(each)} and link.status in {None, ApplicationStanding.of(status_of(each))}
    ]


@flow.screen(ApplicationFilters)
async def application_filters(visitor: Visitor, link: ApplicationFilters) -> Screen:
    every = await every_of(visitor)
    count = len(filtered(every, link))

    def kind(each: ApplicationKind) -> Button:
        is_on = link.kind is each
        return marked(_(KINDS[each]), link.model_copy(update={"kind": None if is_on else each}), is_on=is_on)

    def status(each: ApplicationStanding) -> Button:
        is_on = link.status is each
        return marked(_(STANDINGS[each]), link.model_copy(update={"status": None if is_on else each}), is_on=is_on)

    shown = ngettext("Show {n} application", "Show {n} applications", count).format(n=count)
    return Screen(
        _("Which applications do you want to see?"),
        (
            *few(ApplicationKind, kind, 2),
            *few(ApplicationStanding, status, 2),
            (button(shown, FilteredApplications(kind=link.kind, status=link.status)),),
            ways_out(MyApplications()),
        ),
    )


def marked(label: str, to: ApplicationFilters, *, is_on: bool) -> Button:
    """Return a button that sets a filter or takes it away; a mark says that it is set."""
    return button(f"✅ {label}" if is_on else label, to)
