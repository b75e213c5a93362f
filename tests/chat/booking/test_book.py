"""Booking a visit: every step from the specialty to the number of the visit."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import pytest

from bot.clinics.port import Booking, OutcomeUnknown
from storage.database.connection import Connection
from storage.registry.rows import RegistryCipher
from storage.registry.system import Registry
from tests.chat.actions import (
    ALINA,
    ARTYOM,
    DAY,
    FRIDAY,
    GROMOV,
    MARIA,
    MOMENT,
    PETROVA,
    REF,
    THURSDAY,
    TIME,
    ZAITSEV,
    account_of,
    at_desk,
    book,
    children_of,
    choose,
    labels,
    moscow,
    new_messages,
    ref_of,
    review,
    say,
    settle_in,
    to_days,
    to_times,
)
from tests.chat.policy_register import register_down
from tests.chat.town import Town

AT_GARDEN = ("Детская № 12",)


# --- step by step -----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("B6", "B13", "B57", "C6", "C21", "D13")
async def test_booked_visit_shows_number_time_room_doctor_and_masked_policy(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    booked = await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    assert re.match(r"✅ Мария записана. Номер записи " + REF.pattern, booked.text)
    for fact in ("Мария И.", "педиатр Петрова Анна Сергеевна", "чт 26 ноября, 08:00", "кабинет 101", "••••\u00a00014"):
        assert fact in booked.text
    assert "Напомню: ср 25 ноября, 18:00" in booked.text
    assert {"Перенести", "Отменить"} <= set(booked.labels)
    copies = [button.value["text"] for row in booked.buttons for button in row if button.action == "copy_text"]
    number = REF.search(booked.text)
    assert number
    assert copies == [number[0].replace("\u2011", "-"), "Садовая, 5"]


async def test_review_counts_down_to_the_end_of_the_hold_and_confirms_in_green(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    review = await choose(mother, "Записаться", *AT_GARDEN, "Педиатр", PETROVA, THURSDAY, "08:00")
    assert "Держу это время для вас. Конец брони: через 3 минуты." in review.text
    assert 'data-format="r">через 3 минуты</time>' in review.html
    assert {button.text: button.style for row in review.buttons for button in row if button.style} == {
        "Записаться": "success"
    }


@pytest.mark.requirement("C22")
async def test_booked_visit_is_in_the_clinics_schedule(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    assert "08:00 · Мария И., 2018, 0014 · Педиатр" in (await at_desk(town)).labels


@pytest.mark.requirement("B2", "C5")
async def test_second_booking_skips_the_choice_of_patient_and_clinic(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    specialties = await say(mother, "/book")
    assert "К какому врачу? Пациент: Мария И." in specialties.text
    assert "Детская № 12" in specialties.text
    again = await review(mother, "ЛОР", ZAITSEV, FRIDAY)
    assert "Проверьте запись" in again.text


@pytest.mark.requirement("B12")
async def test_next_booking_starts_at_the_clinic_of_the_last_visit(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "ЛОР", "Гусева", DAY, TIME, "Детская № 7")
    assert "Поликлиника: Детская № 7" in (await say(mother, "/book")).text


@pytest.mark.requirement("B12", "B16", "C21", "C33", "D13")
async def test_each_step_offers_only_what_fits_the_previous_choice(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await say(mother, "/book")
    doctors = await choose(mother, "ЛОР")
    assert {label.split(" ")[0] for label in doctors.labels} == {"Любой", "Зайцев", "Сомова", "Назад", "Меню"}
    days = await choose(mother, ZAITSEV)
    assert "лор" in days.text.lower()
    assert all(not label.endswith("· 0") for label in days.labels)
    day = labels(days, DAY)[0]
    times = await choose(mother, day)
    assert len(labels(times, TIME)) == int(day.rpartition("(")[2].rstrip(")"))
    reviewed = await choose(mother, TIME)
    assert "Зайцев Олег Викторович" in reviewed.text


async def test_doctors_of_another_age_or_sex_are_not_offered(town: Town) -> None:
    await settle_in(town.mother, ARTYOM)
    await say(town.mother, "/book")
    at_garden = await choose(town.mother, *AT_GARDEN)
    assert "Гинеколог" not in " ".join(at_garden.labels)
    adult = await choose(town.mother, "Другая поликлиника", "Ещё поликлиники", "Взрослая № 3")
    assert "Врачей для этого возраста здесь нет" in adult.text
    assert at_garden.button("Педиатр")


async def test_specialty_with_referral_leads_to_the_pediatrician(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await say(mother, "/book")
    answer = await choose(mother, "Невролог · направление")
    assert "по направлению от педиатра" in answer.text
    assert "+7 000 000-12-12" in answer.text
    assert "Педиатр" in (await choose(mother, "К педиатру")).text


@pytest.mark.requirement("C5")
async def test_any_doctor_is_the_one_with_the_soonest_time(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await say(mother, "/book")
    offered = await choose(mother, "Педиатр")
    assert offered.button("Любой врач · сегодня 12:30")
    reviewed = await choose(mother, "Любой врач")
    assert "сегодня, пн 23 ноября, 12:30" in reviewed.text
    assert "записан" in (await choose(mother, "Записаться")).text


async def test_specialty_of_a_doctor_without_a_room_is_escaped(town: Town) -> None:
    """The days of a doctor show the specialty's name as it is, and Telegram reads no markup in it."""

    async def change(connection: Connection) -> None:
        await connection.execute(
            "UPDATE registry_specialties SET name = 'Педиатр <3', code = 'other' WHERE name = 'Педиатр'", {}
        )
        await connection.execute("UPDATE registry_doctors SET room = ''", {})

    await town.app.store.database.write(change)
    await settle_in(town.mother, MARIA)
    days = await to_days(town.mother, "Педиатр <3", PETROVA)
    assert "\nпедиатр <3\n" in days.text


