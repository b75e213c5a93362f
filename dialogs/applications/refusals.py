"""Sentences and ways out for refusals of applications."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.applications.errors import (
    AlreadyEnrolled,
    ApplicationGone,
    ApplicationHindered,
    ApplicationOpen,
    ApplicationsNotTaken,
    DocumentNotMade,
    EnrollmentUnderWay,
    LimitedCard,
    NoPassport,
    NothingToAwait,
    PapersBusy,
    PapersNotTaken,
    PapersPaused,
    PaperUnnamed,
    PolicyFirst,
    PolicyNotTaken,
    SentTooOften,
    TooManyPapers,
)
from bot.core.i18n import MOSCOW, clock_time, gettext as _, ngettext
from dialogs.applications.links import ApplicationPage, DocumentList, MyApplications
from dialogs.booking.links import ClinicCard, EnrollAtClinic
from dialogs.kit.budgets import possible_at
from dialogs.kit.refusals import Explanation, refusal
from dialogs.patients.links import GetPolicy, PatientCard


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


@refusal(EnrollmentUnderWay)
def enrollment_under_way(refusal: EnrollmentUnderWay, now: datetime) -> Explanation:
    sentence = _("The clinic is enrolling the child already: it is too late to withdraw. I write once it is done.")
    return Explanation(sentence, ApplicationPage(application=refusal.application))


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
    return Explanation(sentence, PatientCard(patient=refusal.patient))


@refusal(PolicyFirst)
def policy_first(refusal: PolicyFirst, now: datetime) -> Explanation:
    sentence = _("The policy has to be confirmed first: the card says what is missing.")
    return Explanation(sentence, PatientCard(patient=refusal.patient))


@refusal(PolicyNotTaken)
def policy_not_taken(refusal: PolicyNotTaken, now: datetime) -> Explanation:
    return Explanation(_("Applications for a policy are not taken here now. Here is where else."), GetPolicy())


@refusal(SentTooOften)
def sent_too_often(refusal: SentTooOften, now: datetime) -> Explanation:
    sentence = ngettext(
        "Only {n} application about a child can be sent in a day. The next one can be sent {when}; nothing is lost.",
        "Only {n} applications about a child can be sent in a day. The next one can be sent {when}; nothing is lost.",
        refusal.most,
    )
    when = possible_at(refusal.until, now)
    return Explanation(sentence.format(n=refusal.most, when=when), MyApplications())


@refusal(DocumentNotMade)
def document_not_made(refusal: DocumentNotMade, now: datetime) -> Explanation:
    return Explanation(_("The clinic does not make this document now."), DocumentList(patient=refusal.patient))


# --- papers -----------------------------------------------------------------------------------------------------------


@refusal(NoPassport)
def no_passport(refusal: NoPassport, now: datetime) -> Explanation:
    return Explanation(_("I have deleted the file and not opened it. Show the passport at the reception."))


@refusal(PaperUnnamed)
def paper_unnamed(refusal: PaperUnnamed, now: datetime) -> Explanation:
    sentence = _(
        "I have deleted the file and not opened it. First choose under “Papers” which paper it is, then send it."
    )
    return Explanation(sentence)


@refusal(PapersNotTaken)
def papers_not_taken(refusal: PapersNotTaken, now: datetime) -> Explanation:
    return Explanation(_("Such a file is not taken here, and I have deleted it. Bring the paper to the reception."))


@refusal(TooManyPapers)
def too_many_papers(refusal: TooManyPapers, now: datetime) -> Explanation:
    sentence = ngettext(
        "At most {n} file goes with an application. Take one away, or bring the rest.",
        "At most {n} files go with an application. Take one away, or bring the rest.",
        refusal.most,
    )
    return Explanation(sentence.format(n=refusal.most))


@refusal(PapersBusy)
def papers_busy(refusal: PapersBusy, now: datetime) -> Explanation:
    return Explanation(_("Many files are coming in right now. Send yours again in a minute."))


@refusal(PapersPaused)
def papers_paused(refusal: PapersPaused, now: datetime) -> Explanation:
    # Rounded up to a full minute, so that a file sent at that time is not refused again.
    until = refusal.until + timedelta(minutes=1, microseconds=-1)
    sentence = _("I could not open several of your files in a row. I take the next one from {time}; or bring it.")
    return Explanation(sentence.format(time=clock_time(until, MOSCOW)))
