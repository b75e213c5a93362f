"""The screens of applications at the desk: the queue, one application, the decision and the minute to undo it."""

from __future__ import annotations

from datetime import date

from bot.applications.limit_rules import EnrollmentLimits, LimitPart
from bot.applications.records import (
    AnyApplication,
    Application,
    ApplicationKind,
    Decision,
    PolicyRequest,
    RefusalReason,
    Verdict,
)
from bot.applications.rules import (
    CORRECTION_DAYS,
    REFUSALS_OF,
    fields_of,
    last_known_change,
    warns_of_year,
)
from bot.core.i18n import gettext as _, ngettext, spoken_date, spoken_moment
from bot.core.typed_text import grouped
from bot.delivery.screen import Button, Screen
from bot.patients.records import Detail
from bot.patients.rules.desk_checks import without_last_digits
from bot.staff.applications import ApplicantData, ApplicationQueue, AreaDoctor, SeenApplication
from bot.staff.rights import Right, has_right, require_right
from dialogs.applications.document_wording import said_line
from dialogs.applications.wording import history_lines, last_change_word, reason_word
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.pager import page_of
from dialogs.kit.screen import Row, button, lines, text, unbroken, ways_out
from dialogs.kit.wording import moscow_past
from dialogs.staff.application_links import (
    ApplicationDecided,
    ApproveApplication,
    ChooseArea,
    ChooseParts,
    ChooseRefusal,
    DeskApplicationList,
    LimitEnrollment,
    RefuseApplication,
    ReturnApplication,
    SeeApplication,
    ShowApplicant,
    UndoApplication,
)
from dialogs.staff.check_links import AskBothDigits, SeePolicy
from dialogs.staff.decided import decided_lines, decided_screen
from dialogs.staff.deciding import MARKS, due_line, held_line, parts_screen, queue_button, refusal_screen
from dialogs.staff.links import Desk
from dialogs.staff.one_decision import policy_lines, policy_rows
from dialogs.staff.papers import asking_rows, papers_rows
from dialogs.staff.policy_links import SeePolicyRequest
from dialogs.staff.wording import masked_child, never_shown, passing_message, sex_line, showing_rows, urgent_line

flow = Flow("desk applications", open=True)

ON_A_PAGE = 8
OF_POLICY = frozenset({RefusalReason.DATA_DIFFER, RefusalReason.POLICY_INACTIVE})


# --- the queue --------------------------------------------------------------------------------------------------------


@flow.screen(DeskApplicationList)
async def desk_applications(visitor: Visitor, link: DeskApplicationList) -> Screen:
    queue = await visitor.services.desk_applications.queue(visitor.account)
    policies = await visitor.services.desk_policy_requests.waiting(visitor.account)
    every: list[AnyApplication] = [*queue.applications, *policies]
    every.sort(key=lambda each: (not is_urgent(queue, each), each.due_at))
    shown, waiting = page_of(link, every, ON_A_PAGE), len(every)
    return Screen(
        lines(
            text(_("<b>{clinic}: applications</b>"), clinic=queue.clinic.name),
            ngettext("{n} application waits.", "{n} applications wait.", waiting).format(n=waiting)
            if waiting
            else _("Nothing waits for a decision."),
            _("Open an application: it is yours for ten minutes, and nobody else decides it.") if waiting else "",
            urgent_line() if queue.urgent else "",
            [
                text(_("{mark}is for a document."), mark=MARKS[ApplicationKind.DOCUMENT])
                if any(each.document is not None for each in queue.applications)
                else "",
                text(_("{mark}is for a policy."), mark=MARKS[ApplicationKind.POLICY]) if policies else "",
                held_line(visitor, every),
            ],
            [*limit_lines(queue.limits), shown.place],
            [_("To check a confirmation, write its number or send a photo of its code.")],
        ),
        (
            *shown.rows(lambda each: application_button(visitor, queue, each)),
            *limit_rows(visitor, queue),
            *asking_rows(visitor),
            ways_out(Desk()),
        ),
        asks=True,
    )


def application_button(visitor: Visitor, queue: ApplicationQueue, found: AnyApplication) -> Button:
    if isinstance(found, PolicyRequest):
        return queue_button(visitor, queue.clinic.zone, found, SeePolicyRequest(request=found.id))
    to = SeeApplication(application=found.id)
    return queue_button(visitor, queue.clinic.zone, found, to, is_urgent=is_urgent(queue, found))


def is_urgent(queue: ApplicationQueue, found: AnyApplication) -> bool:
    return isinstance(found, Application) and found.id in queue.urgent


def limit_lines(limits: EnrollmentLimits) -> list[str]:
    return [
        _("New applications are not taken: no places.") if limits.is_full else "",
        _("Parents read: only children of your own districts are taken.") if limits.own_area_only else "",
    ]


