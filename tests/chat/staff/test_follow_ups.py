"""Follow-ups: the code of a visit and the sheet of a doctor start the booking with that doctor from a day on."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image
from zxingcpp import read_barcodes

from bot.booking.follow_up import FollowUp, read_follow_up, word_in_days, word_on_day
from bot.core.i18n import MOSCOW
from bot.glossary import DoctorId
from tests.chat.actions import (
    ALINA,
    ARTYOM,
    MARIA,
    PETROVA,
    at_desk,
    book,
    choose,
    moscow,
    pass_until,
    say,
    settle_in,
)
from tests.chat.person import Person
from tests.chat.town import Town


async def file_of(town: Town, person: Person, kind: str) -> bytes:
    sent = [each for each in await person.messages() if each.raw.get(kind)][-1].raw[kind]
    stored = town.emulator.files.get((sent[-1] if isinstance(sent, list) else sent)["file_id"])
    assert stored is not None
    return bytes(stored.data)


def codes_in(picture: Image.Image) -> list[str]:
    return sorted(found.text for found in read_barcodes(picture))


def start_of(text: str) -> str:
    found = re.fullmatch(r"https://t\.me/\w+\?start=(again_[\w-]+)", text)
    assert found, text
    assert len(found[1]) <= 64
    return found[1]


def test_word_of_a_follow_up_is_read_back_and_nothing_else_is() -> None:
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    doctor = DoctorId(12)

    def read(word: str) -> FollowUp | None:
        return read_follow_up(word.removeprefix("again_"), now, MOSCOW)

    assert read(word_on_day(doctor, date(2026, 12, 6))) == FollowUp(doctor, date(2026, 12, 6))
    assert read(word_in_days(doctor, 10)) == FollowUp(doctor, date(2026, 12, 3))
    for wrong in ("", "12", "12_", "x_10", "12_on20261399", "12_1000", "12_10_3", "12_on2026", "١٢_10"):
        assert read(f"again_{wrong}") is None, wrong


@pytest.mark.requirement("C22")
async def test_code_of_a_visit_starts_booking_with_its_doctor_from_that_day(town: Town) -> None:
    mother, clerk = town.mother, town.registrar
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, "вт 24", "08:00")
    await at_desk(town, "24 ноября")
    await choose(clerk, re.compile("Мария И."), "Контрольный приём: код")
    await choose(clerk, "Через 7 дней")
    [code] = codes_in(Image.open(BytesIO(await file_of(town, clerk, "photo"))))
    await pass_until(town, moscow(25, 9))
    await mother.start(start_of(code))
    days = await mother.screen()
    assert "Контрольный приём с 1 декабря: Петрова Анна Сергеевна" in days.text
    assert days.labels[0].startswith("вт 01.12")
    assert not [label for label in days.labels if ".11" in label]
    await choose(mother, re.compile(r"^вт 01\.12"), re.compile(r"^\d\d:\d\d"))
    assert "Мария записана" in (await choose(mother, "Записаться")).text


async def test_sheet_of_a_doctor_has_a_code_for_each_term(town: Town) -> None:
    mother, clerk = town.mother, town.registrar
    await settle_in(mother, MARIA, ALINA)
    await at_desk(town)
    await say(clerk, "/desk")
    await choose(clerk, "Расписания", PETROVA, "Листок: контрольный приём")
    pages = pypdfium2.PdfDocument(await file_of(town, clerk, "document"))
    assert len(pages) == 1
    codes = codes_in(pages[0].render(scale=3).to_pil())
    assert [re.sub(r"^.*_", "", code) for code in codes] == ["10", "14", "30", "7"]
    assert "Контрольный приём: Петрова Анна Сергеевна" in pages[0].get_textpage().get_text_range()
    await mother.start(start_of(codes[-1]))
    assert "Кого записать?" in (await mother.screen()).text
    days = await choose(mother, re.compile("^Мария"))
    assert "Контрольный приём с 30 ноября" in days.text
    await mother.start(start_of(codes[2]))
    await choose(mother, re.compile("^Мария"))
    assert "Свободного времени с этого дня пока нет." in (await mother.screen()).text
    assert "Какой день?" in (await choose(mother, "И более ранние дни")).text


async def test_code_helps_those_who_cannot_book_yet_and_a_wrong_one_is_said(town: Town) -> None:
    await town.stranger.start("again_1_10")
    assert "потом откройте код ещё раз" in (await town.stranger.screen()).text
    await settle_in(town.mother, ARTYOM)
    for wrong in ("again_1_1000", "again_99999999_10", "again_1_on20269999"):
        known = await town.mother.messages()
        await town.mother.start(wrong)
        assert len(await town.mother.messages()) > len(known)
        assert "Контрольный" not in (await town.mother.screen()).text
