"""Sentences and ways out for refusals of applications."""

from __future__ import annotations

from datetime import datetime

from bot.applications.errors import (
    AlreadyEnrolled,
    ApplicationGone,
    ApplicationHindered,
    ApplicationOpen,
    ApplicationsNotTaken,
    LimitedCard,
    NothingToAwait,
    PolicyFirst,
    SentTooOften,
)
from bot.core.i18n import gettext as _, ngettext
from dialogs.applications.links import ApplicationPage, MyApplications
from dialogs.booking.links import ClinicCard, EnrollAtClinic
from dialogs.kit.refusals import Explanation, refusal
from dialogs.patients.links import PatientCard, Reception


@refusal(ApplicationsNotTaken)
def applications_not_taken(refusal: ApplicationsNotTaken, now: datetime) -> Explanation:
    sentence = _("This clinic takes no applications in the bot.")
    return Explanation(sentence, EnrollAtClinic(patient=refusal.patient, clinic=refusal.clinic))


@refusal(ApplicationHindered)
def application_hindered(refusal: ApplicationHindered, now: datetime) -> Explanation:
    sentence = _("This clinic cannot take the child now.")
    return Explanation(sentence, EnrollAtClinic(patient=refusal.patient, clinic=refusal.clinic))


@refusal(ApplicationOpen)
def application_open(refusal: ApplicationOpen, now: datetime) -> Explanation:
    if refusal.application is None:
        sentence = _("Another account has an open application for this child. Wait until it is decided.")
        return Explanation(sentence, PatientCard(patient=refusal.patient))
    sentence = _("The child has an open application already.")
    return Explanation(sentence, ApplicationPage(application=refusal.application))


@refusal(ApplicationGone)
def application_gone(refusal: ApplicationGone, now: datetime) -> Explanation:
    return Explanation(_("The application has changed meanwhile. Look at it once more."), MyApplications())


@refusal(AlreadyEnrolled)
def already_enrolled(refusal: AlreadyEnrolled, now: datetime) -> Explanation:
    sentence = _("The child is enrolled at this clinic already.")
    return Explanation(sentence, ClinicCard(patient=refusal.patient, clinic=refusal.clinic))


@refusal(NothingToAwait)
def nothing_to_await(refusal: NothingToAwait, now: datetime) -> Explanation:
    sentence = _("This clinic takes applications now: there is nothing to wait for.")
    return Explanation(sentence, EnrollAtClinic(patient=refusal.patient, clinic=refusal.clinic))


@refusal(LimitedCard)
def limited_card(refusal: LimitedCard, now: datetime) -> Explanation:
    sentence = _(
        "Another account has a card of this child. Show the papers at a reception first, or let that account agree."
    )
    return Explanation(sentence, Reception(patient=refusal.patient))


@refusal(PolicyFirst)
def policy_first(refusal: PolicyFirst, now: datetime) -> Explanation:
    sentence = _("The policy has to be confirmed first: the card says what is missing.")
    return Explanation(sentence, PatientCard(patient=refusal.patient))


@refusal(SentTooOften)
def sent_too_often(refusal: SentTooOften, now: datetime) -> Explanation:
    sentence = ngettext(
        "Only {n} application about a child can be sent in a day. Try again tomorrow; nothing is lost.",
        "Only {n} applications about a child can be sent in a day. Try again tomorrow; nothing is lost.",
        refusal.most,
    )
    return Explanation(sentence.format(n=refusal.most), MyApplications())
