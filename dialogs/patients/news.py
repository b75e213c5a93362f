"""Notices of the patients slice: results of checks, changes of a policy, papers, dates and birthdays."""

from __future__ import annotations

from dataclasses import replace

from bot.core.i18n import MOSCOW, N_, gettext as _, spoken_date, spoken_moment
from bot.core.patient import Patient, VerificationStatus
from bot.delivery.screen import Screen
from bot.patients.news import (
    CardClosed,
    CardToConfirm,
    CheckAnswered,
    CheckLate,
    CorrectionDue,
    DeskAnswered,
    DeskCheckLate,
    MatterDeclined,
    OtherProved,
    PapersSeen,
    PatientGrown,
    PolicyChanged,
    PolicyEnds,
    PolicyWanted,
)
from bot.patients.records import VisitAhead
from bot.patients.rules.watch import Occasion, erased_on
from bot.patients.watch import WatchedPatient
from dialogs.account.links import Help, Home
from dialogs.booking.links import Specialties
from dialogs.kit.flow import Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.news import news
from dialogs.kit.pager import first_lines
from dialogs.kit.screen import Row, button, copying, lines, text, ways_out
from dialogs.kit.specialties import in_a_sentence
from dialogs.patients.check_result import (
    check_screen,
    correct_part_rows,
    deadline_line,
    is_card_owner,
    reason_text,
    remedy_rows,
    support_line,
)
from dialogs.patients.desk_check import answer_line, late_sentence
from dialogs.patients.links import (
    AskNumber,
    CheckPolicy,
    ConfirmCard,
    EditCard,
    NoPolicy,
    PatientCard,
    Reception,
)
from dialogs.privacy.links import AskExport


def short_patient_line(patient: Patient) -> str:
    """Return the short name and the masked policy number."""
    return text(_("<b>{name}</b>, {policy}"), name=patient_name(patient), policy=patient.masked_policy)


def help_row() -> Row:
    return (button(_("Help"), Help()), button(_("Menu"), Home()))


def card_row(patient: Patient) -> Row:
    return (button(_("Open the card"), PatientCard(patient=patient.id)), button(_("Menu"), Home()))


# --- the check --------------------------------------------------------------------------------------------------------


@news(CheckAnswered, N_("the policy's check"))
async def check_answered(visitor: Visitor, message: CheckAnswered) -> Screen | None:
    patient = await visitor.services.checks.about(message)
    return None if patient is None else await check_screen(visitor, patient)


@news(CheckLate, N_("the check takes long"))
async def check_late(visitor: Visitor, message: CheckLate) -> Screen | None:
    subject = await visitor.services.watching.about(message)
    if subject is None:
        return None
    patient = subject.patient
    return Screen(
        lines(
            _("⚠️ The register has not answered for half an hour."),
            short_patient_line(patient),
            _(
                "I have sent the check once more and will write when it is done. Meanwhile compare the last digits "
                "with the policy. If a doctor is needed soon, call the reception or 122."
            ),
            support_line(visitor),
        ),
        (
            (button(_("How is it going?"), PatientCard(patient=patient.id)),),
            help_row(),
        ),
    )


@news(CorrectionDue, N_("a day is left for the correction"))
async def correction_due(visitor: Visitor, message: CorrectionDue) -> Screen | None:
    subject = await visitor.services.watching.about(message)
    if subject is None:
        return None
    what = _("⚠️ One thing in the policy still has to be corrected.")
    return await correction_notice(visitor, subject.patient, what)


async def correction_notice(visitor: Visitor, patient: Patient, what: str) -> Screen:
    is_owner = await is_card_owner(visitor, patient)
    return Screen(
        lines(what, short_patient_line(patient), deadline_line(visitor, patient, is_owner=is_owner)),
        (
            *correct_part_rows(patient, is_owner=is_owner),
            (button(_("Ask the reception"), Reception(patient=patient.id)), button(_("Menu"), Home())),
        ),
    )


