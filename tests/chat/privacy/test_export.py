"""The export contains every table and nothing of other people, and its two files have the same content."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from bot.account.records import TakeoverStatus
from bot.booking.records import CancelReason
from bot.clinics.port import BookingStatus
from bot.core.clinic import VisitType
from bot.core.errors import NotYours
from bot.core.patient import NameField, RejectionReason, VerificationStatus
from bot.core.people import Purpose, Role, Sex
from bot.core.refs import read_ref
from bot.delivery.news import OutboxStatus
from bot.documents.pdf_printer import PdfPrinter
from bot.documents.programs import LimitedPrograms
from bot.family.records import RequestStatus
from bot.glossary import PatientId
from bot.patients.records import DeskMatter, Detail, Relationship, Rights
from bot.patients.rules.watch import ASKED, CONFIRMED, Occasion
from bot.patients.transitions import LATE
from bot.privacy.export import Export, as_json
from dialogs.kit.news import KINDS
from dialogs.patients.links import CardFile
from dialogs.privacy.export_codes import CODES
from dialogs.privacy.export_labels import HEADINGS, LABELS
from dialogs.privacy.export_paper import export_paper
from dialogs.privacy.links import AskExport, ExportData
from storage.privacy import queries
from tests.builders import StoppedClock
from tests.chat.actions import (
    ARTYOM,
    MARIA,
    PETROVA,
    THURSDAY,
    book,
    children_of,
    choose,
    new_messages,
    ref_of,
    say,
    send,
    settle_in,
)
from tests.chat.message import ChatMessage
from tests.chat.sent_files import file_of, text_of
from tests.chat.town import Town
from tests.storage.personal_data import fill, tables_about_people
from tests.storage.stored import MASHA, NOW, STRANGER, World, opened_world

Tree = Mapping[str, Any]


def only_patient(tree: Tree) -> Tree:
    [patient] = tree["patients"]
    return dict(patient)


def whole(value: object) -> list[object]:
    return [] if value is None else [value]


PLACES: dict[str, Callable[[Tree], list[Any]]] = {
    "accounts": lambda tree: [tree["account"]],
    "contacts": lambda tree: whole(tree["contacts"]["phone"]),
    "pins": lambda tree: [code for code in [tree["code"]] if code["is_asked_for"]],
    "consents": lambda tree: tree["consents"],
    "patients": lambda tree: tree["patients"],
    "representations": lambda tree: only_patient(tree)["representatives"],
    "appointments": lambda tree: only_patient(tree)["visits"],
    "orders": lambda tree: only_patient(tree)["chosen_times"],
    "access_requests": lambda tree: [*only_patient(tree)["requests_received"], *tree["requests_made"]],
    "invitations": lambda tree: [*only_patient(tree)["invitations_made"], *tree["invitations_received"]],
    "desk_matters": lambda tree: only_patient(tree)["desk_matters"],
    "desk_checks": lambda tree: only_patient(tree)["desk_checks"],
    "applications": lambda tree: only_patient(tree)["applications"],
    "application_steps": lambda tree: only_patient(tree)["application_history"],
    "application_papers": lambda tree: only_patient(tree)["application_papers"],
    "policy_requests": lambda tree: tree["policy_requests"],
    "policy_request_steps": lambda tree: tree["policy_request_history"],
    "policy_request_versions": lambda tree: tree["sent_policy_requests"],
    "clinic_consents": lambda tree: only_patient(tree)["clinic_consents"],
    "enrollments": lambda tree: only_patient(tree)["enrollments"],
    "application_versions": lambda tree: only_patient(tree)["sent_applications"],
    "enrollment_waits": lambda tree: only_patient(tree)["enrollment_waits"],
    "waitlist_entries": lambda tree: only_patient(tree)["waits"],
    "shared_cards": lambda tree: only_patient(tree)["shared_cards"],
    "told": lambda tree: only_patient(tree)["said_once"],
    "favourites": lambda tree: tree["favourite_clinics"],
    "drafts": lambda tree: tree["drafts"],
    "outbox": lambda tree: tree["messages"],
    "failed_checks": lambda tree: tree["failed_checks"],
    "takeovers": lambda tree: tree["takeovers"],
    "moves": lambda tree: [each for each in tree["takeovers"] if each["status"] == "MOVED"],
    "audit": lambda tree: [*only_patient(tree)["journal"], *tree["journal"]],
}
"""Returns the rows of a table that an export contains."""

LEFT_OUT = {
    "closed_visits": "the time that a clinic keeps instead of a visit for a day; its message names it",
    "clinic_looks": "when a clinic was asked about a card, gone in a week",
    "visits_elsewhere": "what only a clinic may tell; once the account is proved, they stand among the visits",
    "known_referrals": "the clinic's references of referrals, which say nothing without it; the card shows them",
    "unchecked_persons": "the clinic's reference of a child, which says nothing without it; the visit is exported",
    "budgets": "how often something was done in the last hours, gone within a day",
    "dialogs": "the open prompt of the chat: a link to a screen",
    **dict.fromkeys(
        ("moved_rows", "moved_policy_requests"), "where moved rows return to: the rows themselves are exported"
    ),
    "staff_invitations": "links of a clinic to a post, gone in 30 days; the journal has who made and who took them",
    "passing_messages": "the number of a message at the desk, gone in minutes",
    "offered_pins": "the digest of a code that is being set, gone in minutes",
}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as world:
        yield world


def export_of(world: World) -> Export:
    return Export(world.storage, PdfPrinter(LimitedPrograms()), StoppedClock())


# --- every table ------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("D22")
async def test_every_table_about_people_is_exported_or_left_out_with_reason(world: World) -> None:
    tables = await tables_about_people(world)
    assert tables - {*PLACES, *LEFT_OUT} == set(), "export it and add its place to PLACES, or a reason to LEFT_OUT"
    assert {*PLACES, *LEFT_OUT} <= tables


@pytest.mark.requirement("D22")
async def test_export_has_rows_of_every_table(world: World) -> None:
    await fill(world)
    tree: Tree = await export_of(world).gather(world.mother.id)
    assert [table for table, place in PLACES.items() if not place(tree)] == []
    patient = only_patient(tree)
    assert patient["details"] == {"snils": "11223344595", "address": "Лесная, 3"}
    assert patient["waiting_name"] == MASHA.full
    assert tree["contacts"] == {"phone": "+79161234567", "email": None}
    assert tree["drafts"][0]["typed"] == {"number": "7700", "FAMILY": "Петрова"}
    assert [entry["who"] for entry in patient["journal"]] == ["ANOTHER_REPRESENTATIVE", "YOU"]


async def test_export_says_of_other_people_only_that_they_exist(world: World) -> None:
    patient = await fill(world)
    export = export_of(world)
    mothers = as_json(await export.gather(world.mother.id)).decode()
    strangers = as_json(await export.gather(world.stranger.id)).decode()
    assert "+79990000000" not in mothers
    assert "5500" not in mothers
    assert str(STRANGER) not in mothers
    assert "+79161234567" not in strangers
    assert "7700" not in strangers
    assert json.loads(strangers)["patients"][0]["requests_received"] == []
    representatives = json.loads(mothers)["patients"][0]["representatives"]
    assert [each["who"] for each in representatives] == ["YOU", "ANOTHER_REPRESENTATIVE"]
    with pytest.raises(NotYours):
        await export.gather(world.stranger.id, PatientId(patient + 99))


async def test_export_of_one_patient_has_no_other_data(world: World) -> None:
    patient = await fill(world)
    await world.link(policy="7712345678901235")
    tree = await export_of(world).gather(world.mother.id, patient)
    assert set(tree) == {"made_at", "about", "patients"}
    assert only_patient(tree)["number"] == patient


# --- both files -------------------------------------------------------------------------------------------------------


def leaves(value: Any, name: str = "") -> set[tuple[str, str]]:
    """Return every value with the name of its field."""
    if isinstance(value, Mapping):
        return {leaf for key, inner in value.items() for leaf in leaves(inner, key)}
    if isinstance(value, list):
        return {leaf for inner in value for leaf in leaves(inner, name)}
    return {(name, value)}


async def test_paper_has_every_value_of_the_json_in_words(world: World) -> None:
    await fill(world)
    tree = await export_of(world).gather(world.mother.id)
    paper = export_paper(tree, NOW)
    printed = "\n".join(f"{label} {value}" for section in paper.sections for label, value in section.lines)
    coded, shown_otherwise = {*CODES, *KINDS}, {"made_at", "about", "zone", "subject", "action", "matter"}
    missing = [
        (name, value)
        for name, value in leaves(tree)
        if name not in shown_otherwise
        and isinstance(value, str)
        and value not in {*CODES, *KINDS}
        and value not in printed
    ]
    assert missing == []
    assert "другой представитель" in printed
    assert not {code for code in coded if len(code) > 2 and code.isupper() and code in printed}


SEALED = {"sealed_fields", "sealed_wish", "sealed_form", "sealed_data"}
"""columns that are exported opened, under names of their own"""


def test_every_field_heading_and_code_has_words() -> None:
    read = {
        alias
        for section in queries.available_queries
        if not section.endswith("_cursor")
        for alias in columns_of(getattr(queries, section).sql)
    }
    assert read - set(LABELS) - {"uid", *SEALED, "patient_id", "zone", "at", "action", "subject"} == set()
    assert {detail.lower() for detail in Detail} <= set(LABELS)
    kinds: list[type[StrEnum]] = [
        Sex, Relationship, Rights, Role, Purpose, NameField,
        VerificationStatus, OutboxStatus, RejectionReason, BookingStatus,
        CancelReason, VisitType, RequestStatus, TakeoverStatus, DeskMatter,
        ]  # fmt: skip
    assert {code.value for kind in kinds for code in kind} - set(CODES) == set()
    assert set(HEADINGS) >= {"visits", "journal", "consents"}


def columns_of(sql: str) -> set[str]:
    """Return the names of a query's columns."""
    chosen = sql.partition("SELECT")[2].partition("FROM")[0]
    parts = [part.strip() for part in chosen.replace("\n", " ").split(",")]
    return {part.split()[-1].rpartition(".")[2] for part in parts if part and not part.endswith("'")}


