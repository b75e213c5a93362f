"""Finding a clinic: by a typed line, a number, a doctor, filters and a shared place; the clinic's card."""

from __future__ import annotations

import pytest

from bot.core.people import Role
from storage.registry.seed.clinics import FIELD, GARDEN
from tests.chat.actions import ARTYOM, account_of, choose, labels, say, settle_in
from tests.chat.applications.steps import appoint
from tests.chat.booking.test_clinics import CLINIC
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.town import Town


async def choosing(mother: Person) -> None:
    await settle_in(mother, ARTYOM)
    await say(mother, "/book")


def names_of(shown: ChatMessage) -> list[str]:
    return [label.split(" · ")[0] for label in labels(shown, CLINIC)]


@pytest.mark.requirement("A3", "C31")
async def test_one_typed_line_finds_a_clinic_in_another_town_too(town: Town) -> None:
    mother = town.mother
    await choosing(mother)
    for line in ("на луговой", "луговая екатиринбург", "keujdfz", "lugovaya"):
        shown = await say(mother, line)
        assert names_of(shown)[:1] == ["Детская № 4, Урал"], line
        assert f"Нашлось: «{line}»" in shown.text
    # Where two fit alike, the one for the child's age comes first.
    assert names_of(await say(mother, "метро речной вокзал")) == [GARDEN, "Взрослая № 3"]
    # A line of the buttons' own words presses the button, as before.
    assert "К какому врачу?" in (await say(mother, "Назад") and await say(mother, "полевая")).text


@pytest.mark.requirement("A3", "K17")
async def test_number_of_an_organisation_is_exact_and_answered_at_once(town: Town) -> None:
    mother = town.mother
    await choosing(mother)
    clinics = await town.app.services.directory.clinics()
    facts = next(each.facts for each in clinics if each.name == FIELD)
    for line in (f"ИНН {facts.inn}", facts.ogrn, f"код МО {facts.mo_code}"):
        assert names_of(await say(mother, line)) == [FIELD], line
    wrong = facts.inn[:-1] + str((int(facts.inn[-1]) + 1) % 10)
    assert "В этом ИНН опечатка" in (await say(mother, wrong)).text
    unknown = await say(mother, "999999")
    assert "Поликлиники с таким номером здесь нет" in unknown.text
    assert "По районам" in unknown.labels


@pytest.mark.requirement("A1", "A4", "C31")
async def test_card_tells_what_the_clinic_says_and_leads_on(town: Town) -> None:
    mother = town.mother
    await choosing(mother)
    await say(mother, "заречный 12")
    card = await choose(mother, GARDEN)
    for fact in ("Адрес: Садовая, 5", "Район Заречный, метро «Речной вокзал»", "пн–пт 8:00–20:00, сб 9:00–15:00"):
        assert fact in card.text
    for fact in ("+7 000 000-12-12", "педиатр, ЛОР", "Ближайшее место:", "по полису ОМС", "Лицензия: ЛО41", "ИНН 0000"):
        assert fact in card.text
    for fact in ("Принимает заявления на прикрепление онлайн", "Код МО 000012"):
        assert fact in card.text
    assert "Оценка" not in card.text, "the registry has no ratings"
    assert "Почему эта поликлиника?" in (await choose(mother, "Прикрепиться")).text
    await choose(mother, "Назад")
    assert "Нашлось: «заречный 12»" in (await choose(mother, "Назад")).text
    await choose(mother, GARDEN)
    before = len(await mother.messages())
    await mother.press("Показать на карте")
    [*_older, pin] = await mother.messages()
    assert len(await mother.messages()) == before + 1
    assert pin.raw["venue"]["title"] == GARDEN
    # The card above the pin still works.
    await mother.press("Записаться к врачу")
    assert "К какому врачу?" in (await mother.messages())[-2].text


@pytest.mark.requirement("C30", "D31")
async def test_doctor_is_found_by_family_name_and_by_specialty(town: Town) -> None:
    mother = town.mother
    await choosing(mother)
    shown = await say(mother, "к петровой")
    assert "Петрова А. С. · педиатр" in shown.labels
    assert "Какой день?" in (await choose(mother, "Петрова А. С.")).text
    await say(mother, "/book")
    with_ent = await say(mother, "к лору")
    assert "Условия: ЛОР" in with_ent.text
    assert names_of(with_ent) == [GARDEN, FIELD]
    assert any("мест" in label for label in with_ent.labels), "the number of free times stands beside the day"
    card = await choose(mother, GARDEN)
    for fact in ("Часы работы: пн–пт", "Врачи: педиатр, ЛОР", "Район Заречный"):
        assert fact in card.text
    assert any(label.startswith("ЛОР · ") for label in (await choose(mother, "Записаться к врачу")).labels)


