"""What a clinic's file says of enrollment: for which ages, how many places, and which papers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.applications.errors import ApplicationHindered
from bot.core.clinic import Clinic
from bot.core.people import Role
from dialogs.booking.links import ClinicCard, ClinicsFound, EnrollAtClinic
from storage.registry.importing.importing import Importer
from storage.registry.seed.clinics import FIELD, GARDEN
from storage.registry.seed.file import small_town_file
from tests.chat.actions import MARIA, SOFIA, account_of, children_of, choose, say, send, settle_in
from tests.chat.applications.steps import apply, appoint, open_first, to_clinic
from tests.chat.town import Town

SMALL = replace(small_town_file(), patients=None)
"""the file of one clinic, GARDEN"""
PHONE = SMALL.clinics[0].phone


async def import_garden(town: Town, **said: Any) -> Clinic:
    """Import the file in which the clinic says this of enrollment, and return the clinic as the bot reads it then."""
    [garden] = SMALL.clinics
    file = replace(SMALL, clinics=[replace(garden, details={**garden.details, **said})])
    store, services = town.app.store, town.app.services
    imported = await Importer(store.database, store.cipher, store.index).apply(file, town.clock.now())
    assert not imported.problems
    await town.work()
    return next(each for each in await services.directory.clinics() if each.name == GARDEN)


# --- ages -------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("A4")
@pytest.mark.parametrize(
    ("said", "ages"),
    [
        ({"min_age": 9}, "с 9 лет"),
        ({"max_age": 7}, "до 7 лет включительно"),
        ({"min_age": 2, "max_age": 7}, "с 2 до 7 лет включительно"),
    ],
)
async def test_parent_reads_the_ages_of_a_clinic_before_anything_is_typed(
    town: Town, said: dict[str, int], ages: str
) -> None:
    """Maria is eight."""
    await appoint(town, 1010, Role.REGISTRAR, clinic=1)
    garden = await import_garden(town, **said)
    await settle_in(town.mother, MARIA)
    [child] = await children_of(town, town.mother)
    card = await to_clinic(town.mother)
    assert f"только {ages}" in card.text
    assert "Принимает заявления" not in card.text
    hindered = await choose(town.mother, "Прикрепиться")
    assert f"только {ages}" in hindered.text
    assert PHONE in hindered.text
    for way in (FIELD, "Другая поликлиника"):
        assert hindered.button(way)
    assert not hindered.button("Сообщить, когда откроется")
    await say(town.mother, "/book")
    _answer, found = await send(town.mother, ClinicsFound(patient=child.id, online=True).pack())
    assert GARDEN not in found.text
    assert not any(label.startswith(GARDEN) for label in found.labels)
    with pytest.raises(ApplicationHindered):
        await town.app.services.applications.offer((await account_of(town, town.mother)).id, child.id, garden.id)


@pytest.mark.parametrize("said", [{"min_age": 8, "max_age": 8}, {"min_age": 8}, {"max_age": 8}, {}])
async def test_ages_are_inclusive_and_an_empty_one_is_no_limit(town: Town, said: dict[str, int]) -> None:
    await import_garden(town, **said)
    await settle_in(town.mother, MARIA)
    card = await to_clinic(town.mother)
    assert "Принимает заявления" in card.text
    assert ("Прикрепляет:" in card.text) == bool(said)
    assert "Почему эта поликлиника?" in (await choose(town.mother, "Прикрепиться")).text


async def test_ages_are_said_before_a_policy_is_checked(town: Town) -> None:
    """Whoever has no card yet reads the ages on the clinic's card."""
    garden = await import_garden(town, max_age=0)
    await town.mother.start()
    _answer, card = await send(town.mother, ClinicCard(patient=None, clinic=garden.id).pack())
    assert "до 0 лет включительно" in card.text
    await settle_in(town.mother, SOFIA)
    [child] = await children_of(town, town.mother)
    with pytest.raises(ApplicationHindered):
        await town.app.services.applications.offer((await account_of(town, town.mother)).id, child.id, garden.id)


async def test_ages_of_a_later_import_leave_a_sent_application_alone(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await apply(town.mother)
    garden = await import_garden(town, max_age=7)
    [child] = await children_of(town, town.mother)
    _answer, opened = await send(town.mother, EnrollAtClinic(patient=child.id, clinic=garden.id).pack())
    assert "Заявление" in opened.text
    assert opened.button("Отозвать")
    seen = await open_first(town, town.registrar)
    assert seen.button("Прикрепить")
    assert "Возраст" in " ".join((await choose(town.registrar, "Отказать")).labels)