def limit_rows(visitor: Visitor, queue: ApplicationQueue) -> list[Row]:
    """Return the switches of the head."""
    if not has_right(visitor.account, Right.LIMIT_ENROLLMENT):
        return []
    full, own = queue.limits
    return [
        (button(_("Take applications") if full else _("No places: take none"),
                LimitEnrollment(full=not full, own_area=own, part=LimitPart.PLACES)),),
        (button(_("Take other districts too") if own else _("Only our own districts"),
                LimitEnrollment(full=full, own_area=not own, part=LimitPart.DISTRICTS)),),
    ]  # fmt: skip


@flow.action(LimitEnrollment)
async def on_limit(visitor: Visitor, link: LimitEnrollment) -> Outcome:
    limits = EnrollmentLimits(link.full, link.own_area)
    await visitor.services.desk_applications.limit(visitor.account, limits, link.part)
    return Reply(DeskApplicationList(), line=_("✅ Saved."))


# --- one application --------------------------------------------------------------------------------------------------


@flow.screen(SeeApplication)
async def see_application(visitor: Visitor, link: SeeApplication) -> Screen:
    seen = await visitor.services.desk_applications.see(visitor.account, link.application)
    registered = await visitor.services.register_dates.at_desk(seen.patient)
    return Screen(
        lines(
            text(_("<b>Application {ref}</b>"), ref=unbroken(seen.application.ref)),
            [
                masked_child(seen.patient.name, seen.patient.birth_date, shown_number(seen)),
                "" if Detail.ADDRESS in seen.details else _("The address is not written down"),
            ],
            asked_lines(visitor, seen),
            policy_lines(seen),
            hint_lines(visitor, seen, registered),
            history_lines(visitor, seen.clinic, seen.steps, seen.application.kind),
            never_shown(visitor),
        ),
        (
            *await papers_rows(visitor, link),
            *showing_rows(visitor, ShowApplicant(application=link.application)),
            (
                approve_button(seen.application),
                button(_("Refuse"), ChooseRefusal(application=link.application, kind=seen.application.kind)),
            ),
            (button(_("Give back to correct"), ChooseParts(application=link.application, kind=seen.application.kind)),),
            *policy_rows(seen),
            ways_out(DeskApplicationList()),
        ),
    )


def shown_number(seen: SeenApplication) -> str:
    """Return the number of which the last digits are shown, "" if the desk takes them from its own system."""
    return seen.patient.policy_number if seen.policy is None else ""


def approve_button(found: Application) -> Button:
    """Return the button for what is granted: a document is ready, a child gets a district first."""
    if found.document is not None:
        return button(_("Ready"), ApproveApplication(application=found.id))
    return button(_("Approve"), ChooseArea(application=found.id))


def asked_lines(visitor: Visitor, seen: SeenApplication) -> list[str]:
    found, asked, document = seen.application, seen.application.enrollment, seen.application.document
    if document is not None:
        due = spoken_moment(found.due_at, seen.clinic.zone, visitor.now)
        return [
            text(_("Asks for a document: <b>{name}</b>"), name=document.name),
            said_line(document.asks, document.said),
            text(_("Make it by {when}."), when=due),
            _("You send it as a file, not in the bot. “Ready” tells the parent to call and ask how.")
            if document.is_file
            else _("“Ready” tells the parent to fetch it at the reception."),
        ]
    return [
        _("Wants to be enrolled at your clinic"),
        *(
            [
                text(_("Reason: {reason}"), reason=reason_word(asked.reason)),
                text(_("Clinic changed last: {when}"), when=last_change_word(asked.last_change)),
            ]
            if asked
            else []
        ),
        due_line(visitor, seen.clinic.zone, found),
    ]


def hint_lines(visitor: Visitor, seen: SeenApplication, registered: date | None) -> list[str]:
    since = None if seen.enrollment is None else seen.enrollment.since
    asked = seen.application.enrollment
    papers = (
        _("✅ A reception has seen the papers of the representative")
        if seen.has_papers
        else _("The papers of the representative were not seen")
    )
    if asked is None:
        return ["" if seen.patient.is_verified else _("⚠️ The policy is not confirmed now"), papers]
    changed = last_known_change(since, registered, seen.clinic)
    confirmed = (
        _("✅ The list of the insured confirms the policy")
        if seen.patient.is_verified
        else _("⚠️ The policy is not confirmed now: approving is possible after it")
    )
    return [
        confirmed if seen.policy is None else "",
        papers,
        text(_("⚠️ Enrolled elsewhere in the bot since {date}"), date=moscow_past(since)) if since else "",
        text(_("The register: enrolled since {date}"), date=spoken_date(registered)) if registered else "",
        _("⚠️ The clinic may have been changed within the year")
        if warns_of_year(asked.reason, asked.last_change, changed, visitor.now)
        else "",
    ]


@flow.action(ShowApplicant)
async def on_show(visitor: Visitor, link: ShowApplicant) -> Outcome:
    data = await visitor.services.desk_applications.show(visitor.account, link.application)
    return Reply(SeeApplication(application=link.application), passing=passing_message(whole_applicant(data)))


