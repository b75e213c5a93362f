"""«Наша поликлиника»: what the register says of an enrollment, to whom, and as a PDF."""

from __future__ import annotations

import pytest

from bot.core.deeds import Deed
from bot.core.people import Role
from dialogs.applications.links import OurClinic, PrintOurClinic
from storage.registry.seed.clinics import FIELD, GARDEN
from tests.chat.actions import (
    ARTYOM,
    MARIA,
    PETROVA,
    THURSDAY,
    TIME,
    account_of,
    book,
    children_of,
    choose,
    new_messages,
    say,
    send,
    settle_in,
)
from tests.chat.applications.steps import CHOICE, appoint, mother_applies, open_first
from tests.chat.applications.test_enroll import MINUTE
from tests.chat.applications.test_enrolled import enrolled_at_field
from tests.chat.appointments.test_elsewhere import looked, share_phone
from tests.chat.person import Person
from tests.chat.policy_register import register_down
from tests.chat.sent_files import file_of, text_of
from tests.chat.town import Town

OURS = "Наша поликлиника"
DAY_LONG = 24 * 3600


async def proved(town: Town) -> Person:
    """Return a mother whose telephone the clinic has on file, so that it may tell her more."""
    mother = town.mother
    await settle_in(mother, MARIA, reminders=False)
    await share_phone(town, mother)
    await say(mother, "/children")
    await choose(mother, "Мария")
    return mother


@pytest.mark.requirement("A51", "B9")
async def test_enrollment_is_shown_as_the_register_says_it(town: Town) -> None:
    mother = await proved(town)
    card = await mother.screen()
    shown = await choose(mother, OURS)
    for fact in ("Ребёнок прикреплён: так в регистре", "С 24 апреля 2018 года", "Участок:", GARDEN, "Садовая, 5"):
        assert fact in shown.text
    for fact in ("+7 000 000-12-12", "ИНН 0000", "Лицензия: ЛО41"):
        assert fact in shown.text
    assert "Участковый педиатр" not in shown.text, "the demo's clinic names none"
    before = await mother.messages()
    await mother.press("Сохранить в PDF")
    await mother.screen()
    [paper] = [each for each in await new_messages(mother, before) if each.kind == "document"]
    printed = text_of(file_of(town, paper))
    for fact in (MARIA.name.full, "24.04.2018", GARDEN, "Это не справка о прикреплении"):
        assert fact in printed
    assert MARIA.policy_number not in printed
    [patient] = await children_of(town, mother)
    history = await town.app.services.patients.history((await account_of(town, mother)).id, patient.id, 0)
    assert Deed.OWN_CLINIC_PRINTED in [each.deed for each in history.entries]
    assert MARIA.name.full in card.text


async def test_who_has_proved_nothing_learns_of_no_enrollment(town: Town) -> None:
    """Also the name of the register's clinic stays hidden: the card shows only where this account books."""
    stranger = town.stranger
    await settle_in(stranger, MARIA)
    await looked(town, stranger)
    [patient] = await children_of(town, stranger)
    shown = (await send(stranger, OurClinic(patient=patient.id).pack()))[1]
    assert "покажу тому, кого поликлиника знает по телефону или документам" in shown.text
    assert "Телефон и почта" in shown.labels
    for fact in ("прикреплён: так в регистре", "2018", "Участок", GARDEN):
        assert fact not in shown.text
    answer, _seen = await send(stranger, PrintOurClinic(patient=patient.id).pack())
    assert answer.alert == "Поликлиника пока неизвестна: сохранять нечего."


async def test_enrollment_of_anothers_child_looks_missing(town: Town) -> None:
    await proved(town)
    [patient] = await children_of(town, town.mother)
    await settle_in(town.stranger, ARTYOM)
    for link in (OurClinic(patient=patient.id), PrintOurClinic(patient=patient.id)):
        answer, shown = await send(town.stranger, link.pack())
        assert "больше нет" in (answer.alert or "")
        assert "Мария" not in shown.text


