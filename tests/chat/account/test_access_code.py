"""The access code hides personal data in the chat, and a forgotten code loses nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialogs.account.links import Home, NewCode
from dialogs.kit.access_code import SHOWN_WITHOUT_CODE, packed_inside
from dialogs.privacy.links import Erase, MyData
from dialogs.staff.links import DeskDay
from storage.database.connection import Connection
from tests.barcodes import barcode, jpeg, on_paper, pdf417
from tests.chat.actions import (
    ALINA,
    ARTYOM,
    MARIA,
    MENU,
    account_of,
    book,
    choose,
    consent,
    looks,
    new_messages,
    pass_until,
    repeat,
    say,
    send,
    settle_in,
)
from tests.chat.forged_buttons import forged, settle_mother
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.town import Town
from tests.desk_code import CODE as DESK_CODE

CODE = "580213"
PROMPT = "Введите код доступа"


async def journal_of(person: Person) -> str:
    await say(person, "/data")
    return (await choose(person, "Журнал")).text


async def set_code(person: Person, code: str = CODE) -> ChatMessage:
    await say(person, "/data")
    await choose(person, "Код доступа", "Поставить код")
    await say(person, code)
    return await say(person, code)


async def set_code_and_lock(person: Person) -> ChatMessage:
    await set_code(person)
    return await choose(person, "Закрыть сейчас")


def codes_in(messages: list[ChatMessage]) -> list[ChatMessage]:
    """Return the messages that contain a typed code."""
    return [message for message in messages if CODE in message.text or "1111" in message.text]


@pytest.mark.requirement("D39")
async def test_new_code_is_typed_twice_and_stored_nowhere_in_clear(town: Town) -> None:
    """The typed messages are deleted, and the database file does not contain the code."""
    mother = town.mother
    await consent(mother)
    await say(mother, "/data")
    offered = await choose(mother, "Код доступа")
    assert "Сообщения, которые уже есть в чате, код не прячет" in offered.text
    assert "Придумайте код" in (await choose(mother, "Поставить код")).text
    assert "В новом коде 6 цифр" in (await say(mother, "мой код")).text
    assert "ещё раз" in (await say(mother, CODE)).text
    differs = await say(mother, "111122")
    assert "Это не тот код, что был в первый раз" in differs.text
    assert "✅ Код доступа установлен" in (await say(mother, CODE)).text
    assert codes_in(await mother.messages()) == []
    assert CODE.encode() not in b"".join(file.read_bytes() for file in town.folder.glob("registratura.sqlite3*"))
    row = (await account_of(town, mother)).lock
    assert row is not None
    assert row.open_until == town.clock.now() + timedelta(minutes=15)


async def test_menu_after_the_code_is_never_called_the_same(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await set_code_and_lock(mother)
    await say(mother, "/children")
    wanted = await say(mother, CODE)
    answer = await mother.press("Меню", wanted)
    assert "То же самое" not in str(answer.alert) + str(answer.toast)
    assert (await mother.screen()).button(MENU)


async def test_trivial_code_is_refused_with_a_reason(town: Town) -> None:
    """A code that is not repeated within ten minutes expires."""
    mother = town.mother
    await consent(mother)
    await say(mother, "/data")
    asked = await choose(mother, "Код доступа", "Поставить код")
    assert "Даты, повторы и цифры подряд не подойдут" in asked.text
    for trivial in ("111111", "123456", "150318"):
        refused = await say(mother, trivial)
        assert "Такой код легко угадать" in refused.text
        assert "Придумайте код: 6 цифр" in refused.text
    assert "ещё раз" in (await say(mother, CODE)).text
    assert "Придумайте код" in (await choose(mother, "Другой код")).text
    assert "ещё раз" in (await say(mother, CODE)).text
    await town.pass_time(minutes=11)

    async def check_tables(connection: Connection) -> None:
        assert await connection.fetch("SELECT 1 FROM offered_pins", {}) == []

    await town.app.store.database.read(check_tables)
    assert "Прошло больше десяти минут" in (await say(mother, CODE)).text


@pytest.mark.requirement("A11")
async def test_locked_account_sees_the_wanted_screen_after_its_code(town: Town) -> None:
    """Until then every command shows the prompt; only help and language stay open."""
    mother = town.mother
    await settle_in(mother, MARIA)
    assert PROMPT in (await set_code_and_lock(mother)).text
    for command in ("/menu", "/book", "/visits", "/children", "/data"):
        seen = await say(mother, command)
        assert PROMPT in seen.text
        assert "Мария" not in seen.text
        assert seen.labels == ["Забыли код?", "Помощь"]
    assert "103" in (await say(mother, "/help")).text
    assert "Выберите язык" in (await say(mother, "/language")).text
    await say(mother, "/children")
    opened = await say(mother, CODE)
    assert "Дети и полисы" in opened.text
    assert "Мария" in str(opened)
    await town.pass_time(minutes=14)
    assert MENU in (await say(mother, "/menu")).labels
    await town.pass_time(minutes=1)
    assert PROMPT in (await choose(mother, MENU)).text
    assert "Дети и полисы" in (await say(mother, CODE)).text


async def test_every_old_button_of_a_locked_account_prompts_for_the_code(town: Town) -> None:
    hers = await settle_mother(town)
    await set_code_and_lock(town.mother)
    for link in forged(hers):
        answer, seen = await send(town.mother, link.pack())
        assert not answer.alert, link
        if type(link) in SHOWN_WITHOUT_CODE:
            assert MARIA.name.given not in str(seen), link
            continue
        assert PROMPT in seen.text, link
        assert packed_inside(link), link
    account = await account_of(town, town.mother)
    [visit] = await town.app.services.visits.upcoming(account.id)
    assert not visit.appointment.confirmed
    assert visit.appointment.is_live


def test_screens_without_a_code_contain_nothing_personal() -> None:
    slices = {kind.__module__ for kind in SHOWN_WITHOUT_CODE}
    assert slices == {"dialogs.account.links", "dialogs.patients.links", "dialogs.privacy.links"}
    assert Home not in SHOWN_WITHOUT_CODE
    assert DeskDay not in SHOWN_WITHOUT_CODE
    assert MyData not in SHOWN_WITHOUT_CODE


@pytest.mark.requirement("A17")
async def test_pressed_action_runs_after_the_code(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    await set_code_and_lock(mother)
    before = await mother.messages()
    await pass_until(town, town.clock.now() + timedelta(days=2, hours=9))
    [reminder] = await new_messages(mother, before)
    assert "Напоминаю" in reminder.text
    assert "Мария И." in reminder.text
    assert PROMPT in (await choose(mother, "Придём")).text
    await say(mother, CODE)
    [visit] = await town.app.services.visits.upcoming((await account_of(town, mother)).id)
    assert visit.appointment.confirmed


async def test_answer_typed_while_locked_is_used_after_the_code(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await set_code(mother)
    await say(mother, "/start")
    await choose(mother, "Добавить ребёнка", "Номер полиса")
    await town.pass_time(minutes=15)
    asked = await say(mother, MARIA.policy_number)
    assert PROMPT in asked.text
    assert MARIA.policy_number not in str(await mother.messages())
    assert "Осталось 4 попытки" in (await say(mother, "111111")).text
    await choose(mother, "Забыли код?")
    assert "15 марта 2018 года" in (await say(mother, CODE)).text


async def test_answer_typed_while_locked_is_dropped_at_another_screen(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await set_code(mother)
    await say(mother, "/start")
    menu = await mother.screen()
    await choose(mother, MENU, "Добавить ребёнка", "Номер полиса")
    await town.pass_time(minutes=15)
    await say(mother, ARTYOM.policy_number)
    await repeat(mother, menu, MENU)
    opened = await say(mother, CODE)
    assert "✅ Мария И." in opened.labels


@pytest.mark.requirement("D39")
async def test_five_wrong_codes_pause_entry_and_the_next_pause_doubles(
    town: Town,
) -> None:
    """The pause survives a restart; the right code is refused until it ends."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await set_code_and_lock(mother)
    for left in ("Осталось 4 попытки", "Осталось 3 попытки", "Осталось 2 попытки", "Осталась 1 попытка"):
        assert left in (await say(mother, "111111")).text
    assert (
        "Слишком много неверных кодов. Следующая попытка: сегодня, пн 23 ноября, 12:15"
        in (await say(mother, "111111")).text
    )
    await town.restart()
    assert "12:15" in (await say(mother, "/menu")).text
    assert "12:15" in (await say(mother, CODE)).text
    await town.pass_time(minutes=15)
    for _ in range(5):
        paused = await say(mother, "111111")
    assert "12:45" in paused.text
    await town.pass_time(minutes=30)
    assert "Осталось 4 попытки" in (await say(mother, "111111")).text
    assert MENU in (await say(mother, CODE)).labels
    assert (await journal_of(mother)).count("Код слишком часто набирали неверно") == 2
    assert codes_in(await mother.messages()) == []


