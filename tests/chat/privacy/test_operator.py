"""The operator finds a person by anything that the person can tell, and does what the consent promises."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from stat import S_IMODE

import pytest

from bot.core.people import Purpose
from bot.person_acts import system_user
from tests.chat.actions import (
    MARIA,
    MENU,
    account_of,
    book,
    children_of,
    choose,
    consent,
    looks,
    ref_of,
    say,
    settle_in,
    visits,
)
from tests.chat.operator_tool import person
from tests.chat.town import Town

PHONE = "+79161234567"


@pytest.fixture(autouse=True)
def logs_of_the_tests_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.command_line.configure_logs", lambda level, as_json: None)


@pytest.fixture
async def settled(town: Town) -> Town:
    """A town whose mother has a child, a phone and a visit."""
    await settle_in(town.mother, MARIA)
    await town.mother.share_contact()
    await book(town.mother)
    return town


# --- finding ----------------------------------------------------------------------------------------------------------


async def test_person_is_found_by_all_that_a_person_can_tell(settled: Town) -> None:
    mother, account = settled.mother, await account_of(settled, settled.mother)
    [maria] = await children_of(settled, mother)
    number = ref_of(await visits(mother))
    for typed in (
        number,
        number.lower().replace("\u2011", " "),
        PHONE,
        "8 916 123-45-67",
        MARIA.policy_number,
        str(mother.id),
        f"account {account.id}",
        f"карточка № {maria.id}",
    ):
        told = await person(settled, "find", "--json", typed=typed)
        assert told.code == 0, (typed, told.err)
        assert [found["account"] for found in told.json["accounts"]] == [account.id], typed


async def test_nothing_personal_is_printed_unless_it_is_wanted(settled: Town) -> None:
    [maria] = await children_of(settled, settled.mother)
    secrets = {str(settled.mother.id), PHONE, MARIA.policy_number, maria.name.family, maria.birth_date.isoformat()}
    for how in ([], ["--json"]):
        hidden = await person(settled, "find", *how, typed=PHONE)
        assert [secret for secret in secrets if secret in hidden.out + hidden.err] == []
        shown = await person(settled, "find", "--show", *how, typed=PHONE)
        assert [secret for secret in secrets if secret not in shown.out] == []


async def test_number_of_an_erasure_is_found(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await say(town.mother, "/data")
    number = ref_of(await choose(town.mother, "Удалить всё", "Да, удалить"))
    [found] = (await person(town, "find", "--json", typed=number)).json["found"]
    assert (found["what"], found["status"], found["accounts"]) == ("erasure", "ACCOUNT", [])
    nobody = await person(town, "withdraw", "--consent", "all", "--yes", typed=number)
    assert nobody.code == 1
    assert "no account" in nobody.err


async def test_what_is_not_found_or_not_readable_ends_in_a_sentence(town: Town) -> None:
    unknown = await person(town, "find", typed="A7KM-9X")
    assert (unknown.code, unknown.err) == (1, "Nobody is found by this.\n")
    failure = await person(town, "find", typed="0a1b2c3d")
    assert "look for it in the log" in failure.err
    unreadable = await person(town, "find", typed="Мария Иванова")
    assert (unreadable.code, "no telephone" in unreadable.err) == (2, True)


async def test_journal_says_who_has_looked_and_the_person_reads_it(settled: Town) -> None:
    await person(settled, "find", typed=PHONE)
    told = await person(settled, "find", "--json", typed=PHONE)
    [act] = told.json["accounts"][0]["acts_of_operators"]
    assert (act["who"], act["deed"]) == (system_user(), "looked up by the operator")
    await say(settled.mother, "/data")
    journal = await choose(settled.mother, "Журнал")
    assert journal.text.count("Оператор: ваши данные просмотрены") == 2
    assert system_user() not in journal.text


# --- acting -----------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("C29")
async def test_consent_withdrawn_in_writing_is_withdrawn(settled: Town) -> None:
    told = await person(settled, "withdraw", "--consent", "reminders", "--yes", typed=PHONE)
    assert told.code == 0, told.err
    account = await account_of(settled, settled.mother)
    assert account.consents == {Purpose.REPRESENTATIVE, Purpose.PATIENT}
    assert f"Withdrawn for account {account.id}: REMINDERS." in told.out
    shown = await say(settled.mother, "/data")
    assert "Согласия нет: напоминания" in shown.text
    assert "Оператор: отозвано согласие: напоминания" in (await choose(settled.mother, "Журнал")).text
    again = await person(settled, "withdraw", "--consent", "reminders", "--yes", typed=PHONE)
    assert (again.code, "already" in again.err) == (1, True)


async def test_person_is_told_of_a_consent_withdrawn_by_letter(settled: Town) -> None:
    """Somebody else may have written the letter."""
    mother = settled.mother
    await person(settled, "withdraw", "--consent", "patient", "--yes", typed=PHONE)
    await settled.work()
    told = await mother.screen()
    assert "Оператор отозвал ваше согласие: данные ребёнка" in told.text
    assert "30 дней" in told.text
    assert "Согласие 2 из 3" in (await choose(mother, "Дать согласие: данные ребёнка")).text
    assert (await choose(mother, "Даю согласие")).button(MENU)


@pytest.mark.requirement("C29")
async def test_erasure_by_the_operator_is_the_same_as_in_the_chat(settled: Town) -> None:
    told = await person(settled, "erase", "--keep-visits", "--yes", "--json", typed=PHONE)
    assert told.code == 0, told.err
    assert await settled.app.store.storage.read(lambda view: view.accounts.find(settled.mother.id)) is None
    assert "Здравствуйте" in (await say(settled.mother, "/menu")).text
    [found] = (await person(settled, "find", "--json", typed=told.json["erasure"])).json["found"]
    assert (found["what"], found["status"], found["operator"]) == ("erasure", "OPERATOR", system_user())


async def test_nothing_is_done_without_a_word_of_confirmation(settled: Town) -> None:
    for command in (["erase"], ["withdraw", "--consent", "all"]):
        told = await person(settled, *command, typed=PHONE)
        assert (told.code, "--yes" in told.err) == (2, True)
    assert len((await account_of(settled, settled.mother)).consents) == 3


@pytest.mark.requirement("C29")
async def test_export_writes_the_same_files_as_the_chat(settled: Town, tmp_path: Path) -> None:
    told = await person(settled, "export", "--to", str(tmp_path), "--json", typed=PHONE)
    assert told.code == 0, told.err
    tree_file, paper_file = (Path(path) for path in told.json["files"])
    assert paper_file.read_bytes().startswith(b"%PDF")
    assert {S_IMODE(path.stat().st_mode) for path in (tree_file, paper_file)} == {0o600}
    tree = json.loads(tree_file.read_text())
    assert tree["contacts"]["phone"] == PHONE
    assert [entry["who"] for entry in tree["journal"] if "operator" in entry["action"]] == ["OPERATOR"]
    assert MARIA.policy_number not in told.out + tree_file.name
    again = await person(settled, "export", "--to", str(tmp_path / "none"), typed=PHONE)
    assert again.code == 2


async def test_one_of_several_accounts_is_chosen_by_its_number(settled: Town) -> None:
    mother = await account_of(settled, settled.mother)
    await say(settled.father, "/start")
    father = await account_of(settled, settled.father)
    [maria] = await children_of(settled, settled.mother)
    row = {"account": father.id, "patient": maria.id}
    sql = (
        "INSERT INTO representations (account_id, patient_id, relationship, rights, created_at)"
        " VALUES (:account, :patient, 'PARENT', 'CO_REPRESENTATIVE', 1)"
    )
    await settled.app.store.database.write(lambda connection: connection.execute(sql, row))
    withdraw = ("withdraw", "--consent", "reminders", "--yes")
    unsure = await person(settled, *withdraw, typed=MARIA.policy_number)
    assert unsure.code == 2
    assert f"--account: {mother.id}, {father.id}." in unsure.err
    told = await person(settled, *withdraw, "--account", str(mother.id), typed=MARIA.policy_number)
    assert told.code == 0, told.err
    assert Purpose.REMINDERS not in (await account_of(settled, settled.mother)).consents


@pytest.mark.requirement("A15")
async def test_takeover_is_undone_by_the_operator(settled: Town) -> None:
    """The old account has lost its Telegram, so its owner calls; by then the phone is the new account's."""
    mother, father = settled.mother, settled.father
    await consent(father)
    await father.share_contact(phone=PHONE, user_id=father.id)
    await choose(father, "Перенести")
    number = ref_of(await choose(father, "Документы в регистратуре"))
    await settled.work()
    await choose(mother, "Это я, перенести")
    assert await children_of(settled, mother) == []
    by_number = await person(settled, "find", "--json", typed=number)
    assert [found["what"] for found in by_number.json["found"]] == ["takeover"]
    unsure = await person(settled, "undo", typed=PHONE)
    assert (unsure.code, "--yes" in unsure.err) == (2, True)
    told = await person(settled, "undo", "--yes", typed=PHONE)
    assert told.code == 0, told.err
    assert [child.name for child in await children_of(settled, mother)] == [MARIA.name]
    assert await children_of(settled, father) == []
    await settled.work()
    await say(mother, "/data")
    assert "Оператор: " in (await choose(mother, "Журнал")).text
    again = await person(settled, "undo", "--yes", typed=str(mother.id))
    assert (again.code, "can be undone" in again.err) == (1, True)


async def test_person_is_never_an_argument(town: Town) -> None:
    told = await person(town, "find", "A7KM-9X", typed="A7KM-9X")
    assert told.code == 2


async def test_bot_and_tool_work_on_one_database(settled: Town) -> None:
    before = looks(await say(settled.mother, "/visits"))
    for _time in range(3):
        assert (await person(settled, "find", typed=PHONE)).code == 0
        assert looks(await say(settled.mother, "/visits")) == before
    with closing(sqlite3.connect(settled.folder / "registratura.sqlite3")) as database:
        [(looked,)] = database.execute("SELECT count(*) FROM audit WHERE actor = 'OPERATOR' AND operator IS NOT NULL")
    assert looked == 3
