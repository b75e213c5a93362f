"""The clinic's list of patients at the desk: a newborn without a policy, the policy later, double records."""

from __future__ import annotations

import pytest

from bot.clinics.desk_port import ClinicPerson
from bot.clinics.port import Booking
from bot.core.budgets import BUCKETS, Budget, OverBudget
from bot.core.errors import NotYours
from bot.core.people import PersonName, Role, Sex
from bot.glossary import ClinicRef, Key
from bot.staff.errors import PersonGone, StaffCodeNeeded
from bot.staff.records import PersonForm
from dialogs.staff.list_links import ShowPatient
from storage.registry.desk import RegistryDesk
from tests.chat.actions import MARIA, account_of, children_of, choose, moscow, say, send, settle_in, visits, with_code
from tests.chat.appointments.test_elsewhere import share_phone
from tests.chat.appointments.test_newborn import BORN, NEWBORN, sides_of
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.staff.test_reading import readings
from tests.chat.staff.test_referrals import member
from tests.chat.staff.test_showing import passing
from tests.chat.town import Town

GIRL = "Анна И., 2026, без полиса"


async def to_patients(town: Town) -> ChatMessage:
    await with_code(town, town.registrar)
    await say(town.registrar, "/start")
    return await choose(town.registrar, "Пациенты")


async def add_newborn(town: Town, phone: str = "8 916 123-45-67") -> ChatMessage:
    """Add the newborn by the screens of the desk."""
    registrar = town.registrar
    await to_patients(town)
    await choose(registrar, "Новый пациент")
    for answer in ("Иванова", "Анна", "Сергеевна", "16.11.2026"):
        await say(registrar, answer)
    await choose(registrar, "Девочка")
    await say(registrar, phone)
    return await choose(registrar, "Добавить пациента")


async def clinic_of(town: Town) -> ClinicRef:
    return next(each.ref for each in await sides_of(town)[0].clinics() if each.name == "Детская № 12")


async def listed(town: Town) -> list[ClinicPerson]:
    """Return the records of the newborn's birth date."""
    return list(await desk_of(town).find_persons(await clinic_of(town), lambda each: each.birth_date == BORN, 9))


def desk_of(town: Town) -> RegistryDesk:
    return sides_of(town)[1]


async def book_for(town: Town, person: ClinicPerson) -> Booking:
    """Book the pediatrician's first time on 26 November, without the bot."""
    registry, clinic = sides_of(town)[0], await clinic_of(town)
    pediatrician = next(each.ref for each in await registry.specialties(clinic) if each.name == "Педиатр")
    [slot] = await registry.soonest(clinic, pediatrician, moscow(26, 8), 1)
    return await registry.book(Key(f"for {person.number}"), person.ref, slot.ref)


async def test_parent_finds_in_the_bot_what_was_booked_before_the_policy(town: Town) -> None:
    """The whole way: the newborn is added, a visit is booked, the policy comes, the parent adds the child."""
    added = await add_newborn(town)
    assert "Пациент в списке" in added.text
    assert "Анна И., 2026 г. р., полиса ещё нет" in added.text
    [person] = await listed(town)
    assert (person.name, person.sex, person.phone) == (NEWBORN.name, Sex.FEMALE, NEWBORN.phone)
    await book_for(town, person)
    seen = await choose(town.registrar, "Внести полис")
    asked = await say(town.registrar, NEWBORN.policy_number)
    assert "Сверьте все цифры" in asked.text
    seen = await choose(town.registrar, "Да, внести")
    assert f"полис •••• {NEWBORN.policy_number[-4:]}" in seen.text.replace("\u00a0", " ")
    assert [label for label in seen.labels if "08:00" in label]
    await settle_in(town.mother, NEWBORN)
    assert "08:00" not in (await visits(town.mother)).text
    await share_phone(town, town.mother)
    shown = await visits(town.mother)
    assert "08:00" in shown.text
    assert "Петрова" in shown.text


async def test_same_patient_again_makes_no_record_and_says_so(town: Town) -> None:
    """The telephone that was typed for the second one is not lost without a word."""
    await add_newborn(town)
    again = await add_newborn(town, "8 916 555-44-33")
    assert "уже есть в списке" in again.text
    [person] = await listed(town)
    assert person.phone == NEWBORN.phone