@pytest.mark.requirement("D39")
async def test_forgotten_code_is_dropped_after_a_day_with_two_messages(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await set_code_and_lock(mother)
    before = await mother.messages()
    waits = await choose(mother, "Забыли код?", "Отключить через сутки")
    assert "Код отключится завтра, вт 24 ноября, 12:00" in waits.text
    await town.pass_time(minutes=2)  # The message waits while the prompt is fresh.
    [announced] = await new_messages(mother, before)
    assert "В этом чате нажали «Забыли код?»" in announced.text
    assert PROMPT in (await choose(mother, "Ввести код")).text
    await town.pass_time(hours=23, minutes=57)
    assert PROMPT in (await say(mother, "/menu")).text
    before = await mother.messages()
    await town.pass_time(minutes=2)
    [dropped] = await new_messages(mother, before)
    assert "✅ Код доступа отключён" in dropped.text
    assert MENU in (await say(mother, "/menu")).labels
    assert "✅ Код доступа установлен" in (await set_code(mother, "400817")).text
    deeds = [line.partition(" · ")[2] for line in (await journal_of(mother)).splitlines()]
    assert [line for line in deeds if "код" in line] == [
        "Вы задали код доступа",
        "Вы сообщили, что забыли код доступа",
        "Вы задали код доступа",
    ]


async def test_code_typed_at_any_screen_unlocks_and_is_deleted(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await set_code_and_lock(mother)
    await choose(mother, "Забыли код?")
    assert MENU in (await say(mother, CODE)).labels
    await town.pass_time(minutes=15)
    await say(mother, "/help")
    assert "Код не подошёл" in (await say(mother, "111111")).text
    await say(mother, "/help")
    assert MENU in (await say(mother, CODE)).labels
    await say(mother, "/children")
    asked = await choose(mother, "Добавить ребёнка", "Фото полиса")
    await town.pass_time(minutes=15)
    await mother.send_photo(jpeg(on_paper(pdf417(barcode(ALINA.policy_number, ALINA.name)))))
    assert "Сначала введите код" in (await mother.screen()).text
    assert looks(await say(mother, CODE)) == looks(asked)
    assert codes_in(await mother.messages()) == []


async def test_entering_a_forgotten_code_cancels_its_drop(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await set_code_and_lock(mother)
    await choose(mother, "Забыли код?", "Отключить через сутки")
    await say(mother, CODE)
    before = await mother.messages()
    await town.pass_time(hours=25)
    assert await new_messages(mother, before) == []
    assert PROMPT in (await say(mother, "/menu")).text


async def test_changing_or_switching_off_needs_the_current_code(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await set_code(mother)
    await town.pass_time(minutes=6)
    await say(mother, "/data")
    assert "Введите нынешний код" in (await choose(mother, "Код доступа", "Сменить код")).text
    _answer, forced = await send(mother, NewCode().pack())
    assert "Введите нынешний код" in forced.text
    assert "Код не подошёл" in (await say(mother, "111111")).text
    assert "Придумайте код" in (await say(mother, CODE)).text
    await say(mother, "400817")
    await say(mother, "400817")
    await say(mother, "/data")
    await choose(mother, "Код доступа", "Отключить код")
    assert "Код не подошёл" in (await say(mother, CODE)).text
    assert "✅ Код доступа отключён" in (await say(mother, "400817")).text
    await town.pass_time(hours=1)
    assert MENU in (await say(mother, "/menu")).labels


async def test_erasure_needs_the_code_and_deletes_it(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await set_code_and_lock(mother)
    _answer, asked = await send(mother, Erase(keep_visits=True).pack())
    assert PROMPT in asked.text
    assert "✅ Всё удалено" in (await say(mother, CODE)).text

    async def check_tables(connection: Connection) -> None:
        # The registrar's code stays.
        left = "SELECT 1 FROM pins JOIN accounts a ON a.id = pins.account_id WHERE a.role IS NULL"
        assert await connection.fetch(left, {}) == []

    await town.app.store.database.read(check_tables)
    assert "Здравствуйте" in (await say(mother, "/start")).text


async def test_registrars_desk_needs_the_code(town: Town) -> None:
    registrar = town.registrar
    await say(registrar, "/start")
    await choose(registrar, "Код доступа", "Закрыть сейчас")
    _answer, seen = await send(registrar, DeskDay().pack())
    assert PROMPT in seen.text
    assert "23 ноября" in (await say(registrar, DESK_CODE)).text
