"""What an approved enrollment changes: the card, the list of doctors, and the visits at the clinic before."""

from __future__ import annotations

import re

import pytest

from bot.applications.records import Application, Decision, RefusalReason, Verdict
from bot.core.errors import NotYours
from bot.core.people import Role
from storage.registry.seed.clinics import FIELD
from tests.chat.actions import (
    MARIA,
    account_of,
    book,
    choose,
    new_messages,
    ref_of,
    say,
    settle_in,
    visits,
)
from tests.chat.applications.steps import apply, appoint, mother_applies, open_first
from tests.chat.applications.test_enroll import MINUTE, filed_of, share_with_father
from tests.chat.clinic_desk import desk_down
from tests.chat.person import Person
from tests.chat.sent_files import file_of, text_of
from tests.chat.staff.test_showing import passing
from tests.chat.town import Town


async def enrolled_at_field(town: Town, doctor: str = "Без педиатра") -> None:
    """Let the second clinic take the mother's child."""
    member = await appoint(town, 1010, Role.REGISTRAR, clinic=1)
    await apply(town.mother, FIELD)
    await open_first(town, member)
    await choose(member, "Прикрепить", doctor)
    await town.pass_time(seconds=MINUTE)


@pytest.mark.requirement("A51")
async def test_card_names_district_and_pediatrician_who_is_first_in_the_list(town: Town) -> None:
    await mother_applies(town)
    streets = "INSERT INTO registry_districts (clinic_id, district, doctor_id, street, houses) SELECT 1, '4', max(id), "
    streets += "'Лесная', '' FROM registry_doctors WHERE clinic_id = 1 AND specialty_id = 1 AND is_room = 0"
    await town.app.store.database.write(lambda connection: connection.execute(streets, {}))
    await open_first(town, town.registrar)
    offered = await choose(town.registrar, "Прикрепить")
    [of_district] = [label for label in offered.labels if "участок 4" in label]
    await choose(town.registrar, of_district)
    await town.pass_time(seconds=MINUTE)
    name = of_district.partition(" · ")[0]
    await say(town.mother, "/children")
    card = await choose(town.mother, "Мария")
    assert f"Прикрепление с 23 ноября 2026 года, участок 4, педиатр {name}" in card.text.replace("\u00a0", " ")
    await say(town.mother, "/book")
    doctors = await choose(town.mother, "Педиатр")
    listed = [each for each in doctors.labels if each.startswith(tuple("АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЭЮЯ")) and ". " in each]
    assert listed[0].startswith(name.split(" ")[0])