async def test_wrong_answer_or_another_screen_loses_nothing(town: Town) -> None:
    registrar = town.registrar
    await to_patients(town)
    await choose(registrar, "Новый пациент")
    asked = await say(registrar, "Иванова Анна Сергеевна")
    assert "дату рождения" in asked.text
    assert "ещё не наступил" in (await say(registrar, "16.11.2036")).text
    await say(registrar, "16.11.2026")
    await town.restart()
    await choose(registrar, "Мальчик", "Назад")
    await choose(registrar, "Девочка", "Телефона нет")
    await choose(registrar, "Назад")
    await say(registrar, "иванова")
    assert (await registrar.screen()).button("Продолжить: Анна И.")
    review = await choose(registrar, "Продолжить: Анна И.")
    for fact in ("Фамилия: Иванова", "Имя: Анна", "Отчество: Сергеевна", "16 ноября", "девочка", "Телефон: нет"):
        assert fact in review.text
    corrected = await choose(registrar, "Имя")
    assert "Анна" in corrected.text
    await say(registrar, "Алла")
    await choose(registrar, "Добавить пациента")
    [person] = await listed(town)
    assert person.name == PersonName("Иванова", "Алла", "Сергеевна")
    typed = [each.text for each in await registrar.messages() if not each.bot]
    assert "Алла" not in typed


async def test_dropped_answers_add_nobody(town: Town) -> None:
    await to_patients(town)
    await choose(town.registrar, "Новый пациент")
    await say(town.registrar, "Иванова")
    await choose(town.registrar, "Назад", "Назад", "Стереть ответы")
    assert (await town.registrar.screen()).button("Новый пациент")
    assert await listed(town) == []


async def test_patient_is_found_by_name_by_policy_and_by_visit(town: Town) -> None:
    await to_patients(town)
    registrar = town.registrar
    found = await say(registrar, "иванова")
    assert found.button("Мария И., 2018, 0014")
    assert MARIA.policy_number not in str(found)
    by_number = await say(registrar, MARIA.policy_number)
    assert "Мария И., 2018 г. р." in by_number.text
    assert not by_number.button("Внести полис")
    unknown = await say(registrar, NEWBORN.policy_number)
    assert "Такого пациента в списке поликлиники нет" in unknown.text


async def test_number_of_another_child_is_refused_with_the_reason(town: Town) -> None:
    await add_newborn(town)
    await choose(town.registrar, "Внести полис")
    assert "другая дата рождения" in (await say(town.registrar, MARIA.policy_number)).text


async def test_like_record_is_shown_before_a_double_is_added(town: Town) -> None:
    await add_newborn(town)
    await to_patients(town)
    registrar = town.registrar
    await choose(registrar, "Новый пациент")
    await say(registrar, "Иванова Анна Ильинична")
    await say(registrar, "16.11.2026")
    review = await choose(registrar, "Девочка", "Телефона нет")
    assert "похожая карточка" in review.text
    assert review.button(GIRL)


async def test_double_records_become_one_after_a_red_question(town: Town) -> None:
    await add_newborn(town)
    desk, clinic = desk_of(town), await clinic_of(town)
    [first] = await listed(town)
    await book_for(town, first)
    kept = await desk.add_person(clinic, NEWBORN.name, BORN, Sex.FEMALE, NEWBORN.policy_number)
    offered = await choose(town.registrar, "Объединить карточки")
    asked = await choose(town.registrar, f"Анна И., 2026, {NEWBORN.policy_number[-4:]}")
    assert offered.id == asked.id
    stays, goes = asked.text.split("Исчезнет:")
    assert f"карточка № {kept.number}" in stays.replace("\u00a0", " ")
    assert f"карточка № {first.number}" in goes.replace("\u00a0", " ")
    assert "1 предстоящая запись, телефон" in goes.replace("\u00a0", " ")
    assert "Отменить это нельзя" in goes
    done = await choose(town.registrar, "Да, объединить")
    assert "Теперь карточка одна" in done.text
    [left] = await listed(town)
    assert (left.number, left.phone) == (kept.number, NEWBORN.phone)
    assert len(await desk.visits_of_person(clinic, kept.number)) == 1


async def test_visits_that_clash_stop_merging(town: Town) -> None:
    await add_newborn(town)
    [first] = await listed(town)
    second = await desk_of(town).add_person(await clinic_of(town), NEWBORN.name, BORN, Sex.FEMALE)
    for person in (first, second):
        await book_for(town, person)
    await choose(town.registrar, "Объединить карточки", GIRL)
    pressed = await town.registrar.press("Да, объединить")
    assert "Отмените один из них" in str(pressed.alert)
    assert len(await listed(town)) == 2


