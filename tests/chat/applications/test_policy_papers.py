"""An application for a policy on paper: its confirmation with the check code, its correspondence, and its number."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.core.errors import NotYours
from bot.core.people import Role
from dialogs.applications.policy_links import PolicyCorrespondence
from dialogs.privacy.export_paper import export_paper
from storage.unit import UnitOfWork
from tests.barcodes import jpeg, on_paper, qr, seen as photographed
from tests.chat.actions import (
    account_of,
    choose,
    consent,
    new_messages,
    say,
    send,
    settle_in,
    take_back,
    with_code,
)
from tests.chat.applications.steps import appoint, open_first, open_queue
from tests.chat.applications.test_confirmation import OPENS_NOTHING, codes_in
from tests.chat.applications.test_policy import (
    ADDRESS,
    READY,
    REFUSE,
    RETURN,
    decided,
    request_of,
    sent,
)
from tests.chat.message import ChatMessage
from tests.chat.sent_files import file_of, text_of
from tests.chat.staff.roles import rows
from tests.chat.town import Town, town as opened_town

REAL, MATTER = "Заявление настоящее", "Вопрос по номеру"
FACTS = (REAL, "На полис ОМС", "Мария И., 2024 г. р.", "Состояние: отправлено")


@pytest.fixture
async def town(template: Path, tmp_path: Path) -> AsyncIterator[Town]:
    async with opened_town(template, tmp_path, policy_desk=1) as town:
        yield town


async def code_of(town: Town) -> str:
    """Return the code of the mother's application."""
    request = await request_of(town)

    async def make(view: UnitOfWork) -> str:
        return view.application_codes.make_for_policy(request.id)

    return await town.app.store.storage.read(make)


async def link_of(town: Town) -> str:
    return f"https://t.me/registratura_bot?start=application_{await code_of(town)}"


async def printed(town: Town, label: str) -> tuple[ChatMessage, str]:
    """Let the mother press a button that sends a PDF; return the message with its text."""
    before = await town.mother.messages()
    await choose(town.mother, label)
    [document] = [each for each in await new_messages(town.mother, before) if each.kind == "document"]
    return document, text_of(file_of(town, document))


# --- the code ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("C24", "D55")
async def test_confirmation_says_that_the_reception_checks_its_code(town: Town) -> None:
    await sent(town)
    message, paper = await printed(town, "Подтверждение")
    assert "по коду" in message.text
    assert "Проверка в регистратуре" in paper
    assert codes_in(file_of(town, message)) == [await link_of(town)]


@pytest.mark.requirement("C24", "D55")
async def test_own_desk_checks_the_code_the_photo_and_the_number(town: Town) -> None:
    await sent(town)
    registrar, link = town.registrar, await link_of(town)
    await open_queue(town, registrar)
    for typed in (link, (await request_of(town)).ref):
        checked = await say(registrar, typed)
        for fact in FACTS:
            assert fact in checked.text
        assert "Сергеевна" not in checked.text
    await registrar.send_photo(jpeg(photographed(on_paper(qr(link)), 7, 1.2, 0.2)))
    assert REAL in (await registrar.screen()).text
    await say(registrar, "/start")
    assert REAL in (await say(registrar, f"/start application_{await code_of(town)}")).text
    assert "Просит полис ОМС" in (await choose(registrar, "Рассмотреть")).text
    await decided(town, REFUSE)
    over = await say(registrar, f"/start application_{await code_of(town)}")
    assert "Почему отказано: не хватает бумаг" in over.text
    assert "Закрыто" in over.text
    assert not over.button("Рассмотреть")


@pytest.mark.requirement("C24", "D55")
async def test_number_is_found_from_every_search_of_the_desk(town: Town) -> None:
    await sent(town)
    ref = (await request_of(town)).ref
    registrar = await with_code(town, town.registrar)
    await say(registrar, "/start")
    assert REAL in (await say(registrar, ref)).text
    await say(registrar, "/start")
    await choose(registrar, "Очередь", MATTER)
    assert REAL in (await say(registrar, ref)).text
    await say(registrar, "/start")
    await choose(registrar, "Пациенты")
    assert REAL in (await say(registrar, ref)).text