async def test_specialty_without_free_time_offers_another_clinic(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await town.app.store.database.write(
        lambda connection: connection.execute(
            "UPDATE registry_slots SET status = 'BLOCKED' WHERE specialty_id = :ent", {"ent": 2}
        )
    )
    await say(mother, "/book")
    answer = await choose(mother, "ЛОР · нет мест")
    assert "мест нет" in answer.text
    assert {"Другая поликлиника", "Назад", "Меню"} <= set(answer.labels)


@pytest.mark.requirement("B18")
async def test_review_and_times_show_the_length_and_the_kind_of_each_time(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    lasting, kinds = {}, {}
    listed = await to_times(mother)
    for time in labels(listed, TIME):
        reviewed = await review(mother, "Педиатр", PETROVA, THURSDAY, time)
        lasting[time] = re.findall(r"(\d+) минут\n", reviewed.text)[0]
        kinds[time] = re.findall(r"Вид приёма: (.+)", reviewed.text)[0]
    assert lasting == {"08:00 · осмотр": "30", "09:00 · справка": "15", "10:45 · длинный": "45"}
    assert kinds == {"08:00 · осмотр": "осмотр", "09:00 · справка": "справка", "10:45 · длинный": "длинный"}


@pytest.mark.requirement("B26")
async def test_review_shows_details_and_cancellation_rule_above_the_button(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    reviewed = await review(mother)
    assert "Мария И." in reviewed.text
    assert "Отменить или перенести без последствий можно до этого времени: ср 25 ноября, 08:00" in reviewed.text
    assert reviewed.labels[0] == "Записаться"
    late = await review(mother, "Педиатр", PETROVA, "пн 23")
    assert "До приёма меньше суток. Если передумаете" in late.text


@pytest.mark.requirement("C34")
async def test_back_from_each_step_keeps_the_earlier_choices(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await review(mother)
    assert "Четверг, 26 ноября" in (await choose(mother, "Другое время")).text
    assert "Петрова Анна Сергеевна" in (await choose(mother, "Другой день")).text
    assert "Педиатр. Рядом с врачом" in (await choose(mother, "Назад")).text
    assert "К какому врачу?" in (await choose(mother, "Назад")).text


async def test_declined_review_releases_the_time_at_once(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await settle_in(town.father, ARTYOM)
    await review(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await choose(town.mother, "Не записываться")
    assert (await to_times(town.father, "Педиатр", PETROVA, THURSDAY, *AT_GARDEN)).button("08:00")


@pytest.mark.requirement("A32")
async def test_visit_is_booked_moved_and_cancelled_at_three_in_the_night(town: Town) -> None:
    mother = town.mother
    await town.pass_time(seconds=(moscow(24, 3) - town.clock.now()).total_seconds())
    await settle_in(mother, MARIA)
    assert "записан" in (await book(mother)).text
    assert "Перенесено" in (await choose(mother, "Перенести", FRIDAY, TIME, "Перенести")).text
    assert "Запись отменена" in (await choose(mother, "Отменить", "Да, отменить")).text


async def test_clinic_in_another_zone_shows_its_local_time(town: Town) -> None:
    await settle_in(town.mother, ALINA)
    booked = await book(town.mother, "Педиатр", "Уральская", DAY, TIME, "Детская № 4, Урал")
    assert re.search(r"\d\d:\d\d по Екатеринбургу\n", booked.text)
    assert "18:00 по Екатеринбургу" in booked.text


@pytest.mark.requirement("D38")
async def test_visit_is_booked_for_the_person_whose_policy_was_verified(town: Town) -> None:
    """With two children, each visit is booked for the right one."""
    mother = town.mother
    await settle_in(mother, MARIA, ARTYOM)
    await book(mother, "Педиатр", PETROVA, THURSDAY, TIME, "Мария")
    await book(mother, "Педиатр", "Ким", DAY, TIME, "Артём", "Детская № 7")
    rows = await town.app.store.database.read(
        lambda connection: connection.fetch(
            "SELECT number_index FROM registry_bookings b JOIN registry_persons p ON p.id = b.person_id WHERE b.key "
            "IS NOT NULL ORDER BY b.id",
            {},
        )
    )
    cipher = RegistryCipher(town.app.store.cipher, town.app.store.index)
    assert [row["number_index"] for row in rows] == [
        cipher.policy_index(child.policy_number) for child in (MARIA, ARTYOM)
    ]


# --- a slow clinic ----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("B57", "D3")
async def test_unconfirmed_booking_shows_a_request_number_until_the_answer(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clinic books, but its answer is lost: the same booking is found later and sent."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await review(mother)
    booked = Registry.book
    with monkeypatch.context() as trouble:
        trouble.setattr(Registry, "book", answer_is_lost_after(booked))
        pressed = await mother.press("Записаться")
        waiting = await mother.screen()
    assert pressed.alert is not None
    assert "не подтвердила вовремя" in pressed.alert
    assert "записан" not in waiting.text
    assert "обычно в течение минуты" in waiting.text
    number = ref_of(waiting)
    await town.pass_time(seconds=25)
    sent = await mother.screen()
    assert f". Номер записи {number}" in sent.text
    assert len(labels(await at_desk(town), re.compile("Мария И."))) == 1


def answer_is_lost_after(book_there: Callable[..., Awaitable[Booking]]) -> Callable[..., Awaitable[Booking]]:
    """Make a clinic's booking succeed and lose its answer."""

    async def book_and_lose_the_answer(self: Registry, *request: object) -> Booking:
        await book_there(self, *request)
        raise OutcomeUnknown

    return book_and_lose_the_answer


async def test_silent_clinic_is_reported_and_the_button_retries(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await to_times(mother)
    with register_down(monkeypatch, "hold"):
        await mother.press("08:00")
        answer = await mother.screen()
    assert "не отвечает" in answer.text
    assert "Проверьте запись" in (await choose(mother, answer.labels[0])).text


# --- screen or message ------------------------------------------------------------------------------------------------


async def test_booking_shown_on_the_screen_sends_no_message(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    before = await mother.messages()
    for _ in range(3):
        await town.pass_time(seconds=15)
    assert await new_messages(mother, before) == []


@pytest.mark.requirement("D11")
async def test_booking_whose_screen_failed_is_sent_as_a_message(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await review(mother)
    await town.chat.fault("500", method="editMessageText", chat=mother.id, times=None)
    broken = await mother.press("Записаться")
    await town.chat.clear_faults()
    assert "Проверьте запись" in (await mother.screen()).text
    assert broken.alert
    await town.pass_time(seconds=15)
    sent = await mother.screen()
    assert ". Номер записи" in sent.text
    assert MOMENT.search(sent.text)
    account = await account_of(town, mother)
    assert len(await town.app.services.visits.upcoming(account.id)) == 1


async def test_review_says_that_another_child_is_elsewhere_at_that_time(town: Town) -> None:
    """One parent cannot be in two clinics; in one clinic two children may be seen at the same time."""
    mother = town.mother
    await settle_in(mother, MARIA, ARTYOM)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00", "Мария")
    there = await review(mother, "Педиатр", "Ким", THURSDAY, "08:00", "Артём", "Детская № 7")
    assert "На это время уже есть запись: Мария И., Детская № 12, чт 26 ноября, 08:00." in there.text
    assert there.button("Записаться")
    await choose(mother, "Не записываться")
    at_other_time = await review(mother, "Педиатр", "Ким", THURSDAY, "13:00", "Артём", "Детская № 7")
    assert "уже есть запись" not in at_other_time.text
    await choose(mother, "Не записываться")
    nearby = await review(mother, "ЛОР", ZAITSEV, THURSDAY, TIME, "Артём", *AT_GARDEN)
    assert "уже есть запись" not in nearby.text


async def test_two_doctors_of_one_name_have_different_buttons(town: Town) -> None:
    """With the given name, then with the room; at the desk with the specialty."""

    async def rename(connection: Connection) -> None:
        await connection.execute(
            "UPDATE registry_doctors SET family = 'Петрова', given = 'Алла', patronymic = 'Сергеевна' "
            "WHERE id = (SELECT min(id) FROM registry_doctors WHERE clinic_id = 1 AND is_room = 0 "
            "AND family != 'Петрова' AND specialty_id = (SELECT min(specialty_id) FROM registry_doctors "
            "WHERE clinic_id = 1 AND family = 'Петрова'))",
            {},
        )

    await town.app.store.database.write(rename)
    await settle_in(town.mother, MARIA)
    await say(town.mother, "/book")
    offered = [label.partition(" · ")[0] for label in (await choose(town.mother, *AT_GARDEN, "Педиатр")).labels]
    assert {"Петрова Анна С.", "Петрова Алла С."} <= set(offered)
    assert len(offered) == len(set(offered))
    await at_desk(town)
    listed = [label.partition(" (")[0] for label in (await choose(town.registrar, "По врачам")).labels]
    assert {"Петрова Анна С.", "Петрова Алла С."} <= set(listed)
    assert len(listed) == len(set(listed))


async def test_doctor_of_other_ages_is_not_offered(town: Town) -> None:
    """Nor chosen as the soonest of any doctor."""
    own_ages = "UPDATE registry_doctors SET min_age = 12 WHERE family = 'Петрова'"
    await town.app.store.database.write(lambda connection: connection.execute(own_ages, {}))
    await settle_in(town.mother, MARIA)
    await say(town.mother, "/book")
    offered = await choose(town.mother, "Педиатр")
    assert offered.button(GROMOV) or "Громов" in offered.text
    assert not offered.button(PETROVA)
    account, [maria] = await account_of(town, town.mother), await children_of(town, town.mother)
    services = town.app.services
    [clinic, *_others] = await services.directory.clinics()
    pediatrician = next(each for each in await services.directory.specialties(clinic) if each.code == "pediatrician")
    found = await services.choices.soonest(account.id, maria.id, clinic.id, pediatrician.id, limit=3)
    assert [each.doctor.name.family for each in found if each.doctor.name.family == "Петрова"] == []
    assert len(found) == 3
