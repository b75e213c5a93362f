"""A hostile file costs its sender an answer and nobody anything."""

from __future__ import annotations

import asyncio
import resource
from datetime import timedelta

import pytest

from bot.documents import policy_reader
from dialogs.kit import reading_sign
from tests.barcodes import barcode, jpeg, on_paper, pdf, pdf417
from tests.chat.actions import MARIA, choose, consent, say
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.town import Town
from tests.hostile_files import THIS_SECOND, drawn_forms, huge_png, patterns

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
    assert "Пришлите номер полиса" in answer.text
    assert "15 марта 2018" in (await send_file(town.mother, pdf(HERS))).text


@pytest.mark.requirement("A13")
async def test_huge_picture_does_not_make_the_bot_grow(town: Town) -> None:
    await consent(town.mother)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = await send_file(town.mother, huge_png("RGBA"))
    assert "Пришлите номер полиса" in answer.text
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_GROWTH


@pytest.mark.requirement("A13")
async def test_three_hostile_files_pause_files_and_leave_the_number(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = town.stranger
    await consent(stranger)
    with monkeypatch.context() as patch:
        patch.setattr(policy_reader, "READ_CPU", THIS_SECOND)
        for _ in range(3):
            assert "слишком сложный" in (await send_file(stranger, drawn_forms())).text
    assert "Следующий приму с 13:00" in (await send_file(stranger, pdf(HERS))).text
    assert "15 марта 2018" in (await say(stranger, MARIA.policy_number)).text
    await choose(stranger, "другой номер")
    town.clock.advance(timedelta(hours=1))
    assert "15 марта 2018" in (await send_file(stranger, pdf(HERS))).text


async def test_file_that_gets_no_turn_says_so_and_keeps_the_prompt(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    mother = town.mother
    await consent(mother)
    monkeypatch.setattr(policy_reader, "MOST_FILES", 0)
    answer = await send_file(mother, pdf(HERS))
    assert "Сейчас много снимков. Пришлите ещё раз через минуту" in answer.text
    assert "Пришлите номер полиса" in answer.text
    assert await town.chat.calls("getFile") == []
    monkeypatch.undo()
    assert "15 марта 2018" in (await send_file(mother, pdf(HERS))).text


async def test_bot_stops_while_a_hostile_file_is_read(town: Town) -> None:
    """The sender is asked to send it again; so is everybody whose file is being read."""
    await consent(town.stranger)
    await town.stranger.send_document(patterns(), name="полис.pdf", mime="application/pdf")
    while not await town.chat.calls("getFile"):  # noqa: ASYNC110 - the emulator has no event for it
        await asyncio.sleep(0.01)
    await town.restart()
    assert "Сейчас много снимков" in (await town.stranger.messages())[-1].text


# --- the sign that a photo is being read ------------------------------------------------------------------------------

SIGN = "Читаю файл. Это займёт несколько секунд."


async def signs(town: Town, method: str) -> list[str]:
    return [call["params"].get("text", "") for call in await town.chat.calls(method)]


async def test_slow_reading_is_shown_in_the_prompt_until_the_answer(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_sign, "SIGN_AFTER", 0)
    monkeypatch.setattr(reading_sign, "TYPING_LASTS", 0.05)
    await consent(town.mother)
    answer = await send_file(town.mother, pdf(HERS))
    assert "15 марта 2018" in answer.text
    shown = await signs(town, "editMessageText")
    assert shown[-2] == SIGN
    assert "15 марта 2018" in shown[-1].replace("\u00a0", " ")
    assert SIGN not in [message.text for message in await town.mother.messages()]
    assert await town.chat.calls("sendChatAction")


async def test_sign_names_what_is_read(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_sign, "SIGN_AFTER", 0)
    await consent(town.mother)
    await town.mother.send_photo(jpeg(HERS))
    assert "15 марта 2018" in (await town.mother.screen()).text
    assert "Читаю фото. Это займёт несколько секунд." in await signs(town, "editMessageText")
    await consent(town.father)
    await town.father.send_document(jpeg(HERS), name="полис.jpg", mime="image/jpeg")
    assert "15 марта 2018" in (await town.father.screen()).text
    assert SIGN not in await signs(town, "editMessageText"), "a picture that is sent as a file is a photo"


async def test_typed_answer_that_takes_long_is_worked_on_visibly(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_sign, "SIGN_AFTER", 0)
    await consent(town.mother)
    assert "15 марта 2018" in (await say(town.mother, MARIA.policy_number)).text
    assert [call["params"]["action"] for call in await town.chat.calls("sendChatAction")] == ["typing"]
    assert await town.chat.refusals() == []
