"""A list comes back from what it has opened as it was: its page, its filters, what is looked for and for what aim."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from bot.applications.records import ApplicationKind
from bot.glossary import ApplicationId, ClinicId, PatientId, SpecialtyId
from dialogs.applications.links import ApplicationBegun, DocumentList, FilteredApplications, MyApplications
from dialogs.appointments.links import AppointmentList
from dialogs.booking.links import (
    ChooseClinic,
    ChoosePatient,
    ClinicCard,
    ClinicsFound,
    Doctors,
    FavouriteClinics,
    FindClinic,
    ShowOnMap,
    Specialties,
)
from dialogs.kit.link import LONGEST_DATA, Link, Page
from dialogs.kit.pager import page_of
from dialogs.kit.screen import button
from dialogs.patients.links import PatientList
from storage.registry.seed.clinics import FIELD, GARDEN
from tests.chat.actions import (
    ARTYOM,
    MARIA,
    PETROVA,
    THURSDAY,
    TIME,
    at_desk,
    book,
    choose,
    data_of,
    labels,
    looks,
    say,
    send,
    settle_in,
)
from tests.chat.applications.steps import AGREE, SEND, review
from tests.chat.applications.test_documents import CAMP, to_documents
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.town import Town

BACK = "Назад"


class Way(NamedTuple):
    """How a list is opened, what is pressed there and what follows, and how many times «Назад» leads back."""

    opened: tuple[str, ...]
    item: tuple[str, ...]
    typed: str = ""
    back: int = 1


PEDIATRIC = ("Фильтры", "Врач", "Педиатр", "Показать")
CLINICS = {
    "a doctor is wished": Way(PEDIATRIC, (FIELD,)),
    "free times are wished": Way(("Фильтры", "Есть места", "Показать"), (GARDEN,)),
    "two wishes": Way(("Фильтры", "Работает в выходные", "Прикрепляет онлайн", "Показать"), (GARDEN,)),
    "a line and a wish": Way(PEDIATRIC, (FIELD,), typed="северный"),
    "a doctor is named": Way((), (PETROVA,), typed="Петрова"),
    "a district": Way(("Рядом со мной", "По районам", "Заречный"), (GARDEN,)),
    "after it was kept": Way(("Фильтры", "Врач", "Педиатр", "Показать"), (GARDEN, "В избранное")),
    "after an enrollment": Way(
        ("Фильтры", "Врач", "Педиатр", "Показать"), (GARDEN, "Прикрепиться", "Переехали"), back=2
    ),
    "of another town": Way(("Ещё поликлиники",), ("Взрослая",)),
}


async def comes_back(person: Person, way: Way) -> None:
    before = await choose(person, *way.opened)
    if way.typed:
        before = await say(person, way.typed)
    await choose(person, *way.item, *(BACK,) * way.back)
    assert looks(await person.screen()) == looks(before)


@pytest.mark.parametrize("name", CLINICS)
async def test_clinics_come_back_with_what_was_wished(town: Town, name: str) -> None:
    await settle_in(town.mother, MARIA)
    await say(town.mother, "/book")
    await comes_back(town.mother, CLINICS[name])


async def test_aim_and_start_of_a_search_come_back_from_a_card(town: Town) -> None:
    """Who changes the clinic comes back to it through the list, the card and the filters."""
    await settle_in(town.mother, MARIA)
    await book(town.mother)
    await say(town.mother, "/children")
    own = await choose(town.mother, "Мария", "Наша поликлиника")
    listed = await choose(town.mother, "Сменить поликлинику")
    await choose(town.mother, "Детская № 7", BACK)
    assert looks(await town.mother.screen()) == looks(listed)
    await choose(town.mother, "Фильтры", "Врач", "Педиатр", "Показать", "Детская № 7", BACK, BACK)
    assert looks(await town.mother.screen()) == looks(listed)
    assert looks(await choose(town.mother, BACK)) == looks(own)


@pytest.mark.parametrize("from_", ["Наша поликлиника", "Записаться"])
async def test_card_of_a_clinic_leads_back_to_where_it_was_opened(town: Town, from_: str) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother)
    await say(town.mother, "/children")
    before = await choose(town.mother, "Мария", from_)
    await choose(town.mother, "О поликлинике", BACK)
    assert looks(await town.mother.screen()) == looks(before)


async def apply_and_withdraw(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    for _time in range(2):
        await review(town.mother)
        await choose(town.mother, SEND)
        if (await town.mother.screen()).button(AGREE):
            await choose(town.mother, AGREE)
        await choose(town.mother, "Отозвать", "Отозвать заявление")


async def test_filters_of_applications_come_back(town: Town) -> None:
    await apply_and_withdraw(town)
    await say(town.mother, "/start")
    await choose(town.mother, "Мои заявления")
    for item in (("Мария",), ("Мария", "Что отправлено", BACK)):
        await choose(town.mother, "Фильтры", "Прикрепление", "Отозванные")
        before = await choose(town.mother, "Показать")
        await choose(town.mother, *item, BACK)
        assert looks(await town.mother.screen()) == looks(before), item
        await choose(town.mother, "Без фильтров")


async def test_visits_that_were_looked_for_at_the_desk_come_back(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother)
    await at_desk(town)
    before = await say(town.registrar, "Иванова")
    for item in (("Мария",), ("Мария", "Направить", BACK), ("Мария", "Отменить приём", BACK)):
        await choose(town.registrar, *item, BACK)
        assert looks(await town.registrar.screen()) == looks(before), item


async def test_document_list_comes_back(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    before: ChatMessage = await to_documents(town.mother)
    await choose(town.mother, CAMP, BACK)
    assert looks(await town.mother.screen()) == looks(before)
    assert data_of(before, BACK)


# --- the page ---------------------------------------------------------------------------------------------------------

SECOND = Page(1)
MARIAS, FIRST = PatientId(1), ClinicId(1)


def paged() -> list[tuple[Link, str]]:
    """Return lists on a page that is not the first, each with the label of an item; the last page there is is shown."""
    return [
        (ChoosePatient(page=SECOND), "Мария"),
        (PatientList(page=SECOND), "Мария"),
        (AppointmentList(page=SECOND), "Педиатр"),
        (MyApplications(page=SECOND), "Мария"),
        (FilteredApplications(kind=ApplicationKind.ENROLLMENT, page=SECOND), "Мария"),
        (FavouriteClinics(patient=MARIAS, page=SECOND), "Детская № 12"),
        (ChooseClinic(patient=MARIAS, page=SECOND), "Детская № 7"),
        (ChooseClinic(patient=MARIAS, page=SECOND, enroll=True), "Детская № 7"),
        (FindClinic(page=SECOND), "Детская № 7"),
        (ClinicsFound(patient=MARIAS, free=True, page=SECOND), "Детская № 7"),
        (DocumentList(patient=MARIAS, page=SECOND), CAMP),
        (Specialties(patient=MARIAS, page=SECOND), "ЛОР"),
        (Specialties(patient=MARIAS, clinic=FIRST, page=SECOND), "ЛОР"),
        (Doctors(patient=MARIAS, clinic=FIRST, specialty=SpecialtyId(2), page=SECOND), "Громов|Зайцев"),
    ]


@pytest.mark.parametrize(
    ("listed", "item"), paged(), ids=lambda each: type(each).__name__ if isinstance(each, Link) else each
)
async def test_page_comes_back(settled: Town, listed: Link, item: str) -> None:
    mother = settled.mother
    _answer, before = await send(mother, listed.pack())
    [label, *_more] = labels(before, re.compile(item))
    opened = await choose(mother, label)
    back = type(listed).unpack(data_of(opened, BACK))
    assert back.is_like(listed), back
    assert looks(await choose(mother, BACK)) == looks(before)


@pytest.fixture
async def settled(town: Town) -> Town:
    """Give the mother two children, a visit of each, an application and a favourite."""
    await settle_in(town.mother, MARIA, ARTYOM)
    for child in ("Мария", "Артём"):
        await book(town.mother, "Педиатр", PETROVA, THURSDAY, TIME, child)
    await say(town.mother, "/book")
    await choose(town.mother, "Мария", "О поликлинике", "В избранное", "Прикрепиться", "Переехали", SEND, AGREE)
    return town


# --- what a button carries --------------------------------------------------------------------------------------------

ANNA, LARGE = PatientId(5), 9_999_999_999


def drawn(link: Doctors) -> str:
    """Return the data of an item of a list."""
    rows = page_of(link, range(99), 8).rows(lambda each: button(str(each), Specialties(patient=link.patient)))
    return rows[0][0].data


def test_item_of_a_first_page_carries_no_list() -> None:
    first = Doctors(patient=ANNA, clinic=ClinicId(2), specialty=SpecialtyId(3))
    assert drawn(first) == "bs:5:0"
    assert drawn(first.model_copy(update={"page": Page(2)})) == "bs:5:0:~bd::2:3:2"


def test_ways_back_are_read_as_they_were_written() -> None:
    begun = ApplicationBegun(patient=ANNA, clinic=ClinicId(2))
    listed = ClinicsFound(patient=ANNA, free=True, page=Page(3), enroll=True).after(begun)
    card = ShowOnMap(patient=ANNA, clinic=ClinicId(7)).after(listed)
    assert card.pack() == "Gm:5:7:~gf::0:0:1:0:0:3:1:~eA::2"
    read = ShowOnMap.unpack(card.pack())
    assert read.came_from(ClinicsFound) == listed
    assert read.came_from(ApplicationBegun) == begun
    assert read.came_from(FavouriteClinics) is None


def test_way_back_that_does_not_fit_is_left_out() -> None:
    patient, clinic = PatientId(LARGE), ClinicId(LARGE)
    begun = ApplicationBegun(patient=patient, clinic=clinic, again=ApplicationId(LARGE))
    listed = ClinicsFound(patient=patient, specialty=SpecialtyId(LARGE), like=clinic, enroll=True).after(begun)
    card = ClinicCard(patient=patient, clinic=clinic).after(listed)
    assert len(card.pack()) <= LONGEST_DATA
    assert card.came_from(ApplicationBegun) is None
    assert ClinicCard.unpack(card.pack()) == card


@pytest.mark.parametrize("way", ["", "zz:1", "Gm::1", "gf:x", "al:1:2:3:4", "bd::2", "eh:", "by:::"])
def test_forged_way_back_is_refused(way: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        ClinicCard.unpack(f"gc:5:7:~{way}")
