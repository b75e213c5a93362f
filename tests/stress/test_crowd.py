"""Hundreds of people book at the same time; each time is booked once."""

from __future__ import annotations

import asyncio
import os
import re
import time
from datetime import timedelta

import pytest

from bot.telegram import pace
from storage.database.connection import Connection
from storage.registry.store import queries
from tests.builders import MONDAY
from tests.chat.actions import MARIA, TIME, data_of, settle_in
from tests.chat.insured_children import insure, make_children
from tests.chat.message import ChatMessage
from tests.chat.town import Town
from tests.stress.crowd import Participant, fetch, gather_crowd, set_up_accounts
from tests.time_limits import BUSY

PEOPLE = int(os.environ.get("PEOPLE", "40"))
"""`make crowd` runs it with three hundred."""

RIVALS, PLACES, READERS = min(200, PEOPLE * 3 // 2), 20, 200
SUNDAY = MONDAY + timedelta(days=6)
"""No doctor of the town works on Sunday, so the test alone publishes times for it."""

DOCTOR = re.compile(r"· (сегодня|завтра|\w\w \d+)")
LIVE = "SELECT b.slot_id FROM registry_bookings b WHERE b.key IS NOT NULL AND b.status = 'BOOKED'"


async def go_all_the_way(participant: Participant, at: int) -> None:
    """Book one visit; ``at`` spreads people over doctors, days and times, so that few times are taken."""
    await participant.settle_in()
    await participant.press("Записаться к врачу")
    for attempt in range(12):
        await participant.press("Детская № 12")
        await participant.press("Педиатр")
        seen = await turn(participant, at % 4)
        doctors = [label for label in seen.labels if DOCTOR.search(label)][1:]
        await participant.press(doctors[(at + attempt) % len(doctors)])
        days = (await participant.wait_for("Какой день?")).labels[:9]
        await participant.press(days[(at // 4 + attempt) % len(days)])
        offered = await participant.wait_for(re.compile("Выберите время|не осталось"))
        times = [label for label in offered.labels if TIME.search(label)]
        if times and not (await participant.press(times[(at // 36) % len(times)])).alert:
            await participant.press("Записаться")
            await participant.wait_for("записан")
            return
        participant.actor.say("/book")
    raise AssertionError(f"{participant.id} has booked no time")


async def turn(participant: Participant, pages: int) -> ChatMessage:
    """Turn the list of doctors so many pages on, if it has them; return the page."""
    seen = await participant.wait_for("Любой врач")
    for page in range(2, 2 + pages):
        if seen.button("Дальше"):
            await participant.press("Дальше")
            seen = await participant.wait_for(f"Стр. {page} из")
    return seen


@pytest.mark.requirement("C5")
async def test_crowd_is_booked_without_double_slots(town: Town) -> None:
    children = make_children(PEOPLE)
    await insure(town.app.store, children)
    crowd = gather_crowd(town.emulator, children)
    begun = time.monotonic()
    await asyncio.gather(*[go_all_the_way(participant, at) for at, participant in enumerate(crowd)])
    taken = [row["slot_id"] for row in await fetch(town, LIVE)]
    assert len(taken) == len(set(taken)) == PEOPLE
    slowest = max(participant.slowest for participant in crowd)
    waited = sum(participant.waited for participant in crowd)
    print(f"crowd people={PEOPLE} seconds={time.monotonic() - begun:.0f} slowest={slowest:.1f} retries={waited}")


async def publish_sunday(town: Town) -> None:
    """Publish twenty times of one doctor."""
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
        await queries.add_slots(connection, rows)

    await town.app.store.database.write(change)


async def open_sunday(participant: Participant) -> None:
    """Open the list of Sunday's times while all of them are free."""
    participant.actor.say("/book")
    for step in ("Детская № 12", "Педиатр", "Петрова", re.compile(rf"^вс 29\.11 \({PLACES}\)$")):
        await participant.press(step)
    await participant.wait_for("Выберите время")


async def book_sunday(participant: Participant, at: int) -> str:
    """Try to book one of the times; return the alert of a refusal, or "" after a booking."""
    times = [label for label in (await participant.wait_for("Выберите время")).labels if TIME.search(label)]
    press = await participant.press(times[at % PLACES])
    if press.alert:
        return press.text
    await participant.press("Записаться")
    await participant.wait_for("записан")
    return ""


async def test_each_contested_slot_is_booked_by_one_person(town: Town) -> None:
    await publish_sunday(town)
    children = make_children(RIVALS)
    await insure(town.app.store, children)
    crowd = gather_crowd(town.emulator, children)
    await set_up_accounts(town, crowd)
    await asyncio.gather(*[open_sunday(participant) for participant in crowd])
    alerts = await asyncio.gather(*[book_sunday(participant, at) for at, participant in enumerate(crowd)])
    taken = [row["slot_id"] for row in await fetch(town, LIVE)]
    assert len(taken) == len(set(taken)) == PLACES
    assert alerts.count("") == PLACES
    assert all("уже занято" in alert or "заняли" in alert for alert in alerts if alert)
    assert all(seen and seen.labels for seen in (participant.newest() for participant in crowd))


async def test_press_is_answered_while_outbox_sends_two_hundred_messages(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await settle_in(town.mother, MARIA)
    children = make_children(READERS)
    await insure(town.app.store, children)
    crowd = gather_crowd(town.emulator, children)
    await set_up_accounts(town, crowd)
    # The results of the policy checks were not shown, so the outbox sends them.
    town.clock.advance(timedelta(seconds=11))
    monkeypatch.setattr(pace, "FASTEST", 26.5)
    await town.chat.settings(rate_limits=True)
    sweeping = town.app.tasks.start(town.app.outbox.sweep())
    behind: list[int] = []
    for step in ("Записаться к врачу", "Детская № 12", "Педиатр", "Назад", "Меню"):
        await asyncio.sleep(0.3)
        seen = await message_with(town, step)
        sent = len(await town.chat.calls("sendMessage"))
        assert (await town.mother.press_data(seen.id, data_of(seen, step))).answered
        behind.append(len(await town.chat.calls("sendMessage")) - sent)
    print(f"messages sent before the answer to a press: {behind}")
    assert not sweeping.done()
    assert await sweeping == READERS
    assert not await town.chat.refusals("sendMessage")


async def message_with(town: Town, step: str) -> ChatMessage:
    """Return the bot's message to the mother that has this button, without waiting until the bot is idle."""
    async with asyncio.timeout(BUSY):
        while True:
            view = await town.chat.request("GET", f"/people/{town.mother.id}/chat")
            for message in view["messages"]:
                if message["bot"] and (seen := ChatMessage.read(message)).button(step):
                    return seen
            await asyncio.sleep(0.05)
