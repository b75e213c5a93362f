"""News of a policy that is watched: what has changed, what ends, what a birthday brings, and «Всё верно?»."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

from bot.i18n import MOSCOW, spoken_date, spoken_moment
from bot.i18n import gettext as _
from bot.models import NoticeKind, OutboxMessage, Patient, Screen, VerificationStatus
from bot.rules.watching import Occasion, erased_on
from bot.services.watching import Subject
from dialogs import newborn
from dialogs.kit import Flow, Outcome, Reply, Visitor, button, lines, text, ways_out
from dialogs.links import AskTakeOut, CheckPolicy, ConfirmCard, EditCard, Help, Home, PatientCard, Specialties
from dialogs.verdicts import because, may_correct, mending, term, ways_on
from dialogs.visits import in_a_sentence

flow = Flow("watching")

Telling = Callable[[Visitor, OutboxMessage, Subject], Awaitable[Screen]]


async def told(visitor: Visitor, message: OutboxMessage) -> Screen | None:
    """The screen of a notice about a patient; None where nobody needs it any more. Raises NotYet."""
    if message.kind is NoticeKind.GET_POLICY:
        return await newborn.reminder(visitor, message)
    subject = await visitor.services.watching.about(message)
    return None if subject is None else await WATCHING_TELLINGS[message.kind](visitor, message, subject)


def short(patient: Patient) -> str:
    return text(_("<b>{name}</b>, {policy}"), name=patient.name.short, policy=patient.masked_policy)


# --- the check --------------------------------------------------------------------------------------------------------


async def check_late(visitor: Visitor, message: OutboxMessage, subject: Subject) -> Screen:
    patient = subject.patient
    return Screen(
        lines(
            _("⚠️ The register has not answered for half an hour."),
            short(patient),
            _(
                "I have sent the check once more and will write when it is done. Meanwhile compare the last digits "
                "with the policy. If a doctor is needed soon, call the reception or 122."
            ),
            support(visitor),
        ),
        (
            (button(_("How is it going?"), PatientCard(patient=patient.id)),),
            (button(_("Help"), Help()), button(_("Menu"), Home())),
        ),
    )


def support(visitor: Visitor) -> str:
    phone = visitor.operator.phone
    return text(_("Support: {phone}"), phone=phone) if phone else ""


async def correction_due(visitor: Visitor, message: OutboxMessage, subject: Subject) -> Screen:
    return await to_be_corrected(visitor, subject.patient, _("⚠️ One thing in the policy still has to be corrected."))


async def to_be_corrected(visitor: Visitor, patient: Patient, what: str) -> Screen:
    is_owner = await may_correct(visitor, patient)
    return Screen(
        lines(what, short(patient), term(visitor, patient, is_owner=is_owner)),
        (*mending(patient, is_owner=is_owner), (button(_("Ask the reception"), Help()), button(_("Menu"), Home()))),
    )


async def policy_changed(visitor: Visitor, message: OutboxMessage, subject: Subject) -> Screen:
    patient, status, reason = subject.patient, subject.patient.verification.status, subject.patient.verification.reason
    if status is VerificationStatus.NEEDS_CORRECTION:
        what = _("⚠️ The register has another name for this policy now. See how it is written in the policy.")
        return await to_be_corrected(visitor, patient, what)
    if status is VerificationStatus.REJECTED and reason is not None:
        is_owner = await may_correct(visitor, patient)
        return Screen(
            lines(
                _("<b>The register says another thing of the policy than before.</b>"),
                short(patient),
                await because(visitor, patient, reason),
                ahead(visitor, subject),
            ),
            (*ways_on(patient, reason, is_owner=is_owner), (button(_("Help"), Help()), button(_("Menu"), Home()))),
        )
    return Screen(
        lines(_("✅ The policy is in force again."), short(patient), _("You can book a doctor.")),
        ((button(_("Book a doctor"), Specialties(patient=patient.id)),), ways_out()),
    )


def ahead(visitor: Visitor, subject: Subject) -> list[str]:
    """Visits that are booked already: nobody has cancelled them."""
    booked = [
        text(
            _("{when}: {specialty}, {clinic}"),
            when=spoken_moment(card.appointment.starts_at, card.clinic.zone, visitor.now),
            specialty=in_a_sentence(card.specialty),
            clinic=card.clinic.name,
        )
        for card in subject.visits
    ]
    return [_("Visits booked before stay as they are:"), *booked] if booked else []


# --- what the calendar brings -----------------------------------------------------------------------------------------


async def policy_ends(visitor: Visitor, message: OutboxMessage, subject: Subject) -> Screen:
    patient, until = subject.patient, date.fromisoformat(str(message.facts["until"]))
    return Screen(
        lines(
            text(_("⚠️ The policy ends on {date}."), date=spoken_date(until)),
            short(patient),
            _("Renew it in good time, at the insurer or on Gosuslugi: it is free. Then check the new one here."),
        ),
        (
            (button(_("Check the policy"), CheckPolicy(patient=patient.id)),),
            (button(_("Open the card"), PatientCard(patient=patient.id)), button(_("Menu"), Home())),
        ),
    )


async def confirm_card(visitor: Visitor, message: OutboxMessage, subject: Subject) -> Screen:
    patient, clinic = subject.patient, subject.clinic
    return Screen(
        lines(
            _("<b>Half a year has passed. Is everything still right?</b>"),
            [
                text(_("Patient: {name}"), name=patient.name.short),
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


@flow.action(ConfirmCard)
async def on_confirm(visitor: Visitor, link: ConfirmCard) -> Outcome:
    await visitor.services.watching.confirm(visitor.account.id, link.patient)
    return Reply(PatientCard(patient=link.patient), alert=_("Thank you. I will ask again in half a year."))


async def grown(visitor: Visitor, message: OutboxMessage, subject: Subject) -> Screen:
    patient = subject.patient
    advice = coming_passport() if message.facts["occasion"] == Occasion.PASSPORT else coming_consent()
    return Screen(
        lines(text(_("<b>{name}</b>"), name=patient.name.short), *advice),
        (
            (button(_("Open the card"), PatientCard(patient=patient.id)),),
            (button(_("Help"), Help()), button(_("Menu"), Home())),
        ),
    )


def coming_passport() -> tuple[str, ...]:
    return (
        _("The patient is 14: a passport is needed now. It is applied for on Gosuslugi or at an MFC, within 90 days."),
        _("From then on take the passport to the doctor instead of the birth certificate."),
        _("The policy stays the same. If the name changes with it, tell the insurer and correct the card."),
    )


def coming_consent() -> tuple[str, ...]:
    return (
        _("The patient is 15: from this age he or she decides on medical care and signs the consent to it."),
        _("You can book visits here as before. Take the passport along: the consent is signed at the visit."),
    )


async def card_closed(visitor: Visitor, message: OutboxMessage, subject: Subject) -> Screen:
    patient, closed_at = subject.patient, subject.closed_at or visitor.now
    erased = spoken_date(erased_on(closed_at).astimezone(MOSCOW).date())
    return Screen(
        lines(
            text(
                _("<b>{name}</b> is 18: the card is closed, only children are booked here."),
                name=patient.name.short,
            ),
            _("An adult books on Gosuslugi, by 122 or at the reception. The policy stays the same."),
            text(_("You can take the data along until {date}: then I erase the card."), date=erased),
            ahead(visitor, subject),
        ),
        (
            (button(_("Take the data along"), AskTakeOut(patient=patient.id)),),
            (button(_("Open the card"), PatientCard(patient=patient.id)), button(_("Menu"), Home())),
        ),
    )


WATCHING_TELLINGS: dict[NoticeKind, Telling] = {
    NoticeKind.CHECK_LATE: check_late,
    NoticeKind.CORRECTION_DUE: correction_due,
    NoticeKind.POLICY_CHANGED: policy_changed,
    NoticeKind.POLICY_ENDS: policy_ends,
    NoticeKind.CONFIRM_CARD: confirm_card,
    NoticeKind.GROWN: grown,
    NoticeKind.CARD_CLOSED: card_closed,
}

WATCHED = frozenset({NoticeKind.GET_POLICY, *WATCHING_TELLINGS})