@pytest.mark.requirement("A25")
async def test_filters_leave_the_clinics_that_have_what_is_wished(town: Town) -> None:
    mother = town.mother
    await appoint(town, 1010, Role.REGISTRAR, clinic=1)
    await choosing(mother)
    await choose(mother, "Фильтры")
    await choose(mother, "Прикрепляет онлайн")
    await choose(mother, "Работает в выходные")
    await choose(mother, "Врач: любой")
    chosen = await choose(mother, "Ортопед")
    assert "✅ Прикрепляет онлайн" in chosen.labels
    found = await choose(mother, "Показать 1 поликлинику")
    assert "Условия: ортопед, работает в выходные, прикрепляет онлайн" in found.text
    assert names_of(found) == [FIELD]
    await say(mother, "/book")
    await choose(mother, "Фильтры")
    await choose(mother, "Район: любой")
    assert names_of(await choose(mother, "Заречный · 1")) == [GARDEN]


@pytest.mark.requirement("A25")
async def test_back_and_a_district_keep_what_is_wished(town: Town) -> None:
    mother = town.mother
    await choosing(mother)
    await choose(mother, "Фильтры", "Работает в выходные", "Врач: любой", "Ортопед", "Врач: Ортопед")
    kept = await choose(mother, "Назад")
    assert "Врач: Ортопед" in kept.labels
    assert "✅ Работает в выходные" in kept.labels
    assert "Условия: ортопед, работает в выходные" in (await choose(mother, "Назад")).text
    await choose(mother, "Фильтры", "Район: любой")
    assert "✅ Работает в выходные" in (await choose(mother, "Назад")).labels
    in_district = await choose(mother, "Район: любой", "Северный")
    assert "Условия: ортопед, работает в выходные, район Северный" in in_district.text
    await say(mother, "/book")
    await say(mother, "полевая 18 и ещё")
    await choose(mother, "Фильтры")
    assert "полевая 18 и ещё" in (await choose(mother, "Назад")).text, "the line that was typed is kept"


@pytest.mark.requirement("D46")
async def test_no_clinic_of_a_district_leads_to_the_other_districts(town: Town) -> None:
    """The district that was chosen is named, on the filters too, and one press leaves it out and keeps the rest."""
    mother = town.mother
    await choosing(mother)
    await choose(mother, "Фильтры", "Врач: любой", "Ортопед", "Район: любой")
    nothing = await choose(mother, "Заречный")
    assert "Такой поликлиники нет" in nothing.text
    assert "Условия: ортопед, район Заречный" in nothing.text
    filters = await choose(mother, "Фильтры")
    assert "Район: Заречный" in filters.labels
    await choose(mother, "Район: Заречный")
    anywhere = await choose(mother, "Любой район")
    assert "Район: любой" in anywhere.labels
    assert "Врач: Ортопед" in anywhere.labels
    await choose(mother, "Район: любой", "Заречный")
    found = await choose(mother, "В любом районе")
    assert "Условия: ортопед" in found.text
    assert "район" not in found.text.partition("Условия")[2].partition("\n")[0]
    assert names_of(found) == [FIELD]


async def test_shared_place_is_answered_nearest_first_and_is_kept_nowhere(town: Town) -> None:
    mother = town.mother
    await choosing(mother)
    await choose(mother, "Рядом со мной")
    await mother.share_location(54.3450, 40.8880)
    await mother.screen()
    shown = await mother.screen()
    assert names_of(shown)[:2] == [FIELD, "Стоматология № 1"]
    assert "100 м" in labels(shown, CLINIC)[0]
    assert "Детская № 4, Урал" not in names_of(shown)
    assert "location" not in [each.kind for each in await mother.messages()]
    account = await account_of(town, mother)
    kept = await town.app.store.database.read(lambda connection: connection.fetch("SELECT * FROM dialogs", {}))
    assert "54.345" not in str([tuple(row) for row in kept]), account.id


@pytest.mark.requirement("D46")
async def test_line_that_means_nothing_is_answered_with_wider_ways(town: Town) -> None:
    mother = town.mother
    await choosing(mother)
    nothing = await say(mother, "детская 999")
    assert "Ничего не нашлось: «детская 999»" in nothing.text
    assert {"По районам", "Все поликлиники"} <= set(nothing.labels)
    await choose(mother, "Фильтры", "Работает в выходные")
    wished = await choose(mother, "Показать 0")
    assert "Ничего не нашлось: «детская 999»" in wished.text
    assert "Без фильтров" in wished.labels
    assert "Условия" not in (await choose(mother, "Без фильтров")).text
    assert "Ж" * 100 + "»" in (await say(mother, "Ж" * 4096)).text, "a long line is cut"
    assert "Какой район?" in (await choose(mother, "По районам")).text
    assert names_of(await choose(mother, "Заречный · 1")) == [GARDEN], "the line is over"
    # Words of buttons and of the menu keep their meaning.
    assert "В какую поликлинику?" in (await say(mother, "назад")).text
    assert "Записей к врачу нет" in (await say(mother, "мои записи")).text


async def test_day_where_a_clinic_is_chosen_is_no_name_of_a_street(town: Town) -> None:
    """A street may be called by a day, so a line that finds a clinic is one."""
    mother = town.mother
    await choosing(mother)
    for day in ("завтра", "в среду утром", "27 ноября", "в 10:30"):
        shown = await say(mother, day)
        assert "День и время выберем потом." in shown.text, day
        assert GARDEN in str(shown.labels)
    assert "Нашлось" in (await say(mother, "заречный")).text
    assert "День и время выберем потом." in (await say(mother, "завтра")).text
