"""Papers that go with an application: sent as files where the operator allows it, else brought to the reception."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.applications.errors import PapersNotTaken
from bot.applications.records import (
    MOST_PAPERS,
    Decision,
    EnrollmentReason,
    PaperKind,
    PaperPages,
    RefusalReason,
    ToCorrect,
    Verdict,
)
from bot.core.budgets import BUCKETS, Budget, OverBudget
from bot.core.errors import InvalidInput, NotYours
from bot.core.people import Role
from bot.documents import policy_reader
from bot.glossary import ApplicationId, ClinicId, PaperId
from bot.patients.errors import NotOwner
from bot.patients.records import Relationship
from bot.staff.errors import ApplicationTaken, StaleApplication
from bot.staff.news import MorningDigest
from dialogs.applications.links import RemovePaper
from dialogs.privacy.export_paper import export_paper
from dialogs.staff.application_links import AskPaper, ShowPapers
from storage.database.connection import Connection
from storage.registry.seed.clinics import FIELD
from storage.unit import UnitOfWork
from tests.chat.actions import MARIA, account_of, children_of, choose, say, settle_in, with_code
from tests.chat.applications.steps import AGREE, LINES, SEND, appoint, open_first, review, to_clinic
from tests.chat.applications.test_enroll import decided, filed_of
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.sent_files import file_of, text_of
from tests.chat.staff.test_reading import history_of, readings
from tests.chat.town import Town, town as opened_town
from tests.hostile_files import THIS_SECOND, drawn_forms, huge_png
from tests.sent_papers import COMMENT, PLACE, photo_with_place, scanned_pdf

CERTIFICATE, RESIDENCE = "Свидетельство о рождении", "Подтверждение адреса"
MEGABYTE = 1 << 20


@pytest.fixture
async def allowing(template: Path, tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose operator lets papers be sent, and whose first clinic asks for both."""
    async with opened_town(template, tmp_path, application_papers=True) as town:
        await ask_for(town, *PaperKind)
        yield town


async def clinic_of(town: Town, place: int = 0) -> ClinicId:
    return (await town.app.services.directory.clinics())[place].id


async def ask_for(town: Town, *kinds: PaperKind, place: int = 0) -> None:
    clinic = await clinic_of(town, place)
    await town.app.store.storage.write(lambda uow: uow.papers.ask(clinic, kinds))


async def ask_at(town: Town, clinic: str, *kinds: PaperKind) -> None:
    """Let another clinic take applications and ask for papers."""
    [place] = [at for at, each in enumerate(await town.app.services.directory.clinics()) if each.name == clinic]
    await appoint(town, 2100, Role.HEAD, place)
    await ask_for(town, *kinds, place=place)


async def to_paper(town: Town, kind: str = CERTIFICATE) -> ChatMessage:
    """Open the question for a paper of the mother's child."""
    await settle_in(town.mother, MARIA)
    await review(town.mother)
    return await choose(town.mother, "Бумаги", kind)


async def send(person: Person, data: bytes, name: str = "бумага.pdf") -> ChatMessage:
    await person.send_document(data, name=name, mime="application/pdf")
    return await person.screen()


async def photograph(person: Person) -> None:
    await person.send_photo(photo_with_place())
    await person.wait_for("✅ Добавлено")


async def apply_with_papers(town: Town) -> None:
    """Apply with a photo of the certificate and a PDF of two pages about the address."""
    await to_paper(town)
    await photograph(town.mother)
    await choose(town.mother, "Назад", RESIDENCE)
    assert "✅ Добавлено" in (await send(town.mother, scanned_pdf(2))).text
    await choose(town.mother, "Назад", "Назад", SEND, AGREE)


async def count(town: Town) -> int:
    async def look(connection: Connection) -> int:
        [[found]] = await connection.fetch("SELECT count(*) FROM application_papers", {})
        return int(found)

    return await town.app.store.database.read(look)


async def stored(town: Town) -> list[PaperPages]:
    """Read the files of the newest application back."""
    application = await filed_of(town, town.mother)
    return list(await town.app.store.storage.read(lambda view: view.papers.pages_of(application)))


async def files_of(person: Person) -> list[ChatMessage]:
    """Return the messages of a chat that a person has sent and that still stand."""
    return [
        each for each in await person.messages() if not each.bot and ("photo" in each.raw or "document" in each.raw)
    ]


