"""Papers of applications at the desk: the pictures for two minutes, and which papers the clinic asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.applications.records import PaperKind, PaperPages
from bot.core.i18n import gettext as _, ngettext
from bot.delivery.screen import Button, File, Screen
from bot.staff.rights import Right, has_right
from dialogs.applications.papers import paper_name
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.pager import few
from dialogs.kit.screen import Row, button, lines, text, ways_out
from dialogs.staff.application_links import AskPaper, DeskApplicationList, PapersToAsk, SeeApplication, ShowPapers

flow = Flow("desk papers", open=True)


# --- on other screens -------------------------------------------------------------------------------------------------


async def papers_rows(visitor: Visitor, link: SeeApplication) -> list[Row]:
    """Return the button that shows the papers of an application; none if it has none."""
    count = await visitor.services.desk_papers.count(visitor.account, link.application)
    if not count:
        return []
    label = _("Show the papers · {n}").format(n=count)
    return [(button(label, ShowPapers(application=link.application)),)]


def asking_rows(visitor: Visitor) -> list[Row]:
    """Return the head's way to the papers that the clinic asks for."""
    if not has_right(visitor.account, Right.LIMIT_ENROLLMENT):
        return []
    return [(button(_("Which papers to ask for"), PapersToAsk()),)]


# --- looking ----------------------------------------------------------------------------------------------------------


@flow.action(ShowPapers)
async def on_show_papers(visitor: Visitor, link: ShowPapers) -> Outcome:
    shown = await visitor.services.desk_papers.show(visitor.account, link.application)
    to = SeeApplication(application=link.application)
    if not shown:
        return Reply(to, line=_("⚠️ The papers cannot be opened. Ask the parent to bring them."))
    return Reply(to, passing_pictures=tuple(pictures(shown)))


def pictures(shown: Sequence[PaperPages]) -> Iterator[File]:
    for paper in shown:
        for number, page in enumerate(paper.pages, start=1):
            yield File(f"{paper.kind.lower()}-{number}.jpg", page, caption(paper, number))


def caption(paper: PaperPages, number: int) -> str:
    name = paper_name(paper.kind)
    if len(paper.pages) == 1:
        return _("{paper}. Deleted in two minutes.").format(paper=name)
    return _("{paper}, page {n}. Deleted in two minutes.").format(paper=name, n=number)


# --- asking -----------------------------------------------------------------------------------------------------------


@flow.screen(PapersToAsk)
async def papers_to_ask(visitor: Visitor, link: PapersToAsk) -> Screen:
    clinic, asked, can_send = await visitor.services.desk_papers.asked(visitor.account)
    can_send = can_send and visitor.services.papers.can_send

    def switch(kind: PaperKind) -> Button:
        mark = "✅ " if kind in asked else ""
        return button(f"{mark}{paper_name(kind)}", AskPaper(kind=kind, wanted=kind not in asked))

    count = len(asked)
    return Screen(
        lines(
            text(_("<b>{clinic}: papers for an application</b>"), clinic=clinic.name),
            ngettext("You ask for {n} paper.", "You ask for {n} papers.", count).format(n=count)
            if count
            else _("You ask for none."),
            _("A parent sends them in the chat, or brings them: you see them with the application.")
            if can_send
            else _("A parent reads what to bring to the reception: files are not taken in the chat."),
            _("A passport is never sent: look at it at the reception."),
        ),
        (*few(PaperKind, switch), ways_out(DeskApplicationList())),
    )


@flow.action(AskPaper)
async def on_ask_paper(visitor: Visitor, link: AskPaper) -> Outcome:
    await visitor.services.desk_papers.ask(visitor.account, link.kind, wanted=link.wanted)
    return Reply(PapersToAsk(), line=_("✅ Saved."))
