"""«Мои заявления»: one application with its history and ways out, correcting it, and withdrawing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.applications.papers import Papers
from bot.applications.policy import asks_desk_again
from bot.applications.records import (
    ApplicationStatus,
    EnrollmentReason,
    EnrollmentWish,
    RefusalReason,
)
from bot.applications.rules import WayOut, is_overdue
from bot.applications.seen import Followed, ListedApplication
from bot.core.i18n import gettext as _, ngettext, spoken_moment
from bot.delivery.screen import Button, Screen
from dialogs.applications.document_following import (
    document_heading,
    document_ways,
    ready_lines,
    waiting_for_document,
)
from dialogs.applications.links import (
    AddedPapers,
    ApplicationBegun,
    ApplicationBelow,
    ApplicationFile,
    ApplicationPage,
    AskWithdraw,
    CorrespondenceFile,
    FilteredApplications,
    MyApplications,
    OldVisits,
    OtherReason,
    ResendApplication,
    ReviewApplication,
    ReviewCorrected,
    SentVersions,
    WithdrawApplication,
)
from dialogs.applications.openings import awaiting_line, awaiting_row, nearest_rows
from dialogs.applications.papers import can_add, review_lines, review_rows, sent_lines
from dialogs.applications.sending import sent_or_kept
from dialogs.applications.standing import (
    MARKS,
    closed_line,
    correction_lines,
    late_lines,
    refused_lines,
    stage_line,
    stuck_line,
)
from dialogs.applications.ways import child_data, refusal_ways
from dialogs.applications.wording import (
    decided_together,
    history_lines,
    reason_label,
    reason_word,
    status_word,
)
from dialogs.booking.links import ChooseClinic, Specialties
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.pager import few
from dialogs.kit.screen import Row, button, copying, lines, text, unbroken, ways_out
from dialogs.kit.way_back import leading_back
from dialogs.kit.wording import moscow_past

flow = Flow("applications")

NO_PAPERS = Papers((), (), can_send=False)


def application_button(each: ListedApplication) -> Button:
    found = each.application
    mark = MARKS.get(found.status, "")
    name, status = patient_name(each.patient), status_word(found.status, found.kind)
    if found.document is not None:
        label = _("{name} · {status} · {document}").format(name=name, status=status, document=found.document.name)
    else:
        label = _("{name} · {clinic} · {status}").format(name=name, clinic=each.clinic.name, status=status)
    return button(f"{mark}{label}", ApplicationPage(application=found.id))


@flow.screen(ApplicationBelow)
async def application_below(visitor: Visitor, link: ApplicationBelow) -> Outcome:
    return ApplicationPage(application=link.application)


@flow.screen(ApplicationPage)
async def application_page(visitor: Visitor, link: ApplicationPage) -> Screen:
    seen = await visitor.services.applications.follow(visitor.account.id, link.application)
    old, elsewhere = await count_old_visits(visitor, seen), await without_places(visitor, seen)
    papers = await visitor.services.papers.of(visitor.account.id, link.application)
    return Screen(
        lines(
            heading(seen),
            standing_lines(visitor, seen, papers),
            sent_lines(papers, seen),
            [old_visits_line(old), *elsewhere.said],
            history_lines(visitor, seen.clinic, seen.steps, seen.application.kind),
        ),
        (
            *leading_back((*ways(seen), *elsewhere.rows), link),
            *old_visits_rows(seen, old),
            (
                button(_("What was sent"), SentVersions(application=link.application)),
                button(_("Confirmation (PDF)"), ApplicationFile(application=link.application)),
            ),
            (button(_("All correspondence (PDF)"), CorrespondenceFile(application=link.application)),),
            *copying(ref=seen.application.ref, phone=seen.clinic.phone),
            ways_out(link.came_from(FilteredApplications) or MyApplications()),
        ),
    )


class Elsewhere(NamedTuple):
    """What a page adds where a clinic had no places: the clinics that take applications, and «Сообщить»."""

    said: Sequence[str] = ()
    rows: Sequence[Row] = ()


async def without_places(visitor: Visitor, seen: Followed) -> Elsewhere:
    found, services = seen.application, visitor.services
    reason = found.decision.reason if found.decision is not None else None
    if found.status is not ApplicationStatus.REFUSED or reason is not RefusalReason.NO_PLACES:
        return Elsewhere()
    until = await services.openings.until(visitor.account.id, seen.patient.id, seen.clinic.id)
    others = await services.applications.elsewhere(seen.patient, seen.clinic.id)
    said = [awaiting_line(until), _("The nearest ones that take applications:") if others else ""]
    return Elsewhere(said, [awaiting_row(seen.patient, seen.clinic, until), *nearest_rows(seen.patient, others)])


async def count_old_visits(visitor: Visitor, seen: Followed) -> int:
    """Return how many visits ahead a child that was enrolled has at other clinics."""
    if seen.application.status is not ApplicationStatus.APPROVED:
        return 0
    return len(await visitor.services.enrollments.visits_elsewhere(visitor.account.id, seen.application.id))


def old_visits_line(old: int) -> str:
    if not old:
        return ""
    return ngettext(
        "⚠️ {n} visit is booked at the clinic before: keep or cancel it.",
        "⚠️ {n} visits are booked at the clinic before: keep or cancel them.",
        old,
    ).format(n=old)


def old_visits_rows(seen: Followed, old: int) -> list[Row]:
    if not old:
        return []
    label = _("Old visits · {n}").format(n=old)
    return [(button(label, OldVisits(application=seen.application.id)),)]


def heading(seen: Followed) -> str:
    document = seen.application.document
    if document is not None:
        return document_heading(seen, document)
    return lines(
        text(_("<b>Application {ref}</b>"), ref=unbroken(seen.application.ref)),
        text(
            _("Enrollment: {name} → {clinic}, {address}"),
            name=patient_name(seen.patient),
            clinic=seen.clinic.name,
            address=seen.clinic.address,
        ),
    )


def standing_lines(visitor: Visitor, seen: Followed, papers: Papers = NO_PAPERS) -> list[str]:
    """Return where an application stands, and what is to be done."""
    found = seen.application
    match found.status:
        case ApplicationStatus.SUBMITTED | ApplicationStatus.IN_REVIEW:
            if found.document is not None:
                return waiting_for_document(visitor, seen)
            return waiting_lines(visitor, seen, papers)
        case ApplicationStatus.NEEDS_CORRECTION:
            return correction_lines(visitor, seen)
        case ApplicationStatus.APPROVED:
            return approved_lines(seen) if found.document is None else ready_lines(seen, found.document)
        case ApplicationStatus.REFUSED:
            return refused_lines(seen)
    return [closed_line(seen)]


def waiting_lines(visitor: Visitor, seen: Followed, papers: Papers) -> list[str]:
    found = seen.application
    if found.is_stuck:
        return [stuck_line()]
    if is_overdue(found, visitor.now):
        return late_lines(visitor, seen)
    due = spoken_moment(found.due_at, seen.clinic.zone, visitor.now)
    stage = decided_together() if seen.with_policy else stage_line(found)
    if papers.missing:  # which are to be brought, as the next lines say
        return [stage, text(_("It decides by {when}; I will write."), when=due)]
    return [stage, text(_("It decides by {when}; I will write. Nothing is needed from you."), when=due)]


def approved_lines(seen: Followed) -> list[str]:
    found, doctor = seen.application, seen.doctor
    since = found.closed_at or found.filed_at
    district = found.decision.district if found.decision is not None else ""
    confirmed = found.decision is not None and found.decision.check is not None
    return [
        _("✅ The reception has confirmed the policy.") if confirmed else "",
        text(_("✅ Enrolled since {date}."), date=moscow_past(since)),
        text(_("District: {district}"), district=district) if district else "",
        text(_("Pediatrician: {doctor}"), doctor=doctor.name.full) if doctor is not None else "",
        _("If the child was enrolled at another clinic, that enrollment has ended by itself."),
    ]


def ways(seen: Followed) -> list[Row]:
    """Return what can be done with an application; only the owner of the card changes it."""
    found, patient, asked = seen.application, seen.patient.id, seen.application.enrollment
    if found.document is not None:
        return document_ways(seen, found.document)
    if found.status is ApplicationStatus.APPROVED:
        return [(button(_("Book a doctor"), Specialties(patient=patient, clinic=found.clinic)),)]
    if not seen.is_owner:
        return []
    if found.status is ApplicationStatus.NEEDS_CORRECTION and asked is not None:
        again = ReviewCorrected(application=found.id, reason=asked.reason, last_change=asked.last_change)
        return [(button(_("Correct and send again"), again),), withdraw_row(seen)]
    if found.is_open or asked is None:
        return [withdraw_row(seen)]
    return after_refusal(seen, asked)


def withdraw_row(seen: Followed) -> Row:
    return (
        button(_("Withdraw"), AskWithdraw(application=seen.application.id)),
        button(_("Another clinic"), ChooseClinic(patient=seen.patient.id, enroll=True)),
    )


def after_refusal(seen: Followed, asked: EnrollmentWish) -> list[Row]:
    found, patient = seen.application, seen.patient.id
    again = ReviewApplication(patient=patient, clinic=found.clinic, reason=asked.reason, last_change=asked.last_change)
    if found.status is ApplicationStatus.WITHDRAWN:
        return [(button(_("Apply once more"), again),)]
    elsewhere = button(_("Another clinic"), ChooseClinic(patient=patient, enroll=True))
    own = {WayOut.AGAIN: button(_("Correct and send again"), again), WayOut.ELSEWHERE: elsewhere}
    return refusal_ways(seen, own)


# --- correcting -------------------------------------------------------------------------------------------------------


@flow.screen(ReviewCorrected)
async def review_corrected(visitor: Visitor, link: ReviewCorrected) -> Outcome:
    seen = await visitor.services.applications.follow(visitor.account.id, link.application)
    if seen.application.status is not ApplicationStatus.NEEDS_CORRECTION or not seen.is_owner:
        return ApplicationPage(application=link.application)
    child, clinic = seen.patient.id, seen.clinic.id
    papers = (await visitor.services.papers.before(visitor.account.id, child, clinic)).papers
    form = link.model_dump(include={"reason", "last_change"})
    return Screen(
        lines(
            heading(seen),
            correction_lines(visitor, seen),
            review_lines(papers),
            [
                text(_("Reason: {reason}"), reason=reason_word(link.reason)),
                _("The clinic gets the card as it is now: correct it first, then send."),
            ],
            decided_together() if asks_desk_again(seen.application, seen.patient, seen.clinic) else "",
        ),
        (
            *review_rows(papers, AddedPapers(patient=child, clinic=clinic, **form, again=link.application)),
            (button(_("Send again"), ResendApplication(**link.model_dump())),),
            (
                child_data(ApplicationBegun(patient=child, **form, again=link.application)),
                button(_("Change the reason"), OtherReason(application=link.application, last_change=link.last_change)),
            ),
            ways_out(ApplicationPage(application=link.application)),
        ),
        asks=can_add(papers),
    )


@flow.screen(OtherReason)
async def other_reason(visitor: Visitor, link: OtherReason) -> Screen:
    seen = await visitor.services.applications.follow(visitor.account.id, link.application)

    def reason(each: EnrollmentReason) -> Button:
        return button(reason_label(each), ReviewCorrected(**link.model_dump(), reason=each))

    return Screen(
        lines(heading(seen), _("Why this clinic?")),
        (*few(EnrollmentReason, reason, 2), ways_out(ApplicationPage(application=link.application))),
    )


@flow.action(ResendApplication)
async def on_resend(visitor: Visitor, link: ResendApplication) -> Outcome:
    resent = visitor.services.applications.resend(visitor.account, link.application, link.reason, link.last_change)
    kept = await sent_or_kept(visitor, resent, ReviewCorrected(**link.model_dump()))
    if kept is not None:
        return kept
    return Reply(ApplicationPage(application=link.application), line=_("✅ The application is sent again."))


# --- withdrawing ------------------------------------------------------------------------------------------------------


@flow.screen(AskWithdraw)
async def ask_withdraw(visitor: Visitor, link: AskWithdraw) -> Outcome:
    seen = await visitor.services.applications.follow(visitor.account.id, link.application)
    if not seen.application.is_open or not seen.is_owner:
        return ApplicationPage(application=link.application)
    return Screen(
        lines(
            heading(seen),
            _("Withdraw it? The clinic sees the application no longer, and your consent for it ends."),
            _("The policy stays at the reception: it is checked all the same.") if seen.with_policy else "",
        ),
        (
            (button(_("Withdraw it"), WithdrawApplication(application=link.application)),),
            ways_out(ApplicationPage(application=link.application)),
        ),
    )


@flow.action(WithdrawApplication)
async def on_withdraw(visitor: Visitor, link: WithdrawApplication) -> Outcome:
    await visitor.services.applications.withdraw(visitor.account.id, link.application)
    return ApplicationPage(application=link.application)