def whole_applicant(data: ApplicantData) -> str:
    patient, details = data.patient, data.details
    if data.hides_digits:
        number = grouped(without_last_digits(patient.policy_number), " ")
    else:
        number = patient.masked_policy if patient.number_found else patient.policy_number
    return lines(
        text(_("<b>{name}</b>"), name=patient.name.full),
        text(_("Born on {date}"), date=spoken_date(patient.birth_date)),
        sex_line(patient.sex),
        text(_("Policy: {number}"), number=number),
        text(_("SNILS: {number}"), number=details[Detail.SNILS]) if Detail.SNILS in details else "",
        text(_("Birth certificate: {number}"), number=details[Detail.CERTIFICATE])
        if Detail.CERTIFICATE in details
        else "",
        text(_("Address: {address}"), address=details[Detail.ADDRESS]) if Detail.ADDRESS in details else "",
        text(_("The representative's phone: {phone}"), phone=data.phone) if data.phone else "",
    )


# --- the decision -----------------------------------------------------------------------------------------------------


@flow.screen(ChooseArea)
async def choose_area(visitor: Visitor, link: ChooseArea) -> Screen:
    areas = await visitor.services.desk_applications.doctors(visitor.account, link.application)
    shown = page_of(link, areas, ON_A_PAGE)
    return Screen(
        lines(
            _("Which pediatrician takes the child?"),
            _("The one whose streets have the address is first, with ✅.") if any(each.fits for each in areas) else "",
            shown.place,
        ),
        (
            *shown.rows(lambda each: area_button(link, each)),
            (button(_("Approve without one"), ApproveApplication(application=link.application)),),
            ways_out(SeeApplication(application=link.application)),
        ),
    )


def area_button(link: ChooseArea, area: AreaDoctor) -> Button:
    label = area.doctor.name.with_initials
    if area.district:
        label = _("{doctor} · district {district}").format(doctor=label, district=area.district)
    mark = "✅ " if area.fits else ""
    return button(f"{mark}{label}", ApproveApplication(application=link.application, doctor=area.doctor.id))


@flow.action(ApproveApplication)
async def on_approve(visitor: Visitor, link: ApproveApplication) -> Outcome:
    """Take the child; a policy that waits is confirmed with it, and its last digits are asked for first."""
    if await visitor.services.one_decision.check_of(visitor.account, link.application) is not None:
        return AskBothDigits(application=link.application, doctor=link.doctor)
    await visitor.services.desk_applications.approve(visitor.account, link.application, link.doctor)
    return ApplicationDecided(application=link.application)


@flow.screen(ChooseRefusal)
async def choose_refusal(visitor: Visitor, link: ChooseRefusal) -> Screen:
    """Show the reasons; what is wrong with a policy that waits is decided with it, on the page before."""
    check = await visitor.services.one_decision.check_of(visitor.account, link.application)
    reasons = [each for each in REFUSALS_OF[link.kind] if check is None or each not in OF_POLICY]
    return refusal_screen(
        reasons,
        lambda each: RefuseApplication(application=link.application, reason=each),
        SeeApplication(application=link.application),
        _("The policy waits on, and is decided by itself.") if check is not None else "",
    )


@flow.action(RefuseApplication)
async def on_refuse(visitor: Visitor, link: RefuseApplication) -> Outcome:
    decision = Decision(Verdict.REFUSE, link.reason)
    await visitor.services.desk_applications.decide(visitor.account, link.application, decision)
    return ApplicationDecided(application=link.application)


@flow.screen(ChooseParts)
async def choose_parts(visitor: Visitor, link: ChooseParts) -> Screen:
    require_right(visitor.account, Right.DECIDE_APPLICATIONS)
    return parts_screen(
        link.kind,
        link.parts,
        lambda bits: ChooseParts(application=link.application, parts=bits, kind=link.kind),
        lambda days: ReturnApplication(application=link.application, parts=link.parts, days=days),
        SeeApplication(application=link.application),
    )


@flow.action(ReturnApplication)
async def on_return(visitor: Visitor, link: ReturnApplication) -> Outcome:
    parts = fields_of(link.parts)
    if not parts or link.days not in CORRECTION_DAYS:
        return ChooseParts(application=link.application)
    decision = Decision(Verdict.RETURN, fields=parts, days=link.days)
    await visitor.services.desk_applications.decide(visitor.account, link.application, decision)
    return ApplicationDecided(application=link.application)


@flow.screen(ApplicationDecided)
async def application_decided(visitor: Visitor, link: ApplicationDecided) -> Screen:
    found = await visitor.services.desk_applications.decided(visitor.account, link.application)
    left = await visitor.services.one_decision.left(visitor.account, link.application)
    more = [(button(_("Check the policy"), SeePolicy(check=left)),)] if left is not None else []
    undo = UndoApplication(application=link.application)
    return decided_screen(visitor, found, decided_lines(found), undo, DeskApplicationList(), *more)


@flow.action(UndoApplication)
async def on_undo(visitor: Visitor, link: UndoApplication) -> Outcome:
    await visitor.services.desk_applications.undo(visitor.account, link.application)
    return Reply(DeskApplicationList(), line=_("Undone: the application waits again."))
