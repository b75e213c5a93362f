"""The history of a card has as many pages as it has entries: one act of several entries counts once."""

from __future__ import annotations

import re

from storage.unit import UnitOfWork
from tests.chat.actions import MARIA, account_of, book, choose, settle_in
from tests.chat.town import Town


async def test_entries_are_counted_as_they_are_listed(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    for _ in range(2):
        await book(town.mother)
        await choose(town.mother, re.compile("^Отменить"), re.compile("^Да"))
    account = await account_of(town, town.mother)
    [child] = await town.app.services.patients.list_of(account.id)

    async def differ(view: UnitOfWork) -> tuple[int, int]:
        audit = view.audit
        return (
            await audit.count_of_patient(child.id) - len(await audit.list_of_patient(child.id, 1000)),
            await audit.count_of(account.id) - len(await audit.list_of(account.id, 1000)),
        )

    assert await town.app.store.storage.read(differ) == (0, 0)
