"""The card as a paper: what a parent reads out at a reception, and plainly not the policy itself."""

from __future__ import annotations

from datetime import date, datetime

from bot.core.i18n import MOSCOW, clock_time, numeric_date
from bot.core.i18n import gettext as _
from bot.core.patient import Patient, RejectionReason, VerificationStatus
from bot.delivery.paper import Paper, Section
from bot.delivery.screen import File
from bot.patients.card_file import PrintedCard
from bot.patients.records import PolicyKind
from bot.patients.rules.policy_number import policy_kind
from dialogs.kit.flow import Flow, Reply, Visitor
from dialogs.patients.details import field_of, in_fours, in_full
from dialogs.patients.links import CardFile, PatientCard

flow = Flow("printed")


@flow.action(CardFile)
async def on_card_file(visitor: Visitor, link: CardFile) -> Reply:
    """The number is printed in full: it is what the paper is for, and the person has asked for it by a button."""
    files = visitor.services.card_files
    card = await files.card(visitor.account.id, link.patient)
    printed = await files.print_paper(card_paper(card, visitor.now))
    file = File(
        _("Card {name} {date}.pdf").format(name=card.patient.name.short, date=local_day(visitor.now)),
        printed,
        _("{name}: this is not a policy. The full number is inside: delete the file if others read the chat.").format(
            name=card.patient.name.short
        ),
    )
    return Reply(PatientCard(patient=link.patient), files=(file,))


def card_paper(card: PrintedCard, now: datetime) -> Paper:
    patient, clinic = card.patient, card.clinic
    place = ", ".join(filter(None, (clinic.name, clinic.address, clinic.phone))) if clinic else ""
    facts = (
        (_("Full name"), patient.name.full),
        (_("Date of birth"), numeric_date(patient.birth_date)),
        (kind_of_policy(patient.policy_number), in_fours(patient.policy_number)),
        (_("Checked in the register"), checked(patient)),
        (_("Valid until, says the register"), numeric_date(card.valid_until) if card.valid_until else ""),
        (_("Clinic"), place),
        *((field_of(detail).label, in_full(detail, value)) for detail, value in card.details.items()),
    )
    return Paper(
        title=_("Patient's card"),
        sections=(
            Section("", tuple((label, value) for label, value in facts if value)),
            Section(_("What this paper does not prove"), tuple(("", reason) for reason in disclaimers())),
            Section(_("What to take to the clinic"), (("", papers_to_take()),)),
        ),
        made_at=now,
        mark=_("This is not an OMS policy. It is a note with what the card in the bot says."),
        footer=_("Printed on {date} at {time}, Moscow time.").format(date=local_day(now), time=clock_time(now, MOSCOW)),
    )


def disclaimers() -> tuple[str, ...]:
    return (
        _("— That the policy is in force today: the register may have changed since the check."),
        _("— That you are the legal representative: that takes a passport and the birth certificate."),
        _("— That the patient belongs to this clinic or has a visit there."),
    )


def papers_to_take() -> str:
    return _("The policy and the birth certificate; from the age of 14 the patient's passport.")


def kind_of_policy(number: str) -> str:
    return {
        PolicyKind.ENP: _("OMS policy"),
        PolicyKind.TEMPORARY: _("Temporary certificate"),
        PolicyKind.OLD: _("Policy of the old form"),
    }[policy_kind(number)]


def checked(patient: Patient) -> str:
    """Never "in force" by itself: only what the register said, and when."""
    check = patient.verification
    if check.status is VerificationStatus.VERIFIED and check.checked_at:
        return _("was in force on {date}").format(date=local_day(check.checked_at))
    if check.reason is RejectionReason.SUSPENDED and check.checked_at:
        return _("was suspended on {date}").format(date=local_day(check.checked_at))
    if check.reason is RejectionReason.EXPIRED and check.checked_at:
        return _("had expired on {date}").format(date=local_day(check.checked_at))
    return _("not confirmed yet")


def local_day(at: datetime | date) -> str:
    """Moments by Moscow's calendar, which is the bot's own."""
    return numeric_date(at.astimezone(MOSCOW).date() if isinstance(at, datetime) else at)
