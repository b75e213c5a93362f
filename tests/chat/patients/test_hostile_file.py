"""A hostile file costs its sender an answer and nobody anything."""

from __future__ import annotations

import resource

import pytest

from tests.barcodes import barcode, on_paper, pdf, pdf417
from tests.chat.actions import MARIA, consent
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.town import Town
from tests.hostile_files import drawn_forms, huge_png

HERS = on_paper(pdf417(barcode(MARIA.policy_number, MARIA.name)))
MOST_GROWTH = 64 << 10
"""kilobytes"""


async def send_file(person: Person, data: bytes) -> ChatMessage:
    await person.send_document(data, name="полис.pdf", mime="application/pdf")
    return await person.screen()


@pytest.mark.requirement("A13")
async def test_next_parents_file_is_read_after_a_hostile_one(town: Town) -> None:
    await consent(town.stranger)
    await consent(town.mother)
    answer = await send_file(town.stranger, drawn_forms(deep=6))
    assert "Напишите номер полиса" in answer.text
    assert "15 марта 2018" in (await send_file(town.mother, pdf(HERS))).text


@pytest.mark.requirement("A13")
async def test_huge_picture_does_not_make_the_bot_grow(town: Town) -> None:
    await consent(town.mother)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = await send_file(town.mother, huge_png("RGBA"))
    assert "Напишите номер полиса" in answer.text
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_GROWTH
