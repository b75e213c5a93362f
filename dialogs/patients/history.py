"""The history of a card: who did what with the card and its visits, without medical content or names."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.deeds import AuditEntry, Deed
from bot.core.i18n import MOSCOW, N_, clock_time, gettext as _
from bot.delivery.screen import Screen
from dialogs.kit.deeds import called, doer_of, words
from dialogs.kit.flow import Flow, Visitor
from dialogs.kit.screen import Row, button, lines, text, unbroken, ways_out
from dialogs.kit.wording import moscow_date, of_clinic
from dialogs.patients.links import History, PatientCard

flow = Flow("history")


@flow.screen(History)
async def history(visitor: Visitor, link: History) -> Screen:
    shown = await visitor.services.patients.history(visitor.account.id, link.patient, link.page)
    entries = [entry_line(visitor, entry) for entry in shown.entries]
    return Screen(
        lines(
            text(_("<b>{name}: history</b>"), name=shown.patient.name.short),
            entries or [_("Nothing has been done yet.")],
        ),
        (*page_rows(link, shown.more), ways_out(PatientCard(patient=link.patient))),
    )


def page_rows(link: History, more: bool) -> list[Row]:
    """Return the row that turns the pages, if there are several; the newest entries are on the first page."""
    newer = [button(_("‹ Newer"), link.model_copy(update={"page": link.page - 1}))] if link.page else []
    older = [button(_("Older ›"), link.model_copy(update={"page": link.page + 1}))] if more else []
    return [(*newer, *older)] if newer or older else []


AT_RECEPTION: Mapping[Deed, str] = {
    Deed.NAME_LISTED: N_("{date}, {time} · The reception of “{clinic}” saw the name in a list of visits"),
    Deed.NAME_FOUND: N_("{date}, {time} · The reception of “{clinic}” found the visit by name"),
    Deed.VISIT_READ: N_("{date}, {time} · The reception of “{clinic}” opened the visit"),
    Deed.MATTER_READ: N_("{date}, {time} · The reception of “{clinic}” opened the card"),
}
"""what a clinic has read, in whole sentences"""


def entry_line(visitor: Visitor, entry: AuditEntry) -> str:
    is_reading = bool(entry.clinic) and entry.deed in AT_RECEPTION
    line = text(
        _(AT_RECEPTION[entry.deed]) if is_reading else _("{date}, {time} · {who}: {what}"),
        date=moscow_date(entry.at),
        time=clock_time(entry.at, MOSCOW),
        who=doer(visitor, entry),
        what=words(entry.deed),
        clinic=of_clinic(entry.clinic),
    )
    return f"{line}, {unbroken(entry.ref)}" if entry.ref else line


def doer(visitor: Visitor, entry: AuditEntry) -> str:
    """Return who did it, without a name."""
    if entry.clinic:
        return _("the reception of “{clinic}”").format(clinic=of_clinic(entry.clinic))
    person = _("you") if entry.actor.id == visitor.account.id else _("another representative")
    return called(doer_of(entry.deed, entry.actor.kind), person)
