"""Messages about applications: the decision, its delay, and what another representative does or wants."""

from __future__ import annotations

from bot.applications.news import (
    ApplicationAnswered,
    ApplicationByOther,
    ApplicationLate,
    ApplicationLeft,
    ApplicationNews,
    ApplicationStuck,
    ApplicationWanted,
    DocumentWanted,
    EnrollmentOpened,
)
from bot.applications.records import ApplicationStatus
from bot.applications.rules import is_overdue
from bot.applications.seen import Followed
from bot.core.i18n import N_, gettext as _
from bot.delivery.screen import Screen
from dialogs.account.links import HomeBelow
from dialogs.applications.document_links import DocumentPage
from dialogs.applications.follow import count_old_visits, heading, old_visits_line, standing_lines
from dialogs.applications.links import ApplicationBelow
from dialogs.applications.standing import stuck_line
from dialogs.booking.links import EnrollAtClinic
from dialogs.kit.flow import Visitor
from dialogs.kit.link import Link
from dialogs.kit.names import patient_name
from dialogs.kit.news import news
from dialogs.kit.screen import Row, button, copying, lines, text, ways_out


def open_row(message: ApplicationNews) -> Row:
    open_ = button(_("Open the application"), ApplicationBelow(application=message.application))
    return open_, button(_("Menu"), HomeBelow())


@news(ApplicationAnswered, N_("an application is decided"))
async def application_answered(visitor: Visitor, message: ApplicationAnswered) -> Screen | None:
    """Return None if it is before the desk again."""
    seen = await visitor.services.applications.about(message)
    if seen is None or seen.application.awaits_desk:
        return None
    old = old_visits_line(await count_old_visits(visitor, seen))
    return Screen(lines(heading(seen), standing_lines(visitor, seen), [old]), (open_row(message),))


@news(ApplicationLate, N_("an application is late"))
async def application_late(visitor: Visitor, message: ApplicationLate) -> Screen | None:
    seen = await visitor.services.applications.about(message)
    if seen is None or not is_overdue(seen.application, visitor.now):
        return None
    return Screen(
        lines(heading(seen), standing_lines(visitor, seen)), (*copying(phone=seen.clinic.phone), open_row(message))
    )


@news(ApplicationStuck, N_("an application waits for a silent system"))
async def application_stuck(visitor: Visitor, message: ApplicationStuck) -> Screen | None:
    """Return None if the decision is done by now."""
    seen = await visitor.services.applications.about(message)
    if seen is None or not seen.application.is_open or seen.application.decision is None:
        return None
    return Screen(
        lines(
            heading(seen),
            stuck_line(),
            text(_("If you ask support, tell this number: {error}"), error=message.error),
        ),
        (*copying(phone=seen.clinic.phone), open_row(message)),
    )


@news(ApplicationByOther, N_("an application of another representative"))
async def application_by_other(visitor: Visitor, message: ApplicationByOther) -> Screen | None:
    seen = await visitor.services.applications.about(message)
    if seen is None:
        return None
    withdrawn = seen.application.status is ApplicationStatus.WITHDRAWN
    said = _("Another representative has withdrawn it.") if withdrawn else _("Another representative has sent it.")
    return Screen(lines(heading(seen), said), (open_row(message),))


@news(ApplicationLeft, N_("an application is withdrawn, for who has sent it has left"))
async def application_left(visitor: Visitor, message: ApplicationLeft) -> Screen | None:
    seen = await visitor.services.applications.about(message)
    if seen is None:
        return None
    again: tuple[Row, ...] = ()
    what_next = _("If it is still needed, the owner of the card sends a new one.")
    if seen.is_owner:
        what_next = _("If it is still needed, send a new one.")
        again = ((button(_("Send a new application"), again_link(seen)),),)
    return Screen(
        lines(
            heading(seen),
            _(
                "It is withdrawn: the representative who had sent it keeps the card no more. Papers that came with it "
                "are deleted."
            ),
            what_next,
        ),
        (*again, open_row(message)),
    )


def again_link(seen: Followed) -> Link:
    """Return where the same is asked for anew."""
    found, document = seen.application, seen.application.document
    if document is None:
        return EnrollAtClinic(patient=found.patient, clinic=found.clinic)
    return DocumentPage(patient=found.patient, clinic=found.clinic, document=document.document)


@news(ApplicationWanted, N_("you are asked to apply at a clinic"))
async def application_wanted(visitor: Visitor, message: ApplicationWanted) -> Screen | None:
    found = await visitor.services.applications.wanted(message)
    if found is None:
        return None
    patient, clinic = found
    return Screen(
        lines(
            text(
                _("Another representative asks you to enroll <b>{name}</b> at {clinic}, {address}."),
                name=patient_name(patient),
                clinic=clinic.name,
                address=clinic.address,
            ),
            _("Only the owner of the card applies. If you do not want it, nothing is needed."),
        ),
        ((button(_("Enroll here"), EnrollAtClinic(patient=patient.id, clinic=clinic.id)),), ways_out()),
    )


@news(DocumentWanted, N_("you are asked to get a document"))
async def document_wanted(visitor: Visitor, message: DocumentWanted) -> Screen | None:
    offer = await visitor.services.document_requests.wanted(message)
    if offer is None:
        return None
    return Screen(
        lines(
            text(
                _("Another representative asks you to get “{document}” for <b>{name}</b> at {clinic}."),
                document=offer.document.name,
                name=patient_name(offer.patient),
                clinic=offer.clinic.name,
            ),
            _("Only the owner of the card asks for documents. If you do not want it, nothing is needed."),
        ),
        (
            (
                button(
                    _("Ask for it"),
                    DocumentPage(patient=message.patient, clinic=message.clinic, document=message.document),
                ),
            ),
            ways_out(),
        ),
    )


@news(EnrollmentOpened, N_("a clinic enrolls again"))
async def enrollment_opened(visitor: Visitor, message: EnrollmentOpened) -> Screen | None:
    """Return None if there is nothing to apply for any more."""
    found = await visitor.services.openings.about(message)
    if found is None:
        return None
    patient, clinic = found
    return Screen(
        lines(
            text(
                _("✅ {clinic}, {address}, enrolls again. You asked to be told: <b>{name}</b>"),
                clinic=clinic.name,
                address=clinic.address,
                name=patient_name(patient),
            ),
            _("The clinic keeps no place for you: it takes those who apply first."),
        ),
        ((button(_("Enroll here"), EnrollAtClinic(patient=patient.id, clinic=clinic.id)),), ways_out()),
    )
