"""What a clinic's file says of enrollment: for which ages, how many places, and which papers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.applications.errors import ApplicationHindered
from bot.core.clinic import Clinic
from bot.core.people import Role
from bot.glossary import ClinicId
from dialogs.booking.links import ClinicCard, ClinicsFound, EnrollAtClinic
from storage.registry.importing.importing import Importer
from storage.registry.seed.clinics import FIELD, GARDEN
from storage.registry.seed.file import small_town_file
from tests.chat.actions import (
    ARTYOM,
    MARIA,
    SOFIA,
    account_of,
    children_of,
    choose,
    data_of,
    new_messages,
    say,
    send,
    settle_in,
)
from tests.chat.applications.steps import apply, appoint, open_first, open_queue, review, to_clinic
from tests.chat.applications.test_enroll import MINUTE
from tests.chat.town import Town, town as opened_town

NO_PLACES = "никого не прикрепляет: мест нет"
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


# --- places -----------------------------------------------------------------------------------------------------------


async def mother_is_enrolled(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await apply(town.mother)
    await open_first(town, town.registrar)
    await choose(town.registrar, "Прикрепить", "Без педиатра")
    await town.pass_time(seconds=MINUTE)


async def father_finds(town: Town, *, full: bool) -> None:
    """Look at what the father reads at the clinic for his child."""
    card = await to_clinic(town.father)
    assert (NO_PLACES in card.text) == full
    asked = await choose(town.father, "Прикрепиться")
    assert (NO_PLACES in asked.text) == full
    assert bool(asked.labels and "Сообщить, когда откроется" in asked.labels) == full
    assert ("Почему эта поликлиника?" in asked.text) != full


async def test_places_of_an_import_are_used_up_by_approvals_and_a_new_one_opens(town: Town) -> None:
    await appoint(town, 1010, Role.REGISTRAR, clinic=1)
    await import_garden(town, places=2)
    await settle_in(town.father, ARTYOM)
    await mother_is_enrolled(town)
    await father_finds(town, full=False)
    await town.pass_time(minutes=1)
    await import_garden(town, places=1)
    await father_finds(town, full=False)
    await town.pass_time(minutes=1)
    await import_garden(town, places=0)
    await father_finds(town, full=True)
    assert (await town.father.screen()).button(FIELD)
    await choose(town.father, "Сообщить, когда откроется")
    before = await town.father.messages()
    await town.pass_time(days=1)
    await import_garden(town, places=3)
    [told] = [each for each in await new_messages(town.father, before) if "снова прикрепляет" in each.text]
    assert told.button("Прикрепиться")
    await father_finds(town, full=False)


async def test_last_place_fills_the_lists_as_the_head_does(town: Town) -> None:
    head = await appoint(town, 1006, Role.HEAD)
    await import_garden(town, places=1)
    await settle_in(town.father, ARTYOM)
    await father_finds(town, full=False)
    await mother_is_enrolled(town)
    await father_finds(town, full=True)
    assert "Новые заявления не принимаются" in (await open_queue(town, head)).text
    await choose(head, "Принимать заявления")
    await father_finds(town, full=False)


@pytest.mark.parametrize("as_before", [False, True])
async def test_switch_of_districts_keeps_lists_used_up_meanwhile(town: Town, as_before: bool) -> None:
    """The head's screen was drawn before the last place was taken; ``as_before``: by the release before."""
    head = await appoint(town, 1006, Role.HEAD)
    await import_garden(town, places=1)
    await settle_in(town.father, ARTYOM)
    drawn = await open_queue(town, head)
    pressed = "ol:0:1" if as_before else data_of(drawn, "Только со своих участков")
    await mother_is_enrolled(town)
    await head.press_data(drawn.id, pressed)
    saved = await head.screen()
    assert "только детей со своих участков" in saved.text
    assert "Новые заявления не принимаются" in saved.text
    await father_finds(town, full=True)
    await choose(head, "Брать и с других участков")
    assert "Новые заявления не принимаются" in (await head.screen()).text
    await town.pass_time(minutes=1)
    await import_garden(town, places=3)
    await father_finds(town, full=False)


