"""Taps of 300 people at once on one core, against as many of the plain aiogram handler of ``taps.py``."""

from __future__ import annotations

import asyncio

from aiogram import Dispatcher

from bot.core.people import Purpose
from dialogs.account.links import Home
from tests.bench.family import Family, family
from tests.bench.figures import Bench, Figure, Measure, Sample, cpu, interleaved
from tests.bench.taps import LIMIT, plain_handler
from tests.bench.updates import UpdateFeed, telegram, without_limit

PEOPLE = range(20_001, 20_301)
ROUNDS_OF = 4
"""crowds of each side in a round"""


async def taps_per_second(bench: Bench, name: str) -> Figure:
    """The processor time of 300 taps on the menu: how many times as many the floor answers in a second of one core."""
    with without_limit():
        async with telegram() as address, family(bench, address) as people:
            for person in PEOPLE:
                await _join(people, person)
            floor = Dispatcher()
            floor.callback_query.register(plain_handler(people.app.store.database, writes=0))
            effort = bench.effort._replace(samples=min(bench.effort.samples, ROUNDS_OF))
            compared = await interleaved(
                _crowd(people.feed, people.app.dispatcher), _crowd(people.plain, floor), effort, warm_up=1
            )
    return Figure(name, compared.ratio, LIMIT, f"plain_aiogram_{len(PEOPLE)}_people", compared.samples)


CROWD: dict[str, Measure] = {"taps_per_second": taps_per_second}


async def _join(people: Family, person: int) -> None:
    feed, app = people.feed, people.app
    await feed.handle(app.dispatcher, feed.typed("/start", person))
    account = await app.store.storage.read(lambda view: view.accounts.find(person))
    assert account is not None, "/start makes an account"
    for purpose in Purpose:
        await app.services.consents.give(account.id, purpose, "0" * 64)


def _crowd(feed: UpdateFeed, dispatcher: Dispatcher) -> Sample:
    taps = [feed.pressed(Home().pack(), person) for person in PEOPLE]

    async def all_at_once() -> None:
        await asyncio.gather(*(feed.handle(dispatcher, tap) for tap in taps))

    return cpu(all_at_once)
