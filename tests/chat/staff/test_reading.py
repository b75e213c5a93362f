"""Reading at the desk is an event: the parent finds it in the card's history, and there is a limit of names."""

from __future__ import annotations

import json

import pytest

from bot.core.budgets import BUCKETS, Budget
from bot.core.clinic import Level
from bot.core.i18n import speak
from bot.core.people import Role
from bot.delivery.alarms import Alarm
from bot.glossary import ClinicId
from bot.privacy.export import as_json
from bot.staff.reading_alarm import ALARM_AT
from dialogs.kit.wording import of_clinic
from dialogs.privacy.export_paper import export_paper
from dialogs.staff.links import DeskVisit
from storage.database.connection import Connection
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
    ref_of,
    say,
    send,
    settle_in,
)
from tests.chat.patients.test_levels import demand, to_booking
from tests.chat.town import Town
from tests.desk_code import CODE, set_code

LISTED, OPENED = "name listed at the desk", "visit read at the desk"
VISIT = "08:00 · Мария И."


async def history_of(town: Town) -> list[str]:
    """Return the lines of the card's history, the newest first."""
    await say(town.mother, "/children")
    seen = await choose(town.mother, "Мария", "История")
    return [line for line in seen.text.splitlines() if " · " in line]


async def booked(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")


async def spend(town: Town, names: int) -> int:
    """Let the registrar have read so many names; return how many the last hour has cost."""
    registrar, now = await account_of(town, town.registrar), town.clock.now()
    return await town.app.store.storage.write(
        lambda uow: uow.budgets.spend(registrar.id, Budget.DESK_NAMES, now, names)
    )


async def readings(town: Town, deed: str, of: str = "appointment 1") -> int:
    async def count(connection: Connection) -> int:
        sql = "SELECT count(*) FROM audit WHERE action = :deed AND subject LIKE :of AND actor = 'STAFF'"
        [[found]] = await connection.fetch(sql, {"deed": deed, "of": of})
        return int(found)

    return await town.app.store.database.read(count)


@pytest.mark.requirement("D20")
async def test_parent_sees_that_the_desk_has_opened_the_visit(town: Town) -> None:
    await booked(town)
    await at_desk(town)
    await choose(town.registrar, VISIT)
    opened, listed, *_before = await history_of(town)
    assert opened.startswith("23 ноября, 12:00 · Регистратура «Детской № 12» открыла запись: Педиатр, ")
    assert listed.startswith("23 ноября, 12:00 · Регистратура «Детской № 12» видела имя в списке записей: ")


async def test_entry_is_made_once_for_each_member_visit_and_day(town: Town) -> None:
    await booked(town)
    for _time in range(2):
        await at_desk(town)
        await choose(town.registrar, VISIT, "Перенести", "Назад", "Отменить приём", "Назад")
    assert (await readings(town, LISTED), await readings(town, OPENED)) == (1, 1)
    await town.pass_time(days=1)
    visit = data_of(await at_desk(town), VISIT)
    await send(town.registrar, visit)
    assert (await readings(town, LISTED), await readings(town, OPENED)) == (2, 2)
    colleague = town.chat.person(1005, first_name="Сменщица")
    await town.app.services.accounts.appoint(1005, Role.REGISTRAR, ClinicId(1))
    await set_code(town.app.services, 1005)
    await say(colleague, "/start")
    await send(colleague, visit)
    # A name in a list is no news to a member who has opened the visit.
    assert (await readings(town, LISTED), await readings(town, OPENED)) == (2, 3)


async def test_visit_that_was_booked_elsewhere_is_journaled_too(town: Town) -> None:
    await at_desk(town)
    shown = [label for label in (await town.registrar.screen()).labels if " · " in label]
    assert await readings(town, LISTED, "visit %") >= len(shown)
    await choose(town.registrar, shown[0])
    assert await readings(town, OPENED, "visit %") == 1


async def test_names_over_the_hourly_limit_are_not_shown(town: Town) -> None:
    """A name that was seen on the same day costs nothing."""
    seen = await at_desk(town, "23 ноября")
    await spend(town, BUCKETS[Budget.DESK_NAMES].size - 5)
    for _press in range(60):
        onward = "Дальше" if seen.button("Дальше") else TOMORROW
        answer = await town.registrar.press(onward)
        if answer.alert:
            break
        seen = await town.registrar.screen()
    assert answer.alert is not None
    assert answer.alert.startswith("Регистратура показывает не больше 300 имён в час. Следующие можно открыть позже: ")
    assert "Приёмы сегодня" in (await town.registrar.screen()).labels
    names = await readings(town, LISTED, "%")
    assert "23 ноября" in (await choose(town.registrar, "Приёмы сегодня")).text
    assert await readings(town, LISTED, "%") == names
    await town.pass_time(minutes=14)
    assert "Следующие" not in str((await send(town.registrar, data_of(seen, onward)))[0].alert)
    assert await readings(town, LISTED, "%") > names


async def test_desk_in_use_does_not_ask_for_the_code_again(town: Town) -> None:
    await booked(town)
    day = await at_desk(town)
    for _time in range(4):
        await town.pass_time(minutes=10)
        _answer, seen = await send(town.registrar, data_of(day, VISIT))
        assert "Мария И., 2018" in seen.text
    await town.pass_time(minutes=16)
    _answer, seen = await send(town.registrar, data_of(day, VISIT))
    assert "Введите код доступа" in seen.text
    assert "Мария И., 2018" in (await say(town.registrar, CODE)).text


async def test_export_says_which_clinic_has_read(town: Town) -> None:
    await booked(town)
    visit = DeskVisit.unpack(data_of(await at_desk(town), VISIT)).number
    registrar, mother = await account_of(town, town.registrar), await account_of(town, town.mother)
    await town.app.services.staff.visit(registrar, visit)
    tree = await town.app.services.export.gather(mother.id)
    [patient] = json.loads(as_json(tree))["patients"]
    [entry] = [entry for entry in patient["journal"] if entry["action"] == OPENED]
    assert (entry["who"], entry["clinic"]) == ("CLINIC", "Детская № 12")
    lines = [line for section in export_paper(tree, town.clock.now()).sections for line in section.lines]
    assert any("Регистратура открыла запись · " in text and "Детская № 12" in text for _label, text in lines)


async def test_operator_is_alarmed_by_a_member_who_reads_many_names(town: Town) -> None:
    """Each visit that is opened and each name that a search finds counts; a whole page of a day counts as one."""
    alarms, seen = town.app.services.alarms, await at_desk(town, "23 ноября")
    pages = 1
    while seen.button("Дальше"):
        seen, pages = await choose(town.registrar, "Дальше"), pages + 1
    assert await spend(town, ALARM_AT - pages - 1) == ALARM_AT - 1
    assert not alarms.ringing()
    await say(town.registrar, "ова")
    [ringing] = alarms.ringing()
    assert ringing.alarm is Alarm.DESK_READING
    registrar = await account_of(town, town.registrar)
    names = int(ringing.facts["names"])
    assert ringing.facts == {"member": registrar.id, "clinic": 1, "names": names}
    assert ALARM_AT <= names < ALARM_AT + 12
    await town.work()
    assert alarms.ringing()
    await town.pass_time(minutes=5)
    assert not alarms.ringing()


async def test_card_of_a_matter_costs_a_name_and_is_journaled_once(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await demand(town, Level.PAPERS)
    number = ref_of(await to_booking(town.mother))
    for _time in range(2):
        await say(town.registrar, "/start")
        await choose(town.registrar, "Вопрос по номеру")
        assert "Мария И., 2018" in (await say(town.registrar, number)).text
    assert await readings(town, "desk matter read", "patient 1") == 1
    [line, *_before] = await history_of(town)
    assert line == "23 ноября, 12:00 · Регистратура «Детской № 12» открыла карточку"
    registrar, clock = await account_of(town, town.registrar), town.clock
    used = await town.app.store.storage.write(
        lambda uow: uow.budgets.spend(registrar.id, Budget.DESK_NAMES, clock.now(), 299)
    )
    assert used == 300


@pytest.mark.parametrize(
    ("name", "declined"),
    [
        ("Детская № 12", "Детской № 12"),
        ("Детская № 4, Урал", "Детской № 4, Урал"),
        ("Детская стоматология", "Детской стоматологии"),
        ("Городская поликлиника № 5", "Городской поликлиники № 5"),
        ("Перинатальный центр", "Перинатальный центр"),
        ("ГБУЗ ДГП № 12", "ГБУЗ ДГП № 12"),
    ],
)
def test_name_of_a_clinic_is_declined_where_its_words_are_known(name: str, declined: str) -> None:
    with speak("ru"):
        assert of_clinic(name) == declined
    with speak("en"):
        assert of_clinic(name) == name