@news(PolicyChanged, N_("the policy has changed"))
async def policy_changed(visitor: Visitor, message: PolicyChanged) -> Screen | None:
    subject = await visitor.services.watching.about(message)
    if subject is None:
        return None
    patient = subject.patient
    status, reason = patient.verification.status, patient.verification.reason
    if status is VerificationStatus.NEEDS_CORRECTION:
        what = _("⚠️ The register has another name for this policy now. See how it is written in the policy.")
        return await correction_notice(visitor, patient, what)
    if status is VerificationStatus.REJECTED and reason is not None:
        is_owner = await is_card_owner(visitor, patient)
        return Screen(
            lines(
                _("<b>The register says another thing of the policy than before.</b>"),
                short_patient_line(patient),
                await reason_text(visitor, patient, reason),
                ahead(visitor, subject),
            ),
            (*remedy_rows(patient, reason, is_owner=is_owner), help_row()),
        )
    return Screen(
        lines(_("✅ The policy is in force again."), short_patient_line(patient), _("You can book a doctor.")),
        ((button(_("Book a doctor"), Specialties(patient=patient.id)),), ways_out()),
    )


def ahead(visitor: Visitor, subject: WatchedPatient) -> list[str]:
    """Return the lines about visits that are booked already and stay booked."""
    if not subject.visits:
        return []

    def visit_line(visit: VisitAhead) -> str:
        return text(
            _("{when}: {specialty}, {clinic}"),
            when=spoken_moment(visit.starts_at, visit.zone, visitor.now),
            specialty=in_a_sentence(visit.specialty),
            clinic=visit.clinic,
        )

    return [_("Visits booked before stay as they are:"), *first_lines(subject.visits, visit_line)]


@news(PapersSeen, N_("the papers have been seen"))
async def papers_seen(visitor: Visitor, message: PapersSeen) -> Screen | None:
    patient = await visitor.services.levels.about(message)
    if patient is None:
        return None
    return Screen(
        text(_("✅ The reception has seen your papers: <b>{name}</b> can be booked here."), name=patient_name(patient)),
        ((button(_("Book a doctor"), Specialties(patient=patient.id)),), ways_out()),
    )


@news(OtherProved, N_("another account has shown the child's papers"))
async def other_proved(visitor: Visitor, message: OtherProved) -> Screen | None:
    patient = await visitor.services.levels.about(message)
    if patient is None:
        return None
    return Screen(
        lines(
            text(_("⚠️ <b>Another account has shown the papers of this child: {name}</b>"), name=patient_name(patient)),
            _("The reception has confirmed that it is a representative. Your card and your visits stay."),
            _("If yours have not been seen there, you may have one visit booked. “What to do next” on the card helps."),
        ),
        ((button(_("Open the card"), PatientCard(patient=patient.id)),), ways_out()),
    )


@news(MatterDeclined, N_("the reception has not accepted the papers"))
async def matter_declined(visitor: Visitor, message: MatterDeclined) -> Screen | None:
    patient = await visitor.services.levels.about(message)
    if patient is None:
        return None
    return Screen(
        lines(
            text(_("⚠️ The papers shown at the reception did not do: <b>{name}</b>"), name=patient_name(patient)),
            _("Ask there what is missing. A parent shows a passport and the child's birth certificate."),
            _("The card and the visits stay as they are. You can come again with other papers and a new number."),
        ),
        ((button(_("Open the card"), PatientCard(patient=patient.id)),), ways_out()),
    )


# --- dates and birthdays ----------------------------------------------------------------------------------------------


@news(PolicyEnds, N_("the policy ends soon"))
async def policy_ends(visitor: Visitor, message: PolicyEnds) -> Screen | None:
    subject = await visitor.services.watching.about(message)
    if subject is None:
        return None
    patient = subject.patient
    return Screen(
        lines(
            text(_("⚠️ The policy ends on {date}."), date=spoken_date(message.until)),
            short_patient_line(patient),
            _("Renew it in good time, at the insurer or on Gosuslugi: it is free. Then check the new one here."),
        ),
        (
            (button(_("Check the policy"), CheckPolicy(patient=patient.id)),),
            card_row(patient),
        ),
    )


@news(CardToConfirm, N_("is everything still right"))
async def card_to_confirm(visitor: Visitor, message: CardToConfirm) -> Screen | None:
    subject = await visitor.services.watching.about(message)
    if subject is None:
        return None
    patient, clinic = subject.patient, subject.clinic
    return Screen(
        lines(
            _("<b>Half a year has passed. Is everything still right?</b>"),
            [
                text(_("Patient: {name}"), name=patient_name(patient)),
                text(_("Policy: {policy}"), policy=patient.masked_policy),
                text(_("Clinic: {name}, {address}"), name=clinic.name, address=clinic.address) if clinic else "",
            ],
            [_("If you have moved or changed the policy or the name, tell me: the clinic must know, too.")],
        ),
        (
            (
                button(_("Yes, all is right"), ConfirmCard(patient=patient.id)),
                button(_("Change"), EditCard(patient=patient.id)),
            ),
            ways_out(),
        ),
    )


