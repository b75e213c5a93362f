"""The filters of the list of clinics: what they say, count and list is what a clinic's card and its button say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from bot.applications.limit_rules import EnrollmentLimits
from bot.core.clinic import Clinic
from bot.core.people import Role
from bot.glossary import ClinicId, PatientId, SpecialtyId
from dialogs.booking.links import ClinicCard, ClinicDistricts, ClinicFilters, ClinicsFound, EnrollAtClinic, FindClinic
from storage.registry.seed.clinics import ADULT, FIELD, GARDEN
from tests.chat.actions import ARTYOM, children_of, labels, say, send, settle_in
from tests.chat.applications.steps import appoint
from tests.chat.booking.test_clinics import CLINIC
from tests.chat.faulty_clinic import FaultyClinic
from tests.chat.person import Person
from tests.chat.town import Town, town as open_town

ONLINE = "Принимает заявления на прикрепление онлайн"


@pytest.fixture
def clinic() -> FaultyClinic:
    return FaultyClinic()


@pytest.fixture
async def town(template: Path, tmp_path: Path, long_limits: None, clinic: FaultyClinic) -> AsyncIterator[Town]:
    async with open_town(template, tmp_path, clinic.systems) as everything:
        yield everything


async def clinics_by_name(town: Town) -> dict[str, Clinic]:
    return {each.name: each for each in await town.app.services.directory.clinics()}


async def is_full(town: Town, name: str) -> None:
    clinic, now = (await clinics_by_name(town))[name].id, town.clock.now()
    await town.app.store.storage.write(
        lambda uow: uow.enrollments.set_limits(clinic, EnrollmentLimits(is_full=True), now)
    )


async def everywhere_a_desk(town: Town) -> None:
    """Somebody works at each clinic who may decide applications."""
    for place in range(len(await town.app.services.directory.clinics())):
        await appoint(town, 1010 + place, Role.REGISTRAR, place)


async def changed(_town: Town) -> None:
    """Leave the town as it is: one clinic has a desk, three say that they enroll online."""


async def full_with_desks(town: Town) -> None:
    await everywhere_a_desk(town)
    await is_full(town, GARDEN)


async def online_by_card(person: Person, patient: PatientId | None, clinics: dict[str, Clinic]) -> set[str]:
    """Return the clinics whose cards say that they take applications in the bot."""
    said = set()
    for name, clinic in clinics.items():
        _answer, card = await send(person, ClinicCard(patient=patient, clinic=clinic.id).pack())
        assert name in card.text
        said |= {name} if ONLINE in card.text else set()
    return said


async def online_by_button(person: Person, patient: PatientId, clinics: dict[str, Clinic]) -> set[str]:
    """Return the clinics at which an application can be begun."""
    begun = set()
    for name, clinic in clinics.items():
        _answer, asked = await send(person, EnrollAtClinic(patient=patient, clinic=clinic.id).pack())
        begun |= {name} if "Почему эта поликлиника?" in asked.text else set()
    return begun


async def online_by_list(person: Person, patient: PatientId | None, line: str) -> set[str]:
    """Return the clinics of the list with «Прикрепляет онлайн», among those that a typed line finds."""
    await say(person, line)
    _answer, found = await send(person, ClinicsFound(patient=patient, online=True).pack())
    return {label.split(" · ")[0] for label in labels(found, CLINIC)}


TOWNS = {
    "as it is": (changed, {GARDEN}, {GARDEN}),
    "a desk everywhere": (everywhere_a_desk, {GARDEN, FIELD}, {GARDEN, FIELD, ADULT}),
    "one is full": (full_with_desks, {FIELD}, {FIELD, ADULT}),
    "the system takes none": (changed, set(), set()),
}
"""What is changed, and the clinics that enroll online then: Artyom, and anybody."""


@pytest.mark.requirement("A4")
@pytest.mark.parametrize("kind", TOWNS)
async def test_filter_card_and_button_say_the_same_of_enrolling(town: Town, clinic: FaultyClinic, kind: str) -> None:
    """In a line that names many clinics the filter leaves those whose cards say that they enroll online."""
    change, his, anybodys = TOWNS[kind]
    mother = town.mother
    await settle_in(mother, ARTYOM)
    await change(town)
    clinic.lacks |= {"takes_applications"} if not anybodys else set()
    [child] = await children_of(town, mother)
    clinics = await clinics_by_name(town)
    assert await online_by_card(mother, child.id, clinics) == his
    assert await online_by_button(mother, child.id, clinics) == his
    await say(mother, "/book")
    listed = await online_by_list(mother, child.id, "метро речной вокзал")
    assert listed == his & {GARDEN, ADULT}
    await say(mother, "/book")
    _answer, found = await send(mother, ClinicsFound(patient=child.id, online=True).pack())
    assert {label.split(" · ")[0] for label in labels(found, CLINIC)} == his
    assert await online_by_card(mother, None, clinics) == anybodys
    await send(mother, FindClinic().pack())
    assert await online_by_list(mother, None, "метро речной вокзал") == anybodys & {GARDEN, ADULT}


async def rows_of(person: Person, data: str) -> int:
    _answer, shown = await send(person, data)
    return len(labels(shown, CLINIC))


@pytest.mark.requirement("A25")
@pytest.mark.parametrize("with_child", [True, False])
async def test_count_of_filters_is_the_number_of_rows_one_gets(town: Town, with_child: bool) -> None:
    """Each combination of wishes: «Показать 2 поликлиники» leads to a list of two."""
    mother = town.mother
    await settle_in(mother, ARTYOM)
    await everywhere_a_desk(town)
    patient = (await children_of(town, mother))[0].id if with_child else None
    await (say(mother, "/book") if with_child else send(mother, FindClinic().pack()))
    clinics = await clinics_by_name(town)
    districts: list[ClinicId | None] = [None, clinics[GARDEN].id, clinics[FIELD].id]
    specialties = await wanted_ids(town, patient)
    flags = product((False, True), repeat=3)
    for (free, weekends, online), specialty, like in product(flags, specialties, districts):
        wishes: dict[str, Any] = {
            "free": free,
            "weekends": weekends,
            "online": online,
            "specialty": specialty,
            "like": like,
        }
        _answer, filters = await send(mother, ClinicFilters(patient=patient, **wishes).pack())
        button = filters.button("Показать ")
        assert button is not None
        assert button.data is not None
        count = int(button.text.split()[1])
        assert await rows_of(mother, button.data) == count, (wishes, button.text)


@pytest.mark.requirement("A25")
@pytest.mark.parametrize("with_child", [True, False])
async def test_count_of_a_district_is_the_number_of_rows_one_gets(town: Town, with_child: bool) -> None:
    mother = town.mother
    await settle_in(mother, ARTYOM)
    patient = (await children_of(town, mother))[0].id if with_child else None
    await (say(mother, "/book") if with_child else send(mother, FindClinic().pack()))
    _answer, districts = await send(mother, ClinicDistricts(patient=patient).pack())
    counted = [each for row in districts.buttons for each in row if " · " in each.text]
    assert len(counted) >= 3
    for each in counted:
        assert each.data is not None
        assert await rows_of(mother, each.data) == int(each.text.split(" · ")[1]), each.text
        await send(mother, ClinicDistricts(patient=patient).pack())


async def wanted_ids(town: Town, patient: PatientId | None) -> list[SpecialtyId | None]:
    account = await town.app.store.storage.read(lambda view: view.accounts.find(town.mother.id))
    assert account is not None
    offered = await town.app.services.clinic_finder.specialties(account.id, patient)
    return [None, *(each.id for each, _clinic in offered if each.name in {"Ортопед", "ЛОР"})]
