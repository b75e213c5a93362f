"""Referrals at the desk: who may give one, who is told of it, and how it is withdrawn."""

from __future__ import annotations

import pytest

from bot.core.errors import NotYours
from bot.core.people import Account, Role
from bot.glossary import SpecialtyId
from bot.staff.errors import StaffCodeNeeded, VisitGone
from bot.staff.records import Term
from dialogs.staff.links import DeskGiveReferral
from tests.chat.actions import MARIA, account_of, at_desk, book, choose, new_messages, say, settle_in, with_code
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.referrals import free_numbers, free_referrals, person_of, registry_of, share_phone
from tests.chat.town import Town

MASHA = "Мария И."
TOLD = "Вам дали направление"


async def booked(town: Town, *, sees: bool = True) -> None:
    await settle_in(town.mother, MARIA)
    if sees:
        await share_phone(town, town.mother)
    await book(town.mother)


async def give(town: Town) -> ChatMessage:
    await at_desk(town)
    await choose(town.registrar, MASHA, "Направить к…", "Кардиолог", "До 23 декабря")
    pressed = await town.registrar.press("Дать направление")
    assert "Направление дано: № Н" in str(pressed.alert)
    return await town.registrar.screen()


async def number_of(town: Town) -> int:
    """Return the desk's number of Maria's visit."""
    [visit] = await registry_of(town).bookings(await person_of(town), town.clock.now())
    return int(visit.ref)


async def cardiologist(town: Town) -> SpecialtyId:
    directory = town.app.services.directory
    clinic = next(each for each in await directory.clinics() if each.name == "Детская № 12")
    return next(each.id for each in await directory.specialties(clinic) if each.code == "cardiologist")


async def test_registrar_refers_a_patient_and_the_parent_books_from_the_message(town: Town) -> None:
    await booked(town)
    shown = await give(town)
    [referral] = await free_referrals(town)
    assert (referral.from_whom, referral.valid_until.isoformat()) == ("Петрова А. С.", "2026-12-23")
    assert "Кардиолог" in shown.text
    await town.pass_time(seconds=60)
    told = await town.mother.wait_for(TOLD)
    assert "Мария И. → кардиолог, до 23 декабря" in told.text
    await town.mother.press("Записаться к врачу", told)
    doctors = await town.mother.screen()
    assert "до 23 декабря" in doctors.text


async def test_same_referral_pressed_twice_is_one(town: Town) -> None:
    await booked(town)
    await give(town)
    await give_again(town)
    assert len(await free_numbers(town)) == 1


async def give_again(town: Town) -> None:
    account = await account_of(town, town.registrar)
    await town.app.services.desk_referrals.give(account, await number_of(town), await cardiologist(town), Term.MONTH)


async def test_withdrawn_within_a_minute_nobody_is_told(town: Town) -> None:
    await booked(town)
    await give(town)
    pressed = await town.registrar.press("Отозвать Н")
    assert "отозвано" in str(pressed.alert)
    assert await free_numbers(town) == []
    await town.pass_time(seconds=120)
    assert not any(TOLD in each.text for each in await town.mother.messages())


async def test_parent_who_was_told_is_told_of_the_withdrawal(town: Town) -> None:
    await booked(town)
    await give(town)
    await town.pass_time(seconds=60)
    await town.mother.wait_for(TOLD)
    before = await town.mother.messages()
    await town.registrar.press("Отозвать Н")
    await town.work()
    [told] = await new_messages(town.mother, before)
    assert "Поликлиника отозвала направление" in told.text
    assert "Мария И. → кардиолог" in told.text
    await town.pass_time(days=30)
    assert not any("скоро закончится" in each.text for each in await new_messages(town.mother, before))


async def test_last_day_and_number_are_typed_from_the_form(town: Town) -> None:
    await booked(town)
    await at_desk(town)
    await choose(town.registrar, MASHA, "Направить к…", "Кардиолог")
    assert "Напишите последний день" in (await say(town.registrar, "31.12.2036")).text
    asked = await say(town.registrar, "31 декабря")
    assert "до 31 декабря" in asked.text
    assert "Иванова" not in asked.text
    assert "Номер направления: 57/12-К" in (await say(town.registrar, "№ 57/12-К")).text
    pressed = await town.registrar.press("Дать направление")
    assert "Направление дано: № 57/12" in str(pressed.alert)
    [referral] = await free_referrals(town)
    assert (referral.number, referral.valid_until.isoformat()) == ("57/12-К", "2026-12-31")
    await choose(town.registrar, "Ещё одно направление", "Кардиолог", "До 23 декабря")
    assert "57/12" not in (await town.registrar.screen()).text
    await say(town.registrar, "57/12-К")
    taken = await town.registrar.press("Дать направление")
    assert "с таким номером уже есть" in str(taken.alert)


async def test_spent_referral_is_not_withdrawn(town: Town) -> None:
    await booked(town)
    given = await give(town)
    await town.app.store.database.write(
        lambda connection: connection.execute(
            "UPDATE registry_referrals SET booking_id = (SELECT max(id) FROM registry_bookings)", {}
        )
    )
    pressed = await town.registrar.press("Отозвать Н", given)
    assert "уже использовано или отозвано" in str(pressed.alert)


async def test_parent_who_may_not_see_it_is_told_nothing(town: Town) -> None:
    await booked(town, sees=False)
    await give(town)
    await town.pass_time(seconds=120)
    assert not any(TOLD in each.text for each in await town.mother.messages())


# --- access -----------------------------------------------------------------------------------------------------------


async def member(town: Town, role: Role, clinic: int) -> Account:
    clinics = await town.app.services.directory.clinics()
    await town.app.services.accounts.appoint(1005, role, clinics[clinic].id)
    person = town.chat.person(1005, first_name="Новенькая")
    await say(person, "/start")
    return await account_of(town, await with_code(town, person))


@pytest.mark.parametrize(
    ("role", "clinic", "refused"),
    [
        (Role.REGISTRAR, 0, None),
        (Role.HEAD, 0, None),
        (Role.ADMIN, 0, NotYours),
        (Role.REGISTRAR, 1, VisitGone),
    ],
)
async def test_registrar_and_head_of_the_clinic_may_refer(
    town: Town, role: Role, clinic: int, refused: type[Exception] | None
) -> None:
    """Another clinic's visit is answered like a missing one."""
    await booked(town)
    clerk, wanted, number = await member(town, role, clinic), await cardiologist(town), await number_of(town)
    give = town.app.services.desk_referrals.give
    if refused is None:
        assert (await give(clerk, number, wanted, Term.MONTH)).is_told
        return
    with pytest.raises(refused):
        await give(clerk, number, wanted, Term.MONTH)
    assert await free_numbers(town) == []


@pytest.mark.parametrize("who", ["mother", "stranger", "dismissed"])
async def test_nobody_else_may_refer(town: Town, who: str) -> None:
    await booked(town)
    await settle_in(town.stranger)
    person: Person = town.registrar if who == "dismissed" else getattr(town, who)
    await at_desk(town)
    if who == "dismissed":
        await town.app.services.members.dismiss(person.id)
    forged = DeskGiveReferral(number=await number_of(town), specialty=await cardiologist(town), term=Term.MONTH)
    await person.press_data((await person.screen()).id, forged.pack())
    assert await free_numbers(town) == []
    with pytest.raises((NotYours, StaffCodeNeeded)):
        await town.app.services.desk_referrals.give(
            await account_of(town, person), forged.number, forged.specialty, Term.MONTH
        )
