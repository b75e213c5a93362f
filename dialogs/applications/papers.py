"""Papers that go with an application: what the clinic asks for, sending a file, taking it away, and no passport."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from bot.applications.papers import Papers, PapersOfChild
from bot.applications.records import MOST_PAPERS, AddedPaper, PaperKind
from bot.applications.seen import Followed
from bot.core.i18n import N_, gettext as _, ngettext
from bot.delivery.screen import Button, Screen
from bot.patients.records import FetchFile
from bot.patients.rules.barcode import LARGEST_FILE, MOST_PAGES
from dialogs.applications.links import (
    AboutPassport,
    AddedPapers,
    PapersForm,
    RemovePaper,
    ReviewApplication,
    ReviewCorrected,
    SendPaper,
)
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.link import Link
from dialogs.kit.names import patient_name
from dialogs.kit.pager import few, few_lines
from dialogs.kit.screen import Row, button, lines, text, unbroken, ways_out

flow = Flow("papers")

PAPERS: Mapping[PaperKind, str] = {
    PaperKind.BIRTH_CERTIFICATE: N_("Birth certificate"),
    PaperKind.RESIDENCE: N_("Proof of residence"),
}


def paper_name(kind: PaperKind) -> str:
    return _(PAPERS[kind])


def paper_names(kinds: Sequence[PaperKind]) -> str:
    """Return «свидетельство о рождении, подтверждение адреса» for a sentence, each kind once."""
    return ", ".join(_(PAPERS[kind]).lower() for kind in dict.fromkeys(kinds))


def form_of(link: PapersForm) -> dict[str, Any]:
    """Return the fields that every link of this flow carries."""
    return link.model_dump(include=set(PapersForm.model_fields))


# --- on other screens -------------------------------------------------------------------------------------------------


def review_lines(papers: Papers) -> list[str]:
    """Return what the review of an application says of papers; nothing if the clinic asks for none."""
    if not papers.asked:
        return []
    if not papers.can_send:
        bring = _("Bring to the reception: {papers}. When the application is sent, you get its number: tell it there.")
        return [text(bring, papers=paper_names(papers.asked))]
    return [
        text(_("Papers with it: {papers}."), papers=paper_names([each.kind for each in papers.added]))
        if papers.added
        else "",
        earlier_line(papers),
        text(_("The clinic also asks for: {papers}. Add it here, or bring it."), papers=paper_names(papers.missing))
        if papers.missing
        else "",
    ]


def earlier_line(papers: Papers) -> str:
    """Return that nothing has to be sent again if papers of an earlier application go along."""
    if not any(each.is_earlier for each in papers.added):
        return ""
    return _("Papers of the application before go along: they need not be sent again.")


def can_add(papers: Papers) -> bool:
    """Return whether a review leads to the papers; a file that comes there is answered then."""
    return bool(papers.asked) and papers.can_send


def review_rows(papers: Papers, to: AddedPapers) -> list[Row]:
    if not can_add(papers):
        return []
    return [(button(_("Papers · {n}").format(n=len(papers.added)), to),)]


def sent_lines(papers: Papers, seen: Followed) -> list[str]:
    """Return what the page of an application says of its papers."""
    ref, is_open = unbroken(seen.application.ref), seen.application.is_open
    bring = _("Bring to the reception: {papers}. Tell the number {ref} there.")
    return [
        text(_("Papers sent: {papers}."), papers=paper_names([each.kind for each in papers.added]))
        if papers.added
        else "",
        text(bring, papers=paper_names(papers.missing), ref=ref) if is_open and papers.missing else "",
    ]


# --- the papers -------------------------------------------------------------------------------------------------------


@flow.screen(AddedPapers)
async def added_papers(visitor: Visitor, link: AddedPapers) -> Screen:
    found = await visitor.services.papers.before(visitor.account.id, link.patient, link.clinic)
    papers, back = found.papers, ways_out(back_of(link))
    if not papers.asked or not papers.can_send:
        return Screen(lines(heading(found), not_sent(papers)), (back,))
    form = form_of(link)
    return Screen(
        lines(
            heading(found),
            [
                text(_("The clinic asks for: {papers}."), papers=paper_names(papers.asked)),
                *numbered(papers),
                earlier_line(papers),
            ],
            [
                _("You can send a paper here, or bring it to the reception."),
                _("A passport is not sent, a child's neither: it is shown at the reception."),
            ],
            where_it_goes(),
        ),
        (
            *([] if papers.is_full else few(papers.asked, lambda kind: add_button(form, kind))),
            *removing(form, papers.added),
            (button(_("Passport"), AboutPassport(**form)),),
            back,
        ),
        asks=True,
    )


def heading(found: PapersOfChild) -> str:
    return lines(
        _("<b>Papers for the application</b>"),
        text("{name} → {clinic}", name=patient_name(found.patient), clinic=found.clinic.name),
    )


def not_sent(papers: Papers) -> list[str]:
    if not papers.asked:
        return [_("The clinic asks for no papers.")]
    return [text(_("Bring to the reception: {papers}."), papers=paper_names(papers.asked))]


def where_it_goes() -> list[str]:
    return [
        _(
            "A file passes through Telegram's servers. I delete it from the chat at once and keep its picture "
            "encrypted; the clinic's reception sees it. 30 days after the decision it is deleted."
        )
    ]


def numbered(papers: Papers) -> list[str]:
    return few_lines(enumerate(papers.added, start=1), lambda each: paper_line(*each))


def paper_line(number: int, paper: AddedPaper) -> str:
    pages = ngettext("{n} page", "{n} pages", paper.pages).format(n=paper.pages)
    return text(_("✅ {number}. {paper}, {pages}"), number=number, paper=_(PAPERS[paper.kind]), pages=pages)


def add_button(form: Mapping[str, Any], kind: PaperKind) -> Button:
    return button(_(PAPERS[kind]), SendPaper(**form, kind=kind))


def removing(form: Mapping[str, Any], added: Sequence[AddedPaper]) -> list[Row]:
    def remove(each: tuple[int, AddedPaper]) -> Button:
        number, paper = each
        return button(_("Take away {n}").format(n=number), RemovePaper(**form, paper=paper.id))

    return few(enumerate(added, start=1), remove, 2)


def back_of(link: AddedPapers) -> Link:
    """Return the review that these papers belong to."""
    if link.again is not None:
        return ReviewCorrected(application=link.again, reason=link.reason, last_change=link.last_change)
    return ReviewApplication(**link.model_dump(exclude={"again"}))


@flow.action(RemovePaper)
async def on_remove(visitor: Visitor, link: RemovePaper) -> Outcome:
    await visitor.services.papers.remove(visitor.account.id, link.patient, link.clinic, link.paper)
    return Reply(AddedPapers(**form_of(link)), line=_("✅ Taken away."))


# --- one file ---------------------------------------------------------------------------------------------------------


@flow.screen(SendPaper)
async def send_paper(visitor: Visitor, link: SendPaper) -> Outcome:
    found = await visitor.services.papers.before(visitor.account.id, link.patient, link.clinic)
    papers, here = found.papers, AddedPapers(**form_of(link))
    if link.kind not in papers.asked or not papers.can_send or papers.is_full:
        return here
    return Screen(
        lines(
            text("<b>{paper}</b>", paper=_(PAPERS[link.kind])),
            _(
                "Send a photo, a JPG or a PDF: at most {size} MB and {pages} pages. Several can be sent together."
            ).format(size=LARGEST_FILE >> 20, pages=MOST_PAGES),
            _("I delete your message at once, and with it what a photo says of the place where it was taken."),
            _("A passport is not sent, a child's neither: it is shown at the reception."),
            [*numbered(papers), how_many_more(papers)],
        ),
        (ways_out(here),),
        asks=True,
    )


def how_many_more(papers: Papers) -> str:
    left = MOST_PAPERS - len(papers.added)
    return ngettext("{n} more file can be added.", "{n} more files can be added.", left).format(n=left)


@flow.file(SendPaper, collects=True)
async def on_paper(visitor: Visitor, prompt: SendPaper, fetch: FetchFile) -> Outcome:
    await visitor.services.papers.take(visitor.account, prompt.patient, prompt.clinic, prompt.kind, fetch)
    return Reply(prompt, line=_("✅ Added."))


async def on_unnamed(
    visitor: Visitor, prompt: AddedPapers | ReviewApplication | ReviewCorrected, fetch: FetchFile
) -> NoReturn:
    """Refuse a file on a screen that speaks of papers and does not ask for one."""
    visitor.services.papers.refuse_unnamed()


flow.file(AddedPapers)(on_unnamed)
flow.file(ReviewApplication)(on_unnamed)
flow.file(ReviewCorrected)(on_unnamed)


@flow.screen(AboutPassport)
async def about_passport(visitor: Visitor, link: AboutPassport) -> Screen:
    found = await visitor.services.papers.before(visitor.account.id, link.patient, link.clinic)
    return Screen(
        lines(
            _("<b>A passport is not sent</b>"),
            _("Show it at the reception: yours, and the child's from 14. A file that comes here I delete unread."),
            text(_("Where: {clinic}, {address}"), clinic=found.clinic.name, address=found.clinic.address),
        ),
        (ways_out(AddedPapers(**form_of(link))),),
        asks=True,
    )


@flow.file(AboutPassport)
async def on_passport(visitor: Visitor, prompt: AboutPassport, fetch: FetchFile) -> NoReturn:
    visitor.services.papers.refuse_passport()
