"""Members of the staff: the code that opens the desk, what each role may do, and dismissal."""

from __future__ import annotations

import asyncio
import base64

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.core.deeds import Actor, Deed
from bot.core.people import Role
from bot.glossary import ClinicId
from bot.person_acts import system_user
from dialogs.staff.links import DeskDay, DeskReaders
from tests.chat.actions import (
    MARIA,
    PETROVA,
    THURSDAY,
    TOMORROW,
    account_of,
    at_desk,
    book,
    choose,
    data_of,
    say,
    send,
    settle_in,
)
from tests.chat.person import Person
from tests.chat.town import Town
from tests.desk_code import set_code

NEWCOMER = 1005


@pytest.fixture(autouse=True)
def logs_of_the_tests_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.command_line.configure_logs", lambda level, as_json: None)


async def appointed(town: Town, role: Role) -> Person:
    """Return a new member of the staff of the registrar's clinic, who has no access code yet."""
    clinics = await town.app.services.directory.clinics()
    await town.app.services.accounts.appoint(NEWCOMER, role, clinics[0].id)
    member = town.chat.person(NEWCOMER, first_name="Новенькая")
    await say(member, "/start")
    return member


async def book_maria(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")


@pytest.mark.requirement("D20")
async def test_desk_opens_only_after_a_code_is_set(town: Town) -> None:
    member = await appointed(town, Role.REGISTRAR)
    answer, seen = await send(member, DeskDay().pack())
    assert answer.alert == "Регистратура открывается только по коду доступа. Поставьте свой, это займёт минуту."
    assert "Придумайте код" in seen.text
    await say(member, "580213")
    done = await say(member, "580213")
    await member.press("Открыть регистратуру", done)
    assert "Детская № 12" in (await choose(member, "Приёмы сегодня")).text


async def test_admin_sees_no_visits(town: Town) -> None:
    await book_maria(town)
    admin = await appointed(town, Role.ADMIN)
    await set_code(town.app.services, NEWCOMER)
    answer, seen = await send(admin, DeskDay().pack())
    assert answer.alert == "Этого здесь больше нет. Вот что есть сейчас."
    assert not seen.button("Приёмы сегодня")


async def test_dismissed_member_loses_everything_at_the_next_press(town: Town) -> None:
    await book_maria(town)
    await at_desk(town)
    visit = await choose(town.registrar, "08:00 · Мария И.")
    assert await town.app.services.members.dismiss(town.registrar.id) is not None
    for number in range(len(visit.labels)):
        button = [each for row in visit.buttons for each in row][number]
        await town.registrar.press_data(visit.id, str(button.data))
        assert "Мария" not in (await town.registrar.screen()).text
    answer, seen = await send(town.registrar, data_of(visit, "Отменить приём"))
    assert answer.alert == "Этого здесь больше нет. Вот что есть сейчас."
    assert "Здравствуйте" in seen.text
    assert await town.app.services.members.dismiss(town.registrar.id) is None


async def test_staff_command_takes_effect_while_the_bot_runs(town: Town) -> None:
    assert "Приёмы сегодня" in (await say(town.registrar, "/start")).labels
    removed = await command(town, "staff", "remove", str(town.registrar.id))
    assert removed == (0, "1003 is REGISTRAR at Детская № 12 no longer.\n")
    answer, seen = await send(town.registrar, DeskDay().pack())
    assert answer.alert == "Этого здесь больше нет. Вот что есть сейчас."
    assert "Здравствуйте" in seen.text
    account = await account_of(town, town.registrar)
    [dismissed, *_before] = await town.app.store.storage.read(
        lambda view: view.audit.list_of_operators(account.id, limit=2)
    )
    assert (dismissed.deed, dismissed.actor) == (Deed.STAFF_DISMISSED, Actor.operator(account.id, system_user()))
    assert await command(town, "staff", "add", "1003", "head", "1") == (0, "1003 is HEAD at Детская № 12.\n")
    assert "Кто сколько прочитал" in (await say(town.registrar, "/start")).labels


async def command(town: Town, *words: str, typed: str = "") -> tuple[int, str]:
    """Run a command of the program on the database of the running bot; return its exit code and what it prints."""
    key = base64.b64encode(b"k" * 32).decode()
    environment = {
        "BOT_TOKEN": "4242:EMULATOR",
        "BOT_API_URL": town.settings.bot_api_url or "",
        "DATABASE_URL": town.settings.database_url.get_secret_value(),
        "SECRET_KEYS": f"test:{key}",
        "INDEX_KEY": key,
        "OPERATOR_NAME": "Оператор",
        "SUPPORT_PHONE": "-",
        "SUPPORT_EMAIL": "help@example.org",
        "SUPPORT_HOURS": "-",
    }
    ended = await asyncio.to_thread(CliRunner().invoke, cli, words, env=environment, input=typed)
    return ended.exit_code, ended.output


async def test_member_of_two_roles_has_the_newest_one(town: Town) -> None:
    """A member works at one clinic: an appointment replaces the one before."""
    member = await appointed(town, Role.REGISTRAR)
    await town.app.services.accounts.appoint(NEWCOMER, Role.ADMIN, ClinicId(2))
    await set_code(town.app.services, NEWCOMER)
    assert not (await say(member, "/start")).button("Приёмы сегодня")
    [listed] = [each for each in await town.app.services.members.all() if each.telegram_id == NEWCOMER]
    assert (listed.account.role, listed.account.clinic) == (Role.ADMIN, 2)


async def test_parent_who_works_at_a_clinic_finds_the_desk(town: Town) -> None:
    """The desk is in the menu of parents with and without a child; before the consents it is the whole menu."""
    member = await appointed(town, Role.REGISTRAR)
    await set_code(town.app.services, NEWCOMER)
    await say(member, "/children")
    await choose(member, "Даю согласие", "Даю согласие", "Даю согласие")
    assert "Добавим ребёнка" in (await say(member, "/menu")).text
    desk = await choose(member, "Регистратура")
    assert desk.labels[-1] == "Меню"
    assert "23 ноября" in (await choose(member, "Приёмы сегодня")).text


async def test_head_and_admin_see_who_has_read_how_much(town: Town) -> None:
    await book_maria(town)
    await at_desk(town, "23 ноября")
    admin = await appointed(town, Role.ADMIN)
    await set_code(town.app.services, NEWCOMER)
    await say(admin, "/start")
    seen = await choose(admin, "Кто сколько прочитал")
    assert "Детская № 12: кто сколько прочитал. Понедельник, 23 ноября" in seen.text
    registrar = await account_of(town, town.registrar)
    assert f"Сотрудник {registrar.id}, регистратор: 12 имён" in seen.text
    assert "Вы: 0 имён" in seen.text
    await town.app.services.members.dismiss(town.registrar.id)
    seen = await choose(admin, TOMORROW, "Сегодня")
    assert f"Сотрудник {registrar.id}, здесь больше не работает: 12 имён" in seen.text
    assert "имён" not in (await choose(admin, TOMORROW)).text.replace("Вы: 0 имён", "")
    await town.app.services.accounts.appoint(NEWCOMER, Role.REGISTRAR, ClinicId(1))
    answer, _seen = await send(admin, DeskReaders().pack())
    assert answer.alert == "Этого здесь больше нет. Вот что есть сейчас."
