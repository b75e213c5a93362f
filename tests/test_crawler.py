"""Every button of every screen, pressed twice, and garbage at every prompt: always an answer, never a dead end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import outbox
from bot.emulator.chats import Message
from bot.models import Relationship
from tests.chat import ARTYOM, EGOR, MARIA, NIKITA, SOFIA
from tests.storms.crawl import Crawl, kind_of
from tests.storms.edge import Edge, edge
from tests.storms.fuzz import ANNA, IGOR, REGISTRAR, STRANGER


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "CHAT_GAP", 0)


@pytest.fixture
async def town(template: Path, tmp_path: Path) -> AsyncIterator[Edge]:
    async with edge(template, tmp_path) as everything:
        yield everything


async def crawled(town: Edge, person: int, screens: int) -> Crawl:
    """``screens`` is how many kinds of them this person meets at the least: fewer would mean that a door is shut."""
    crawl = Crawl(town, person)
    with capture_logs() as lines:
        await crawl.run()
    errors = [line for line in lines if line["log_level"] in {"error", "exception"}]
    print(f"crawl person={person} screens={len(crawl.screens)} presses={crawl.presses} prompts={len(crawl.prompts)}")
    assert not crawl.wrong, "\n".join(crawl.wrong[:20])
    assert not errors
    assert town.refusals() == []
    assert len(crawl.screens) >= screens
    return crawl


def button(screen: Message | None, label: str) -> str:
    assert screen is not None
    for row in screen.inline or []:
        for each in row:
            if label in each["text"]:
                return str(each["callback_data"])
    raise AssertionError(f"no {label} in {screen.text}")


async def press(town: Edge, person: int, *labels: str) -> None:
    for label in labels:
        await town.press(person, button(town.screen(person), label))


async def settle_in(town: Edge, person: int) -> None:
    await town.say(person, "/start")
    await press(town, person, "Прочитать", "Согласен", "Согласен", "Согласен")


async def bring_up(town: Edge) -> None:
    """A mother with two children to book, one to correct, two refused, two visits and a draft."""
    await settle_in(town, ANNA)
    for child in (MARIA, ARTYOM, EGOR, NIKITA, SOFIA):
        await town.press(ANNA, "ln:0")
        await town.say(ANNA, child.policy_number)
        await press(town, ANNA, "Да")
        await town.say(ANNA, child.name.full)
        await press(town, ANNA, "Проверить полис")
    for name, doctor, day in (("Мария", "Петрова", "вт 24"), ("Артём", "Ким", "чт 26")):
        await town.say(ANNA, "/book")
        await press(town, ANNA, name, "Педиатр", doctor, day, ":", "Записаться")
    await town.press(ANNA, "ln:0")
    await town.say(ANNA, MARIA.policy_number[:-1] + "4")


async def test_a_mother_with_children_visits_a_draft_and_a_reminder_is_never_stuck(town: Edge) -> None:
    await bring_up(town)
    town.clock.advance(timedelta(hours=7))  # past six in the evening of the day before
    await town.app.jobs.run_all_once()
    reminder = town.screen(ANNA)
    assert reminder is not None
    assert "Напомина" in reminder.text
    crawl = await crawled(town, ANNA, screens=60)
    assert kind_of(reminder) in crawl.screens


async def test_a_father_who_acts_for_the_mothers_children_is_never_stuck(town: Edge) -> None:
    await bring_up(town)
    await settle_in(town, IGOR)
    accounts, families = town.app.services.accounts, town.app.store.storage
    mother, father = await accounts.meet(ANNA, "ru"), await accounts.meet(IGOR, "ru")
    async with families.write() as uow:
        for patient in await uow.patients.list_of(mother.id):
            await uow.family.add(father.id, patient.id, Relationship.PARENT, town.clock.now())
    await crawled(town, IGOR, screens=25)


async def test_somebody_who_has_agreed_to_nothing_is_never_stuck(town: Edge) -> None:
    await crawled(town, STRANGER, screens=25)


async def test_a_registrar_is_never_stuck(town: Edge) -> None:
    await bring_up(town)
    await crawled(town, REGISTRAR, screens=30)
