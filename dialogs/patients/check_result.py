"""Screens of a policy check: one for each answer of the register."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.clinic import Clinic
from bot.core.i18n import MOSCOW, gettext as _, past_day, spoken_date
from bot.core.patient import NameField, Patient, RejectionReason, VerificationStatus
from bot.core.timing import local_day
from bot.delivery.screen import Button, Screen
from bot.patients.desk_checks import AtDesk
from bot.patients.news import CheckAnswered
from bot.patients.records import DeskMatter, KeyField
from bot.patients.rules.checks import NO_POLICY_OF_THEIRS, correct_until
from bot.patients.rules.watch import erased_on
from dialogs.account.links import Help, Home
from dialogs.booking.links import Specialties
from dialogs.family.links import AskAccess
from dialogs.kit.flow import Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.pager import few
from dialogs.kit.screen import Row, button, lines, makes_needless, text, unbroken, ways_out
from dialogs.kit.wording import clinic_and_place, moscow_day
from dialogs.patients.check_pending import checked_line, patient_line, pending_screen
from dialogs.patients.desk_check import answer_line, at_desk_screen, desk_rows, not_on_the_list
from dialogs.patients.links import (
    AskCorrection,
    CheckPolicy,
    ChooseWay,
    EditField,
    LetterToInsurer,
    PatientList,
    Reception,
)
from dialogs.patients.refusals import next_try
from dialogs.privacy.links import AskPhone, AskUnlink


async def check_screen(visitor: Visitor, patient: Patient) -> Screen:
    """Return the screen for the present state of the policy check."""
    status = patient.verification.status
    if status is VerificationStatus.VERIFIED:
        has_phone = await visitor.services.contacts.has_phone(visitor.account.id)
        clinic = await visitor.services.choices.own_clinic(patient)
        is_limited = await visitor.services.patients.is_limited(patient)
        near = (
            await visitor.services.choices.first_clinics(patient, visitor.account.named_clinic)
            if clinic is None
            else ()
        )
        return verified_screen(visitor, patient, clinic, near, has_phone=has_phone, is_limited=is_limited)
    if patient.verification.is_open:
        return pending_screen(visitor, patient)
    if patient.verification.is_outdated and patient.verification.reason is not RejectionReason.ADULT:
        return await unchecked_screen(visitor, patient)
    at_desk = await visitor.services.desk_checks.of(visitor.account.id, patient.id)
    if at_desk is not None and at_desk.check.closed_at is None:
        together = await visitor.services.enrollments.with_policy(visitor.account.id, patient.id)
        named = None if together is None else (together.id, together.ref)
        enrolling = await visitor.services.standings.at(at_desk.clinic, patient)
        return at_desk_screen(visitor, patient, at_desk, enrolling, named)
    is_owner = await is_card_owner(visitor, patient)
    if status is VerificationStatus.NEEDS_CORRECTION:
        return await correction_screen(visitor, patient, is_owner=is_owner)
    return await rejected_screen(visitor, patient, at_desk, is_owner=is_owner)


async def is_card_owner(visitor: Visitor, patient: Patient) -> bool:
    """Return whether to show the buttons that change the card: only its owner may press them."""
    return await visitor.services.family.is_owner(visitor.account.id, patient.id)


def needless_notice(visitor: Visitor, patient: Patient) -> str:
    """Return the deduplication key of the notice about a fresh answer, "" if the answer is older."""
    answered = CheckAnswered(visitor.account.id, patient.id)
    return makes_needless(answered.dedup, patient.verification.checked_at, visitor.now)


# --- the register agrees ----------------------------------------------------------------------------------------------


def limited_line(*, is_limited: bool) -> str:
    """Return what a card may do while another account has a better card of the child, else ""."""
    if not is_limited:
        return ""
    return _(
        "⚠️ Another account has a card of this child too. Until it agrees or the reception sees your papers, you may "
        "have one visit booked."
    )


def limited_rows(patient: Patient, *, is_limited: bool) -> tuple[Row, ...]:
    return ((button(_("What to do next"), AskAccess(patient=patient.id)),),) if is_limited else ()


def verified_screen(
    visitor: Visitor,
    patient: Patient,
    clinic: Clinic | None,
    near: Sequence[Clinic],
    *,
    has_phone: bool,
    is_limited: bool,
) -> Screen:
    """Return the screen of a confirmed policy; ``near`` are a few clinics to choose from, for a card that has none."""
    return Screen(
        lines(
            text(
                _("✅ The policy is checked: <b>{name}</b>, {policy}, in force."),
                name=patient_name(patient),
                policy=patient.masked_policy,
            ),
            checked_line(patient),
            text(_("Clinic: {name}, {address}"), name=clinic.name, address=clinic.address) if clinic else "",
            limited_line(is_limited=is_limited),
            _("You can choose the clinic at once.") if near else "",
        ),
        (
            (button(_("Book a doctor"), Specialties(patient=patient.id)),),
            *few(near, lambda each: first_visit_button(patient, each)),
            *limited_rows(patient, is_limited=is_limited),
            *([] if has_phone else [(button(_("Leave a phone"), AskPhone()),)]),
            (button(_("Add another child"), ChooseWay()), button(_("Menu"), Home())),
        ),
        shows=needless_notice(visitor, patient),
    )


def first_visit_button(patient: Patient, clinic: Clinic) -> Button:
    return button(clinic_and_place(clinic), Specialties(patient=patient.id, clinic=clinic.id))


# --- one thing differs ------------------------------------------------------------------------------------------------


async def correction_screen(visitor: Visitor, patient: Patient, *, is_owner: bool) -> Screen:
    field = patient.verification.correct or NameField.PATRONYMIC
    what = {
        NameField.FAMILY: _("⚠️ Almost everything agrees, except the family name. See how it is written in the policy."),
        NameField.GIVEN: _("⚠️ Almost everything agrees, except the given name. See how it is written in the policy."),
        NameField.PATRONYMIC: _(
            "⚠️ Almost everything agrees, except the patronymic. See how it is written in the policy."
        ),
    }[field]
    return Screen(
        lines(
            patient_line(patient),
            what,
            [
                _("If it is written there as it is here, the error is in the register: the insurer corrects it."),
                deadline_line(visitor, patient, is_owner=is_owner),
                await pause_line(visitor),
            ],
        ),
        (
            *correct_part_rows(patient, is_owner=is_owner),
            (button(_("Check again"), CheckPolicy(patient=patient.id)),),
            (
                button(_("Letter to the insurer"), LetterToInsurer(patient=patient.id)),
                button(_("Ask the reception"), Reception(patient=patient.id)),
            ),
            ways_out(PatientList()),
        ),
        shows=needless_notice(visitor, patient),
    )


def correct_part_rows(patient: Patient, *, is_owner: bool) -> tuple[Row, ...]:
    if not is_owner:
        return ()
    field = patient.verification.correct or NameField.PATRONYMIC
    label = {
        NameField.FAMILY: _("Correct the family name"),
        NameField.GIVEN: _("Correct the given name"),
        NameField.PATRONYMIC: _("Correct the patronymic"),
    }[field]
    return ((button(label, AskCorrection(patient=patient.id)),),)


def deadline_line(visitor: Visitor, patient: Patient, *, is_owner: bool) -> str:
    """Return who corrects the name and until when; after that day it can still be corrected."""
    if not is_owner:
        return _("The owner of the card can correct it.")
    checked_at = patient.verification.checked_at
    if checked_at is None:
        return ""
    until = correct_until(checked_at)
    if visitor.now >= until:
        ended = past_day(local_day(until, MOSCOW), local_day(visitor.now, MOSCOW))
        return text(_("The term ended on {date}, but nothing is lost: you can still correct it."), date=ended)
    day = moscow_day(until, visitor.now)
    return text(_("Please correct it by {date}. Booking opens once everything agrees."), date=day)


# --- a correction that waits for its check ----------------------------------------------------------------------------


async def unchecked_screen(visitor: Visitor, patient: Patient) -> Screen:
    """Return the screen of a changed card; it leaves out the register's answer about the old data."""
    is_owner = await is_card_owner(visitor, patient)
    return Screen(
        lines(
            patient_line(patient),
            _("⚠️ The correction is kept, but the register has not been asked about it yet."),
            [await pause_line(visitor) or _("Press “Check again”."), support_line(visitor)],
        ),
        (
            (button(_("Check again"), CheckPolicy(patient=patient.id)),),
            *correct_rows(patient, is_owner=is_owner),
            *closing_rows(patient, is_owner=is_owner),
        ),
    )