async def test_doctor_whose_streets_have_the_address_is_first(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await say(town.mother, "/children")
    await choose(town.mother, "Мария", "Изменить", "Адрес")
    await say(town.mother, "ул. Лесная, 3, кв. 5")
    await apply(town.mother)
    streets = "INSERT INTO registry_districts (clinic_id, district, doctor_id, street, houses) SELECT 1, '7', max(id), "
    streets += "'Лесная', '' FROM registry_doctors WHERE clinic_id = 1 AND specialty_id = 1 AND is_room = 0"
    await town.app.store.database.write(lambda connection: connection.execute(streets, {}))
    seen = await open_first(town, town.registrar)
    assert "Лесная" not in seen.text
    first = (await choose(town.registrar, "Прикрепить")).labels[0]
    assert first.startswith("✅ ")
    assert "участок 7" in first
    await choose(town.registrar, "Назад", "Показать")
    assert "Адрес: ул. Лесная, 3, кв. 5" in (await passing(town.registrar))[0]


async def test_visits_at_the_clinic_before_are_kept_or_cancelled_never_late(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, day="вт 24")
    await book(town.mother, "ЛОР", "Зайцев", "пт 27")
    before = await town.mother.messages()
    await enrolled_at_field(town)
    told = (await new_messages(town.mother, before))[-1]
    assert "В прежней поликлинике остались 2 записи" in told.text
    listed = await choose(town.mother, "Открыть заявление", "Записи в прежней · 2")
    first = listed.labels[0]
    asked = await choose(town.mother, first)
    assert "Отмена не считается поздней" in asked.text
    left = await choose(town.mother, "Да, отменить")
    assert "✅ Запись отменена" in left.text
    assert len([label for label in left.labels if "ЛОР" in label]) == 1
    await town.pass_time(seconds=MINUTE)
    late = "SELECT late FROM appointments WHERE status = 'CANCELLED'"
    [row] = await town.app.store.database.read(lambda connection: connection.fetch(late, {}))
    assert row["late"] == 0
    assert "ЛОР" in (await visits(town.mother)).text


async def test_only_visits_of_an_approved_application_are_excused(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, day="вт 24")
    member = await account_of(town, await appoint(town, 1010, Role.REGISTRAR, clinic=1))
    await apply(town.mother, FIELD)
    account, filed = await account_of(town, town.mother), await filed_of(town, town.mother)
    [visit] = await town.app.services.visits.upcoming(account.id)
    enrollments = town.app.services.enrollments
    assert await enrollments.visits_elsewhere(account.id, filed) == []
    with pytest.raises(NotYours):
        await enrollments.cancel_elsewhere(account.id, filed, visit.appointment.id, None)
    desk = town.app.services.desk_applications
    await desk.see(member, filed)
    await desk.decide(member, filed, Decision(Verdict.REFUSE, RefusalReason.AGE))
    await town.pass_time(seconds=MINUTE)
    assert await enrollments.visits_elsewhere(account.id, filed) == []
    await settle_in(town.stranger)
    stranger = await account_of(town, town.stranger)
    with pytest.raises(NotYours):
        await enrollments.visits_elsewhere(stranger.id, filed)


@pytest.mark.requirement("A43")
async def test_silent_system_is_asked_again_and_told_of_after_half_an_hour(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await mother_applies(town)
    await open_first(town, town.registrar)
    await choose(town.registrar, "Прикрепить", "Без педиатра")
    before = await town.mother.messages()
    with desk_down(monkeypatch, "enroll") as calls:
        for _ in range(29):
            await town.pass_time(minutes=1)
        assert await new_messages(town.mother, before) == []
        assert 4 < calls["enroll"] < 15, "later after each attempt"
        await town.pass_time(minutes=20)
    [told] = await new_messages(town.mother, before)
    assert "её система не отвечает" in told.text
    assert "назовите этот номер" in told.text
    opened = await choose(town.mother, "Открыть заявление")
    assert "её система не отвечает" in opened.text, "the page says what the message says"
    assert "рассматривает" not in opened.text.partition("История")[0]
    assert "Срок решения" not in opened.text
    await town.pass_time(minutes=16)
    assert "✅ Прикрепление" in (await new_messages(town.mother, before))[-1].text


@pytest.mark.requirement("A43")
async def test_both_parents_read_one_number_of_a_silent_system(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = await mother_applies(town)
    await share_with_father(town)
    await say(town.father, "/menu")
    await open_first(town, town.registrar)
    await choose(town.registrar, "Прикрепить", "Без педиатра")
    people = (town.mother, town.father)
    before = [await person.messages() for person in people]
    with desk_down(monkeypatch, "enroll"):
        for _ in range(4):
            await town.pass_time(minutes=10)
    numbers = set()
    for person, known in zip(people, before, strict=True):
        [told] = await new_messages(person, known)
        assert ref_of(told) == ref_of(sent)
        found = re.search(r"назовите этот номер: ([0-9a-f]{8})", told.text)
        assert found is not None
        numbers.add(found[1])
    assert len(numbers) == 1


@pytest.mark.requirement("A43", "A53")
async def test_what_was_told_of_a_silent_system_stays_in_the_correspondence(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await mother_applies(town)
    await open_first(town, town.registrar)
    await choose(town.registrar, "Прикрепить", "Без педиатра")
    before = await town.mother.messages()
    with desk_down(monkeypatch, "enroll"):
        for _ in range(5):
            await town.pass_time(minutes=10)
    [told] = await new_messages(town.mother, before)
    [number] = re.findall(r"назовите этот номер: ([0-9a-f]{8})", told.text)
    assert number in (await choose(town.mother, "Открыть заявление")).text.partition("История")[2]
    steps, _heading, notices = (await correspondence_of(town, town.mother)).partition("Что вам написал бот")
    assert number in steps.partition("Шаги и ответы")[2]
    [filed] = await applications_of(town)
    assert f"заявление {filed.ref}, номер для поддержки {number}" in " ".join(notices.split())
    await town.pass_time(days=31)
    await town.app.services.retention.delete_expired()
    await say(town.mother, "/start")
    await choose(town.mother, "Мои заявления", "Мария")
    assert number in await correspondence_of(town, town.mother), "it is kept as long as the application"


async def correspondence_of(town: Town, person: Person) -> str:
    """Press «Вся переписка (PDF)» and return the text of the file."""
    before = await person.messages()
    await choose(person, "Вся переписка")
    [document] = [each for each in await new_messages(person, before) if each.kind == "document"]
    return text_of(file_of(town, document))


async def applications_of(town: Town) -> list[Application]:
    account = await account_of(town, town.mother)
    return [each.application for each in await town.app.services.applications.list_of(account.id)]
