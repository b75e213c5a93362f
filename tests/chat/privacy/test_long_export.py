"""«Выгрузить» with more rows than a paper can hold, and pressed more often than anybody needs."""

from __future__ import annotations

import json

import pytest

from bot.core.deeds import Actor, Deed, Subject
from bot.documents import pdf_printer
from storage.database.connection import Connection
from storage.database.rows import seconds
from tests.chat.actions import MARIA, account_of, children_of, choose, new_messages, say, settle_in
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.sent_files import file_of, text_of
from tests.chat.town import Town

ROWS = 20_000


async def fill_journal(town: Town, subject: Subject, doer: Person) -> None:
    """Write thousands of entries at once, as a co-parent could with a program."""
    account = await account_of(town, doer)
    entry = {
        "account": account.id,
        "actor": Actor.account(account.id).kind.value,
        "action": Deed.NUMBER_SHOWN.value,
        "subject": str(subject),
    }
    rows = [{**entry, "at": seconds(town.clock.now()) + number} for number in range(ROWS)]
    sql = "INSERT INTO audit (account_id, actor, action, subject, at) VALUES (:account, :actor, :action, :subject, :at)"

    async def write(connection: Connection) -> None:
        await connection.execute_many(sql, rows)

    await town.app.store.database.write(write)


async def files_of(person: Person) -> list[ChatMessage]:
    await say(person, "/export")
    before = await person.messages()
    await choose(person, "Прислать файлы")
    return [message for message in await new_messages(person, before) if message.kind == "document"]


@pytest.mark.requirement("D22", "C29")
async def test_long_journal_of_a_card_does_not_stop_the_export(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await settle_in(town.father)
    [maria] = await children_of(town, town.mother)
    await fill_journal(town, Subject.patient(maria.id), town.father)
    data, paper = await files_of(town.mother)
    [patient] = json.loads(file_of(town, data))["patients"]
    assert len(patient["journal"]) > ROWS
    assert len({json.dumps(entry) for entry in patient["journal"][:ROWS]}) == ROWS
    printed = text_of(file_of(town, paper))
    assert MARIA.policy_number in printed
    assert f"Показаны новые записи: 200 из {len(patient['journal'])}" in printed


async def test_long_journal_of_the_account_does_not_stop_the_export(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await fill_journal(town, Subject.own_account(), town.mother)
    data, paper = await files_of(town.mother)
    journal = json.loads(file_of(town, data))["journal"]
    assert len(journal) > ROWS
    assert [entry["action"] for entry in journal[-2:]] == [Deed.NUMBER_SHOWN.value, Deed.DATA_EXPORTED.value]
    assert "Вы выгрузили данные" in text_of(file_of(town, paper))


async def test_paper_that_cannot_be_printed_leaves_the_json(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    await settle_in(town.mother, MARIA)
    monkeypatch.setattr(pdf_printer, "MOST_PAPERS", 0)
    [data] = await files_of(town.mother)
    assert "для PDF записей слишком много" in data.text
    assert json.loads(file_of(town, data))["patients"][0]["policy_number"] == MARIA.policy_number


async def test_seventh_export_in_an_hour_must_wait(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    for _each in range(6):
        assert len(await files_of(town.mother)) == 2
    await say(town.mother, "/export")
    pressed = await town.mother.press("Прислать файлы")
    assert "можно сделать в 12:10." in (pressed.alert or "")
    await town.pass_time(minutes=10)
    assert len(await files_of(town.mother)) == 2
