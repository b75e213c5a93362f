"""Booking with a referral: by whoever may see it, or by its number; spent, given back, kept and refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.core.clinic import VisitType
from dialogs.booking.links import Days, Doctors, Review, TakeSoonest, Times
from tests.chat.actions import (
    ARTYOM,
    DAY,
    MARIA,
    TIME,
    book,
    children_of,
    choose,
    labels,
    moscow,
    pass_until,
    say,
    settle_in,
)
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.referrals import NUMBER, free_numbers, refer, share_phone
from tests.chat.town import Town

NEUROLOGIST = "Невролог · направление"
LINE = "Направление № Н‑7К4М9Х до 12 декабря"
NO_SUCH = "Действующего направления с таким номером"


async def to_neurologist(person: Person) -> ChatMessage:
    await say(person, "/book")
    return await choose(person, NEUROLOGIST)


async def to_prompt(person: Person) -> ChatMessage:
    await to_neurologist(person)
    return await choose(person, "Ввести номер направления")


async def book_soonest(person: Person, day: int = 0) -> ChatMessage:
    """Book from the screen of the doctors, by default on the first day."""
    doctor = next(each for each in (await person.screen()).labels if " · " in each and "Любой" not in each)
    days = await choose(person, doctor)
    await choose(person, labels(days, DAY)[day])
    return await choose(person, TIME, "Записаться")


# --- who may see it ---------------------------------------------------------------------------------------------------


async def test_whoever_the_clinic_knows_goes_on_to_the_doctors_and_books(town: Town) -> None:
    mother = town.mother
    await refer(town)
    await settle_in(mother, MARIA)
    await share_phone(town, mother)
    doctors = await to_neurologist(mother)
    assert "Рядом с врачом — ближайшее время" in doctors.text
    assert LINE in doctors.text
    assert "записан" in (await book_soonest(mother)).text
    assert await free_numbers(town) == []


async def test_who_typed_all_data_learns_of_no_referral(town: Town) -> None:
    await refer(town)
    await settle_in(town.stranger, MARIA)
    asked = await to_neurologist(town.stranger)
    assert "по направлению от педиатра" in asked.text
    assert "Н‑7" not in asked.text
    assert asked.button("Ввести номер направления")


# --- the number -------------------------------------------------------------------------------------------------------


async def test_number_opens_the_doctors_and_review_names_the_referral(town: Town) -> None:
    stranger = town.stranger
    await refer(town)
    await settle_in(stranger, MARIA)
    await to_prompt(stranger)
    doctors = await say(stranger, " h-7к4м 9х ")
    assert LINE in doctors.text
    await choose(stranger, "Любой врач")
    assert LINE in (await stranger.screen()).text
    await say(stranger, "/start")
    assert LINE in (await to_neurologist(stranger)).text, "it is remembered for the card"


OTHERS: dict[str, dict[str, Any]] = {
    "no such": {"number": "Н-1"},
    "of another child": {"child": ARTYOM},
    "to another doctor": {"code": "cardiologist"},
    "over": {"until": date(2026, 11, 22)},
}


@pytest.mark.parametrize("other", OTHERS)
async def test_one_sentence_answers_every_number_that_cannot_be_used(town: Town, other: str) -> None:
    mother = town.mother
    await refer(town, **OTHERS[other])
    await settle_in(mother, MARIA)
    await to_prompt(mother)
    assert NO_SUCH in (await say(mother, NUMBER)).text
    assert "Напишите номер так" in (await say(mother, "№ -")).text


async def test_spent_number_has_the_same_answer(town: Town) -> None:
    mother = town.mother
    await refer(town, until=date(2027, 1, 31))
    await settle_in(mother, MARIA)
    await to_prompt(mother)
    await say(mother, NUMBER)
    await book_soonest(mother)
    await pass_until(town, moscow(30, 20))
    await to_prompt(mother)
    assert NO_SUCH in (await say(mother, NUMBER)).text


async def test_numbers_cannot_be_guessed_without_end(town: Town) -> None:
    await refer(town)
    await settle_in(town.mother, MARIA)
    await to_prompt(town.mother)
    for number in range(5):
        await say(town.mother, f"Н-{number}")
    assert "Слишком много попыток" in (await say(town.mother, NUMBER)).text
    await town.pass_time(seconds=3600)
    await to_prompt(town.mother)
    assert LINE in (await say(town.mother, NUMBER)).text


# --- days, cancelling, moving -----------------------------------------------------------------------------------------


async def test_days_end_with_the_referral(town: Town) -> None:
    await refer(town, until=date(2026, 11, 26))
    await settle_in(town.mother, MARIA)
    await to_prompt(town.mother)
    doctors = await say(town.mother, NUMBER)
    doctor = next(each for each in doctors.labels if " · " in each and "Любой" not in each)
    days = labels(await choose(town.mother, doctor), DAY)
    assert days
    assert all(int(day[3:5]) <= 26 for day in days)


async def test_cancelled_visit_gives_the_referral_back(town: Town) -> None:
    mother = town.mother
    await refer(town)
    await settle_in(mother, MARIA)
    await to_prompt(mother)
    await say(mother, NUMBER)
    await book_soonest(mother)
    assert await free_numbers(town) == []
    await choose(mother, "Отменить", "Да, отменить")
    assert await free_numbers(town) == [NUMBER]
    assert LINE in (await choose(mother, "Записаться снова")).text


async def test_moved_visit_keeps_its_referral_and_its_last_day(town: Town) -> None:
    mother = town.mother
    await refer(town, until=date(2026, 11, 27))
    await settle_in(mother, MARIA)
    await to_prompt(mother)
    await say(mother, NUMBER)
    await book_soonest(mother, 1)
    days = labels(await choose(mother, "Перенести"), DAY)
    assert all(int(day[3:5]) <= 27 for day in days)
    await choose(mother, days[-1])
    times = labels(await mother.screen(), TIME)
    moved = await choose(mother, times[-1])
    assert "до 27 ноября" in moved.text
    assert "перенес" in (await choose(mother, "Перенести")).text.lower()
    assert await free_numbers(town) == []


# --- what is refused --------------------------------------------------------------------------------------------------


async def test_forged_buttons_need_a_referral_too(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await refer(town)
    [child] = await children_of(town, mother)
    await to_neurologist(mother)
    directory = town.app.services.directory
    clinic = next(each for each in await directory.clinics() if each.name == "Детская № 12")
    specialty = next(each for each in await directory.specialties(clinic) if each.code == "neurologist")
    doctor, *_ = await directory.doctors(clinic, specialty)
    start = moscow(26, 10)
    for link in (
        Doctors(patient=child.id, clinic=clinic.id, specialty=specialty.id),
        TakeSoonest(patient=child.id, clinic=clinic.id, specialty=specialty.id),
        Days(patient=child.id, doctor=doctor.id),
        Times(patient=child.id, doctor=doctor.id, day=start.date()),
        Review(patient=child.id, doctor=doctor.id, start=start, kind=VisitType.CHECKUP),
    ):
        pressed = await mother.press_data((await mother.screen()).id, link.pack())
        assert "нужно направление" in str(pressed.alert), link
        assert (await mother.screen()).button("Ввести номер направления")


async def test_referral_that_was_spent_meanwhile_is_refused_with_a_way_out(town: Town) -> None:
    mother = town.mother
    await refer(town)
    await settle_in(mother, MARIA)
    await to_prompt(mother)
    await say(mother, NUMBER)
    await choose(mother, "Любой врач")
    await town.app.store.database.write(lambda connection: connection.execute("DELETE FROM registry_referrals", {}))
    refused = await mother.press("Записаться")
    assert "нужно направление" in str(refused.alert)
    assert (await mother.screen()).button("Ввести номер направления")


# --- the card ---------------------------------------------------------------------------------------------------------


async def test_card_lists_unused_referrals_to_whoever_may_see_them(town: Town) -> None:
    mother, stranger = town.mother, town.stranger
    await refer(town)
    for person in (mother, stranger):
        await settle_in(person, MARIA)
    await share_phone(town, mother)
    await say(mother, "/children")
    shown = await choose(mother, "Мария И.", "Направления")
    assert f"Невролог. {LINE}" in shown.text
    await say(stranger, "/children")
    hidden = await choose(stranger, "Мария И.", "Направления")
    assert "Н‑7" not in hidden.text
    assert "Неиспользованных направлений" in hidden.text


# --- its end ----------------------------------------------------------------------------------------------------------

ENDS = "Направление скоро закончится"


async def known_with_clinic(town: Town) -> None:
    """Let the mother see the referral, with a clinic of her own for the card."""
    await settle_in(town.mother, MARIA)
    await book(town.mother)
    await share_phone(town, town.mother)


async def told_of_the_end(town: Town) -> int:
    return sum(ENDS in each.text for each in await town.mother.messages())


async def test_end_is_told_once_a_week_before_with_the_way_to_the_doctors(town: Town) -> None:
    await refer(town, until=date(2026, 12, 3))
    await known_with_clinic(town)
    await share_again(town)
    await pass_until(town, moscow(26, 12))
    assert await told_of_the_end(town) == 0
    await pass_until(town, moscow(27, 12))
    told = await town.mother.wait_for(ENDS)
    assert "Мария И. → невролог, до 3 декабря" in told.text
    await share_again(town)
    await pass_until(town, moscow(28, 12))
    assert await told_of_the_end(town) == 1
    await town.mother.press("Записаться к врачу", told)
    assert "до 3 декабря" in (await town.mother.screen()).text


async def test_end_of_an_imported_one_is_told_although_nobody_has_looked(town: Town) -> None:
    await known_with_clinic(town)
    await refer(town, until=date(2026, 12, 5))
    await pass_until(town, moscow(24, 12))
    assert await told_of_the_end(town) == 0
    await pass_until(town, moscow(29, 12))
    assert await told_of_the_end(town) == 1


async def share_again(town: Town) -> None:
    for child in await children_of(town, town.mother):
        await town.app.services.elsewhere.look(child.id, at_once=True)


@pytest.mark.parametrize("why", ["spent", "phone removed"])
async def test_end_is_not_told_of_a_spent_one_or_to_whoever_may_not_see_it(town: Town, why: str) -> None:
    mother = town.mother
    await refer(town, until=date(2026, 12, 3))
    await known_with_clinic(town)
    if why == "spent":
        await to_neurologist(mother)
        await book_soonest(mother)
    else:
        await say(mother, "/data")
        await choose(mother, "Телефон и почта", "Убрать номер")
    await pass_until(town, moscow(28, 12))
    assert await told_of_the_end(town) == 0