async def test_full_data_are_shown_for_a_while_and_journaled(town: Town) -> None:
    await add_newborn(town)
    await town.registrar.press("Показать")
    [text] = await passing(town.registrar)
    for fact in ("Иванова Анна Сергеевна", "16 ноября", "+7 916 123-45-67"):
        assert fact in text
    [person] = await listed(town)
    assert await readings(town, "full data shown at the desk", f"person {person.number}") == 1
    await choose(town.registrar, "Внести полис")
    await say(town.registrar, NEWBORN.policy_number)
    await choose(town.registrar, "Да, внести")
    await town.work()
    assert await passing(town.registrar) == []


async def test_full_data_are_never_shown_where_the_operator_says_so(silent_town: Town) -> None:
    town = silent_town
    shown = await add_newborn(town)
    assert not shown.button("Показать")
    [person] = await listed(town)
    answer, _seen = await send(town.registrar, ShowPatient(person=person.number).pack())
    assert answer.alert == "Полные данные ребёнка этот бот не показывает."


async def test_parent_reads_who_has_opened_the_record(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await to_patients(town)
    await say(town.registrar, MARIA.policy_number)
    await say(town.mother, "/children")
    history = await choose(town.mother, "Мария И.", "История")
    assert "открыла карточку в своём списке пациентов" in history.text


async def test_list_is_not_changed_without_end(town: Town) -> None:
    registrar, persons = await account_of(town, await with_code(town, town.registrar)), town.app.services.clinic_persons
    form = PersonForm("Иванова", "Анна", "", BORN, Sex.FEMALE, "")
    added = await persons.add(registrar, form)
    assert (await persons.add(registrar, form)).number == added.number
    for number in range(BUCKETS[Budget.DESK_PERSON].size - 1):
        with pytest.raises(PersonGone):
            await persons.merge(registrar, added.number, 10**6 + number)
    with pytest.raises(OverBudget):
        await persons.merge(registrar, added.number, 10**6)


# --- access -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "clinic", "refused"),
    [
        (Role.REGISTRAR, 0, None),
        (Role.HEAD, 0, None),
        (Role.ADMIN, 0, NotYours),
        (Role.REGISTRAR, 1, PersonGone),
    ],
)
async def test_registrar_and_head_of_the_clinic_keep_the_list(
    town: Town, role: Role, clinic: int, refused: type[Exception] | None
) -> None:
    """Another clinic's patient is answered like a missing one."""
    desk = desk_of(town)
    person = await desk.add_person(await clinic_of(town), NEWBORN.name, BORN, Sex.FEMALE)
    clerk, persons = await member(town, role, clinic), town.app.services.clinic_persons
    if refused is None:
        assert (await persons.see(clerk, person.number)).person == person
        return
    for call in (
        persons.see(clerk, person.number),
        persons.add_policy(clerk, person.number, NEWBORN.policy_number),
        persons.doubles(clerk, person.number),
        persons.merge(clerk, person.number, person.number),
        town.app.services.showing.person(clerk, person.number),
    ):
        with pytest.raises(refused):
            await call
    if refused is NotYours:
        with pytest.raises(NotYours):
            await persons.search(clerk, "иванова")
    else:
        assert (await persons.search(clerk, "иванова")).total == 0
    assert [each.policy_number for each in await listed(town)] == [""]


@pytest.mark.parametrize("who", ["mother", "stranger", "dismissed"])
async def test_nobody_else_sees_or_changes_the_list(town: Town, who: str) -> None:
    person = await desk_of(town).add_person(await clinic_of(town), NEWBORN.name, BORN, Sex.FEMALE)
    await settle_in(town.mother, MARIA)
    await settle_in(town.stranger)
    asked: Person = town.registrar if who == "dismissed" else getattr(town, who)
    await with_code(town, town.registrar)
    if who == "dismissed":
        await town.app.services.members.dismiss(asked.id)
    account, persons = await account_of(town, asked), town.app.services.clinic_persons
    form = PersonForm("Иванова", "Анна", "", BORN, Sex.FEMALE, "")
    for call in (
        persons.search(account, "иванова"),
        persons.see(account, person.number),
        persons.find_number(account, MARIA.policy_number),
        persons.add(account, form),
        persons.add_policy(account, person.number, NEWBORN.policy_number),
        persons.doubles(account, person.number),
        persons.compare(account, person.number, person.number),
        persons.merge(account, person.number, person.number),
    ):
        with pytest.raises((NotYours, StaffCodeNeeded)):
            await call
    assert len(await listed(town)) == 1
    assert len(await children_of(town, town.mother)) == 1
