"""What the page of an application says and offers if it is for a document, and its correction."""

from __future__ import annotations

from bot.applications.records import ApplicationStatus, DocumentWish
from bot.applications.rules import WayOut, is_overdue
from bot.applications.seen import Followed
from bot.core.clinic_documents import DocumentAsks
from bot.core.i18n import gettext as _, ngettext, spoken_moment
from bot.delivery.screen import Screen
from dialogs.applications.document_links import CorrectDocument, DocumentPage, ResendDocument
from dialogs.applications.document_wording import giving_line, said_line, written_in
from dialogs.applications.links import ApplicationBegun, ApplicationPage, AskWithdraw
from dialogs.applications.sending import sent_or_kept
from dialogs.applications.standing import correction_lines, late_lines, stage_line
from dialogs.applications.ways import child_data, refusal_ways
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.screen import Row, button, lines, text, unbroken, ways_out

flow = Flow("documents asked for")


def document_heading(seen: Followed, wish: DocumentWish) -> str:
    return lines(
        text(_("<b>Application {ref}</b>"), ref=unbroken(seen.application.ref)),
        text(
            _("{document}: {name} → {clinic}, {address}"),
            document=wish.name,
            name=patient_name(seen.patient),
            clinic=seen.clinic.name,
            address=seen.clinic.address,
        ),
        said_line(wish.asks, wish.said),
    )


def waiting_for_document(visitor: Visitor, seen: Followed) -> list[str]:
    found = seen.application
    if is_overdue(found, visitor.now):
        return late_lines(visitor, seen)
    due = spoken_moment(found.due_at, seen.clinic.zone, visitor.now)
    return [stage_line(found), text(_("Ready by {when}; I will write. Nothing is needed from you."), when=due)]


def ready_lines(seen: Followed, wish: DocumentWish) -> list[str]:
    """Return how a document that is ready is got."""
    valid = wish.valid_days or 0
    fetched = (
        giving_line(seen.clinic, is_file=True)
        if wish.is_file
        else text(
            _("Fetch it at the reception, {address}: name the number {ref}."),
            address=seen.clinic.address,
            ref=unbroken(seen.application.ref),
        )
    )
    return [
        _("✅ It is ready."),
        fetched,
        text(_("Bring: {papers}"), papers=wish.bring) if wish.bring else "",
        ngettext("Valid for {n} day", "Valid for {n} days", valid).format(n=valid) if valid else "",
    ]


def document_ways(seen: Followed, wish: DocumentWish) -> list[Row]:
    """Return what can be done with an application for a document; only the owner of the card changes it."""
    found = seen.application
    if not seen.is_owner:
        return []
    withdraw: Row = (button(_("Withdraw"), AskWithdraw(application=found.id)),)
    if found.status is ApplicationStatus.NEEDS_CORRECTION:
        return [(button(_("Correct and send again"), CorrectDocument(application=found.id)),), withdraw]
    return [withdraw] if found.is_open else after_the_end(seen, wish)


def after_the_end(seen: Followed, wish: DocumentWish) -> list[Row]:
    found = seen.application
    to = DocumentPage(patient=seen.patient.id, clinic=found.clinic, document=wish.document)
    again = button(_("Order it once more"), to)
    if found.status is not ApplicationStatus.REFUSED:
        return [(again,)]
    return refusal_ways(seen, {WayOut.AGAIN: again})


@flow.screen(CorrectDocument)
async def correct_document(visitor: Visitor, link: CorrectDocument) -> Outcome:
    seen = await visitor.services.applications.follow(visitor.account.id, link.application)
    found, wish = seen.application, seen.application.document
    if found.status is not ApplicationStatus.NEEDS_CORRECTION or not seen.is_owner or wish is None:
        return ApplicationPage(application=link.application)
    asks = wish.asks is not DocumentAsks.NOTHING
    return Screen(
        lines(
            document_heading(seen, wish),
            correction_lines(visitor, seen),
            [
                text(_("You will send: {said}"), said=visitor.noted) if asks and visitor.noted else "",
                _("To change what you wrote, write it anew.") if asks else "",
                _("The clinic gets the card as it is now: correct it first, then send."),
            ],
        ),
        (
            (button(_("Send again"), ResendDocument(application=link.application)),),
            (child_data(ApplicationBegun(patient=seen.patient.id, again=link.application)),),
            ways_out(ApplicationPage(application=link.application)),
        ),
        asks=asks,
    )


@flow.answer(CorrectDocument)
async def on_written(visitor: Visitor, prompt: CorrectDocument, typed: str) -> Outcome:
    visitor.noted = written_in(typed)
    return prompt


@flow.action(ResendDocument)
async def on_resend(visitor: Visitor, link: ResendDocument) -> Outcome:
    found = await visitor.services.applications.require(visitor.account.id, link.application)
    said = visitor.noted or (found.document.said if found.document is not None else "")
    resent = visitor.services.document_requests.resend(visitor.account, link.application, said)
    kept = await sent_or_kept(visitor, resent, CorrectDocument(application=link.application))
    if kept is not None:
        return kept
    visitor.noted = ""
    return Reply(ApplicationPage(application=link.application), line=_("✅ The application is sent again."))