async def test_switch_of_places_keeps_the_districts_set_meanwhile(town: Town) -> None:
    head, other = await appoint(town, 1006, Role.HEAD), await appoint(town, 1007, Role.HEAD)
    drawn = await open_queue(town, head)
    await open_queue(town, other)
    await choose(other, "Только со своих участков")
    await head.press_data(drawn.id, data_of(drawn, "Мест нет: не принимать"))
    saved = await head.screen()
    assert "только детей со своих участков" in saved.text
    assert "Новые заявления не принимаются" in saved.text


@pytest.mark.parametrize("places", [{"places": 5}, {}])
async def test_lists_that_the_head_has_closed_stay_closed_after_an_import(town: Town, places: dict[str, int]) -> None:
    head = await appoint(town, 1006, Role.HEAD)
    await import_garden(town, places=1)
    await settle_in(town.father, ARTYOM)
    await open_queue(town, head)
    await choose(head, "Мест нет: не принимать")
    await town.pass_time(minutes=1)
    await import_garden(town, **places)
    await father_finds(town, full=True)


async def test_import_without_places_lifts_the_limit(town: Town) -> None:
    await import_garden(town, places=0)
    await settle_in(town.father, ARTYOM)
    await father_finds(town, full=True)
    await town.pass_time(minutes=1)
    await import_garden(town)
    await father_finds(town, full=False)


async def test_approval_between_an_import_and_its_count_takes_a_place(town: Town) -> None:
    """The bot counts an import's places after a while: who is enrolled meanwhile counts."""
    await settle_in(town.father, ARTYOM)
    await settle_in(town.mother, MARIA)
    [child], now = await children_of(town, town.mother), town.clock.now()
    write = town.app.store.storage.write
    await write(lambda uow: uow.enrollments.start(child.id, ClinicId(1), now, "", None))
    await write(lambda uow: uow.enrollments.count_places(ClinicId(1), 1, now - timedelta(minutes=1), now))
    assert (await town.app.store.storage.read(lambda view: view.enrollments.limits(ClinicId(1)))).is_full


# --- papers -----------------------------------------------------------------------------------------------------------

BOTH = "свидетельство о рождении, подтверждение адреса"
TO_BRING, BY_CHAT = f"Принесите в регистратуру: {BOTH}", "Бумаги · 0"


@pytest.mark.requirement("A12")
@pytest.mark.parametrize(
    ("papers", "operator_allows", "brings", "sends"),
    [
        ("NONE", True, False, False),
        ("BRING", True, True, False),
        ("FILE", True, False, True),
        ("FILE", False, True, False),
        (None, True, False, False),
    ],
)
async def test_file_says_which_papers_are_asked_for_until_the_head_does(
    template: Path, tmp_path: Path, papers: str | None, operator_allows: bool, brings: bool, sends: bool
) -> None:
    async with opened_town(template, tmp_path, application_papers=operator_allows) as town:
        garden = await import_garden(town, **({"papers": papers} if papers else {}))
        await settle_in(town.mother, MARIA)
        asked = await review(town.mother)
        assert (TO_BRING in asked.text) == brings
        assert (BY_CHAT in asked.labels) == sends
        account, [child] = await account_of(town, town.mother), await children_of(town, town.mother)
        files = town.app.services.papers
        assert (await files.before(account.id, child.id, garden.id)).papers.can_send == (
            operator_allows and papers != "BRING"
        )


@pytest.mark.parametrize("papers", ["NONE", "BRING", "FILE"])
async def test_what_the_head_sets_goes_before_the_file(town: Town, papers: str) -> None:
    head = await appoint(town, 1006, Role.HEAD)
    await import_garden(town, papers=papers)
    await say(head, "/start")
    seen = await choose(head, "Заявления", "Какие бумаги просить")
    assert ("Вы не просите бумаг" in seen.text) == (papers == "NONE")
    mark = "" if papers == "NONE" else "✅ "
    await choose(head, f"{mark}Подтверждение адреса")
    await settle_in(town.mother, MARIA)
    asked = await review(town.mother)
    kept = "подтверждение адреса" if papers == "NONE" else "свидетельство о рождении"
    assert f"Принесите в регистратуру: {kept}." in asked.text
    if papers != "NONE":
        await choose(head, "✅ Свидетельство о рождении")
        assert "Вы не просите бумаг" in (await head.screen()).text
        assert "Принесите в регистратуру" not in (await review(town.mother)).text
    await town.pass_time(minutes=1)
    await import_garden(town, papers="FILE")
    assert BOTH not in (await review(town.mother)).text
