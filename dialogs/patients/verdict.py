"""Verdicts: what the register says of a policy, in a screen each, and the ways on from there."""

from __future__ import annotations

from bot.core.clinic import Clinic
from bot.core.i18n import MOSCOW, spoken_date
from bot.core.i18n import gettext as _
from bot.core.patient import NameField, Patient, RejectionReason, VerificationStatus
from bot.delivery.screen import Button, Screen
from bot.patients.news import CheckAnswered
from bot.patients.records import DeskMatter, KeyField
from bot.patients.rules.checks import NO_POLICY_OF_THEIRS, correct_until
from bot.patients.rules.watch import erased_on
from dialogs.account.links import Help, Home
from dialogs.booking.links import Specialties
from dialogs.family.access import way_to_ask
from dialogs.kit.flow import Visitor
from dialogs.kit.screen import Row, button, lines, makes_needless, text, unbroken, ways_out
from dialogs.patients.links import AskCorrection, CheckPolicy, ChooseWay, EditField, LetterToInsurer, PatientList
from dialogs.patients.pending import checked_on, checking, whose
from dialogs.patients.refusals import next_try
from dialogs.privacy.links import AskPhone, AskUnlink


async def outcome(visitor: Visitor, patient: Patient) -> Screen:
    """Where the check of a policy stands, and the way on from there."""
    status = patient.verification.status
    if status is VerificationStatus.VERIFIED:
        has_phone = await visitor.services.contacts.has_phone(visitor.account.id)
        return verified(visitor, patient, await visitor.services.choices.own_clinic(patient), has_phone=has_phone)
    if patient.verification.is_open:
        return checking(visitor, patient)
    if patient.verification.is_outdated and patient.verification.reason is not RejectionReason.ADULT:
        return await not_asked_yet(visitor, patient)
    is_owner = await may_correct(visitor, patient)
    if status is VerificationStatus.NEEDS_CORRECTION:
        return await needs_correction(visitor, patient, is_owner=is_owner)
    return await rejected(visitor, patient, is_owner=is_owner)


async def may_correct(visitor: Visitor, patient: Patient) -> bool:
    """Whoever acts for the patient sees what is wrong; the buttons that change the card are its owner's."""
    return await visitor.services.family.is_owner(visitor.account.id, patient.id)


def just_checked(visitor: Visitor, patient: Patient) -> str:
    answered = CheckAnswered(visitor.account.id, patient.id)
    return makes_needless(answered.dedup, patient.verification.checked_at, visitor.now)


# --- the register agrees ----------------------------------------------------------------------------------------------


def verified(visitor: Visitor, patient: Patient, clinic: Clinic | None, *, has_phone: bool) -> Screen:
    return Screen(
        lines(
            text(
                _("✅ The policy is checked: <b>{name}</b>, {policy}, in force."),
                name=patient.name.short,
                policy=patient.masked_policy,
            ),
            text(_("Checked on {date}."), date=checked_on(patient)) if checked_on(patient) else "",
            text(_("Clinic: {name}, {address}"), name=clinic.name, address=clinic.address) if clinic else "",
        ),
        (
            (button(_("Book a doctor"), Specialties(patient=patient.id)),),
            *([] if has_phone else [(button(_("Leave a phone"), AskPhone()),)]),
            (button(_("Add another child"), ChooseWay()), button(_("Menu"), Home())),
        ),
        shows=just_checked(visitor, patient),
    )


# --- one thing differs ------------------------------------------------------------------------------------------------


async def needs_correction(visitor: Visitor, patient: Patient, *, is_owner: bool) -> Screen:
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
            whose(patient),
            what,
            [
                _("If it is written there as it is here, the error is in the register: the insurer corrects it."),
                term(visitor, patient, is_owner=is_owner),
                await pause(visitor, patient),
            ],
        ),
        (
            *mending(patient, is_owner=is_owner),
            (button(_("Check again"), CheckPolicy(patient=patient.id)),),
            (
                button(_("Letter to the insurer"), LetterToInsurer(patient=patient.id)),
                button(_("Ask the reception"), Help()),
            ),
            ways_out(PatientList()),
        ),
        shows=just_checked(visitor, patient),
    )


def mending(patient: Patient, *, is_owner: bool) -> tuple[Row, ...]:
    if not is_owner:
        return ()
    field = patient.verification.correct or NameField.PATRONYMIC
    label = {
        NameField.FAMILY: _("Correct the family name"),
        NameField.GIVEN: _("Correct the given name"),
        NameField.PATRONYMIC: _("Correct the patronymic"),
    }[field]
    return ((button(label, AskCorrection(patient=patient.id)),),)


def term(visitor: Visitor, patient: Patient, *, is_owner: bool) -> str:
    """Who mends it and until when; nothing is lost after that."""
    if not is_owner:
        return _("The owner of the card can correct it.")
    checked_at = patient.verification.checked_at
    if checked_at is None:
        return ""
    until = correct_until(checked_at)
    day = spoken_date(until.astimezone(MOSCOW).date())
    if visitor.now >= until:
        return text(_("The term ended on {date}, but nothing is lost: you can still correct it."), date=day)
    return text(_("Please correct it by {date}. Booking opens once everything agrees."), date=day)


