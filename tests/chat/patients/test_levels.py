"""What a clinic demands to be proved before it books, and how a parent proves it."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as some

from bot.core.clinic import Level
from bot.core.people import Role
from bot.glossary import ClinicId
from bot.patients.rules.levels import Proofs
from bot.staff.errors import MatterElsewhere, MatterGone
from dialogs.booking.links import Specialties
from tests.barcodes import jpeg, on_paper, qr
from tests.chat.actions import (
    ALINA,
    ARTYOM,
    MARIA,
    book,
    children_of,
    choose,
    choose_clinic,
    data_of,
    new_messages,
    ref_of,
    review,
    say,
    send,
    settle_in,
    show_papers,
)
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.town import Town
from tests.desk_code import set_code

EVERY_PROOF = some.builds(Proofs, some.booleans(), some.booleans(), some.booleans())


async def to_booking(person: Person) -> ChatMessage:
    """Send /book, and choose the clinic if the card has none yet."""
    await say(person, "/book")
    await choose_clinic(person)
    return await person.screen()


async def demand(town: Town, level: Level, clinic: int = 1) -> None:
    """Set the level that a clinic of the registry demands, and let the bot read it."""
    wish = "UPDATE registry_clinics SET level = :level WHERE id = :clinic"
    await town.app.store.database.write(
        lambda connection: connection.execute(wish, {"level": int(level), "clinic": clinic})
    )
    await town.work()


@given(EVERY_PROOF)
def test_the_level_is_the_highest_that_is_proved(proofs: Proofs) -> None:
    proved = [Level.NOTHING]
    proved += [Level.PHONE] if proofs.phone else []
    proved += [Level.POLICY] if proofs.policy else []
    proved += [Level.PAPERS] if proofs.papers else []
    assert proofs.level is max(proved)


@given(EVERY_PROOF, some.sampled_from(Level))
def test_what_a_clinic_demands_is_proved_by_nothing_but_itself(proofs: Proofs, demanded: Level) -> None:
    given_ = {Level.NOTHING: True, Level.PHONE: proofs.phone, Level.POLICY: proofs.policy, Level.PAPERS: proofs.papers}
    assert proofs.missing(demanded) is (None if given_[demanded] else demanded)


@pytest.mark.requirement("D40", "A6", "E50")
async def test_clinic_demands_papers_before_anything_is_chosen(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    old_screen = await review(mother)
    await demand(town, Level.PAPERS)
    told = await to_booking(mother)
    assert "Детская № 12 записывает через бота тех, чьи документы уже видели" in told.text
    assert "паспортом и свидетельством о рождении" in told.text
    assert "Детская № 12: Садовая, 5" in told.text
    assert "+7" in told.text
    copies = ["Копировать номер", "Копировать адрес", "Копировать телефон"]
    assert told.labels == ["Другая поликлиника", *copies, "Назад", "Меню"]  # nothing to type, nothing to send
    number = ref_of(told)
    assert ref_of(await to_booking(mother)) == number
    # An older screen leads to the same answer, and to nothing else.
    answer = await mother.press_data(old_screen.id, data_of(old_screen, "Другое время"))
    assert answer.alert == "Эта поликлиника сначала хочет увидеть документы."
    assert number in (await mother.screen()).text
    # Another clinic demands nothing of the kind.
    await choose(mother, "Другая поликлиника", "Детская № 7")
    assert "К какому врачу?" in (await mother.screen()).text


@pytest.mark.requirement("D41", "E50", "C9", "D40")
async def test_papers_seen_at_the_desk_open_booking_and_notify(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await demand(town, Level.PAPERS)
    number = ref_of(await to_booking(mother))
    [patient] = await children_of(town, mother)
    await town.app.store.storage.write(lambda uow: uow.patients.adopt_clinic(patient.id, ClinicId(1)))
    await say(mother, "/children")
    card = await choose(mother, "Мария")
    assert "документы показаны" not in card.text.lower()
    assert "ещё не видела ваши документы" in card.text
    await mother.send_photo(jpeg(on_paper(qr("паспорт"))))
    assert ref_of(await to_booking(mother)) == number  # a picture proves nothing
    before = await mother.messages()
    await show_papers(town, f" {number.lower()} ")
    await town.work()
    [news] = await new_messages(mother, before)
    assert "✅ Регистратура видела ваши документы" in news.text
    assert "К какому врачу?" in (await choose(mother, "Записать")).text
    assert "записан" in (await book(mother)).text
    await say(mother, "/children")
    assert "✅ Документы показаны в регистратуре" in (await choose(mother, "Мария")).text
    assert "К какому врачу?" in (await to_booking(mother)).text  # once is enough
    with pytest.raises(MatterGone):
        await show_papers(town, number)


async def test_papers_are_confirmed_by_the_childs_clinic_or_the_one_that_asks(town: Town) -> None:
    mother, services = town.mother, town.app.services
    await settle_in(mother, MARIA)
    for clinic in (1, 2):
        await demand(town, Level.PAPERS, clinic)
    number = ref_of(await to_booking(mother))
    await services.accounts.appoint(1005, Role.REGISTRAR, ClinicId(2))
    neighbour = await set_code(services, 1005)
    with pytest.raises(MatterElsewhere):
        await services.matters.find(neighbour, number)
    # The other clinic is chosen, and demands the papers itself.
    assert ref_of(await choose(mother, "Другая поликлиника", "Детская № 7")) == number
    matter = await services.matters.find(neighbour, number)
    await services.matters.confirm(neighbour, matter)
    assert "К какому врачу?" in (await to_booking(mother)).text


@pytest.mark.requirement("B1", "D40")
async def test_a_clinic_that_wants_a_phone_has_it_in_one_press(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await demand(town, Level.PHONE)
    asked = await say(mother, "/book")
    assert [label for label in asked.labels if "нужен телефон" in label] == ["Детская № 12 · нужен телефон"]
    told = await choose(mother, "Детская № 12")
    assert "записывает через бота тех, кто указал телефон" in told.text
    assert "В какую поликлинику?" in (await choose(mother, "Назад")).text
    prompt = await choose(mother, "Детская № 12", "Поделиться номером")
    assert "без него" not in prompt.text  # untrue here
    assert "тех, кто указал телефон" in (await choose(mother, "Назад")).text
    await choose(mother, "Поделиться номером")
    await mother.share_contact()
    back = await mother.screen()
    assert "К какому врачу?" in back.text
    assert "Поликлиника: Детская № 12" in back.text
    assert "нужен телефон" not in str((await say(mother, "/book")).labels)


async def test_papers_seen_for_one_are_not_seen_for_another(town: Town) -> None:
    """Neither the father's papers nor those of another child count for this one."""
    mother, father = town.mother, town.father
    await settle_in(mother, MARIA, ARTYOM)
    for clinic in (1, 2):
        await demand(town, Level.PAPERS, clinic)
    number = ref_of(await say_whom(mother, "Мария"))
    await show_papers(town, number)
    assert "К какому врачу?" in (await say_whom(mother, "Мария")).text
    assert "чьи документы уже видели" in (await say_whom(mother, "Артём")).text
    await settle_in(father, ALINA)
    [patient] = await children_of(town, father)
    _answer, seen = await send(father, Specialties(patient=patient.id, clinic=1).pack())
    assert "чьи документы уже видели" in seen.text
    assert ref_of(seen) != number


async def say_whom(person: Person, name: str) -> ChatMessage:
    await say(person, "/book")
    await choose(person, name)
    await choose_clinic(person)
    return await person.screen()