async def test_register_without_an_enrollment_says_so(town: Town) -> None:
    mother = await proved(town)
    sql = "UPDATE registry_persons SET clinic_id = NULL"
    await town.app.store.database.write(lambda connection: connection.execute(sql, {}))
    assert "В регистре прикрепления нет" in (await choose(mother, OURS)).text


@pytest.mark.requirement("A5", "B9")
async def test_own_clinic_says_whom_it_opens_without_a_referral(town: Town) -> None:
    mother = await proved(town)
    shown = await choose(mother, OURS)
    assert "Без направления: педиатр, ЛОР, окулист, хирург" in shown.text
    assert "По направлению: невролог" in shown.text


@pytest.mark.requirement("B7", "K13")
async def test_referral_is_spoken_of_before_a_doctor_is_chosen(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, ARTYOM)
    await say(mother, "/book")
    assert "принимают тех, кто прикреплён к этой поликлинике" in (await choose(mother, GARDEN)).text
    await book(mother, "Педиатр", PETROVA, THURSDAY, TIME)
    own = await say(mother, "/book")
    assert "к врачам без пометки «направление» записываю сразу" in own.text
    await choose(mother, "Другая поликлиника")
    assert "регистратура может попросить направление" in (await choose(mother, "Детская № 7")).text
    await say(mother, "/book")
    await choose(mother, "Другая поликлиника")
    assert "направление или прикрепление" not in (await choose(mother, "Детская стоматология")).text


async def test_silent_register_is_named_and_the_rest_is_shown(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    mother = await proved(town)
    with register_down(monkeypatch, "enrolled_at"):
        shown = await choose(mother, OURS)
    assert "Регистр сейчас не отвечает" in shown.text
    assert "прикреплён: так" not in shown.text


@pytest.mark.requirement("A14", "A18", "A51")
async def test_decision_in_the_bot_is_told_to_whoever_keeps_the_card(town: Town) -> None:
    """The parent who has applied has proved no telephone, and is told what the clinics have decided."""
    mother = town.mother
    await mother_applies(town)
    await open_first(town, town.registrar)
    await choose(town.registrar, "Прикрепить", "Без педиатра")
    await town.pass_time(seconds=MINUTE)
    assert f"Поликлиника: {GARDEN}" in (await say(mother, "/book")).text, "no clinic is asked for"
    await say(mother, "/children")
    card = await choose(mother, "Мария")
    assert f"Поликлиника: {GARDEN}, Садовая, 5" in card.text
    assert "Прикрепление с 23 ноября 2026 года" in card.text
    shown = await choose(mother, OURS)
    assert "Ребёнок прикреплён: так решила поликлиника" in shown.text
    assert "С 23 ноября 2026 года" in shown.text
    assert "Раньше" not in shown.text
    await town.pass_time(seconds=DAY_LONG)
    await enrolled_at_field(town)
    await say(mother, "/children")
    assert f"Поликлиника: {FIELD}" in (await choose(mother, "Мария")).text
    moved = await choose(mother, OURS)
    assert f"{FIELD}\nАдрес: Полевая, 18" in moved.text
    assert f"Раньше: {GARDEN}, 23.11.2026 – 24.11.2026" in moved.text


@pytest.mark.requirement("A18")
async def test_clinic_is_changed_by_the_same_search(town: Town) -> None:
    await appoint(town, 1010, Role.REGISTRAR, clinic=1)
    mother = await proved(town)
    asked = await choose(mother, OURS, "Сменить поликлинику")
    assert "В какую поликлинику? Пациент: Мария И." in asked.text
    assert "Поликлиника: Мария И." in (await choose(mother, "Назад")).text
    await choose(mother, "Сменить поликлинику")
    await say(mother, "метро полевая")
    assert CHOICE in (await choose(mother, FIELD, "Прикрепиться")).labels