# --- the register refuses ---------------------------------------------------------------------------------------------


async def rejected_screen(visitor: Visitor, patient: Patient, at_desk: AtDesk | None, *, is_owner: bool) -> Screen:
    reason = patient.verification.reason or RejectionReason.NOT_MATCHED
    desks = visitor.services.desk_checks.clinics()
    if reason in NO_POLICY_OF_THEIRS and desks:
        return Screen(
            lines(
                patient_line(patient),
                answer_line(at_desk),
                not_on_the_list(),
                [await pause_line(visitor), support_line(visitor)],
            ),
            (
                *desk_rows(patient, desks, visitor.account.named_clinic, is_owner=is_owner),
                *closing_rows(patient, is_owner=is_owner),
            ),
            shows=needless_notice(visitor, patient),
        )
    return Screen(
        lines(
            patient_line(patient),
            await reason_text(visitor, patient, reason),
            [
                await pause_line(visitor) if reason in NO_POLICY_OF_THEIRS else "",
                "" if reason in {RejectionReason.ADULT, RejectionReason.AT_CLINIC} else support_line(visitor),
            ],
        ),
        (*remedy_rows(patient, reason, is_owner=is_owner), *closing_rows(patient, is_owner=is_owner)),
        shows=needless_notice(visitor, patient),
    )