@pytest.mark.requirement("C24", "D55")
async def test_strangers_and_other_clinics_read_one_answer(town: Town) -> None:
    await sent(town)
    ref = (await request_of(town)).ref
    await settle_in(town.stranger)
    elsewhere = await appoint(town, 1010, Role.REGISTRAR, clinic=1)
    admin = await appoint(town, 1011, Role.ADMIN)
    right = await code_of(town)
    forged = right[:-2] + ("AA" if right[-2:] != "AA" else "BB")
    for person in (town.stranger, elsewhere, admin):
        answers = [(await say(person, f"/start application_{code}")).text for code in (right, forged, "x")]
        assert all(OPENS_NOTHING in each for each in answers)
        assert REAL not in (await say(person, ref)).text
        account = await account_of(town, person)
        assert await town.app.services.application_check.open(account, right) == (None, None)


async def test_photographed_code_opens_nothing_to_another_clinic(town: Town) -> None:
    await sent(town)
    elsewhere = await appoint(town, 1010, Role.REGISTRAR, clinic=1)
    await open_queue(town, elsewhere)
    await elsewhere.send_photo(jpeg(on_paper(qr(await link_of(town)))))
    assert OPENS_NOTHING in (await elsewhere.screen()).text


async def test_code_and_number_open_the_application_for_who_has_sent_it(town: Town) -> None:
    await sent(town)
    found = await request_of(town)
    for typed in (f"/start application_{await code_of(town)}", found.ref):
        await say(town.mother, "/start")
        seen = await say(town.mother, typed)
        assert "Полис: Мария И." in seen.text
        assert found.ref in seen.text.replace("\u2011", "-")
    await consent(town.stranger)
    assert "Мария" not in (await say(town.stranger, found.ref)).text


async def test_desk_sees_no_application_of_a_parent_without_consent(town: Town) -> None:
    await sent(town)
    ref = (await request_of(town)).ref
    await with_code(town, town.registrar)
    await take_back(town.mother, "данные ребёнка")
    await say(town.registrar, "/start")
    refused = await say(town.registrar, ref)
    assert REAL not in refused.text
    assert "Мария" not in refused.text


async def test_checking_is_journaled(town: Town) -> None:
    await sent(town)
    found = await request_of(town)
    await with_code(town, town.registrar)
    await say(town.registrar, found.ref)

    journal = await rows(town, "SELECT subject, action FROM audit ORDER BY id")
    assert [each for each in journal if each[0] == found.ref][-1] == (found.ref, "application read")


# --- the correspondence -----------------------------------------------------------------------------------------------


@pytest.mark.requirement("C24", "A53")
async def test_correspondence_has_what_was_sent_every_answer_and_message(town: Town) -> None:
    await sent(town)
    await decided(town, RETURN)
    await choose(town.mother, "Открыть заявление", "Исправить и отправить", "Изменить", "Адрес")
    await say(town.mother, "г. Заречный, ул. Новая, д. 7")
    await choose(town.mother, "Отправить снова")
    await decided(town, REFUSE)
    await choose(town.mother, "Открыть заявление")
    message, paper = await printed(town, "Вся переписка")
    ref = (await request_of(town)).ref
    assert ref in message.text
    for fact in (
        ref,
        "Переписка по заявлению",
        "Иванова Мария Сергеевна",
        "Представитель: отправлено",
        "Поликлиника: нужно исправить: адрес, пол",
        "Представитель: отправлено снова",
        "не хватает бумаг. Принесите в регистратуру паспорт",
        "Проверка в регистратуре",
        "фонд ОМС",
    ):
        assert fact in paper, (fact, paper)
    assert paper.count("Решение по заявлению на полис") == 2
    assert "112" not in paper
    assert ADDRESS.split(", ")[1] not in paper


@pytest.mark.requirement("C24", "A41", "A53")
async def test_every_sending_is_kept_and_shown(town: Town) -> None:
    await sent(town)
    await send_corrected(town)
    versions = await choose(town.mother, "Что отправлено")
    assert "Отправлено 2 раза" in versions.text
    assert versions.text.index("Петровна") < versions.text.index("Сергеевна"), "the newest one first"
    await choose(town.mother, "Назад")
    _message, confirmation = await printed(town, "Подтверждение")
    _message, correspondence = await printed(town, "Вся переписка")
    for shown in (versions.text, confirmation, correspondence):
        words = " ".join(shown.replace("\u00a0", " ").split())
        for fact in ("Иванова Мария Сергеевна", "Иванова Мария Петровна", "СНИЛС •••• 95", "15.03.2024", "Исправлено"):
            assert fact in words.replace("СНИЛС:", "СНИЛС").replace("Исправлено:", "Исправлено"), (fact, words)
        for secret in ("112-233", "Садовая, д. 5, кв. 3", "Новая, д. 7"):
            assert secret not in words
    assert correspondence.count("Что получила поликлиника") == 2


