"""A clinic's link or poster opens the bot at this clinic, before and after the consents."""

from __future__ import annotations

import pytest

from bot.booking.clinic_links import clinic_address
from bot.core.people import Role
from bot.documents.qr_codes import read_qr_codes
from bot.glossary import ClinicId
from tests.chat.actions import ARTYOM, MARIA, SOFIA, choose, consent, link, say, settle_in, with_code
from tests.chat.patients.test_desk_check import check_at_desk
from tests.chat.person import Person
from tests.chat.sent_files import file_of, text_of
from tests.chat.town import Town

SEVENTH, SEVEN = "Детская № 7", ClinicId(2)
WORD = f"clinic_{SEVEN}"
SEND = "Отправить в регистратуру"


async def appointed(town: Town, role: Role) -> Person:
    await town.app.services.accounts.appoint(town.stranger.id, role, SEVEN)
    return await with_code(town, town.stranger)


async def test_new_parent_comes_by_the_link_and_finds_the_clinic_alone(town: Town) -> None:
    mother = town.mother
    welcome = await say(mother, f"/start {WORD}")
    assert f"Ваша поликлиника: {SEVENTH}, Полевая, 18." in welcome.text
    await choose(mother, "Прочитать", "Даю согласие", "Даю согласие", "Даю согласие")
    checked = await link(mother, MARIA)
    assert checked.button(SEVENTH)
    assert not checked.button("Детская № 12")


async def test_only_child_goes_on_at_the_clinic_of_the_link(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    seen = await say(mother, f"/start {WORD}")
    assert "К какому врачу?" in seen.text
    assert SEVENTH in seen.text


async def test_clinic_of_the_link_stands_first_for_several_children(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA, ARTYOM)
    seen = await say(mother, f"/start {WORD}")
    assert "Кого записать?" in seen.text
    assert SEVENTH in seen.text
    await town.restart()
    clinics = await choose(mother, "Мария")
    assert clinics.labels[0].startswith(SEVENTH)


async def test_policy_goes_to_the_desk_of_the_clinic_of_the_link(town: Town) -> None:
    """Without the link the parent is asked which of the two clinics it is."""
    await check_at_desk(town, clinic=1)
    await check_at_desk(town, clinic=2)
    await settle_in(town.father, SOFIA)
    assert "В какую поликлинику ходите?" in (await choose(town.father, SEND)).text
    mother = town.mother
    await say(mother, f"/start {WORD}")
    await choose(mother, "Прочитать", "Даю согласие", "Даю согласие", "Даю согласие")
    refused = await link(mother, SOFIA)
    assert refused.button("Другая поликлиника")
    assert f"Полис проверяет регистратура: {SEVENTH}" in (await choose(mother, SEND)).text


@pytest.mark.parametrize("rest", ["99", "x", "-1", "0", "9" * 40])
async def test_link_of_no_clinic_says_so(town: Town, rest: str) -> None:
    await consent(town.mother)
    seen = await say(town.mother, f"/start clinic_{rest}")
    assert "Такой поликлиники в этом боте нет" in seen.text


@pytest.mark.parametrize("role", [Role.HEAD, Role.ADMIN])
async def test_poster_has_the_link_as_a_code(town: Town, role: Role) -> None:
    member = await appointed(town, role)
    await say(member, "/desk")
    seen = await choose(member, "Ссылка и плакат")
    address = clinic_address("registratura_bot", SEVEN)
    assert address in seen.text
    await choose(member, "Плакат (PDF)")
    [poster] = [each for each in await member.messages() if each.kind == "document"]
    printed = file_of(town, poster)
    assert list(read_qr_codes(printed)) == [address]
    for words in (f"Запись к врачу в Telegram: {SEVENTH}", "Полевая, 18", "103 или 112", address):
        assert words in text_of(printed)


async def test_registrar_and_parent_have_no_poster(town: Town) -> None:
    member = await appointed(town, Role.REGISTRAR)
    await say(member, "/desk")
    assert not (await member.screen()).button("Ссылка и плакат")
    await consent(town.mother)
    for person in (member, town.mother):
        for data in ("up", "Up"):
            before = len(await person.messages())
            answer = await person.press_data((await person.screen()).id, data)
            assert answer.alert
            assert len(await person.messages()) == before