def test_every_matter_of_a_single_message_has_words() -> None:
    assert {LATE, CONFIRMED, ASKED, *Occasion} <= set(CODES)


# --- in the chat ------------------------------------------------------------------------------------------------------


async def files_after(person: Any, *buttons: str) -> list[ChatMessage]:
    before = await person.messages()
    await choose(person, *buttons)
    return [message for message in await new_messages(person, before) if message.kind == "document"]


@pytest.mark.requirement("D22", "C29")
async def test_mother_gets_two_files_and_the_menu(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    visit = await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await say(mother, "/data")
    asked = await choose(mother, "Выгрузить")
    assert "останутся в этом чате" in asked.text
    data, paper = await files_after(mother, "Прислать файлы")
    assert [each.raw["document"]["file_name"] for each in (data, paper)] == [
        "Мои данные 23.11.2026.json",
        "Мои данные 23.11.2026.pdf",
    ]
    tree = json.loads(file_of(town, data))
    [patient] = tree["patients"]
    assert (patient["policy_number"], patient["birth_date"]) == (MARIA.policy_number, "2018-03-15")
    assert patient["visits"][0]["starts_at"] == "2026-11-26T05:00:00+00:00"
    printed = text_of(file_of(town, paper))
    assert patient["visits"][0]["ref"] == read_ref(ref_of(visit))
    for words in (MARIA.name.full, MARIA.policy_number, "26.11.2026 08:00", "Согласия", "Вы выгрузили данные"):
        assert words in printed
    assert "Дети и полисы" in (await choose(mother, "Меню")).labels
    assert "Выгрузить всё" in (await say(mother, "/export")).text


async def test_files_of_one_child_have_nothing_of_the_other(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA, ARTYOM)
    hers = (await children_of(town, mother))[0]
    _answer, asked = await send(mother, AskExport(patient=hers.id).pack())
    assert "Мария И.: выгрузить" in asked.text
    data, paper = await files_after(mother, "Прислать файлы")
    assert data.raw["document"]["file_name"] == "Мария И. 23.11.2026.json"
    for file in (file_of(town, data).decode(), text_of(file_of(town, paper))):
        assert MARIA.policy_number in file
        assert ARTYOM.policy_number not in file
        assert ARTYOM.name.family not in file


@pytest.mark.requirement("C3", "E52")
async def test_file_of_a_card_says_that_it_is_no_policy(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await say(mother, "/children")
    [card] = await files_after(mother, "Мария", "Файл карточки")
    assert "это не полис" in card.text
    assert card.raw["document"]["file_name"] == "Карточка Мария И. 23.11.2026.pdf"
    printed = text_of(file_of(town, card))
    for words in ("Не является полисом", MARIA.name.full, "15.03.2018", "7796 1897 8400 0014"):
        assert words in printed
    assert "23.11.2026 полис действовал" in printed
    assert "Что полис действует сегодня" in printed.partition("не подтверждает")[2]
    assert "Дети и полисы" in (await choose(mother, "Меню")).labels


async def test_stranger_gets_no_file_of_the_mothers_child(town: Town) -> None:
    mother, stranger = town.mother, town.stranger
    await settle_in(mother, MARIA)
    [patient] = await children_of(town, mother)
    await settle_in(stranger)
    for data in (CardFile(patient=patient.id), ExportData(patient=patient.id), AskExport(patient=patient.id)):
        before = await stranger.messages()
        answer, seen = await send(stranger, data.pack())
        assert "больше нет" in (answer.alert or "")
        assert "Мария" not in seen.text
        assert all(message.kind != "document" for message in await new_messages(stranger, before))


async def test_file_that_was_not_sent_can_be_requested_again(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await say(mother, "/children")
    await choose(mother, "Мария")
    await town.chat.fault(kind="500", method="sendDocument", times=1)
    assert await files_after(mother, "Файл карточки") == []
    seen = await mother.screen()
    assert seen.text.startswith("⚠️ Файл отправить не получилось")
    assert MARIA.name.full in seen.text
    assert len(await files_after(mother, "Файл карточки")) == 1
