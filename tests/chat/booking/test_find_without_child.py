"""Finding a clinic before a child is added: from the first screen, the menu, and on to booking or enrollment."""

from __future__ import annotations

import pytest

from bot.core.people import Purpose, Role
from bot.glossary import ClinicId, PatientId
from dialogs.booking.links import ClinicCard, ClinicForWhom, FavouriteClinics
from storage.registry.seed.clinics import ADULT, FIELD, GARDEN
from tests.chat.actions import ALINA, ARTYOM, NIKITA, account_of, choose, labels, link, say, send, settle_in
from tests.chat.applications.steps import appoint
from tests.chat.booking.test_clinics import CLINIC
from tests.chat.message import ChatMessage
from tests.chat.town import Town

FIND = "Найти поликлинику"


def names_of(shown: ChatMessage) -> list[str]:
    return [label.split(" · ")[0] for label in labels(shown, CLINIC)]


@pytest.mark.requirement("A24", "A25")
async def test_clinic_is_found_from_the_first_screen_without_consent(town: Town) -> None:
    mother = town.mother
    await mother.start()
    asked = await choose(mother, FIND)
    assert "Какую поликлинику ищете?" in asked.text
    assert names_of(asked)[:2] == [GARDEN, FIELD]
    assert "Взрослая № 3" in names_of(asked)[-1], "those for adults stand last"
    found = await say(mother, "метро полевая")
    assert "Нашлось: «метро полевая»" in found.text
    card = await choose(mother, FIELD)
    assert "Пациент" not in card.text
    assert "Врачи: педиатр" in card.text
    assert "Ближайшее место:" in card.text
    before = len(await mother.messages())
    await mother.press("Показать на карте")
    assert len(await mother.messages()) == before + 1
    account = await account_of(town, mother)
    assert not account.consents_in_force
    # What keeps something, or is about a child, asks for the consent first.
    for label in ("В избранное", "Записаться к врачу", "Прикрепиться"):
        shown = (await send(mother, ClinicCard(patient=None, clinic=account_clinic(card)).pack()))[1]
        assert "Согласие 1 из 3" in (await choose(mother, label)).text, label
        assert FIELD in shown.text
    assert "Согласие 1 из 3" in (await send(mother, FavouriteClinics().pack()))[1].text


def account_clinic(card: ChatMessage) -> ClinicId:
    data = next(each.data for row in card.buttons for each in row if each.text == "В избранное")
    assert data is not None
    return ClinicId(int(data.split(":")[2]))


async def test_filters_districts_and_place_work_without_a_child(town: Town) -> None:
    mother = town.mother
    await appoint(town, 1010, Role.REGISTRAR, clinic=1)
    await mother.start()
    await choose(mother, FIND, "Фильтры", "Прикрепляет онлайн", "Работает в выходные", "Врач: любой")
    await choose(mother, "Ортопед")
    assert names_of(await choose(mother, "Показать 1 поликлинику")) == [FIELD]
    await choose(mother, "Назад", "По районам")
    assert names_of(await choose(mother, "Заречный · 2")) == [GARDEN, ADULT]
    await choose(mother, "Назад", "Рядом со мной")
    await mother.share_location(54.3450, 40.8880)
    await mother.screen()
    assert names_of(await mother.screen())[0] == FIELD
    nothing = await say(mother, "детская 999")
    assert "Ничего не нашлось" in nothing.text
    assert "Какую поликлинику ищете?" in (await choose(mother, "Все поликлиники")).text


async def test_doctor_and_specialty_are_found_without_a_child(town: Town) -> None:
    mother = town.mother
    await settle_in(mother)
    await say(mother, "/menu")
    await choose(mother, FIND)
    assert "Петрова А. С. · педиатр" in (await say(mother, "к петровой")).labels
    first = await choose(mother, "Петрова А. С.")
    assert "когда полис ребёнка добавлен и проверен" in first.text
    assert "Добавить ребёнка" in first.labels
    card = await choose(mother, "Назад")
    assert GARDEN in card.text
    await choose(mother, "Меню", FIND)
    assert names_of(await say(mother, "к лору"))[:2] == [GARDEN, FIELD]


async def test_specialty_beside_a_name_tells_doctors_apart(town: Town) -> None:
    mother = town.mother
    await mother.start()
    await choose(mother, FIND)
    assert "Ким В. С. · педиатр" in (await say(mother, "врач ким")).labels
    for line, first in (("лор петровна", "Шубина О. П. · ЛОР"), ("педиатр петровна", "Королёва Н. П. · педиатр")):
        assert (await say(mother, line)).labels[0] == first, "both doctors have this patronymic"
    assert "Условия: кардиолог" in (await say(mother, "детский кардиолог")).text
    assert "Условия: стоматолог" in (await say(mother, "детский стоматолог")).text


@pytest.mark.requirement("A24")
async def test_found_clinic_leads_on_for_the_chosen_child(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, ARTYOM)
    await say(mother, "/menu")
    await choose(mother, FIND)
    await say(mother, "метро полевая")
    only = await choose(mother, FIELD, "Записаться к врачу")
    assert "К какому врачу? Пациент: Артём" in only.text
    assert f"Поликлиника: {FIELD}" in only.text
    await say(mother, "/children")
    await choose(mother, "Добавить")
    await link(mother, ALINA)
    await say(mother, "/menu")
    await choose(mother, FIND)
    await say(mother, "к петровой")
    whom = await choose(mother, "Петрова А. С.")
    assert "Кого записать?" in whom.text
    assert "Какой день?" in (await choose(mother, "Алина")).text
    await say(mother, "/menu")
    await choose(mother, FIND)
    enroll = await choose(mother, FIELD, "Прикрепиться")
    assert "Кого прикрепить?" in enroll.text
    assert f"Как прикрепиться: {FIELD}" in (await choose(mother, "Артём")).text


async def test_enrolling_without_a_ready_child_tells_how_to_do_it_by_hand(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, NIKITA)
    await say(mother, "/menu")
    await choose(mother, FIND)
    by_hand = await choose(mother, FIELD, "Прикрепиться")
    assert "gosuslugi.ru" in by_hand.text
    assert "Добавить ребёнка" in by_hand.labels


async def test_card_of_anothers_child_stays_closed_without_consent(town: Town) -> None:
    """The open search says nothing of a patient whose id is forged into it."""
    await settle_in(town.mother, ARTYOM)
    account = await account_of(town, town.mother)
    [child] = await town.app.services.patients.list_of(account.id)
    await town.stranger.start()
    first = ClinicId(1)
    for card in (ClinicCard(patient=child.id, clinic=first), ClinicCard(patient=PatientId(987_654), clinic=first)):
        assert "Согласие 1 из 3" in (await send(town.stranger, card.pack()))[1].text
    await settle_in(town.stranger)
    _answer, shown = await send(town.stranger, ClinicForWhom(clinic=first).pack())
    assert "Артём" not in shown.text
    assert (await account_of(town, town.stranger)).consents_in_force >= {Purpose.PATIENT}
