"""The journal: what was done from this account, the newest first, so that its owner notices what was not his doing."""

from __future__ import annotations

from collections.abc import Mapping

from bot.i18n import MOSCOW, clock_time, numeric_date
from bot.i18n import gettext as _
from bot.models import AuditEntry, Screen
from dialogs.export_codes import CODES, deed, doer, word
from dialogs.kit import Flow, Visitor, lines, text, ways_out
from dialogs.links import Journal, MyData

flow = Flow("journal", open=True)


@flow.screen(Journal)
async def journal(visitor: Visitor, link: Journal) -> Screen:
    account, services = visitor.account.id, visitor.services
    names = {f"patient {patient.id}": patient.name.short for patient in await services.patients.list_of(account)}
    told = [line(entry, names) for entry in await services.privacy.journal(account)]
    return Screen(
        lines(
            _("<b>What has been done here</b>"),
            told,
            [_("The last actions are shown; all of them are in the copy of your data.")],
        ),
        (ways_out(MyData()),),
    )


def line(entry: AuditEntry, names: Mapping[str, str]) -> str:
    """Whose answer it was is said only where it was not the person's own deed."""
    who, what = doer(entry.action, "YOU"), deed(entry.action)
    if entry.subject in CODES:
        what = f"{what}: {word(entry.subject)}"
    if entry.subject in names:
        what = f"{what}, {names[entry.subject]}"
    return text(
        "{date}, {time} · {said}",
        date=numeric_date(entry.at.astimezone(MOSCOW).date()),
        time=clock_time(entry.at, MOSCOW),
        said=what if who == word("YOU") else f"{who}: {what}",
    )
