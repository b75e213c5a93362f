"""The desk shows a child masked; «Показать» sends everything as one protected message that is deleted soon."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from datetime import date

import pypdfium2
import pytest

from bot.core.clinic import Level
from bot.core.i18n import speak, spoken_date
from bot.glossary import ApplicationId, DeskCheckId
from dialogs.staff.application_links import ShowApplicant
from dialogs.staff.check_links import ShowPolicy
from dialogs.staff.links import ShowVisit
from storage.registry.seed.clinics import GARDEN
from storage.registry.seed.examples import Example
from tests.chat.actions import (
    DOCTOR_ILL,
    MARIA,
    PETROVA,
    SOFIA,
    THURSDAY,
    at_desk,
    book,
    choose,
    data_of,
    ref_of,
    say,
    send,
    settle_in,
)
from tests.chat.applications.steps import apply, mother_applies, open_first
from tests.chat.appointments.test_elsewhere import visit_by_phone
from tests.chat.patients.test_desk_check import SOFIA_BORN, open_check, send_to_desk
from tests.chat.patients.test_levels import demand, to_booking
from tests.chat.person import Person
from tests.chat.staff.test_members import command
from tests.chat.staff.test_reading import VISIT, history_of, readings
from tests.chat.town import Town
from tests.desk_code import CODE

SHOWN = "full data shown at the desk"
Opened = Callable[[Town], Awaitable[str]]
WHOLE = ("Иванова Мария Сергеевна", "Дата рождения: 15 марта 2018 года", f"Полис: {MARIA.policy_number}")


async def passing(person: Person) -> list[str]:
    """Return the texts of the protected messages that stand in a chat."""
    return [message.text for message in await person.messages() if message.raw.get("protected")]


async def booked(town: Town) -> str:
    await settle_in(town.mother, MARIA)
    return ref_of(await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00"))


async def shown_at_desk(town: Town) -> None:
    await at_desk(town)
    await choose(town.registrar, VISIT)
    await town.registrar.press("Показать")


async def test_no_screen_of_the_desk_names_a_child_in_full(town: Town) -> None:
    ref = await booked(town)
    day = await at_desk(town)
    assert "08:00 · Мария И., 2018, 0014 · Педиатр" in day.labels
    found = await say(town.registrar, "Иванова")
    screens = [day, found, await say(town.registrar, ref)]
    screens += [await choose(town.registrar, "Перенести"), await choose(town.registrar, "Назад", "Отменить приём")]
    for seen in screens:
        for part in ("Иванова М", "Сергеевна", "15 марта", MARIA.policy_number):
            assert part not in f"{seen.text} {seen.labels}"


async def test_shown_data_are_protected_and_gone_in_two_minutes(town: Town) -> None:
    await booked(town)
    await shown_at_desk(town)
    [text] = await passing(town.registrar)
    for fact in WHOLE:
        assert fact in text
    await town.pass_time(seconds=110)
    assert await passing(town.registrar)
    await town.pass_time(seconds=11)
    assert await passing(town.registrar) == []


async def test_each_press_is_journaled_and_replaces_the_message_before(town: Town) -> None:
    await booked(town)
    await shown_at_desk(town)
    await town.registrar.press("Показать")
    await town.work()
    assert len(await passing(town.registrar)) == 1
    assert await readings(town, SHOWN) == 2
    [line, *_before] = await history_of(town)
    assert line.startswith("23 ноября, 12:00 · Регистратура «Детской № 12» открыла полные данные: Педиатр, ")


async def test_shown_data_go_with_the_decision(town: Town) -> None:
    await booked(town)
    await shown_at_desk(town)
    await choose(town.registrar, "Отменить приём", DOCTOR_ILL, "Да, отменить")
    await town.work()
    assert await passing(town.registrar) == []


async def test_shown_data_are_deleted_after_a_restart(town: Town) -> None:
    await booked(town)
    await shown_at_desk(town)
    await town.restart()
    assert await passing(town.registrar)
    await town.pass_time(minutes=2)
    assert await passing(town.registrar) == []


async def test_dismissed_member_keeps_no_shown_data(town: Town) -> None:
    await booked(town)
    await shown_at_desk(town)
    await town.app.services.members.dismiss(town.registrar.id)
    await town.work()
    assert await passing(town.registrar) == []


async def test_card_of_a_matter_is_shown_in_full_by_the_button(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await demand(town, Level.PAPERS)
    number = ref_of(await to_booking(town.mother))
    await say(town.registrar, "/start")
    assert "Показать" in (await say(town.registrar, number)).labels
    await town.registrar.press("Показать")
    [text] = await passing(town.registrar)
    assert WHOLE[0] in text
    assert await readings(town, SHOWN, "patient 1") == 1
    await town.registrar.press("Документы в порядке")
    await town.work()
    assert await passing(town.registrar) == []


async def applied(town: Town) -> str:
    """Let the mother apply and the registrar open the application; return its screen."""
    await mother_applies(town)
    return (await open_first(town, town.registrar)).text


async def checking(town: Town) -> str:
    """Let the registrar open the check of a policy that no list has; return its screen."""
    await send_to_desk(town)
    return (await open_check(town, town.registrar)).text


@pytest.mark.parametrize(
    ("opened", "child", "hidden", "decision"),
    [
        (applied, MARIA, "", ("Отказать", "Другое")),
        (checking, SOFIA, SOFIA.policy_number[-4:], ("Нужны бумаги",)),
    ],
)
async def test_desk_decides_about_a_child_it_sees_masked(
    town: Town, opened: Opened, child: Example, hidden: str, decision: tuple[str, ...]
) -> None:
    """«Показать» sends what is compared, once, protected and journaled; it goes with the decision."""
    seen = await opened(town)
    with speak("ru"):
        born = spoken_date(date(2018, 3, 15) if child is MARIA else SOFIA_BORN)
    assert child.name.short in seen
    for part in (child.name.full, born, child.policy_number[:12]):
        assert part not in seen.replace(" ", "")
        assert part not in seen
    await town.registrar.press("Показать")
    [text] = await passing(town.registrar)
    shown = text.replace("\u00a0", " ")
    for part in (child.name.full, f"Дата рождения: {born}", "Пол: женский"):
        assert part in shown
    number = "".join(shown.split())
    assert child.policy_number[:12] in number
    assert (child.policy_number[-4:] in number) is not bool(hidden)
    [subject] = await town.app.store.database.read(
        lambda connection: connection.fetch("SELECT subject FROM audit WHERE action = :shown", {"shown": SHOWN})
    )
    assert subject["subject"].startswith("patient ")
    await choose(town.registrar, *decision)
    await town.work()
    assert await passing(town.registrar) == []


async def test_operator_may_never_show_full_data(silent_town: Town) -> None:
    """The screen names the command that reads them; a forged button shows nothing."""
    town = silent_town
    ref = await booked(town)
    visit = data_of(await at_desk(town), VISIT)
    _answer, seen = await send(town.registrar, visit)
    assert "Показать" not in seen.labels
    assert "registratura person find --show" in seen.text
    answer, _seen = await send(town.registrar, ShowVisit(number=int(visit.split(":")[1])).pack())
    assert answer.alert == "Полные данные ребёнка этот бот не показывает."
    assert await passing(town.registrar) == []
    code, printed = await command(town, "person", "find", "--show", "--json", typed=ref)
    assert code == 0
    [account] = json.loads(printed)["accounts"]
    [child] = account["children"]
    assert (child["name"], child["policy_number"]) == (MARIA.name.full, MARIA.policy_number)


@pytest.mark.parametrize("show", [True, False])
async def test_operator_reads_a_visit_without_a_number_of_the_bot(silent_town: Town, show: bool) -> None:
    """Booked by phone, it has no Ref: the desk names its own number, and the command reads that."""
    town = silent_town
    await settle_in(town.mother, MARIA)
    await visit_by_phone(town)
    visit = data_of(await at_desk(town), VISIT)
    _answer, seen = await send(town.registrar, visit)
    quoted = f"приём {visit.split(':')[1]}"
    assert f"registratura person desk --show по номеру «{quoted}»" in seen.text.replace("\u00a0", " ")
    code, printed = await command(town, "person", "desk", *(["--show"] if show else []), "--json", typed=quoted)
    assert code == 0
    found = json.loads(printed)
    assert found["clinic"] == "Детская № 12"
    assert (found.get("name"), MARIA.policy_number in printed) == ((MARIA.name.full, True) if show else (None, False))
    assert "Оператор" in (await history_of(town))[0]
    code, _printed = await command(town, "person", "desk", "--json", typed="приём 987654")
    assert code != 0


async def test_operator_reads_an_application_that_the_desk_may_not_show(silent_town: Town) -> None:
    """Its number finds the parent, and the child with what the clinic gets: SNILS, birth certificate, address."""
    town = silent_town
    await settle_in(town.mother, MARIA)
    await say(town.mother, "/children")
    await choose(town.mother, "Мария", "Изменить", "Адрес")
    await say(town.mother, "ул. Лесная, 3, кв. 5")
    await apply(town.mother)
    seen = await open_first(town, town.registrar)
    assert "Показать" not in seen.labels
    assert "registratura person find --show" in seen.text
    [application] = await answer_of(town, "SELECT id FROM applications")
    answer, _seen = await send(town.registrar, ShowApplicant(application=ApplicationId(application)).pack())
    assert answer.alert == "Полные данные ребёнка этот бот не показывает."
    code, printed = await command(town, "person", "find", "--show", "--json", typed=ref_of(seen))
    assert code == 0
    [child] = json.loads(printed)["accounts"][0]["children"]
    assert (child["name"], child["address"]) == (MARIA.name.full, "ул. Лесная, 3, кв. 5")


async def test_operator_reads_a_policy_check_without_the_last_digits(silent_town: Town) -> None:
    """The desk must take them from its own system, whoever reads the rest to it."""
    town = silent_town
    seen = (await checking(town)).replace("\u00a0", " ")
    [check] = await answer_of(town, "SELECT id FROM desk_checks")
    assert f"registratura person desk --show по номеру «проверка {check}»" in seen
    answer, _seen = await send(town.registrar, ShowPolicy(check=DeskCheckId(check)).pack())
    assert answer.alert == "Полные данные ребёнка этот бот не показывает."
    code, printed = await command(town, "person", "desk", "--show", "--json", typed=f"проверка {check}")
    found = json.loads(printed)
    assert (code, found["name"], found["clinic"]) == (0, SOFIA.name.full, GARDEN)
    assert found["policy_number"] == f"{SOFIA.policy_number[:12]}••••"
    await open_check(town, town.registrar)
    await choose(town.registrar, "Нужны бумаги")
    await town.pass_time(seconds=61)
    code, _printed = await command(town, "person", "desk", "--json", typed=f"проверка {check}")
    assert code != 0, "a check that is settled is nobody's"


async def answer_of(town: Town, sql: str) -> list[int]:
    [row] = await town.app.store.database.read(lambda connection: connection.fetch(sql, {}))
    return [*row]


async def test_paper_list_of_a_closed_day_has_no_full_data_if_never_shown(silent_town: Town) -> None:
    town = silent_town
    await say(town.registrar, "/start")
    await say(town.registrar, CODE)
    await choose(town.registrar, "Расписания", PETROVA, re.compile("26.11"), "Закрыть часы", "Весь день")
    await choose(town.registrar, "Врач заболел", "Да, закрыть", "Список для печати")
    [sent] = [each for each in await town.registrar.messages() if each.raw.get("document")]
    stored = town.emulator.files.get(sent.raw["document"]["file_id"])
    assert stored is not None
    text = pypdfium2.PdfDocument(stored.data)[0].get_textpage().get_text_range()
    assert re.search(r"приём \d+", text)
    assert not re.search(r"\+7|\d{3}-\d\d-\d\d", text)
    rows = await town.app.store.database.read(
        lambda connection: connection.fetch("SELECT 1 FROM audit WHERE action = 'full data shown at the desk'", {})
    )
    assert list(rows) == []
