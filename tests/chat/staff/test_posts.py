"""Links to a post: an admin or the operator makes one, whoever opens it first takes the post, once and for a day."""

from __future__ import annotations

import re

import pytest

from bot.core.deeds import Deed
from bot.core.people import Role
from bot.glossary import ClinicId
from dialogs.staff.links import Dismiss
from tests.chat.actions import MARIA, account_of, choose, looks, new_messages, say, send, settle_in
from tests.chat.forged_buttons import NOWHERE, of_admin, of_post
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.staff.test_members import command
from tests.chat.test_access import answer_to
from tests.chat.town import Town
from tests.desk_code import CODE, set_code

ADMIN, NEW = 1006, 1007
LINK = re.compile(r"https://t\.me/registratura_bot\?start=(staff_[\w-]+)")
HOME = "Этого здесь больше нет. Вот что есть сейчас."


@pytest.fixture(autouse=True)
def logs_of_the_tests_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.command_line.configure_logs", lambda level, as_json: None)


async def admin_of(town: Town, clinic: int = 1, telegram_id: int = ADMIN) -> Person:
    await town.app.services.accounts.appoint(telegram_id, Role.ADMIN, ClinicId(clinic))
    await set_code(town.app.services, telegram_id)
    admin = town.chat.person(telegram_id, first_name="Администратор")
    await say(admin, "/start")
    return admin


def word_in(text: str) -> str:
    found = LINK.search(text)
    assert found is not None, text
    return found[1]


async def make_link(admin: Person, role: str = "Регистратор") -> str:
    await say(admin, "/desk")
    return word_in((await choose(admin, "Сотрудники", "Пригласить сотрудника", role)).text)


def newcomer(town: Town, telegram_id: int = NEW) -> Person:
    return town.chat.person(telegram_id, first_name="Новенькая")


async def opened(person: Person, word: str) -> ChatMessage:
    return await say(person, f"/start {word}")


async def test_person_takes_a_post_by_a_link(town: Town) -> None:
    admin = await admin_of(town)
    word, person = await make_link(admin), newcomer(town)
    seen = await opened(person, word)
    assert "Вас приглашают на работу. Детская № 12, регистратор" in seen.text
    before = await admin.messages()
    taken = await person.press("Принять")
    assert taken.alert == "Приглашение принято. Теперь поставьте код доступа: регистратура открывается по нему."
    await say(person, CODE)
    await say(person, CODE)
    await choose(person, "Открыть регистратуру")
    assert "23 ноября" in (await say(person, "/day")).text
    await town.work()
    account = await account_of(town, person)
    assert (account.role, account.clinic) == (Role.REGISTRAR, 1)
    [told] = await new_messages(admin, before)
    assert f"Ваше приглашение приняли: сотрудник {account.id}, регистратор." in told.text
    deeds = [entry.deed for entry in await town.app.store.storage.read(lambda view: view.audit.list_of(account.id, 9))]
    assert Deed.STAFF_APPOINTED in deeds


async def test_used_late_withdrawn_and_foreign_links_reveal_nothing(town: Town) -> None:
    admin, person, stranger = await admin_of(town), newcomer(town), town.stranger
    used, late, withdrawn = await make_link(admin), await make_link(admin), await make_link(admin)
    await opened(person, used)
    foreign = await opened(stranger, used)
    assert "Этой ссылкой уже воспользовались. Попросите новую." in foreign.text
    await person.press("Принять")
    assert "Этой ссылкой уже воспользовались" in (await opened(stranger, used)).text
    invitations = await town.app.services.staff_invitations.list_open(await account_of(town, admin))
    await town.app.services.staff_invitations.withdraw(await account_of(town, admin), invitations[-1].id)
    answers = [await opened(stranger, withdrawn), await opened(stranger, "staff_never-made")]
    await town.pass_time(hours=25)
    answers.append(await opened(stranger, late))
    for seen in answers:
        assert "№ 12" not in seen.text
        assert "ссылк" in seen.text.lower()
    assert (await account_of(town, stranger)).role is None


async def test_admin_sees_and_withdraws_an_open_invitation(town: Town) -> None:
    admin = await admin_of(town)
    word = await make_link(admin, "Заведующий")
    await say(admin, "/desk")
    seen = await choose(admin, "Сотрудники")
    assert "Открытых приглашений: 1" in seen.text
    seen = await choose(admin, re.compile("^Приглашение до 12:00"))
    assert "Ссылку ещё никто не открыл." in seen.text
    withdrawn = await admin.press("Отозвать приглашение")
    assert withdrawn.alert == "Приглашение отозвано: ссылка больше не действует."
    assert "Приглашение отозвали." in (await opened(newcomer(town), word)).text
    assert (await account_of(town, newcomer(town))).role is None


async def test_post_elsewhere_is_replaced_by_an_explicit_choice(town: Town) -> None:
    admin = await admin_of(town, clinic=2)
    await say(town.registrar, "/start")
    seen = await opened(town.registrar, await make_link(admin, "Заведующий"))
    assert "Сейчас вы работаете здесь: Детская № 12, регистратор." in seen.text
    assert (await town.registrar.press("Принять и заменить роль")).alert == "Приглашение принято."
    account = await account_of(town, town.registrar)
    assert (account.role, account.clinic) == (Role.HEAD, 2)
    again = await opened(town.registrar, await make_link(admin, "Заведующий"))
    assert "Эта роль у вас уже есть." in again.text


