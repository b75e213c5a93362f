"""Booking before the policy is checked: where the clinic allows it, once, marked at the desk, settled at arrival."""

from __future__ import annotations

import pytest

from bot.core.errors import NotYours
from bot.core.people import PersonName, Role
from bot.staff.errors import VisitGone
from tests.chat.actions import (
    DOCTOR_ILL,
    MARIA,
    PETROVA,
    SOFIA,
    THURSDAY,
    TIME,
    account_of,
    at_desk,
    book,
    children_of,
    choose,
    new_messages,
    ref_of,
    say,
    settle_in,
    visits,
    with_code,
)
from tests.chat.appointments.test_newborn import sides_of
from tests.chat.message import ChatMessage
from tests.chat.patients.test_desk_check import DIGITS, MATCHES, SEND, check_at_desk
from tests.chat.staff.test_referrals import member
from tests.chat.town import Town

TAKE = "⚠️ Полис ещё не проверен"
MARKED = "⚠️ 08:00 · Софья"


async def books_unchecked(town: Town, clinic: int = 1) -> None:
    wish = "UPDATE registry_clinics SET books_unchecked = 1 WHERE id = :clinic"
    await town.app.store.database.write(lambda connection: connection.execute(wish, {"clinic": clinic}))
    await check_at_desk(town, clinic)


async def sent(town: Town) -> ChatMessage:
    """Let the mother's child, whom no list has, be sent to a desk that lets a visit be booked meanwhile."""
    await books_unchecked(town)
    await settle_in(town.mother, SOFIA)
    return await choose(town.mother, SEND)


async def booked(town: Town) -> str:
    await sent(town)
    await choose(town.mother, "Врачи и свободное время", "Педиатр", PETROVA, THURSDAY, "08:00")
    return ref_of(await choose(town.mother, "Записаться"))


async def decide(town: Town, *presses: str) -> None:
    """Let the registrar check the policy from the day's list; the minute to undo it passes."""
    await at_desk(town)
    await choose(town.registrar, MARKED, "Проверить полис")
    await choose(town.registrar, *presses)
    if presses == (MATCHES,):
        await say(town.registrar, DIGITS)
    await town.pass_time(seconds=61)


async def records(town: Town) -> list[str]:
    """Return the policy numbers of the clinic's records of the child."""
    registry, desk = sides_of(town)
    clinic = (await registry.clinics())[0].ref
    name: PersonName = SOFIA.name
    return [each.policy_number for each in await desk.find_persons(clinic, lambda each: each.name == name, 9)]


async def test_visit_is_booked_while_the_desk_checks_and_marked_there(town: Town) -> None:
    waiting = await sent(town)
    assert "можно один раз записаться туда" in waiting.text
    await choose(town.mother, "Врачи и свободное время", "Педиатр", PETROVA, THURSDAY)
    asked = await choose(town.mother, "08:00")
    assert TAKE in asked.text
    assert await records(town) == []
    done = await choose(town.mother, "Записаться")
    assert TAKE in done.text
    assert await records(town) == [""]
    day = await at_desk(town)
    assert "⚠️ — полис ещё не проверен" in day.text
    assert "Полис не проверен" in (await choose(town.registrar, MARKED)).text


async def test_only_one_visit_and_only_to_a_direct_doctor_there(town: Town) -> None:
    await booked(town)
    await say(town.mother, "/children")
    await choose(town.mother, "Софья О.", "Врачи и свободное время", "Хирург", "Крылов", THURSDAY)
    refused = await town.mother.press(TIME)
    assert "запись может быть одна" in str(refused.alert)
    account = await account_of(town, town.mother)
    assert len(await town.app.services.visits.upcoming(account.id)) == 1


async def test_clinic_that_does_not_allow_it_books_nothing(town: Town) -> None:
    await check_at_desk(town)
    await settle_in(town.mother, SOFIA)
    await choose(town.mother, SEND, "Врачи и свободное время", "Педиатр", PETROVA, THURSDAY)
    assert "ещё проверяет регистратура" in str((await town.mother.press(TIME)).alert)


