"""The card of a patient as a PDF to print, which says that it is not a policy."""

from __future__ import annotations

from datetime import datetime

from bot.core.i18n import MOSCOW, clock_time, gettext as _, numeric_date
from bot.core.patient import Patient, RejectionReason, VerificationStatus
from bot.delivery.paper import Paper, Section
from bot.delivery.screen import File
from bot.patients.card_file import PrintedCard
from bot.patients.records import PolicyKind
from bot.patients.rules.policy_number import policy_kind
from dialogs.kit.flow import Flow, Reply, Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.wording import moscow_date
from dialogs.patients.details import full_value, shown_number, wording_of
from dialogs.patients.links import CardFile, PatientCard

flow = Flow("card_file")


@flow.action(CardFile)
async def on_card_file(visitor: Visitor, link: CardFile) -> Reply:
    """Send the card as a PDF; typed numbers are in full, because a parent reads them out at the reception."""
    files = visitor.services.card_files
    card = await files.card(visitor.account.id, link.patient)
    printed = await files.print_paper(card_paper(card, visitor.now))
    file = File(
        _("Card {name} {date}.pdf").format(name=patient_name(card.patient), date=moscow_date(visitor.now)),
        printed,
        caption(card.patient),
    )
    return Reply(PatientCard(patient=link.patient), files=(file,))


def caption(patient: Patient) -> str:
    inside = (
        _("{name}: this is not a policy. The number is masked: look it up in the policy.")
        if patient.number_found
        else _("{name}: this is not a policy. The full number is inside: delete the file if others read the chat.")
    )
    return inside.format(name=patient_name(patient))


def card_paper(card: PrintedCard, now: datetime) -> Paper:
    patient, clinic = card.patient, card.clinic
    contacts = ", ".join(filter(None, (clinic.name, clinic.address, clinic.phone))) if clinic else ""
    facts = (
        (_("Full name"), patient.name.full),
        (_("Date of birth"), numeric_date(patient.birth_date)),
        (policy_label(patient.policy_number), shown_number(patient)),
        (_("Checked in the register"), last_answer(patient)),
        (_("Valid until, says the register"), numeric_date(card.valid_until) if card.valid_until else ""),
        (_("Clinic"), contacts),
        *((wording_of(detail).label, full_value(detail, value)) for detail, value in card.details.items()),
    )
    return Paper(
        title=_("Patient's card"),
        sections=(
            Section("", tuple((label, value) for label, value in facts if value)),
            Section(_("What this paper does not prove"), tuple(("", reason) for reason in disclaimers())),
            Section(
                _("What to take to the clinic"),
                (("", _("The policy and the birth certificate; from the age of 14 the patient's passport.")),),
            ),
        ),
        made_at=now,
        mark=_("This is not an OMS policy. It is a note with what the card in the bot says."),
        footer=_("Printed on {date} at {time}, Moscow time.").format(
            date=moscow_date(now), time=clock_time(now, MOSCOW)
        ),
    )


def disclaimers() -> tuple[str, ...]:
    return (
        _("— That the policy is in force today: the register may have changed since the check."),
        _("— That you are the legal representative: that takes a passport and the birth certificate."),
        _("— That the patient belongs to this clinic or has a visit there."),
    )


def policy_label(number: str) -> str:
    return {
        PolicyKind.ENP: _("OMS policy"),
        PolicyKind.TEMPORARY: _("Temporary certificate"),
        PolicyKind.OLD: _("Policy of the old form"),
    }[policy_kind(number)]


def last_answer(patient: Patient) -> str:
    """Return the register's last answer with its date: a printed card cannot say that a policy is in force today."""
    check = patient.verification
    if check.checked_at is None:
        return _("not confirmed yet")
    date = moscow_date(check.checked_at)
    if check.status is VerificationStatus.VERIFIED:
        return _("was in force on {date}").format(date=date)
    if check.reason is RejectionReason.SUSPENDED:
        return _("was suspended on {date}").format(date=date)
    if check.reason is RejectionReason.EXPIRED:
        return _("had expired on {date}").format(date=date)
    return _("not confirmed yet")
