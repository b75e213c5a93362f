"""Verdicts: what the register says of a policy, in a screen each, and the ways on from there."""

from __future__ import annotations

from bot.i18n import MOSCOW, clock_time, numeric_date, spoken_date, spoken_moment
from bot.i18n import gettext as _
from bot.models import (
    Button,
    Clinic,
    DeskMatter,
    KeyField,
    NameField,
    Patient,
    RejectionReason,
    Screen,
    VerificationStatus,
)
from bot.rules.checks import correct_until, is_late
from bot.rules.watching import erased_on
from dialogs.access import way_to_ask
from dialogs.editing import FIELDS
from dialogs.kit import Row, Visitor, button, lines, makes_needless, text, ways_out
from dialogs.links import (
    AskCorrection,
    AskPhone,
    AskUnlink,
    CheckPolicy,
    ChooseWay,
    EditField,
    Help,
    Home,
    LetterToInsurer,
    PatientCard,
    PatientList,
    Specialties,
)


async def outcome(visitor: Visitor, patient: Patient) -> Screen:
    """Where the check of a policy stands, and the way on from there."""
    status = patient.verification.status
    if status is VerificationStatus.VERIFIED:
        has_phone = await visitor.services.contacts.has_phone(visitor.account.id)
        return verified(visitor, patient, await visitor.services.booking.own_clinic(patient), has_phone=has_phone)
    if status is VerificationStatus.NEEDS_CORRECTION:
        return needs_correction(visitor, patient)
    if status is VerificationStatus.REJECTED:
        return await rejected(visitor, patient)
    return checking(visitor, patient)


def just_checked(visitor: Visitor, patient: Patient) -> str:
    return makes_needless(f"check:{patient.id}", patient.verification.checked_at, visitor.now)


def checked_on(patient: Patient) -> str:
    at = patient.verification.checked_at
    return "" if at is None else numeric_date(at.astimezone(MOSCOW).date())


def whose(patient: Patient) -> str:
    return text(_("<b>{name}</b>, {policy}"), name=patient.name.full, policy=patient.masked_policy)


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


def still_silent(patient: Patient) -> Screen:
    """Asked again, the register does not answer: what it said last time holds."""
    return Screen(
        lines(
            whose(patient),
            text(
                _("The register does not answer now. The policy stays confirmed: it was last checked on {date}."),
                date=checked_on(patient),
            ),
            _("I will ask again by myself and write if anything has changed."),
        ),
        (
            (button(_("Check again"), CheckPolicy(patient=patient.id)),),
            ways_out(PatientCard(patient=patient.id)),
        ),
    )


# --- one thing differs ------------------------------------------------------------------------------------------------


def needs_correction(visitor: Visitor, patient: Patient) -> Screen:
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
            _("If it is written there as it is here, the error is in the register: the insurer corrects it."),
            term(visitor, patient),
        ),
        (
            (mend_button(patient),),
            (
                button(_("Letter to the insurer"), LetterToInsurer(patient=patient.id)),
                button(_("Ask the reception"), Help()),
            ),
            ways_out(PatientList()),
        ),
        shows=just_checked(visitor, patient),
    )


def mend_button(patient: Patient) -> Button:
    field = patient.verification.correct or NameField.PATRONYMIC
    label = {
        NameField.FAMILY: _("Correct the family name"),
        NameField.GIVEN: _("Correct the given name"),
        NameField.PATRONYMIC: _("Correct the patronymic"),
    }[field]
    return button(label, AskCorrection(patient=patient.id))


def term(visitor: Visitor, patient: Patient) -> str:
    """Until when to mend it; nothing is lost after that."""
    checked_at = patient.verification.checked_at
    if checked_at is None:
        return ""
    until = correct_until(checked_at)
    day = spoken_date(until.astimezone(MOSCOW).date())
    if visitor.now >= until:
        return text(_("The term ended on {date}, but nothing is lost: you can still correct it."), date=day)
    return text(_("Please correct it by {date}. Booking opens once everything agrees."), date=day)


# --- the register refuses ---------------------------------------------------------------------------------------------


async def rejected(visitor: Visitor, patient: Patient) -> Screen:
    reason = patient.verification.reason or RejectionReason.NOT_MATCHED
    return Screen(
        lines(whose(patient), await because(visitor, patient, reason), support_line(visitor, reason)),
        (*ways_on(patient, reason), *ways_away(patient, reason)),
        shows=just_checked(visitor, patient),
    )