async def test_confirmed_policy_takes_the_mark_off_and_the_visit_goes_on(town: Town) -> None:
    await booked(town)
    await decide(town, MATCHES)
    [child] = await children_of(town, town.mother)
    assert child.is_verified
    assert await records(town) == [SOFIA.policy_number]
    day = await at_desk(town)
    assert not day.button(MARKED)
    assert day.button(f"08:00 · Софья {SOFIA.name.family[0]}., 20")
    shown = await choose(town.mother, "Меню", "Мои записи")
    assert TAKE not in shown.text
    await choose(town.mother, "Отменить", "Да, отменить")
    registry, _desk = sides_of(town)
    assert child.person is not None
    [visit] = await registry.bookings(child.person, town.clock.now())
    assert visit.status == "CANCELLED"


async def test_refused_policy_leaves_the_visit_to_be_settled_at_arrival(town: Town) -> None:
    await booked(town)
    before = await town.mother.messages()
    await decide(town, "Отказать", "Не найден")
    [news] = await new_messages(town.mother, before)
    assert "не смогла подтвердить" in news.text
    assert "Запись остаётся" in news.text
    await decide(town, MATCHES)
    [child] = await children_of(town, town.mother)
    assert child.is_verified
    assert "08:00" in (await visits(town.mother)).text


async def test_parent_cancels_an_unchecked_visit(town: Town) -> None:
    await booked(town)
    await choose(town.mother, "Отменить", "Да, отменить")
    assert not (await at_desk(town)).button("08:00 · Софья")


async def test_unchecked_visit_is_moved_by_the_parent_and_cancelled_by_the_desk(town: Town) -> None:
    await booked(town)
    await choose(town.mother, "Перенести", THURSDAY, TIME, "Перенести")
    await at_desk(town)
    seen = await choose(town.registrar, "⚠️ ", "Отменить приём", DOCTOR_ILL, "Да, отменить")
    assert "отменила этот приём" in seen.text


async def test_visit_is_settled_also_if_the_list_knows_the_child_by_then(town: Town) -> None:
    await booked(town)
    registry, desk = sides_of(town)
    clinic = (await registry.clinics())[0].ref
    await desk.add_person(clinic, SOFIA.name, SOFIA.birth_date, SOFIA.sex, SOFIA.policy_number)
    account, [child] = await account_of(town, town.mother), await children_of(town, town.mother)
    await town.app.services.checks.check(account.id, child.id)
    await town.work()
    [child] = await children_of(town, town.mother)
    assert child.person is not None
    assert len(await registry.bookings(child.person, town.clock.now())) == 1
    assert await records(town) == [SOFIA.policy_number]


@pytest.mark.parametrize(
    ("role", "clinic", "refused"),
    [(Role.HEAD, 0, None), (Role.ADMIN, 0, NotYours), (Role.REGISTRAR, 1, VisitGone)],
)
async def test_only_the_desk_of_the_visit_checks_its_policy(
    town: Town, role: Role, clinic: int, refused: type[Exception] | None
) -> None:
    await booked(town)
    clerk = await member(town, role, clinic)
    registrar = await account_of(town, await with_code(town, town.registrar))
    found = (await town.app.services.staff.search(registrar, SOFIA.name.family)).visits
    visit = next(each for each in found if each.person == SOFIA.name)
    check = town.app.services.unchecked_at_desk.check
    if refused is None:
        assert await check(clerk, visit.number) == await check(clerk, visit.number)
        return
    with pytest.raises(refused):
        await check(clerk, visit.number)
    await town.app.services.members.dismiss(town.registrar.id)
    for person in (town.mother, town.stranger, town.registrar):
        await say(person, "/start")
        with pytest.raises(NotYours):
            await check(await account_of(town, person), visit.number)


async def test_visit_of_a_checked_policy_is_never_marked(town: Town) -> None:
    await books_unchecked(town)
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    day = await at_desk(town)
    assert day.button("08:00 · Мария И., 2018, 0014 · Педиатр")
    assert not day.button("⚠️")
