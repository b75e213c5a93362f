"""A newborn gets a visit before the policy: the parent who links the policy later finds it, at the level of proof."""

from __future__ import annotations

from datetime import date

from bot.clinics.desk_port import ClinicPerson
from bot.clinics.port import Booking, PolicyStatus
from bot.core.people import PersonName, Sex
from bot.glossary import ClinicRef, Key, PersonRef
from bot.patients.rules.policy_number import make_policy_number
from storage.registry.desk import RegistryDesk
from storage.registry.seed.examples import Example
from storage.registry.system import Registry
from tests.chat.actions import moscow, settle_in, visits
from tests.chat.appointments.test_elsewhere import looked, share_phone, tells_nothing
from tests.chat.town import Town

BORN = date(2026, 11, 16)
NEWBORN = Example(
    make_policy_number("77", BORN, Sex.FEMALE, 7),
    PersonName("Иванова", "Анна", "Сергеевна"),
    "",
    BORN,
    Sex.FEMALE,
    status=PolicyStatus.ACTIVE,
    phone="+79161234567",
)


async def visit_of_newborn(town: Town, phone: str = NEWBORN.phone) -> tuple[ClinicRef, ClinicPerson, Booking]:
    """Let the desk add the newborn without a policy, and the clinic book her first free time on 26 November."""
    registry, desk = sides_of(town)
    clinic = next(each.ref for each in await registry.clinics() if each.name == "Детская № 12")
    person = await desk.add_person(clinic, NEWBORN.name, BORN, NEWBORN.sex, phone=phone)
    pediatrician = next(each.ref for each in await registry.specialties(clinic) if each.name == "Педиатр")
    [slot] = await registry.soonest(clinic, pediatrician, moscow(26, 8), 1)
    return clinic, person, await registry.book(Key("newborn"), PersonRef(str(person.number)), slot.ref)


def sides_of(town: Town) -> tuple[Registry, RegistryDesk]:
    store = town.app.store
    given = store.database, store.cipher, store.index, town.clock
    return Registry(*given), RegistryDesk(*given)


async def test_proved_parent_finds_the_visit_made_before_the_policy(town: Town) -> None:
    clinic, person, _booking = await visit_of_newborn(town)
    await sides_of(town)[1].add_policy(clinic, person.number, NEWBORN.policy_number)
    await settle_in(town.mother, NEWBORN)
    await share_phone(town, town.mother)
    shown = await visits(town.mother)
    assert "08:00" in shown.text
    assert "Петрова" in shown.text


async def test_parent_who_is_not_proved_learns_only_that_there_is_a_visit(town: Town) -> None:
    clinic, person, _booking = await visit_of_newborn(town, phone="")
    await sides_of(town)[1].add_policy(clinic, person.number, NEWBORN.policy_number)
    await settle_in(town.mother, NEWBORN)
    await share_phone(town, town.mother)
    shown = await visits(town.mother)
    assert "Анна И.: есть запись, её сделали не вы" in shown.text
    assert tells_nothing(shown)


async def test_parent_of_the_kept_record_finds_the_visit_of_the_merged_one(town: Town) -> None:
    clinic, dropped, _booking = await visit_of_newborn(town)
    desk = sides_of(town)[1]
    kept = await desk.add_person(clinic, NEWBORN.name, BORN, NEWBORN.sex, NEWBORN.policy_number, phone=NEWBORN.phone)
    await settle_in(town.mother, NEWBORN)
    await share_phone(town, town.mother)
    assert "08:00" not in (await visits(town.mother)).text
    await desk.merge_persons(clinic, kept.number, dropped.number)
    await looked(town, town.mother)
    assert "08:00" in (await visits(town.mother)).text
