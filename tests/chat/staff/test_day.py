"""The day at the desk: marks and counts, the list on paper, a telephone on demand, and benefits."""

from __future__ import annotations

import re
from datetime import date

import pytest

from bot.clinics.desk_port import ClinicVisit
from bot.clinics.port import Booking, BookingStatus
from bot.core.clinic import VisitType
from bot.core.people import PersonName, Role
from bot.core.timing import MOSCOW
from bot.glossary import BookingRef, DoctorRef, PersonRef
from bot.staff.rules import Mark, count_day, marks_of
from tests.chat.actions import (
    ARTYOM,
    MARIA,
    PETROVA,
    THURSDAY,
    at_desk,
    book,
    choose,
    moscow,
    pass_until,
    say,
    send,
    settle_in,
)
from tests.chat.sent_files import file_of, text_of
from tests.chat.staff.test_arrivals import appoint
from tests.chat.town import Town


def visit(
    born: date, *, status: BookingStatus = BookingStatus.BOOKED, first: bool = False, benefit: bool = False
) -> ClinicVisit:
    starts = moscow(26, 8)
    booking = Booking(BookingRef("7"), None, PersonRef("1"), DoctorRef("1"), starts, starts, VisitType.CHECKUP, status)
    name = PersonName("Иванова", "Мария")
    return ClinicVisit(1, booking, name, born, 1, name, "Педиатр", first_here=first, has_priority=benefit)


@pytest.mark.requirement("B62")
@pytest.mark.parametrize(
    ("born", "expected"),
    [(date(2025, 11, 27), [Mark.INFANT]), (date(2025, 11, 26), []), (date(2026, 11, 1), [Mark.INFANT])],
)
def test_infant_is_marked_until_the_first_birthday(born: date, expected: list[Mark]) -> None:
    assert marks_of(visit(born), MOSCOW, ()) == expected


def test_marks_stand_in_their_order_and_days_are_counted() -> None:
    both = visit(date(2026, 1, 1), first=True, benefit=True)
    assert marks_of(both, MOSCOW, {BookingRef("7")}) == list(Mark)
    came, missed = (visit(date(2018, 1, 1), status=each) for each in (BookingStatus.FULFILLED, BookingStatus.NO_SHOW))
    assert count_day([both, came, missed], {BookingRef("7")}) == (1, 3, 1, 1)


@pytest.mark.requirement("C22")
async def test_day_shows_who_has_confirmed_come_and_is_here_first_and_is_printed(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await pass_until(town, moscow(25, 18))
    await choose(town.mother, "Придём")
    await pass_until(town, moscow(26, 7, 50))
    day = await at_desk(town)
    assert "подтвердили 1" in day.text
    await choose(town.registrar, "08:00 · Мария И.", "Пришёл")
    day = await at_desk(town)
    assert "пришли 1" in day.text
    assert "08:00 ✅ · Мария И., 2018, 0014 · Педиатр" in day.labels
    seen = await choose(town.registrar, "По врачам", PETROVA)
    assert [
        label for label in seen.labels if re.match(r"08:00 ✅ · Мария И., 2018, 0014 · (впервые, )?подтверждено", label)
    ]
    await town.registrar.press("Список для печати")
    printed = file_of(town, await town.registrar.screen())
    for fact in ("Детская № 12", "Петрова", "08:00", "Иванова Мария Сергеевна, 15.03.2018", "подтверждено", "пришли"):
        assert fact in text_of(printed), fact
    history = await shown_history(town)
    assert "открыла полные данные" in history


async def shown_history(town: Town) -> str:
    await say(town.mother, "/children")
    return (await choose(town.mother, "Мария И.", "История")).text


@pytest.mark.requirement("B62")
async def test_benefit_is_noted_at_the_desk_after_its_papers_and_removed(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await at_desk(town)
    asked = await choose(town.registrar, "08:00 · Мария И.", "Отметить льготу")
    assert "Вы видели документ о льготе?" in asked.text
    noted = await choose(town.registrar, "Да, отметить")
    assert "Есть льгота: без очереди" in noted.text
    assert "08:00 · Мария И., 2018, 0014 · льгота · Педиа." in (await at_desk(town)).labels
    await choose(town.registrar, "08:00 · Мария И.", "Снять льготу")
    assert "08:00 · Мария И., 2018, 0014 · Педиатр" in (await at_desk(town)).labels


async def test_only_the_desk_prints_a_day(town: Town) -> None:
    """Head and clerk do; an admin, a parent and a stranger get the answer of a missing screen."""
    print_day = f"Qp:{date(2026, 11, 26).toordinal()}:0"
    head, admin = await appoint(town, 1006, Role.HEAD), await appoint(town, 1007, Role.ADMIN)
    await settle_in(town.mother, MARIA)
    await settle_in(town.stranger, ARTYOM)
    for person in (admin, town.mother, town.stranger):
        await say(person, "/start")
        answer, _screen = await send(person, print_day)
        assert answer.alert == "Этого здесь больше нет. Вот что есть сейчас."
    await say(head, "/start")
    await send(head, print_day)
    assert "Детская № 12" in text_of(file_of(town, await head.screen()))