async def because(visitor: Visitor, patient: Patient, reason: RejectionReason) -> str:
    if reason is RejectionReason.AT_CLINIC:
        return await at_clinic(visitor, patient)
    if reason is RejectionReason.ADULT:
        return grown_up(patient)
    return {
        RejectionReason.NOT_MATCHED: _(
            "⚠️ The data do not agree with the register. Compare the number and the name with the policy. "
            "If everything is right, call the insurer: its phone is on the policy."
        ),
        RejectionReason.SUSPENDED: _(
            "⚠️ The policy is suspended in the register. Call the insurer: its phone is on the policy. "
            "Then check the policy again here."
        ),
        RejectionReason.EXPIRED: _(
            "⚠️ The policy has expired. Renew it at the insurer or on Gosuslugi, then check it again here."
        ),
        RejectionReason.LINKED_ELSEWHERE: _(
            "⚠️ Another representative of the child has added this policy already. You can ask for access."
        ),
    }[reason]


async def at_clinic(visitor: Visitor, patient: Patient) -> str:
    """Papers of before the sixteen digits are looked at by people; the number finds the matter at the desk."""
    matter = DeskMatter.OLD_POLICY
    ref = await visitor.services.family.open_matter(visitor.account.id, patient.id, matter)
    return lines(
        _("⚠️ The register could not confirm this document. It will be looked at in the clinic."),
        text(
            _("Come to the reception with the document and the birth certificate, and tell the number <b>{ref}</b>."),
            ref=ref,
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
    if reason in {RejectionReason.ADULT, RejectionReason.AT_CLINIC} or not visitor.operator.phone:
        return ""
    return text(_("Support: {phone}"), phone=visitor.operator.phone)


def ways_on(patient: Patient, reason: RejectionReason) -> tuple[Row, ...]:
    """What helps against this refusal."""
    again = button(_("Check again"), CheckPolicy(patient=patient.id))
    number = button(_("Correct the number"), EditField(patient=patient.id, field=FIELDS.index(KeyField.NUMBER)))
    if reason is RejectionReason.ADULT:
        return ()
    if reason is RejectionReason.LINKED_ELSEWHERE:
        return (way_to_ask(patient), (again, number))
    if reason in {RejectionReason.SUSPENDED, RejectionReason.EXPIRED}:
        return ((again,),)
    name = button(_("Correct the name"), AskCorrection(patient=patient.id, whole=True))
    if reason is RejectionReason.AT_CLINIC:
        return ((name, number), (again,))
    return ((name, number), (again, button(_("Letter to the insurer"), LetterToInsurer(patient=patient.id))))


def ways_away(patient: Patient, reason: RejectionReason) -> tuple[Row, ...]:
    remove = button(_("Remove the card"), AskUnlink(patient=patient.id))
    return ((remove, button(_("Help"), Help())), ways_out(PatientList()))


# --- the register has not answered ------------------------------------------------------------------------------------


def checking(visitor: Visitor, patient: Patient) -> Screen:
    verification = patient.verification
    since = verification.queued_at
    late = since is not None and is_late(since, visitor.now)
    again = (button(_("Check again"), CheckPolicy(patient=patient.id)), button(_("Help"), Help()))
    return Screen(
        lines(
            whose(patient),
            delay(verification.status is VerificationStatus.UNAVAILABLE, late=late),
            waiting_since(visitor, patient),
        ),
        (
            (button(_("How is it going?"), PatientCard(patient=patient.id)),),
            *((again,) if late else ()),
            ways_out(PatientList()),
        ),
    )


def delay(unavailable: bool, *, late: bool) -> str:
    if late:
        return _(
            "⚠️ The register has not answered for more than half an hour. I ask again by myself and will write when it "
            "is done. Meanwhile compare the last digits with the policy. If a doctor is needed soon, call the "
            "reception or 122."
        )
    if unavailable:
        return _(
            "The register does not answer now. I will ask again by myself and write when it is done; "
            "nothing is needed from you."
        )
    return _(
        "I am checking the policy in the register. It usually takes less than a minute; I will write when it is done."
    )


def waiting_since(visitor: Visitor, patient: Patient) -> str:
    since = patient.verification.queued_at
    if since is None:
        return ""
    same_day = since.astimezone(MOSCOW).date() == visitor.now.astimezone(MOSCOW).date()
    said = clock_time(since, MOSCOW) if same_day else spoken_moment(since, MOSCOW, visitor.now)
    return text(_("Waiting for the answer since {time}."), time=said)
