"""Favourite clinics: kept from a card, first in the search, limited, and told to nobody else."""

from __future__ import annotations

import asyncio

import pytest

from bot.booking.errors import TooManyFavourites
from bot.booking.favourites import MOST_FAVOURITES
from bot.core.clinic import ClinicRules
from bot.glossary import ClinicId
from dialogs.booking.links import AddFavourite, FavouriteClinics
from storage.database.rows import rules_row
from storage.registry.seed.clinics import FIELD, GARDEN
from tests.chat.actions import ARTYOM, account_of, choose, labels, say, send, settle_in
from tests.chat.booking.test_clinics import CLINIC
from tests.chat.message import ChatMessage
from tests.chat.town import Town
from tests.registry_rows import add_clinics

TEETH = "Детская стоматология"
EVEN_MORE = MOST_FAVOURITES + 5
CLINIC_ROW = {"address": "Новая, 1", "phone": "+7 000 000-00-00", "zone": "Europe/Moscow", "kind": "CHILDREN"}


def names_of(shown: ChatMessage) -> list[str]:
    return [label.split(" · ")[0] for label in labels(shown, CLINIC)]


@pytest.mark.requirement("A24")
async def test_favourite_stands_first_and_can_be_taken_off(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, ARTYOM)
    assert "Избранное" not in (await say(mother, "/book")).labels
    await say(mother, "метро липовая аллея")
    card = await choose(mother, TEETH)
    assert "Убрать из избранного" not in card.labels
    assert "Убрать из избранного" in (await choose(mother, "В избранное")).labels
    listed = await say(mother, "/book")
    assert names_of(listed)[:2] == [f"★ {TEETH}", GARDEN]
    assert names_of(await say(mother, "детская"))[0] == TEETH, "of those that fit alike the favourite comes first"
    await say(mother, "/book")
    kept = await choose(mother, "Избранное")
    assert names_of(kept) == [TEETH]
    await choose(mother, TEETH, "Убрать из избранного")
    assert names_of(await say(mother, "/book"))[0] == GARDEN


async def test_favourites_are_of_the_account_and_not_of_a_child(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, ARTYOM)
    await settle_in(town.stranger, ARTYOM)
    account = await account_of(town, mother)
    clinics = {each.name: each for each in await town.app.services.directory.clinics()}
    await town.app.services.favourites.add(account.id, clinics[FIELD].id)
    await town.app.services.favourites.add(account.id, clinics["Взрослая № 3"].id)
    assert names_of((await send(mother, FavouriteClinics().pack()))[1]) == ["Взрослая № 3", FIELD]
    assert names_of(await say(mother, "/book"))[:2] == [f"★ {FIELD}", GARDEN], "not for the child's age"
    assert names_of((await send(town.stranger, FavouriteClinics().pack()))[1]) == []


async def test_forged_clinic_is_not_kept(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, ARTYOM)
    await send(mother, AddFavourite(patient=None, clinic=ClinicId(987_654)).pack())
    account = await account_of(town, mother)
    assert await town.app.services.favourites.ids_of(account.id) == []


async def test_favourites_have_a_limit_that_a_race_does_not_pass(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, ARTYOM)
    account, favourites = await account_of(town, mother), town.app.services.favourites
    rows = [{**rules_row(ClinicRules()), **CLINIC_ROW, "name": f"Детская № {200 + n}"} for n in range(EVEN_MORE)]
    await town.app.store.database.write(lambda connection: add_clinics(connection, rows))
    clinics = [each.id for each in await town.app.services.directory.clinics()]
    kept = clinics[:EVEN_MORE]
    outcomes = await asyncio.gather(
        *[favourites.add(account.id, each) for each in (*kept, *kept)], return_exceptions=True
    )
    assert any(isinstance(each, TooManyFavourites) for each in outcomes)
    assert len(await favourites.ids_of(account.id)) == MOST_FAVOURITES
    full = await favourites.ids_of(account.id)
    more = next(each for each in clinics if each not in full)
    answer, shown = await send(mother, AddFavourite(patient=None, clinic=more).pack())
    assert answer.alert == "В избранном уже 20, больше не поместится. Сначала уберите лишнюю."
    assert "Избранные поликлиники" in shown.text
    assert "Стр. 1 из 3" in shown.text