async def send_corrected(town: Town) -> None:
    """Let the desk give the application back, and the mother send it with another name, no SNILS and a new address."""
    await decided(town, RETURN)
    await choose(town.mother, "Открыть заявление", "Исправить и отправить", "Изменить", "Фамилия")
    await say(town.mother, "Иванова Мария Петровна")
    await choose(town.mother, "Изменить", "СНИЛС", "СНИЛС нет", "Изменить", "Адрес")
    await say(town.mother, "г. Заречный, ул. Новая, д. 7")
    await choose(town.mother, "Отправить снова")


@pytest.mark.requirement("C24", "D29")
async def test_desk_reads_what_was_corrected_and_what_was_sent_before(town: Town) -> None:
    await sent(town)
    assert "Исправлено" not in (await open_first(town, town.registrar)).text
    await send_corrected(town)
    again = await open_first(town, town.registrar)
    assert "Исправлено: фамилия, имя, отчество; СНИЛС; адрес" in again.text
    assert "Сергеевна" not in again.text
    before = await town.registrar.messages()
    await choose(town.registrar, "Показать")
    shown = "\n".join(each.text for each in await new_messages(town.registrar, before))
    earlier = shown.partition("Что отправляли раньше")[2]
    assert "Иванова Мария Петровна" in shown
    for fact in ("Иванова Мария Сергеевна", "•••• 95"):
        assert fact in earlier.replace("\u00a0", " "), (fact, shown)
    assert "112-233" not in shown


async def test_sendings_are_sealed_exported_and_deleted_with_the_application(town: Town) -> None:
    await sent(town)
    await send_corrected(town)
    sql = "SELECT sealed_data FROM policy_request_versions ORDER BY id"
    kept = await town.app.store.database.read(lambda connection: connection.fetch(sql, {}))
    assert len(kept) == 2
    assert not [row for row in kept if "Иванова".encode() in row["sealed_data"]]
    account = await account_of(town, town.mother)
    tree: Any = await town.app.services.export.gather(account.id)
    first, second = tree["sent_policy_requests"]
    assert first["name"] == "Иванова Мария Сергеевна"
    assert second["name"] == "Иванова Мария Петровна"
    assert (first["has_address"], first["snils"][-2:], second["snils"]) == (True, "95", None)
    assert "Что отправлено с заявлениями на полис" in str(export_paper(tree, town.clock.now()))
    await town.app.services.erasure.erase(account.id, keep_visits=False)
    assert await town.app.store.database.read(lambda connection: connection.fetch(sql, {})) == []


async def test_what_an_older_release_has_sent_is_kept_before_it_is_replaced(town: Town) -> None:
    """Its form is the only trace of that sending."""
    await sent(town)
    drop = "DELETE FROM policy_request_versions"
    await town.app.store.database.write(lambda connection: connection.execute(drop, {}))
    account, request = await account_of(town, town.mother), (await request_of(town)).id
    [only] = await town.app.services.sent_applications.of_policy(account.id, request)
    assert only.data is not None
    await send_corrected(town)
    first, second = await town.app.services.sent_applications.of_policy(account.id, request)
    assert (first, first.at < second.at) == (only, True)


@pytest.mark.requirement("A53")
async def test_only_who_has_sent_it_gets_the_correspondence(town: Town) -> None:
    await sent(town)
    request = (await request_of(town)).id
    await consent(town.stranger)
    await with_code(town, town.registrar)
    elsewhere = await appoint(town, 1010, Role.REGISTRAR, clinic=1)
    for person in (town.stranger, town.registrar, elsewhere):
        account = await account_of(town, person)
        with pytest.raises(NotYours):
            await town.app.services.correspondences.of_policy(account.id, request, "bot")
        with pytest.raises(NotYours):
            await town.app.services.sent_applications.of_policy(account.id, request)
        before = await person.messages()
        await send(person, PolicyCorrespondence(request=request).pack())
        assert not [each for each in await new_messages(person, before) if each.kind == "document"]


@pytest.mark.requirement("C24", "A53")
async def test_papers_of_a_ready_policy_say_where_its_number_is(town: Town) -> None:
    await sent(town)
    await decided(town, READY)
    await choose(town.mother, "Открыть заявление")
    for label in ("Подтверждение", "Вся переписка"):
        _message, paper = await printed(town, label)
        assert "Где номер в регистратуре" in paper


async def test_withdrawn_application_says_so_on_its_papers(town: Town) -> None:
    await sent(town)
    await choose(town.mother, "Отозвать", "Отозвать заявление")
    for label in ("Подтверждение", "Вся переписка"):
        _message, paper = await printed(town, label)
        assert "Отозвано" in paper
