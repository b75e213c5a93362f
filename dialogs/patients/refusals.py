"""Sentences and ways out for refusals of the patients slice."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.i18n import MOSCOW, clock_time, gettext as _, ngettext
from bot.patients.errors import (
    AlreadyUrgent,
    CannotSendToDesk,
    ConfirmedElsewhere,
    FilesBusy,
    FilesPaused,
    PolicyAtDesk,
    PolicyNotVerified,
    RegisterCrowded,
    TooManyChecks,
    TooManyDeskChecks,
    TooManyOpenChecks,
    TooManyPatients,
    VisitsAhead,
)
from dialogs.booking.links import Specialties
from dialogs.kit.link import Link
from dialogs.kit.refusals import Explanation, refusal
from dialogs.patients.links import ChooseWay, PatientCard, ReviewCorrection, ReviewDraft


@refusal(PolicyNotVerified)
def policy_not_verified(refusal: PolicyNotVerified, now: datetime) -> Explanation:
    sentence = _("Booking by this policy is not possible now: the card says why.")
    return Explanation(sentence, PatientCard(patient=refusal.patient))


@refusal(PolicyAtDesk)
def policy_at_desk(refusal: PolicyAtDesk, now: datetime) -> Explanation:
    sentence = _("The reception still checks the policy. You can book as soon as it has answered.")
    return Explanation(sentence, PatientCard(patient=refusal.patient))


@refusal(VisitsAhead)
def visits_ahead(refusal: VisitsAhead, now: datetime) -> Explanation:
    sentence = _(
        "The register has this number as another record, and visits are booked under the old one. Change the number "
        "after them, or cancel them first."
    )
    return Explanation(sentence, ReviewCorrection(patient=refusal.patient))


@refusal(TooManyPatients)
def too_many_patients(refusal: TooManyPatients, now: datetime) -> Explanation:
    sentence = ngettext(
        "There can be {n} card at most. Write to support if you need more.",
        "There can be {n} cards at most. Write to support if you need more.",
        refusal.limit,
    )
    return Explanation(sentence.format(n=refusal.limit), ChooseWay())  # with the phone of support


@refusal(TooManyChecks)
def too_many_checks(refusal: TooManyChecks, now: datetime) -> Explanation:
    sentence = _(
        "Five times the data did not agree. The next try is at {time}; nothing is lost. Compare everything with the "
        "policy; for help send /help."
    )
    return Explanation(sentence.format(time=next_try(refusal.until)), _draft_or_card(refusal))


@refusal(FilesBusy)
def files_busy(refusal: FilesBusy, now: datetime) -> Explanation:
    return Explanation(_("Many photos are coming in right now. Send yours again in a minute, or write the number."))


@refusal(FilesPaused)
def files_paused(refusal: FilesPaused, now: datetime) -> Explanation:
    sentence = _(
        "I could not open several of your files in a row. I take the next one from {time}. You can write the number "
        "right now."
    )
    return Explanation(sentence.format(time=next_try(refusal.until)))


@refusal(TooManyOpenChecks)
def too_many_open_checks(refusal: TooManyOpenChecks, now: datetime) -> Explanation:
    sentence = _(
        "The register has not answered your earlier questions yet. When it does, I will write, and then this can be "
        "checked too; nothing is lost."
    )
    return Explanation(sentence, _draft_or_card(refusal))


@refusal(RegisterCrowded)
def register_crowded(refusal: RegisterCrowded, now: datetime) -> Explanation:
    sentence = _("The register is busy with other questions now. Try again at {time}; nothing is lost.")
    way_out = None if refusal.patient is None else PatientCard(patient=refusal.patient)
    return Explanation(sentence.format(time=next_try(refusal.until)), way_out)


@refusal(CannotSendToDesk)
def cannot_send_to_desk(refusal: CannotSendToDesk, now: datetime) -> Explanation:
    sentence = _("The card has changed meanwhile. Look at it once more: the policy may need a new check first.")
    return Explanation(sentence, PatientCard(patient=refusal.patient))


@refusal(TooManyDeskChecks)
def too_many_desk_checks(refusal: TooManyDeskChecks, now: datetime) -> Explanation:
    sentence = ngettext(
        "{n} policy of yours waits for a reception. When it has answered, this one can be sent.",
        "{n} policies of yours wait for a reception. When one is answered, this one can be sent.",
        refusal.most,
    )
    return Explanation(sentence.format(n=refusal.most), PatientCard(patient=refusal.patient))


@refusal(AlreadyUrgent)
def already_urgent(refusal: AlreadyUrgent, now: datetime) -> Explanation:
    sentence = _("A check can be called urgent once a day. Call the reception: {phone}")
    return Explanation(sentence.format(phone=refusal.phone), PatientCard(patient=refusal.patient))


@refusal(ConfirmedElsewhere)
def confirmed_elsewhere(refusal: ConfirmedElsewhere, now: datetime) -> Explanation:
    sentence = _("The policy was confirmed by the reception of “{clinic}” and holds there. Here, call: {phone}")
    filled = sentence.format(clinic=refusal.by, phone=refusal.phone)
    return Explanation(filled, Specialties(patient=refusal.patient))


def next_try(until: datetime) -> str:
    """Return the end of a pause as Moscow time, rounded up to a full minute."""
    return clock_time(until + timedelta(minutes=1, microseconds=-1), MOSCOW)


def _draft_or_card(refusal: TooManyChecks | TooManyOpenChecks) -> Link | None:
    if refusal.draft is not None:
        return ReviewDraft(draft=refusal.draft)
    return None if refusal.patient is None else PatientCard(patient=refusal.patient)
