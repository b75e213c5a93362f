"""The screen of the journal: what was done from this account, so that its owner notices what another person did."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.deeds import AuditEntry, Subject
from bot.core.i18n import MOSCOW, clock_time, gettext as _, past_day
from bot.core.timing import local_day
from bot.delivery.screen import Screen
from bot.privacy.own_data import ENTRIES_PER_PAGE
from dialogs.kit.deeds import sentence
from dialogs.kit.flow import Flow, Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.pager import page_read
from dialogs.kit.screen import lines, text, ways_out
from dialogs.kit.wording import capitalised
from dialogs.privacy.export_codes import CODES, word
from dialogs.privacy.links import Journal, MyData

flow = Flow("journal", open=True)


@flow.screen(Journal)
async def journal(visitor: Visitor, link: Journal) -> Screen:
    account, services = visitor.account.id, visitor.services
    names = {Subject.patient(patient.id): patient_name(patient) for patient in await services.patients.list_of(account)}
    shown = await services.own_data.journal(account, link.page)
    page = page_read(link, shown.entries, shown.total, ENTRIES_PER_PAGE)
    return Screen(
        lines(
            _("<b>What has been done here</b>"),
            page.lines(lambda entry: line(visitor, entry, names)),
            [_("The newest actions come first; all of them are in the copy of your data.")],
        ),
        (*page.arrows, ways_out(MyData())),
    )


def line(visitor: Visitor, entry: AuditEntry, names: Mapping[Subject, str]) -> str:
    """Return the moment and the deed in a sentence."""
    deed = sentence(entry.deed, entry.actor.kind)
    if entry.subject.value in CODES:
        deed = f"{deed}: {word(entry.subject.value)}"
    if entry.subject in names:
        deed = f"{deed}: {names[entry.subject]}"
    return text(
        "{date}, {time} · {deed}",
        date=past_day(local_day(entry.at, MOSCOW), local_day(visitor.now, MOSCOW)),
        time=clock_time(entry.at, MOSCOW),
        deed=capitalised(deed),
    )