@news(PatientGrown, N_("a birthday that changes the rules"))
async def patient_grown(visitor: Visitor, message: PatientGrown) -> Screen | None:
    subject = await visitor.services.watching.about(message)
    if subject is None:
        return None
    patient = subject.patient
    advice = passport_advice() if message.occasion is Occasion.PASSPORT else consent_advice()
    return Screen(
        lines(text(_("<b>{name}</b>"), name=patient_name(patient)), *advice),
        (
            (button(_("Open the card"), PatientCard(patient=patient.id)),),
            help_row(),
        ),
    )


def passport_advice() -> tuple[str, ...]:
    return (
        _("The patient is 14: a passport is needed now. It is applied for on Gosuslugi or at an MFC, within 90 days."),
        _("From then on take the passport to the doctor instead of the birth certificate."),
        _("The policy stays the same. If the name changes with it, tell the insurer and correct the card."),
    )


def consent_advice() -> tuple[str, ...]:
    return (
        _("The patient is 15: from this age he or she decides on medical care and signs the consent to it."),
        _("You can book visits here as before. Take the passport along: the consent is signed at the visit."),
    )


@news(CardClosed, N_("the card is closed"))
async def card_closed(visitor: Visitor, message: CardClosed) -> Screen | None:
    subject = await visitor.services.watching.about(message)
    if subject is None:
        return None
    patient, closed_at = subject.patient, subject.closed_at or visitor.now
    erased = spoken_date(erased_on(closed_at).astimezone(MOSCOW).date())
    return Screen(
        lines(
            text(
                _("<b>{name}</b> is 18: the card is closed, only children are booked here."), name=patient_name(patient)
            ),
            _("An adult books on Gosuslugi, by 122 or at the reception. The policy stays the same."),
            text(_("You can take the data along until {date}: then I erase the card."), date=erased),
            ahead(visitor, subject),
        ),
        (
            (button(_("Take the data along"), AskExport(patient=patient.id)),),
            card_row(patient),
        ),
    )


@news(PolicyWanted, N_("the newborn needs a policy"))
async def policy_wanted(visitor: Visitor, message: PolicyWanted) -> Screen | None:
    if not await visitor.services.watching.still_without_policy(message):
        return None
    return Screen(
        lines(
            text(_("<b>{title}</b>"), title=_("You asked to be reminded of the child's policy.")),
            _("If you have its number, add the child: I will check the policy and book a doctor."),
        ),
        (
            (button(_("I have a number"), AskNumber()),),
            (button(_("Not yet: what to do?"), NoPolicy()),),
            help_row(),
        ),
    )


# --- a clinic's desk --------------------------------------------------------------------------------------------------


@news(DeskAnswered, N_("the reception has checked the policy"))
async def desk_answered(visitor: Visitor, message: DeskAnswered) -> Screen | None:
    found = await visitor.services.desk_checks.about(message)
    if found is None:
        return None
    screen = await check_screen(visitor, found.patient)
    if found.has_visit and not found.patient.is_verified:
        screen = replace(screen, text=lines(screen.text, [visit_stays()]))
    if not found.patient.is_verified and answer_line(found.at_desk) in screen.text:
        return screen
    return replace(screen, text=lines(answer_line(found.at_desk), screen.text))


def visit_stays() -> str:
    return _("The visit stays booked: come with the policy and the birth certificate, the reception compares them.")


@news(DeskCheckLate, N_("the reception has not checked the policy in time"))
async def desk_check_late(visitor: Visitor, message: DeskCheckLate) -> Screen | None:
    found = await visitor.services.desk_checks.about(message)
    if found is None:
        return None
    patient, clinic = found.patient, found.at_desk.clinic
    return Screen(
        lines(late_sentence(clinic), short_patient_line(patient)),
        (*copying(phone=clinic.phone), card_row(patient)),
    )