async def shown(person: Person) -> list[ChatMessage]:
    """Return the protected pictures that stand in a chat."""
    return [each for each in await person.messages() if each.raw.get("protected") and "photo" in each.raw]


# --- the parent -------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("A12", "B8")
async def test_papers_are_sent_with_the_application(allowing: Town) -> None:
    town = allowing
    await settle_in(town.mother, MARIA)
    seen = await review(town.mother)
    assert "Поликлиника просит ещё: свидетельство о рождении, подтверждение адреса" in seen.text
    assert "бумаги, которые вы пришлёте с ним" in seen.text
    papers = await choose(town.mother, "Бумаги · 0")
    for words in ("серверы Telegram", "Через 30 дней после решения", "показывают в регистратуре"):
        assert words in papers.text
    asked = await choose(town.mother, CERTIFICATE)
    assert "до 5 МБ" in asked.text
    await town.mother.send_photo(photo_with_place())
    added = await town.mother.screen()
    assert "✅ Добавлено" in added.text
    assert "✅ 1. Свидетельство о рождении, 1 страница" in added.text
    await choose(town.mother, "Назад", RESIDENCE)
    assert "2. Подтверждение адреса, 2 страницы" in (await send(town.mother, scanned_pdf(2))).text
    assert await files_of(town.mother) == []
    await choose(town.mother, "Назад")
    assert "Бумаги с ним: свидетельство о рождении, подтверждение адреса." in (await choose(town.mother, "Назад")).text
    sent = await choose(town.mother, SEND, AGREE)
    assert "Бумаги отправлены: свидетельство о рождении, подтверждение адреса." in sent.text
    certificate, residence = await stored(town)
    assert (certificate.kind, len(certificate.pages)) == (PaperKind.BIRTH_CERTIFICATE, 1)
    assert (residence.kind, len(residence.pages)) == (PaperKind.RESIDENCE, 2)


async def test_confirmation_names_the_papers_that_were_sent(allowing: Town) -> None:
    town = allowing
    await apply_with_papers(town)
    await choose(town.mother, "Подтверждение (PDF)")
    [printed] = [each for each in await town.mother.messages() if each.bot and "document" in each.raw]
    assert "Бумаги свидетельство о рождении, подтверждение адреса" in text_of(file_of(town, printed))


@pytest.mark.requirement("A13")
async def test_position_of_a_photo_is_neither_stored_nor_readable_at_rest(allowing: Town) -> None:
    town = allowing
    await apply_with_papers(town)
    [certificate, residence] = await stored(town)
    for page in (*certificate.pages, *residence.pages):
        assert PLACE not in page
        assert COMMENT not in page
        assert not Image.open(BytesIO(page)).getexif()
    files = b"".join(path.read_bytes() for path in town.folder.glob("registratura.sqlite3*"))
    for page in certificate.pages:
        assert page[100:160] not in files
        assert b"JFIF" not in files


@pytest.mark.requirement("A13")
@pytest.mark.parametrize(
    ("make", "answer"),
    [
        (lambda: b"MZ" + bytes(2000), "не PDF и не JPG, как бы файл ни назывался"),
        (lambda: huge_png("RGB", 40, 40), "не PDF и не JPG, как бы файл ни назывался"),
        (lambda: huge_png("RGBA"), "не PDF и не JPG, как бы файл ни назывался"),
        (lambda: bytes(4) + b"ftypheic" + bytes(100), "Файлы HEIC"),
        (lambda: b"%PDF-1.7\nnothing", "Файл не открывается"),
        (lambda: scanned_pdf(4), "больше 3 страниц"),
        (lambda: bytes(6 * MEGABYTE), "можно до 5 МБ"),
    ],
)
async def test_file_that_is_no_paper_gets_its_own_answer(
    allowing: Town, make: Callable[[], bytes], answer: str
) -> None:
    town = allowing
    await to_paper(town)
    seen = await send(town.mother, make())
    assert answer in seen.text
    assert CERTIFICATE in seen.text
    assert await files_of(town.mother) == []
    assert await count(town) == 0
    assert "✅ Добавлено" in (await send(town.mother, scanned_pdf())).text


@pytest.mark.requirement("A13")
async def test_file_of_six_megabytes_is_not_downloaded(allowing: Town) -> None:
    await to_paper(allowing)
    await send(allowing.mother, photo_with_place() + bytes(6 * MEGABYTE), "фото.jpg")
    assert await allowing.chat.calls("getFile") == []