async def reason_text(visitor: Visitor, patient: Patient, reason: RejectionReason) -> str:
    """Return why the policy is rejected and what to do about it."""
    if reason is RejectionReason.AT_CLINIC:
        return await show_at_desk_text(visitor, patient)
    if reason is RejectionReason.ADULT:
        return adult_text(patient)
    return {
        RejectionReason.NOT_MATCHED: _(
            "⚠️ The data do not agree with the register. Compare the number and the name with the policy. If "
            "everything is right, call the insurer: its phone is on the policy."
        ),
        RejectionReason.SUSPENDED: _(
            "⚠️ The policy is suspended in the register. Call the insurer: its phone is on the policy. Then check "
            "the policy again here."
        ),
        RejectionReason.EXPIRED: _(
            "⚠️ The policy has expired. Renew it at the insurer or on Gosuslugi, then check it again here."
        ),
        RejectionReason.LINKED_ELSEWHERE: _(
            "⚠️ This policy was on another account's card. Now each account has a card of its own: check again."
        ),
    }[reason]


async def pause_line(visitor: Visitor) -> str:
    """Return when the next try is possible after five failed ones, "" if it is possible now."""
    until = await visitor.services.checks.paused_until(visitor.account.id)
    if until is None:
        return ""
    return text(_("Five times it did not agree: the next try is at {time}."), time=next_try(until))


async def show_at_desk_text(visitor: Visitor, patient: Patient) -> str:
    """Return how to show an old policy or a certificate at the desk, with the Ref of the desk matter."""
    ref = await visitor.services.family.open_matter(visitor.account.id, patient.id, DeskMatter.OLD_POLICY)
    return lines(
        _("⚠️ The register could not confirm this document. It will be looked at in the clinic."),
        text(
            _("Come to the reception with the document and the birth certificate, and tell the number <b>{ref}</b>."),
            ref=unbroken(ref),
        ),
    )


def adult_text(patient: Patient) -> str:
    closed_at = patient.verification.checked_at
    erased = "" if closed_at is None else spoken_date(erased_on(closed_at).astimezone(MOSCOW).date())
    return lines(
        _("The patient is 18: the card is closed, for here only children are booked."),
        _("An adult books on Gosuslugi, by 122 or at the reception."),
        text(_("I will erase the card on {date}."), date=erased) if erased else "",
    )


def support_line(visitor: Visitor) -> str:
    phone = visitor.operator.phone
    return text(_("Support: {phone}"), phone=phone) if phone else ""


def remedy_rows(patient: Patient, reason: RejectionReason, *, is_owner: bool) -> tuple[Row, ...]:
    """Return the buttons that help with this reason."""
    again = button(_("Check again"), CheckPolicy(patient=patient.id))
    letter = button(_("Letter to the insurer"), LetterToInsurer(patient=patient.id))
    number = (correct_number_button(patient),) if is_owner else ()
    renewed = (correct_number_button(patient, _("The number is new")),) if is_owner else ()
    correct = correct_rows(patient, is_owner=is_owner)
    return {
        RejectionReason.ADULT: (),
        RejectionReason.LINKED_ELSEWHERE: ((again, *number),),
        RejectionReason.SUSPENDED: ((again, letter),),
        RejectionReason.EXPIRED: ((again, *renewed),),
        RejectionReason.AT_CLINIC: (*correct, (again,)),
        RejectionReason.NOT_MATCHED: (*correct, (again, letter)),
    }[reason]


def correct_rows(patient: Patient, *, is_owner: bool) -> tuple[Row, ...]:
    name = button(_("Correct the name"), AskCorrection(patient=patient.id, whole=True))
    return ((name, correct_number_button(patient)),) if is_owner else ()


def correct_number_button(patient: Patient, label: str = "") -> Button:
    return button(label or _("Correct the number"), EditField(patient=patient.id, field=KeyField.NUMBER))


def closing_rows(patient: Patient, *, is_owner: bool) -> tuple[Row, ...]:
    """Return the last rows of the screen; the owner can remove the card, others leave it by a row of the card."""
    remove = (button(_("Remove the card"), AskUnlink(patient=patient.id)),) if is_owner else ()
    return ((*remove, button(_("Help"), Help())), ways_out(PatientList()))