# --- a correction that waits for its check ---------------------------------------------------------------------------


async def not_asked_yet(visitor: Visitor, patient: Patient) -> Screen:
    """What the register has said of the card before is of no use any more, and is not repeated."""
    is_owner = await may_correct(visitor, patient)
    return Screen(
        lines(
            whose(patient),
            _("⚠️ The correction is kept, but the register has not been asked about it yet."),
            [await pause(visitor, patient) or _("Press “Check again”."), support(visitor)],
        ),
        (
            (button(_("Check again"), CheckPolicy(patient=patient.id)),),
            *ways_to_correct(patient, is_owner=is_owner),
            *ways_away(patient, is_owner=is_owner),
        ),
    )


# --- the register refuses ---------------------------------------------------------------------------------------------


async def rejected(visitor: Visitor, patient: Patient, *, is_owner: bool) -> Screen:
    reason = patient.verification.reason or RejectionReason.NOT_MATCHED
    return Screen(
        lines(
            whose(patient),
            await because(visitor, patient, reason),
            [await pause(visitor, patient) if reason in NO_POLICY_OF_THEIRS else "", support_line(visitor, reason)],
        ),
        (*ways_on(patient, reason, is_owner=is_owner), *ways_away(patient, is_owner=is_owner)),
        shows=just_checked(visitor, patient),
    )


async def because(visitor: Visitor, patient: Patient, reason: RejectionReason) -> str:
    if reason is RejectionReason.AT_CLINIC:
        return await at_clinic(visitor, patient)
    if reason is RejectionReason.ADULT:
        return grown_up(patient)
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
            "⚠️ Another representative of the child has added this policy already. You can ask for access."
        ),
    }[reason]


async def pause(visitor: Visitor, patient: Patient) -> str:
    """After five refusals the next try is told before it is made in vain."""
    until = await visitor.services.checks.paused_until(visitor.account.id, patient.policy_number)
    return (
        ""
        if until is None
        else text(_("Five times it did not agree: the next try is at {time}."), time=next_try(until))
    )


async def at_clinic(visitor: Visitor, patient: Patient) -> str:
    """Papers of before the sixteen digits are looked at by people; the number finds the matter at the desk."""
    matter = DeskMatter.OLD_POLICY
    ref = await visitor.services.family.open_matter(visitor.account.id, patient.id, matter)
    return lines(
        _("⚠️ The register could not confirm this document. It will be looked at in the clinic."),
        text(
            _("Come to the reception with the document and the birth certificate, and tell the number <b>{ref}</b>."),
            ref=unbroken(ref),
        ),
    )


def grown_up(patient: Patient) -> str:
    closed_at = patient.verification.checked_at
    erased = "" if closed_at is None else spoken_date(erased_on(closed_at).astimezone(MOSCOW).date())
    return lines(
        _("The patient is 18: the card is closed, for here only children are booked."),
        _("An adult books on Gosuslugi, by 122 or at the reception."),
        text(_("I will erase the card on {date}."), date=erased) if erased else "",
    )


def support_line(visitor: Visitor, reason: RejectionReason) -> str:
    return "" if reason in {RejectionReason.ADULT, RejectionReason.AT_CLINIC} else support(visitor)


def support(visitor: Visitor) -> str:
    if not visitor.operator.phone:
        return ""
    return text(_("Support: {phone}"), phone=visitor.operator.phone)


def ways_on(patient: Patient, reason: RejectionReason, *, is_owner: bool) -> tuple[Row, ...]:
    """What helps against this refusal."""
    again = button(_("Check again"), CheckPolicy(patient=patient.id))
    letter = button(_("Letter to the insurer"), LetterToInsurer(patient=patient.id))
    number = (another_number(patient),) if is_owner else ()
    renewed = (another_number(patient, _("The number is new")),) if is_owner else ()
    correct = ways_to_correct(patient, is_owner=is_owner)
    return {
        RejectionReason.ADULT: (),
        RejectionReason.LINKED_ELSEWHERE: (way_to_ask(patient), (again, *number)),
        RejectionReason.SUSPENDED: ((again, letter),),
        RejectionReason.EXPIRED: ((again, *renewed),),
        RejectionReason.AT_CLINIC: (*correct, (again,)),
        RejectionReason.NOT_MATCHED: (*correct, (again, letter)),
    }[reason]


def ways_to_correct(patient: Patient, *, is_owner: bool) -> tuple[Row, ...]:
    name = button(_("Correct the name"), AskCorrection(patient=patient.id, whole=True))
    return ((name, another_number(patient)),) if is_owner else ()


def another_number(patient: Patient, label: str = "") -> Button:
    to = EditField(patient=patient.id, field=KeyField.NUMBER)
    return button(label or _("Correct the number"), to)


def ways_away(patient: Patient, *, is_owner: bool) -> tuple[Row, ...]:
    """Somebody else leaves the card by a button that stands on every card."""
    remove = (button(_("Remove the card"), AskUnlink(patient=patient.id)),) if is_owner else ()
    return ((*remove, button(_("Help"), Help())), ways_out(PatientList()))