async def test_admin_dismisses_a_colleague_and_not_the_last_admin(town: Town) -> None:
    admin = await admin_of(town)
    registrar, boss = await account_of(town, town.registrar), await account_of(town, admin)
    await say(admin, "/desk")
    await choose(admin, "Сотрудники", f"Сотрудник {registrar.id}, регистратор", "Исключить")
    done = await admin.press("Да, исключить")
    assert done.alert == "Сотрудник исключён: регистратура для него закрыта."
    assert (await account_of(town, town.registrar)).role is None
    refused, _seen = await send(admin, Dismiss(member=boss.id).pack())
    assert refused.alert is not None
    assert refused.alert.startswith("Вы единственный администратор поликлиники.")
    second = await account_of(town, await admin_of(town, telegram_id=NEW))
    answer, _seen = await send(admin, Dismiss(member=boss.id).pack())
    assert answer.alert == done.alert
    assert (await account_of(town, admin)).role is None
    assert second.role is Role.ADMIN


async def test_links_of_the_admin_are_closed_to_all_others(town: Town) -> None:
    """Registrar, head, admin of another clinic, a dismissed member, a parent and a stranger."""
    admin, services = await admin_of(town), town.app.services
    boss, mine = await account_of(town, admin), await account_of(town, town.registrar)
    await services.staff_invitations.make(boss, Role.HEAD)
    [invitation] = await services.staff_invitations.list_open(boss)
    await services.accounts.appoint(2001, Role.HEAD, ClinicId(1))
    await set_code(services, 2001)
    await settle_in(town.mother, MARIA)
    people = [town.registrar, town.chat.person(2001), town.mother, town.stranger]
    await services.accounts.appoint(2003, Role.ADMIN, ClinicId(1))
    await set_code(services, 2003)
    await services.members.dismiss(2003)
    people.append(town.chat.person(2003))
    for person in people:
        await say(person, "/start")
        if "код доступа" in (await person.screen()).text:
            await say(person, CODE)
        for real, missing in zip(of_admin(mine.id, invitation.id), of_admin(NOWHERE, NOWHERE), strict=True):
            found = await answer_to(person, real)
            assert found == await answer_to(person, missing), real
            assert found[0] == HOME, real
        for real, missing in zip(of_post(invitation.id), of_post(NOWHERE), strict=True):
            assert await answer_to(person, real) == await answer_to(person, missing), real
    neighbour = await admin_of(town, clinic=2, telegram_id=2002)
    for real, missing in zip(
        list(of_admin(mine.id, invitation.id))[3:], list(of_admin(NOWHERE, NOWHERE))[3:], strict=True
    ):
        assert await answer_to(neighbour, real) == await answer_to(neighbour, missing), real
    assert (await account_of(town, town.registrar)).role is Role.REGISTRAR
    assert len(await services.staff_invitations.list_open(boss)) == 1


async def test_operator_prints_a_link_that_works_once(town: Town) -> None:
    code, printed = await command(town, "staff", "invite", "admin", "2")
    assert code == 0
    person = newcomer(town)
    assert "администратор" in (await opened(person, word_in(printed))).text
    await person.press("Принять")
    account = await account_of(town, person)
    assert (account.role, account.clinic) == (Role.ADMIN, 2)
    assert "уже воспользовались" in (await opened(town.stranger, word_in(printed))).text


async def test_token_is_not_stored(town: Town) -> None:
    word = await make_link(await admin_of(town))
    rows = await town.app.store.database.read(
        lambda connection: connection.fetch("SELECT * FROM staff_invitations", {})
    )
    assert len(rows) == 1
    assert word.removeprefix("staff_").encode() not in b"".join(bytes(str(list(row)), "utf-8") for row in rows)


# --- commands ---------------------------------------------------------------------------------------------------------


def menu_of(town: Town, telegram_id: int) -> list[str]:
    """Return the commands that a person sees in Telegram."""
    emulator = town.emulator
    return [each["command"] for each in emulator.profile.commands_for(emulator.person(telegram_id))]


async def test_commands_come_and_go_with_the_role(town: Town) -> None:
    admin = await admin_of(town)
    await say(town.registrar, "/start")
    await town.work()
    assert menu_of(town, town.registrar.id)[:4] == ["desk", "day", "queue", "menu"]
    assert menu_of(town, admin.id)[:2] == ["desk", "menu"]
    await town.app.services.members.dismiss(town.registrar.id)
    await town.work()
    assert menu_of(town, town.registrar.id)[0] == "menu"


async def test_commands_wait_until_the_bot_is_started(town: Town) -> None:
    await town.app.services.accounts.appoint(NEW, Role.REGISTRAR, ClinicId(1))
    await town.work()
    await say(newcomer(town), "/start")
    await town.work()
    assert menu_of(town, NEW)[0] == "desk"


async def test_commands_of_the_desk_are_unknown_to_others(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    admin = await admin_of(town)
    for person, words in ((town.mother, ("/desk", "/day", "/queue")), (admin, ("/day", "/queue"))):
        for word in words:
            await say(person, "/menu")
            unknown = looks(await say(person, "/nothing"))
            await say(person, "/menu")
            assert looks(await say(person, word)) == unknown
            assert "Такой команды я не знаю." in unknown[0]
    await say(town.registrar, "/start")
    assert "Регистратура" in (await say(town.registrar, "/desk")).text
    assert "23 ноября" in (await say(town.registrar, "/day")).text
    assert "Детская № 12: очередь" in (await say(town.registrar, "/queue")).text