@pytest.mark.requirement("A13")
async def test_hostile_file_costs_only_an_answer(allowing: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town = allowing
    await to_paper(town)
    with monkeypatch.context() as patch:
        patch.setattr(policy_reader, "READ_CPU", THIS_SECOND)
        assert "слишком сложный" in (await send(town.mother, drawn_forms())).text
        await send(town.mother, drawn_forms())
        await send(town.mother, drawn_forms())
        assert "Следующий приму с" in (await send(town.mother, scanned_pdf())).text
    town.clock.advance(timedelta(hours=1))
    assert "✅ Добавлено" in (await send(town.mother, scanned_pdf())).text


async def test_album_is_one_answer_and_each_of_its_photos_is_kept(allowing: Town) -> None:
    town = allowing
    await to_paper(town)
    before = len(await town.mother.messages())
    await asyncio.gather(*(town.mother.send_photo(photo_with_place((500 + n, 400)), album="7") for n in range(3)))
    seen = await town.mother.screen()
    assert "3. Свидетельство о рождении" in seen.text
    assert "Можно добавить ещё 1 файл" in seen.text
    assert len(await town.mother.messages()) == before
    assert await count(town) == 3


async def test_album_with_too_many_photos_says_that_some_are_not_taken(allowing: Town) -> None:
    town = allowing
    await to_paper(town)
    await asyncio.gather(*(town.mother.send_photo(photo_with_place(), album="7") for _ in range(MOST_PAPERS + 1)))
    seen = await town.mother.screen()
    assert "Приняты не все файлы. К заявлению можно приложить не больше 4 файлов" in seen.text
    assert await count(town) == MOST_PAPERS
    assert await files_of(town.mother) == []


async def test_paper_is_taken_away_before_sending(allowing: Town) -> None:
    town = allowing
    await to_paper(town)
    await photograph(town.mother)
    await choose(town.mother, "Назад")
    seen = await choose(town.mother, "Убрать 1")
    assert "✅ Убрано" in seen.text
    assert await count(town) == 0
    assert "убрали бумагу" in (await history_of(town))[0]


@pytest.mark.requirement("A6")
async def test_passport_is_refused_unread_and_deleted(allowing: Town) -> None:
    town = allowing
    await settle_in(town.mother, MARIA)
    await review(town.mother)
    asked = await choose(town.mother, "Бумаги", "Паспорт")
    assert "с 14 лет и ребёнка" in asked.text
    seen = await send(town.mother, scanned_pdf())
    assert "Файл я удалил, не открывая. Покажите паспорт в регистратуре" in seen.text
    assert await files_of(town.mother) == []
    assert await town.chat.calls("getFile") == []
    assert await count(town) == 0


@pytest.mark.parametrize("pressed", [(), ("Бумаги",)], ids=["review", "papers"])
async def test_file_before_its_kind_is_chosen_is_refused_unread(allowing: Town, pressed: tuple[str, ...]) -> None:
    town = allowing
    await settle_in(town.mother, MARIA)
    shown = await review(town.mother)
    if pressed:
        shown = await choose(town.mother, *pressed)
    seen = await send(town.mother, scanned_pdf())
    assert "Сначала выберите в «Бумагах»" in seen.text
    assert seen.labels == shown.labels, "the screen stays"
    assert await files_of(town.mother) == []
    assert await town.chat.calls("getFile") == []
    assert await count(town) == 0


async def test_file_beside_a_correction_is_refused_unread(allowing: Town) -> None:
    town = allowing
    await apply_with_papers(town)
    await decided(town, Decision(Verdict.RETURN, fields=(ToCorrect.PAPERS,), days=7))
    await say(town.mother, "/start")
    await choose(town.mother, "Мои заявления", "Мария", "Исправить и отправить снова")
    seen = await send(town.mother, scanned_pdf())
    assert "Сначала выберите в «Бумагах»" in seen.text
    assert "Нужно исправить" in seen.text


async def test_papers_go_along_when_an_application_is_sent_again(allowing: Town) -> None:
    town = allowing
    await apply_with_papers(town)
    await decided(town, Decision(Verdict.RETURN, fields=(ToCorrect.PAPERS,), days=7))
    await say(town.mother, "/start")
    await choose(town.mother, "Мои заявления", "Мария", "Исправить и отправить снова", "Бумаги · 2", CERTIFICATE)
    await photograph(town.mother)
    await choose(town.mother, "Назад", "Назад", "Отправить снова")
    assert len(await stored(town)) == 3


# --- the next application ---------------------------------------------------------------------------------------------

AGAIN = "Исправить и отправить снова"
DIFFER = Decision(Verdict.REFUSE, RefusalReason.DATA_DIFFER)


async def refused(town: Town, decision: Decision = DIFFER) -> None:
    """Apply with papers, be refused, and open the page of the application."""
    await apply_with_papers(town)
    await decided(town, decision)
    await say(town.mother, "/start")
    await choose(town.mother, "Мои заявления", "Мария")


@pytest.mark.requirement("A12")
async def test_papers_of_a_refused_application_go_with_the_new_one(allowing: Town) -> None:
    town = allowing
    await refused(town)
    seen = await choose(town.mother, AGAIN)
    assert "Бумаги с ним: свидетельство о рождении, подтверждение адреса." in seen.text
    assert "Поликлиника просит ещё" not in seen.text
    assert "присылать снова не нужно" in seen.text
    sent = await choose(town.mother, SEND)
    assert "Бумаги отправлены: свидетельство о рождении, подтверждение адреса." in sent.text
    assert [paper.kind for paper in await stored(town)] == [PaperKind.BIRTH_CERTIFICATE, PaperKind.RESIDENCE]
    assert await count(town) == 2
    await open_first(town, town.registrar)
    await choose(town.registrar, "Показать бумаги · 2")
    assert len(await shown(town.registrar)) == 3


async def test_paper_of_a_refused_application_is_taken_away_and_another_added(allowing: Town) -> None:
    town = allowing
    await refused(town)
    seen = await choose(town.mother, AGAIN, "Бумаги · 2", "Убрать 1")
    assert "✅ Убрано" in seen.text
    assert await count(town) == 1, "nobody needs it in the one that is decided"
    await choose(town.mother, RESIDENCE)
    await photograph(town.mother)
    await choose(town.mother, "Назад", "Назад", SEND)
    assert [paper.kind for paper in await stored(town)] == [PaperKind.RESIDENCE, PaperKind.RESIDENCE]


@pytest.mark.requirement("C29")
async def test_paper_that_was_taken_over_lives_by_the_newer_decision(allowing: Town) -> None:
    town = allowing
    await refused(town)
    await town.pass_time(days=20)
    await say(town.mother, "/start")
    await choose(town.mother, "Мои заявления", "Мария", AGAIN, SEND)
    await town.pass_time(days=20)
    assert await count(town) == 2, "forty days after the first decision"
    await decided(town, DIFFER)
    await town.pass_time(days=29, hours=23)
    assert await count(town) == 2
    await town.pass_time(hours=2)
    assert await count(town) == 0


async def test_papers_that_nobody_takes_over_go_thirty_days_after_their_decision(allowing: Town) -> None:
    town = allowing
    await refused(town)
    await choose(town.mother, AGAIN, "Бумаги · 2")
    await town.pass_time(days=30, hours=1)
    assert await count(town) == 0
    await say(town.mother, "/start")
    assert (await choose(town.mother, "Мои заявления", "Мария", AGAIN)).button("Бумаги · 0")


async def test_papers_go_with_an_application_to_another_clinic_after_a_refusal(allowing: Town) -> None:
    """The other clinic gets only what it asks for; the rest stays until its own time."""
    town = allowing
    await ask_at(town, FIELD, PaperKind.RESIDENCE)
    await refused(town, Decision(Verdict.REFUSE, RefusalReason.NO_PLACES))
    seen = await review(town.mother, FIELD)
    assert "Бумаги с ним: подтверждение адреса." in seen.text
    await choose(town.mother, SEND, AGREE)
    assert [paper.kind for paper in await stored(town)] == [PaperKind.RESIDENCE]
    await town.pass_time(days=30, hours=1)
    assert await count(town) == 1


@pytest.mark.requirement("A12")
async def test_papers_go_along_when_the_clinic_is_changed_before_the_decision(allowing: Town) -> None:
    town = allowing
    await ask_at(town, FIELD, PaperKind.RESIDENCE)
    await apply_with_papers(town)
    await to_clinic(town.mother, FIELD)
    seen = await choose(town.mother, "Прикрепиться")
    assert "будет отозвано" in seen.text
    assert "Бумаги с ним: подтверждение адреса." in seen.text
    assert await count(town) == 2
    sent = await choose(town.mother, SEND, AGREE)
    assert "Бумаги отправлены: подтверждение адреса." in sent.text
    assert [paper.kind for paper in await stored(town)] == [PaperKind.RESIDENCE]
    assert await count(town) == 1, "the other went with the application that was withdrawn"


@pytest.mark.requirement("A12")
async def test_papers_that_are_not_sent_go_along_to_another_clinic(allowing: Town) -> None:
    """It gets what it asks for; the rest waits for the first clinic."""
    town = allowing
    await ask_at(town, FIELD, PaperKind.RESIDENCE)
    await to_paper(town)
    await photograph(town.mother)
    await choose(town.mother, "Назад", RESIDENCE)
    await send(town.mother, scanned_pdf(2))
    await choose(town.mother, "Назад", "Назад", "Другая поликлиника")
    await say(town.mother, LINES[FIELD])
    seen = await choose(town.mother, FIELD, "Прикрепиться")
    assert "Бумаги с ним: подтверждение адреса." in seen.text
    await choose(town.mother, SEND, AGREE)
    assert [paper.kind for paper in await stored(town)] == [PaperKind.RESIDENCE]
    assert await count(town) == 2


async def test_paper_left_out_of_the_change_stays_where_it_was_sent(allowing: Town) -> None:
    """Until the change is sent nothing of the open application changes."""
    town = allowing
    await ask_at(town, FIELD, *PaperKind)
    await apply_with_papers(town)
    await to_clinic(town.mother, FIELD)
    await choose(town.mother, "Прикрепиться")
    seen = await choose(town.mother, "Бумаги · 2", "Убрать 1")
    assert "✅ Убрано" in seen.text
    assert "1. Подтверждение адреса" in seen.text
    assert len(await stored(town)) == 2
    await say(town.mother, "/start")
    page = await choose(town.mother, "Мои заявления", "Мария")
    assert "Бумаги отправлены: свидетельство о рождении, подтверждение адреса." in page.text
    await to_clinic(town.mother, FIELD)
    await choose(town.mother, "Прикрепиться", SEND, AGREE)
    assert [paper.kind for paper in await stored(town)] == [PaperKind.RESIDENCE]
    assert await count(town) == 1


async def test_papers_of_an_application_to_be_corrected_are_not_asked_twice(allowing: Town) -> None:
    town = allowing
    await apply_with_papers(town)
    await decided(town, Decision(Verdict.RETURN, fields=(ToCorrect.PAPERS,), days=7))
    await say(town.mother, "/start")
    seen = await choose(town.mother, "Мои заявления", "Мария", AGAIN)
    assert "Бумаги с ним: свидетельство о рождении, подтверждение адреса." in seen.text
    assert "Поликлиника просит ещё" not in seen.text
    await choose(town.mother, "Бумаги · 2", "Убрать 2", "Назад", "Отправить снова")
    assert [paper.kind for paper in await stored(town)] == [PaperKind.BIRTH_CERTIFICATE]


async def test_papers_of_an_open_application_are_not_taken_away_by_an_old_button(allowing: Town) -> None:
    town = allowing
    await apply_with_papers(town)
    seen, [child] = await town.mother.screen(), await children_of(town, town.mother)
    clinic, reason = await clinic_of(town), EnrollmentReason.CHOICE
    for paper in (PaperId(1), PaperId(2)):
        forged = RemovePaper(patient=child.id, clinic=clinic, reason=reason, paper=paper)
        await town.mother.press_data(seen.id, forged.pack())
    assert await count(town) == 2


async def test_erasure_takes_papers_that_were_taken_over(allowing: Town) -> None:
    town = allowing
    await refused(town)
    await choose(town.mother, AGAIN, SEND)
    await town.app.services.erasure.erase((await account_of(town, town.mother)).id, keep_visits=False)
    assert await count(town) == 0


async def test_papers_of_a_moved_card_are_taken_over_by_the_new_account(allowing: Town) -> None:
    """They go with the card once they were sent: the new owner is asked for nothing that the clinic has seen."""
    town = allowing
    await refused(town)
    await settle_in(town.father)
    [child], father = await children_of(town, town.mother), await account_of(town, town.father)

    async def give_away(uow: UnitOfWork) -> None:
        await uow.representatives.add(father.id, child.id, Relationship.PARENT, town.clock.now())
        await uow.representatives.hand_over(child.id, father.id)

    await town.app.store.storage.write(give_away)
    seen = await review(town.father)
    assert "Бумаги с ним: свидетельство о рождении, подтверждение адреса." in seen.text
    await choose(town.father, SEND, AGREE)
    await town.app.services.erasure.erase((await account_of(town, town.mother)).id, keep_visits=False)
    assert await count(town) == 2


async def test_nothing_is_taken_over_once_the_operator_takes_no_papers(template: Path, tmp_path: Path) -> None:
    async with opened_town(template, tmp_path, application_papers=True) as town:
        await ask_for(town, *PaperKind)
        await refused(town)
        town.app.services.papers.can_send = False
        seen = await choose(town.mother, AGAIN)
        assert "Принесите в регистратуру: свидетельство о рождении, подтверждение адреса" in seen.text
        await choose(town.mother, SEND)
        assert await stored(town) == []


# --- where files are not taken ----------------------------------------------------------------------------------------


@pytest.mark.requirement("B8")
async def test_without_the_operators_word_papers_are_brought(town: Town) -> None:
    await ask_for(town, *PaperKind)
    await settle_in(town.mother, MARIA)
    seen = await review(town.mother)
    assert "Принесите в регистратуру: свидетельство о рождении, подтверждение адреса" in seen.text
    assert not seen.button("Бумаги")
    sent = await choose(town.mother, SEND, AGREE)
    assert "Принесите в регистратуру: свидетельство о рождении, подтверждение адреса. Назовите там номер" in sent.text
    assert "бумаги, которые" not in seen.text
    assert "От вас ничего не нужно" not in sent.text


@pytest.mark.requirement("B8")
async def test_clinic_that_asks_for_nothing_says_nothing(template: Path, tmp_path: Path) -> None:
    async with opened_town(template, tmp_path, application_papers=True) as town:
        await settle_in(town.mother, MARIA)
        seen = await review(town.mother)
        assert "регистратуру:" not in seen.text
        assert not seen.button("Бумаги")


async def nothing_to_fetch() -> bytes:
    raise AssertionError("a file that is not taken is not downloaded")


@pytest.mark.parametrize("case", ["off", "not asked", "not the owner"])
async def test_file_is_taken_only_where_it_is_asked_and_allowed(template: Path, tmp_path: Path, case: str) -> None:
    async with opened_town(template, tmp_path, application_papers=case != "off") as town:
        if case != "not asked":
            await ask_for(town, *PaperKind)
        await settle_in(town.mother, MARIA)
        await settle_in(town.father)
        [child], clinic = await children_of(town, town.mother), await clinic_of(town)
        person = await account_of(town, town.father if case == "not the owner" else town.mother)
        with pytest.raises((PapersNotTaken, NotYours, NotOwner)):
            await town.app.services.papers.take(person, child.id, clinic, PaperKind.BIRTH_CERTIFICATE, nothing_to_fetch)


async def test_desk_that_never_shows_data_gets_no_files(template: Path, tmp_path: Path) -> None:
    async with opened_town(template, tmp_path, application_papers=True, desk_shows="never") as town:
        await ask_for(town, *PaperKind)
        await settle_in(town.mother, MARIA)
        assert "Принесите в регистратуру" in (await review(town.mother)).text


async def test_files_of_an_account_have_a_budget(allowing: Town) -> None:
    town = allowing
    await settle_in(town.mother, MARIA)
    [child], clinic = await children_of(town, town.mother), await clinic_of(town)
    mother = await account_of(town, town.mother)

    async def fetch() -> bytes:
        return b"MZ"

    async def take() -> None:
        await town.app.services.papers.take(mother, child.id, clinic, PaperKind.RESIDENCE, fetch)

    for _each in range(BUCKETS[Budget.PAPER].size):
        with pytest.raises(InvalidInput):
            await take()
    with pytest.raises(OverBudget):
        await take()


# --- the desk ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("A12")
async def test_desk_sees_the_papers_for_two_minutes(allowing: Town) -> None:
    town = allowing
    await apply_with_papers(town)
    await open_first(town, town.registrar)
    await choose(town.registrar, "Показать бумаги · 2")
    pictures = await shown(town.registrar)
    captions = [each.text.partition(".")[0].replace("\u00a0", " ") for each in pictures]
    assert captions == [CERTIFICATE, f"{RESIDENCE}, страница 1", f"{RESIDENCE}, страница 2"]
    await town.pass_time(seconds=110)
    assert len(await shown(town.registrar)) == 3
    await town.pass_time(seconds=11)
    assert await shown(town.registrar) == []
    assert await readings(town, "papers shown", "patient 1") == 1
    await choose(town.registrar, "Показать бумаги · 2")
    assert await readings(town, "papers shown", "patient 1") == 2
    assert "посмотрела бумаги заявления" in (await history_of(town))[0]


async def test_papers_go_from_the_chat_with_the_decision(allowing: Town) -> None:
    town = allowing
    await apply_with_papers(town)
    await open_first(town, town.registrar)
    await choose(town.registrar, "Показать бумаги")
    assert await shown(town.registrar)
    await choose(town.registrar, "Отказать", "Нет мест")
    await town.work()
    assert await shown(town.registrar) == []


async def words(person: Person) -> list[ChatMessage]:
    """Return the protected texts that stand in a chat."""
    return [each for each in await person.messages() if each.raw.get("protected") and "photo" not in each.raw]


async def stand(town: Town) -> tuple[int, int]:
    """Return how many texts and how many pictures the registrar is shown."""
    await town.work()
    return len(await words(town.registrar)), len(await shown(town.registrar))


async def papers_shown(town: Town) -> None:
    await apply_with_papers(town)
    await open_first(town, town.registrar)
    await choose(town.registrar, "Показать бумаги · 2")


@pytest.mark.requirement("A12")
async def test_full_data_and_papers_are_looked_at_side_by_side(allowing: Town) -> None:
    """Each of the two buttons replaces what it has shown before, and nothing else."""
    town = allowing
    await papers_shown(town)
    await choose(town.registrar, "Показать")
    assert await stand(town) == (1, 3)
    await choose(town.registrar, "Показать")
    assert await stand(town) == (1, 3)
    await choose(town.registrar, "Показать бумаги · 2")
    assert await stand(town) == (1, 3)
    await choose(town.registrar, "Отказать")
    assert await stand(town) == (1, 3), "the decision is not made yet"
    await choose(town.registrar, "Нет мест")
    assert await stand(town) == (0, 0)


async def test_each_of_what_is_shown_side_by_side_has_its_own_time(allowing: Town) -> None:
    town = allowing
    await papers_shown(town)
    await town.pass_time(seconds=60)
    await choose(town.registrar, "Показать")
    await town.pass_time(seconds=61)
    assert await stand(town) == (1, 0)
    await town.pass_time(seconds=60)
    assert await stand(town) == (0, 0)


@pytest.mark.parametrize("leave", ["Назад", "/start"])
async def test_what_is_shown_goes_when_the_application_is_left(allowing: Town, leave: str) -> None:
    town = allowing
    await papers_shown(town)
    await choose(town.registrar, "Показать")
    await (say(town.registrar, leave) if leave.startswith("/") else choose(town.registrar, leave))
    assert await stand(town) == (0, 0)


async def test_what_is_shown_elsewhere_replaces_the_papers_after_a_restart(allowing: Town) -> None:
    """What stood below which screen is remembered in memory alone."""
    town = allowing
    await papers_shown(town)
    await town.restart()
    await choose(town.registrar, "Показать")
    assert await stand(town) == (1, 0)


async def test_notice_between_leaves_the_papers(allowing: Town) -> None:
    town = allowing
    await papers_shown(town)
    registrar = await account_of(town, town.registrar)
    now = town.clock.now()
    notice = MorningDigest(registrar.id, await clinic_of(town), now.date())
    before = len(await town.registrar.messages())
    await town.app.store.storage.write(lambda uow: uow.outbox.add(notice.due(now), now))
    await town.work()
    assert len(await town.registrar.messages()) == before + 1
    await choose(town.registrar, "Показать")
    assert await stand(town) == (1, 3)


async def test_picture_that_telegram_refuses_is_said_and_leaves_nothing(allowing: Town) -> None:
    town = allowing
    await apply_with_papers(town)
    await open_first(town, town.registrar)
    await town.chat.fault("400", method="editMessageMedia", times=1)
    await choose(town.registrar, "Показать бумаги")
    texts = [each.text for each in await town.registrar.messages()]
    assert any("Показать удалось не всё" in each for each in texts)
    assert await shown(town.registrar) == []
    await town.pass_time(seconds=121)
    assert not [each for each in await town.registrar.messages() if each.raw.get("protected")]
    await choose(town.registrar, "Показать бумаги")
    assert len(await shown(town.registrar)) == 3


async def test_application_without_papers_shows_no_button(allowing: Town) -> None:
    town = allowing
    await settle_in(town.mother, MARIA)
    await review(town.mother)
    await choose(town.mother, SEND, AGREE)
    assert not (await open_first(town, town.registrar)).button("Показать бумаги")


async def forged(person: Person, application: ApplicationId) -> str:
    seen = await say(person, "/start")
    pressed = await person.press_data(seen.id, ShowPapers(application=application).pack())
    return pressed.alert or ""


@pytest.mark.requirement("D20")
async def test_papers_are_seen_by_nobody_but_the_desk_of_the_clinic(allowing: Town) -> None:
    """The clerk of another clinic, an admin, a parent and a dismissed clerk get no picture."""
    town = allowing
    await apply_with_papers(town)
    application = await filed_of(town, town.mother)
    others = [await appoint(town, 2001, Role.HEAD, 1), await appoint(town, 2002, Role.ADMIN)]
    for person in (*others, town.mother):
        await forged(person, application)
        assert await shown(person) == []
    clerk = await account_of(town, others[0])
    with pytest.raises(StaleApplication):
        await town.app.services.desk_papers.show(clerk, application)
    registrar = await account_of(town, await with_code(town, town.registrar))
    with pytest.raises(ApplicationTaken):  # nobody has claimed it
        await town.app.services.desk_papers.show(registrar, application)
    await open_first(town, town.registrar)
    await choose(town.registrar, "Показать бумаги")
    await town.app.services.members.dismiss(town.registrar.id)
    await town.work()
    assert await shown(town.registrar) == []
    await forged(town.registrar, application)
    assert await shown(town.registrar) == []


@pytest.mark.requirement("B8")
async def test_head_says_which_papers_the_clinic_asks_for(town: Town) -> None:
    head = await appoint(town, 2001, Role.HEAD)
    await say(head, "/start")
    seen = await choose(head, "Заявления", "Какие бумаги просить")
    assert "Вы не просите бумаг" in seen.text
    assert "файлы в чате не принимаются" in seen.text
    seen = await choose(head, CERTIFICATE)
    assert "✅ Свидетельство о рождении" in seen.labels
    await settle_in(town.mother, MARIA)
    assert "Принесите в регистратуру: свидетельство о рождении." in (await review(town.mother)).text
    other = await clinic_of(town, 1)
    assert not await town.app.store.storage.read(lambda view: view.papers.set_by_head(other))
    await choose(head, "✅ Свидетельство о рождении")
    assert "Вы не просите бумаг" in (await head.screen()).text
    seen = await say(town.registrar, "/start")
    await town.registrar.press_data(seen.id, AskPaper(kind=PaperKind.RESIDENCE, wanted=True).pack())
    clinic = await clinic_of(town)
    assert not await town.app.store.storage.read(lambda view: view.papers.set_by_head(clinic))


# --- the end ----------------------------------------------------------------------------------------------------------


async def test_papers_are_deleted_thirty_days_after_the_decision(allowing: Town) -> None:
    town = allowing
    await apply_with_papers(town)
    await town.pass_time(days=3)
    assert await count(town) == 2
    await decided(town, Decision(Verdict.REFUSE, RefusalReason.NO_PLACES))
    await town.pass_time(days=29, hours=23)
    assert await count(town) == 2
    await town.pass_time(hours=2)
    assert await count(town) == 0
    assert await filed_of(town, town.mother)


async def test_papers_that_were_not_sent_are_deleted_after_two_days(allowing: Town) -> None:
    town = allowing
    await to_paper(town)
    await photograph(town.mother)
    await town.pass_time(hours=47)
    assert await count(town) == 1
    await town.pass_time(hours=2)
    assert await count(town) == 0


async def test_papers_go_with_a_withdrawn_application(allowing: Town) -> None:
    town = allowing
    await apply_with_papers(town)
    await choose(town.mother, "Отозвать", "Отозвать заявление")
    assert await count(town) == 0


@pytest.mark.requirement("C29")
async def test_erasure_takes_the_papers_and_the_export_names_them(allowing: Town) -> None:
    town = allowing
    await apply_with_papers(town)
    account = await account_of(town, town.mother)
    tree = await town.app.services.export.gather(account.id)
    patients = tree["patients"]
    assert isinstance(patients, list)
    first, second = patients[0]["application_papers"]
    assert (first["kind"], first["pages"]) == ("PAPER_BIRTH_CERTIFICATE", 1)
    assert (second["kind"], second["pages"]) == ("PAPER_RESIDENCE", 2)
    assert "подтверждение адреса" in str(export_paper(tree, town.clock.now()))
    await town.app.services.erasure.erase(account.id, keep_visits=False)
    assert await count(town) == 0
