"""A morning on which everybody comes at once: hundreds go the whole way, and a time goes to one of them."""

from __future__ import annotations

import asyncio
import os
import re
import time
from datetime import timedelta

import pytest

from storage.database.connection import Connection
from storage.registry.store import queries
from tests.builders import MONDAY
from tests.chat.actions import MARIA, TIME, data_of, settle_in
from tests.chat.insured_children import insure, list_newcomers
from tests.chat.message import ChatMessage
from tests.chat.town import Town
from tests.stress.crowd import Passer, fetch, gather_crowd, settle_quietly

PEOPLE = int(os.environ.get("PEOPLE", "100"))
"""`make crowd` brings three hundred."""

RIVALS, PLACES = 200, 20
SUNDAY = MONDAY + timedelta(days=6)
"""No doctor of the town works on it, so its timetable is all the test's own."""

DOCTOR = re.compile(r"· (сегодня|завтра|\w\w \d+)")
LIVE = "SELECT b.slot_id FROM registry_bookings b WHERE b.key IS NOT NULL AND b.status = 'BOOKED'"


async def go_all_the_way(passer: Passer, at: int) -> None:
    """Everybody wants another time, so that a taken one is bad luck and not the rule."""
    await passer.settle_in()
    await passer.press("Записаться к врачу")
    for attempt in range(12):
        await passer.press("Педиатр")
        doctors = [label for label in (await passer.until("Любой врач")).labels if DOCTOR.search(label)][1:]
        await passer.press(doctors[(at + attempt) % len(doctors)])
        days = (await passer.until("Какой день?")).labels[:9]
        await passer.press(days[(at // 4 + attempt) % len(days)])
        offered = await passer.until(re.compile("Выберите время|не осталось"))
        times = [label for label in offered.labels if TIME.search(label)]
        if times and not (await passer.press(times[(at // 36) % len(times)])).alert:
            await passer.press("Записаться")
            await passer.until("Записаны")
            return
        passer.actor.say("/book")
    raise AssertionError(f"{passer.id} has found no time")


@pytest.mark.requirement("C5")
async def test_everybody_who_comes_at_once_is_booked(town: Town) -> None:
    children = list_newcomers(PEOPLE)
    await insure(town.app.store, children)
    crowd = gather_crowd(town.emulator, children)
    begun = time.monotonic()
    await asyncio.gather(*[go_all_the_way(passer, at) for at, passer in enumerate(crowd)])
    taken = [row["slot_id"] for row in await fetch(town, LIVE)]
    assert len(taken) == len(set(taken)) == PEOPLE
    slowest = max(passer.slowest for passer in crowd)
    waited = sum(passer.waited for passer in crowd)
    print(f"crowd people={PEOPLE} seconds={time.monotonic() - begun:.0f} slowest={slowest:.1f} told_to_wait={waited}")


async def publish_sunday(town: Town) -> None:
    """Twenty times of one doctor, and nothing else on that day."""
    ((doctor, clinic, specialty),) = await fetch(
        town,
        "SELECT d.id, d.clinic_id, d.specialty_id FROM registry_doctors d JOIN registry_clinics c ON c.id = "
        "d.clinic_id JOIN registry_specialties s ON s.id = d.specialty_id WHERE d.family = 'Петрова' AND s.code = "
        "'pediatrician'",
    )
    begins = int(SUNDAY.timestamp())
    slot = {"doctor": doctor, "clinic": clinic, "specialty": specialty, "local_day": SUNDAY.date().isoformat()}

    async def change(connection: Connection) -> None:
        times = range(begins, begins + PLACES * 900, 900)
        rows = [
            slot | {"starts_at": at, "ends_at": at + 900, "visit_type": "PLANNED", "status": "FREE"} for at in times
        ]
        await queries.add_slot(connection, rows)

    await town.app.store.database.write(change)


async def stand_in_line(passer: Passer) -> None:
    """Before the list of Sunday's times, with all of them free."""
    passer.actor.say("/book")
    for step in ("Другая поликлиника", "Детская № 12", "Педиатр", "Петрова", re.compile(rf"^вс 29 · {PLACES}$")):
        await passer.press(step)
    await passer.until("Выберите время")


async def rush(passer: Passer, at: int) -> str:
    """The alert that ended the rush, or "" for who is booked."""
    times = [label for label in (await passer.until("Выберите время")).labels if TIME.search(label)]
    press = await passer.press(times[at % PLACES])
    if press.alert:
        return press.text
    await passer.press("Записаться")
    await passer.until("Записаны")
    return ""


async def test_twenty_times_for_two_hundred_people_go_to_twenty_of_them(town: Town) -> None:
    await publish_sunday(town)
    children = list_newcomers(RIVALS)
    await insure(town.app.store, children)
    crowd = gather_crowd(town.emulator, children)
    await settle_quietly(town, crowd)
    await asyncio.gather(*[stand_in_line(passer) for passer in crowd])
    told = await asyncio.gather(*[rush(passer, at) for at, passer in enumerate(crowd)])
    taken = [row["slot_id"] for row in await fetch(town, LIVE)]
    assert len(taken) == len(set(taken)) == PLACES
    assert told.count("") == PLACES
    assert all("уже занято" in alert or "заняли" in alert for alert in told if alert)
    assert all(seen and seen.labels for seen in (passer.newest() for passer in crowd))


async def test_taps_are_answered_before_the_two_hundred_messages_that_go_out(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    children = list_newcomers(RIVALS)
    await insure(town.app.store, children)
    crowd = gather_crowd(town.emulator, children)
    await settle_quietly(town, crowd)
    # Nobody has shown these people what the register said: the outbox tells them.
    town.clock.advance(timedelta(seconds=11))
    await town.chat.settings(pace=True)
    sweeping = town.app.tasks.start(town.app.outbox.sweep())
    behind: list[int] = []
    for step in ("Записаться к врачу", "Педиатр", "Назад", "Меню"):
        await asyncio.sleep(0.7)
        sent = len(await town.chat.calls("sendMessage"))
        (seen,) = [message for message in await unhurried(town) if message.button(step)]
        assert (await town.mother.press_data(seen.id, data_of(seen, step))).answered
        behind.append(len(await town.chat.calls("sendMessage")) - sent)
    print(f"messages that went out while a tap was answered: {behind}")
    assert not sweeping.done()
    assert await sweeping == RIVALS
    assert not await town.chat.refusals("sendMessage")


async def unhurried(town: Town) -> list[ChatMessage]:
    """The mother's chat as it is; the bot is far from being at rest."""
    view = await town.chat.request("GET", f"/people/{town.mother.id}/chat")
    return [ChatMessage.read(message) for message in view["messages"] if message["bot"]]
