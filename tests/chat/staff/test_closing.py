"""Closing hours with booked people: forty visits at once through the services, and the screens of the desk."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from bot.booking.errors import SlotTaken
from bot.clinics.port import ClinicReason
from bot.clinics.schedule_port import DayHours
from bot.core.clinic import VisitType
from bot.core.people import Account, Purpose, Role
from bot.core.timing import MOSCOW
from bot.glossary import AppointmentId, DoctorId, Key, PatientId
from bot.staff.errors import DayHasChanged, DeskTimeOffered, NothingToCloseHere
from dialogs.staff.schedule_links import StandInNow
from tests.chat.actions import (
    MARIA,
    PETROVA,
    THURSDAY,
    book,
    choose,
    data_of,
    new_messages,
    ref_of,
    say,
    send,
    settle_in,
    visits,
)
from tests.chat.forged_buttons import of_schedule
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.town import Town
from tests.desk_code import CODE, set_code
from tests.storage.registry_world import TUESDAY, World, at, child, world_in
from tests.stress.inline_database import inline_database
from tests.stress.service_town import ServiceTown, make_template, open_service_town

KNOWN, MORE, ALONE = 28, 9, 3
"""children of fourteen families, of one more account, and those whom nobody keeps in the bot"""
FREE = 25
DAY = DayHours(TUESDAY)


@dataclass(frozen=True, slots=True)
class Busy:
    """A town whose doctor has forty visits on one day, and whose clinic has twenty-five other times."""

    town: ServiceTown
    doctor: int
    patients: list[tuple[Account, PatientId]]

    async def count(self, sql: str) -> int:
        [[found]] = await self.town.rows(sql)
        return int(found)

    async def messages(self, wanted: str) -> list[int]:
        return [chat for chat, screen in self.town.mailbox.messages if wanted in screen.text]


@pytest.fixture
async def busy(tmp_path: Path) -> AsyncIterator[Busy]:
    path = await make_template(tmp_path)
    async with world_in(tmp_path) as world:
        await prepare(world)
    async with inline_database(path, Random(1)) as database, open_service_town(database, KNOWN // 2) as town:
        patients = [(family.account, patient) for family in town.families for patient in family.patients]
        patients += await add_more(town)
        doctor = next(each for each in town.doctors if each.name.family == "Петрова")
        for number, (account, patient) in enumerate(patients):
            starts_at = time_of(ALONE + number)
            reviewed = await town.services.booking.review(account, patient, doctor.id, starts_at, VisitType.PLANNED)
            await town.services.booking.book(account.id, reviewed.order.id, None)
        for number in range(ALONE):
            person, starts_at = (await town.registry.check_policy(child(500 + number))).ref, time_of(number)
            [slot] = await town.registry.slots(doctor.ref, starts_at, starts_at + timedelta(minutes=1))
            await town.registry.book(Key(f"phone {number}"), person, slot.ref)
        town.clock.advance(timedelta(minutes=2))
        await town.work()
        town.mailbox.messages.clear()
        yield Busy(town, int(doctor.ref), patients)


def time_of(number: int) -> datetime:
    """Return when a visit of the day begins: one in four minutes from 7:00 on."""
    return at(7) + timedelta(minutes=4 * number)


async def prepare(world: World) -> None:
    doctor = int(await world.doctor())
    await world.run(
        "DELETE FROM registry_slots WHERE doctor_id = :id AND local_day = :day", id=doctor, day=str(TUESDAY)
    )
    for number in range(KNOWN + MORE + ALONE):
        await world.add_slot("Петрова", time_of(number), 4)
    sql = """
        DELETE FROM registry_slots WHERE id NOT IN (
            SELECT id FROM registry_slots WHERE specialty_id = 1 AND clinic_id = 1 AND local_day > :day
            ORDER BY starts_at, id LIMIT :free
        ) AND NOT (doctor_id = :id AND local_day = :day)
    """
    await world.run(sql, day=str(TUESDAY), free=FREE, id=doctor)
    for number in range(MORE):
        await world.insure(child(400 + number))
    for number in range(ALONE):
        await world.insure(child(500 + number))


async def add_more(town: ServiceTown) -> list[tuple[Account, PatientId]]:
    account = await town.services.accounts.find_or_add(2000, "ru")
    for purpose in Purpose:
        account = await town.services.consents.give(account.id, purpose, "digest")
    linked = [await town.services.patients.link(account, child(400 + number)) for number in range(MORE)]
    return [(account, patient.id) for patient in linked]


async def close(busy: Busy) -> int:
    closing = busy.town.services.closing
    shown = await closing.preview(busy.town.desk, busy.doctor, DAY)
    assert (shown.total, shown.alone) == (KNOWN + MORE + ALONE, ALONE)
    closure = await closing.close(busy.town.desk, busy.doctor, DAY, ClinicReason.DOCTOR_ILL, shown.total)
    return closure.number


async def a_minute_later(busy: Busy) -> None:
    busy.town.clock.advance(timedelta(minutes=1))
    await busy.town.work()


@pytest.mark.requirement("C22", "C23")
async def test_forty_visits_and_twenty_five_times(busy: Busy) -> None:
    """25 are kept, all different; those without one are first in the list; three stand on paper; each is told once."""
    number = await close(busy)
    await busy.town.work()
    assert busy.town.mailbox.messages == [], "for a minute it can be taken back"
    await a_minute_later(busy)
    await a_minute_later(busy)
    chats = Counter(chat for chat, _screen in busy.town.mailbox.messages)
    assert chats == Counter([await chat_of(busy, account) for account, _patient in busy.patients])
    assert await busy.count("SELECT count(DISTINCT slot_id) FROM registry_reservations") == FREE
    assert await first_in_line(busy) == KNOWN + MORE + ALONE - FREE
    shown = await busy.town.services.closing.closed(busy.town.desk, number)
    assert (shown.closure.visits, shown.closure.kept, len(shown.to_call)) == (40, FREE, ALONE)
    assert (
        sum("Держу для вас другое время" in screen.text for _chat, screen in busy.town.mailbox.messages) == FREE - ALONE
    )
    assert await busy.count("SELECT count(*) FROM outbox WHERE kind = 'REMINDER' AND status = 'QUEUED'") == 0


async def first_in_line(busy: Busy) -> int:
    """Count the places in the waiting list, of people with the bot and without it."""
    with_bot = await busy.count("SELECT count(*) FROM waitlist_entries WHERE is_first = 1 AND ended_at IS NULL")
    alone = await busy.count("SELECT count(*) FROM waiting_persons WHERE is_first = 1 AND ended_at IS NULL")
    return with_bot + alone


@pytest.mark.requirement("C22", "C23")
async def test_whoever_gets_nothing_waits_first_also_without_the_bot(busy: Busy) -> None:
    """The desk sees all of them; a visit that is booked since ends the place."""
    [[only]] = await busy.town.rows("SELECT min(id) FROM registry_slots WHERE local_day > :day", day=str(TUESDAY))
    await busy.town.database.write(
        lambda connection: connection.execute(
            "DELETE FROM registry_slots WHERE local_day > :day AND id <> :only", {"day": str(TUESDAY), "only": only}
        )
    )
    await close(busy)
    await a_minute_later(busy)
    services, desk = busy.town.services, busy.town.desk
    pages = [await services.waiting.page(desk, page) for page in range(4)]
    assert {each.total for each in pages} == {KNOWN + MORE + ALONE - 1}
    assert [each.place for page in pages for each in page.waits] == list(range(1, 40))
    alone = [each.visit for page in pages for each in page.waits if not each.is_in_bot]
    assert len(alone) == ALONE - 1, "the first visit of the day gets the only time"
    slot = await free_slot(busy, only)
    person = int(alone[0].booking.person)
    with pytest.raises(DeskTimeOffered):
        await services.desk_booking.book(desk, person, *slot)
    await services.desk_booking.book(desk, person, *slot, gives_away=True)
    await a_minute_later(busy)
    after = [each.visit for page in range(4) for each in (await services.waiting.page(desk, page)).waits]
    assert len(after) == KNOWN + MORE + ALONE - 1
    assert alone[0].number not in {each.number for each in after}
    assert len({each.number for each in after} - {each.visit.number for page in pages for each in page.waits}) == 1


async def free_slot(busy: Busy, slot: int) -> tuple[DoctorId, datetime, VisitType]:
    sql = """
        SELECT d.id, s.starts_at, s.visit_type FROM registry_slots s JOIN doctors d ON d.ref = CAST(s.doctor_id AS TEXT)
        WHERE s.id = :slot
    """
    [[doctor, starts_at, kind]] = await busy.town.rows(sql, slot=slot)
    return DoctorId(doctor), datetime.fromtimestamp(starts_at, UTC), VisitType(kind)


async def test_family_that_books_another_time_lets_the_kept_one_go(busy: Busy) -> None:
    await close(busy)
    await a_minute_later(busy)
    account, patient = busy.patients[0]
    kept = await kept_of(busy, patient)
    await busy.town.database.write(
        lambda connection: connection.execute(
            "INSERT INTO registry_slots (doctor_id, clinic_id, specialty_id, starts_at, ends_at, local_day, visit_type,"
            " status) SELECT doctor_id, clinic_id, specialty_id, starts_at + 36000, ends_at + 36000, local_day,"
            " visit_type, 'FREE' FROM registry_slots WHERE local_day > :day ORDER BY id LIMIT 1",
            {"day": str(TUESDAY)},
        )
    )
    [[slot]] = await busy.town.rows("SELECT max(id) FROM registry_slots")
    reviewed = await busy.town.services.booking.review(account, patient, *await free_slot(busy, slot))
    await busy.town.services.booking.book(account.id, reviewed.order.id, None)
    assert await busy.count("SELECT count(*) FROM registry_reservations") == FREE - 1
    other, stranger = busy.patients[-1]
    assert await busy.town.services.booking.review(other, stranger, *kept)
    sql = "SELECT count(*) FROM closed_visits WHERE declined_at IS NOT NULL"
    assert await busy.count(sql) == 1


@pytest.mark.requirement("C23")
async def test_parent_is_told_when_the_kept_time_goes_to_somebody_else(busy: Busy) -> None:
    """The desk closes the hours in which it is kept: another time is offered, once."""
    await close(busy)
    await a_minute_later(busy)
    await a_minute_later(busy)
    busy.town.mailbox.messages.clear()
    _account, patient = busy.patients[0]
    doctor, starts_at, _kind = await kept_of(busy, patient)
    [[number]] = await busy.town.rows("SELECT CAST(ref AS INTEGER) FROM doctors WHERE id = :id", id=doctor)
    span = DayHours(starts_at.astimezone(MOSCOW).date())
    services, desk = busy.town.services, busy.town.desk
    shown = await services.closing.preview(desk, number, span)
    assert shown.total == 0, "nobody is booked there: it is kept only"
    [[lost]] = await busy.town.rows("SELECT count(*) FROM closed_visits WHERE doctor = :ref", ref=str(number))
    await services.closing.close(desk, number, span, ClinicReason.DOCTOR_AWAY, 0)
    await a_minute_later(busy)
    await a_minute_later(busy)
    told = await busy.messages("Поликлиника отдала время, которое я держал для вас.")
    assert 0 < len(told) <= lost
    assert len(busy.town.mailbox.messages) == len(told)


async def chat_of(busy: Busy, account: Account) -> int:
    numbers = {family.account.id: 1000 + number for number, family in enumerate(busy.town.families)}
    return numbers.get(account.id, 2000)


@pytest.mark.requirement("C22", "C23")
async def test_opened_again_it_is_as_it_was(busy: Busy) -> None:
    """Whoever has taken the time that was kept keeps it; all others have the visit and the reminder again."""
    live = "SELECT count(*) FROM appointments WHERE status = 'BOOKED'"
    reminders = "SELECT count(*) FROM outbox WHERE kind = 'REMINDER' AND status = 'QUEUED'"
    before = await busy.count(reminders)
    number = await close(busy)
    await a_minute_later(busy)
    account, patient = busy.patients[0]
    kept = await kept_of(busy, patient)
    reviewed = await busy.town.services.booking.review(account, patient, *kept)
    await busy.town.services.booking.book(account.id, reviewed.order.id, None)
    await a_minute_later(busy)
    busy.town.mailbox.messages.clear()
    closure, done = await busy.town.services.closing.reopen(busy.town.desk, number)
    assert (closure.visits, done) == (40, (39, 1, 0))
    await a_minute_later(busy)
    await a_minute_later(busy)
    told = Counter(chat for chat, _screen in busy.town.mailbox.messages)
    assert told == Counter([await chat_of(busy, each) for each, _patient in busy.patients[1:]])
    assert await busy.count(live) == KNOWN + MORE
    assert await busy.count(reminders) == before
    assert await busy.count("SELECT count(*) FROM registry_reservations") == 0
    assert await first_in_line(busy) == 0
    assert await busy.count("SELECT count(*) FROM registry_slots WHERE status = 'BLOCKED'") == 0


async def kept_of(busy: Busy, patient: PatientId) -> tuple[DoctorId, datetime, VisitType]:
    """Return what is kept for a child; nobody else can have it."""
    [[visit]] = await busy.town.rows("SELECT id FROM appointments WHERE patient_id = :patient", patient=patient)
    time = await busy.town.store.storage.read(lambda view: view.closed_visits.find(AppointmentId(visit)))
    assert time is not None
    assert time.doctor is not None
    assert time.starts_at is not None
    assert time.visit_type is not None
    other, stranger = busy.patients[1]
    with pytest.raises(SlotTaken):
        await busy.town.services.booking.review(other, stranger, time.doctor, time.starts_at, time.visit_type)
    return time.doctor, time.starts_at, time.visit_type


async def test_taken_back_within_a_minute_nobody_is_told(busy: Busy) -> None:
    number = await close(busy)
    await busy.town.work()
    await busy.town.services.closing.reopen(busy.town.desk, number)
    for _minute in range(3):
        await a_minute_later(busy)
    assert busy.town.mailbox.messages == []


async def test_declined_visit_is_not_given_back(busy: Busy) -> None:
    number = await close(busy)
    await a_minute_later(busy)
    account, patient = busy.patients[0]
    [[visit]] = await busy.town.rows("SELECT id FROM appointments WHERE patient_id = :patient", patient=patient)
    await busy.town.services.kept_times.decline(account.id, AppointmentId(visit))
    assert await busy.count("SELECT count(*) FROM registry_reservations") == FREE - 1
    _closure, done = await busy.town.services.closing.reopen(busy.town.desk, number)
    assert done == (39, 1, 0)


async def test_two_registrars_work_on_one_day(busy: Busy) -> None:
    """One cancels a visit while the other reads the preview: nothing is closed by a question that is out of date."""
    shown = await busy.town.services.closing.preview(busy.town.desk, busy.doctor, DAY)
    await busy.town.services.staff.cancel(busy.town.desk, shown.visits[0].number, ClinicReason.DOCTOR_AWAY)
    what = busy.town.desk, busy.doctor, DAY, ClinicReason.DOCTOR_ILL
    with pytest.raises(DayHasChanged):
        await busy.town.services.closing.close(*what, shown.total)
    answers = await asyncio.gather(
        *[busy.town.services.closing.close(*what, shown.total - 1) for _registrar in range(2)], return_exceptions=True
    )
    assert sum(isinstance(each, (DayHasChanged, NothingToCloseHere)) for each in answers) == 1
    assert await busy.count("SELECT count(*) FROM registry_closures") == 1


# --- in the chat ------------------------------------------------------------------------------------------------------


async def to_day(town: Town) -> ChatMessage:
    """Open Thursday of the doctor Петрова at the desk."""
    seen = await say(town.registrar, "/start")
    if "код доступа" in seen.text:
        await say(town.registrar, CODE)
    return await choose(town.registrar, "Расписания", "Петрова А. С.", re.compile("26.11"))


async def test_day_is_closed_and_the_parent_takes_what_is_kept(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    known = await town.mother.messages()
    day = await to_day(town)
    assert "Занято: " in day.text
    asked = await choose(town.registrar, "Закрыть часы", "Весь день", "Врач заболел")
    assert "Закрыть? Четверг, 26 ноября: весь день" in asked.text
    done = await choose(town.registrar, "Да, закрыть")
    assert "Для них другое время: " in done.text
    await choose(town.registrar, re.compile("☎️ 08:30"))
    await town.registrar.press("Список для печати")
    assert (await changes_of(town, "full data shown at the desk")) == 9
    await town.pass_time(minutes=1)
    [message] = await new_messages(town.mother, known)
    assert "Держу для вас другое время" in message.text
    review = await town.mother.press_data(message.id, data_of(message, re.compile(" · ")))
    assert review.alert is None
    booked = await choose(town.mother, "Записаться")
    assert "✅" in booked.text
    assert ref_of(booked)


async def changes_of(town: Town, action: str) -> int:
    sql = "SELECT count(*) FROM audit WHERE action = :action"
    [[found]] = await town.app.store.database.read(lambda connection: connection.fetch(sql, {"action": action}))
    return int(found)


async def test_room_is_told_with_ways_to_stay_change_or_cancel(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    known = await town.mother.messages()
    await to_day(town)
    await choose(town.registrar, "Другой кабинет")
    assert "214" in (await say(town.registrar, "214")).text
    await town.pass_time(minutes=1)
    [message] = await new_messages(town.mother, known)
    assert "Кабинет: был" in message.text.replace("\u00a0", " ")
    assert message.labels[:3] == ["Остаться", "Другое время", "Отменить"]
    assert "214" in (await visits(town.mother)).text


async def member_of(town: Town, telegram_id: int, role: Role, clinic: int) -> Person:
    clinics = await town.app.services.directory.clinics()
    await town.app.services.accounts.appoint(telegram_id, role, clinics[clinic].id)
    await set_code(town.app.services, telegram_id)
    member = town.chat.person(telegram_id, first_name="Сотрудник")
    seen = await say(member, "/start")
    if "код доступа" in seen.text:
        await say(member, CODE)
    return member


async def changes(town: Town) -> list[int]:
    """Return counts of what the buttons of schedules could change."""
    sql = """
        SELECT (SELECT count(*) FROM registry_closures) AS closed, (SELECT count(*) FROM registry_changes) AS changed,
            (SELECT count(*) FROM registry_slots) AS slots, (SELECT count(*) FROM registry_slots WHERE status = 'FREE')
            AS free, (SELECT count(*) FROM outbox WHERE kind = 'DOCTOR_IS_LATE') AS late,
            (SELECT count(*) FROM registry_bookings WHERE called_at IS NOT NULL) AS called
    """
    [row] = await town.app.store.database.read(lambda connection: connection.fetch(sql, {}))
    return list(row)


async def test_whoever_may_not_sees_and_changes_nothing_of_a_schedule(town: Town) -> None:
    """An admin, a colleague of another clinic, one who was dismissed, a parent and a stranger."""
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await to_day(town)
    head = await member_of(town, 1007, Role.HEAD, 0)
    assert await choose(head, "Расписания", "Петрова А. С.")
    assert "Заменить насовсем" in (await head.screen()).labels
    await choose(town.registrar, "Закрыть часы", "С 12:00", "Врач заболел", "Да, закрыть")
    [row] = await town.app.store.database.read(
        lambda connection: connection.fetch("SELECT id, doctor_id FROM registry_closures", {})
    )
    dismissed = await member_of(town, 1008, Role.REGISTRAR, 0)
    await town.app.services.members.dismiss(1008)
    await say(town.stranger, "/start")
    others = [
        await member_of(town, 1005, Role.ADMIN, 0),
        await member_of(town, 1006, Role.REGISTRAR, 1),
        dismissed,
        town.mother,
        town.stranger,
    ]
    before = await changes(town)
    for person in others:
        for each in of_schedule(row["doctor_id"], row["id"]):
            answer, seen = await send(person, each.pack())
            assert "Мария И." not in seen.text or person is town.mother, each
            assert "Петрова" not in f"{answer.alert}{seen.text}" or person is town.mother, each
    assert await changes(town) == before
    for_good = StandInNow(doctor=row["doctor_id"], day=TUESDAY, substitute=2, for_good=True)
    await send(town.registrar, for_good.pack())
    assert await changes(town) == before, "a registrar replaces nobody for good"


async def test_day_of_a_stand_in_says_who_sees_the_patients(town: Town) -> None:
    await to_day(town)
    await choose(town.registrar, "Замена врача", "Громов И. А.", "Да, заменить")
    day = await to_day(town)
    assert "Принимает: Громов И. А." in day.text.replace("\u00a0", " ")
    assert "Закрыто" not in day.text
    week = (await choose(town.registrar, "Назад")).text.replace("\u00a0", " ")
    [line] = [each for each in week.splitlines() if "26.11" in each]
    assert "принимает Громов И. А." in line
    assert "закрыто" not in line
    assert sum("принимает" in each for each in week.splitlines()) == 1


async def test_hours_that_a_stand_in_does_not_take_stay_closed(town: Town) -> None:
    await to_day(town)
    await choose(town.registrar, "Закрыть часы", "С 12:00", "Врач заболел", "Да, закрыть")
    await to_day(town)
    await choose(town.registrar, "Замена врача", "Громов И. А.", "Да, заменить")
    day = await to_day(town)
    assert "Принимает: Громов И. А." in day.text.replace("\u00a0", " ")
    assert day.button("Закрыто: 12:00–24:00")


async def test_delay_is_told_to_who_is_still_to_come(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "10:45")
    await town.pass_time(days=2, hours=20)
    known = await town.mother.messages()
    await to_day(town)
    await choose(town.registrar, "Врач задерживается")
    await say(town.registrar, "25")
    await choose(town.registrar, "Да, сообщить")
    await to_day(town)
    told = await choose(town.registrar, "Врач задерживается", "20 мин", "Да, сообщить")
    assert "Сообщу родителям через минуту." in told.text
    await town.work()
    assert await new_messages(town.mother, known) == [], "a word that was wrong is put right within the minute"
    await town.pass_time(minutes=1)
    [message] = await new_messages(town.mother, known)
    assert "Врач задерживается примерно на 20 минут." in message.text.replace("\u00a0", " ")


async def test_hours_are_typed_and_times_are_added(town: Town) -> None:
    await to_day(town)
    await choose(town.registrar, "Закрыть часы")
    asked = await say(town.registrar, "с 12 до 14:30")
    assert "12:00–14:30" in asked.text
    await choose(town.registrar, "Назад", "Назад", "Добавить время")
    assert "Напишите время или часы" in (await say(town.registrar, "вечером")).text
    await say(town.registrar, "19:00-20:00")
    assert "Для чего это время?" in (await choose(town.registrar, "20 мин")).text
    done = await town.registrar.press("Справка")
    assert done.alert == "Для записи открыто 3 места."
    day = await town.registrar.screen()
    assert "19:40" in day.text
    kinds = await town.app.store.database.read(
        lambda connection: connection.fetch(
            "SELECT DISTINCT visit_type FROM registry_slots"
            " WHERE local_day = '2026-11-26' AND ends_at - starts_at = 1200"
            " AND doctor_id = (SELECT id FROM registry_doctors WHERE family = 'Петрова')",
            {},
        )
    )
    assert "CERTIFICATE" in {row["visit_type"] for row in kinds}
    stand_in = await choose(town.registrar, "Замена врача")
    assert "Кто примет вместо этого врача?" in stand_in.text
