"""The confirmation of an application: a PDF that can be passed on, and the code that the clinic's desk checks."""

from __future__ import annotations

import pypdfium2
import pytest
from zxingcpp import read_barcodes

from bot.applications.confirmation import code_in
from bot.applications.records import Decision, RefusalReason, Verdict
from bot.core.people import Role
from storage.unit import UnitOfWork
from tests.chat.actions import (
    MARIA,
    account_of,
    choose,
    new_messages,
    ref_of,
    say,
    settle_in,
    take_back,
    with_code,
)
from tests.chat.applications.steps import appoint, mother_applies
from tests.chat.applications.test_enroll import decided, filed_of
from tests.chat.sent_files import file_of, text_of
from tests.chat.town import Town

OPENS_NOTHING = "Этот код здесь ничего не открывает"


async def code_of(town: Town) -> str:
    """Return the code of the mother's application."""
    filed = await filed_of(town, town.mother)

    async def make(view: UnitOfWork) -> str:
        return view.application_codes.make(filed)

    return await town.app.store.storage.read(make)


def codes_in(pdf: bytes) -> list[str]:
    """Return the texts of the QR codes on the first page of a paper, as a camera reads them."""
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[0].render(scale=3).to_pil()
    return [found.text for found in read_barcodes(picture)]


@pytest.mark.requirement("A34", "A36", "A53", "D55")
async def test_confirmation_has_the_number_the_data_and_every_step(town: Town) -> None:
    sent = await mother_applies(town)
    await decided(town, Decision(Verdict.REFUSE, RefusalReason.NO_PLACES))
    await choose(town.mother, "Открыть заявление")
    before = await town.mother.messages()
    await town.mother.press("Подтверждение (PDF)")
    [sent_file] = [each for each in await new_messages(town.mother, before) if "document" in each.raw]
    assert "номера скрыты" in sent_file.text
    pdf = file_of(town, sent_file)
    printed = text_of(pdf)
    assert codes_in(pdf) == [f"https://t.me/registratura_bot?start=application_{await code_of(town)}"]
    for fact in (
        ref_of(sent).replace("\u2011", "-"),
        "Заявление на прикрепление",
        "Детская № 12, Садовая, 5",
        "Иванова Мария Сергеевна",
        "0014",
        "Нет мест",
        "регистратура начала рассматривать",
    ):
        assert fact in printed, fact
    assert MARIA.policy_number not in printed
    await town.mother.press("Подтверждение (PDF)")
    kept = [each for each in await new_messages(town.mother, before) if "document" in each.raw]
    assert len(kept) == 2, "the first file stays"
    assert codes_in(file_of(town, kept[-1])) == codes_in(pdf)


@pytest.mark.requirement("D55")
async def test_own_desk_checks_the_code_and_the_number(town: Town) -> None:
    sent = await mother_applies(town)
    registrar = await with_code(town, town.registrar)
    link = f"https://t.me/registratura_bot?start=application_{await code_of(town)}"
    await say(registrar, "/start")
    by_link = await say(registrar, link)
    for fact in ("Заявление настоящее", "Мария И.", "Состояние: отправлено"):
        assert fact in by_link.text
    assert MARIA.policy_number not in by_link.text
    assert "Прикрепить" in str(await choose(registrar, "Рассмотреть"))
    await say(registrar, "/start")
    assert "Заявление настоящее" in (await say(registrar, ref_of(sent))).text
    assert "Заявление настоящее" in (await say(registrar, link)).text, "the next one is checked without a way back"
    unknown = await say(registrar, "A7KM-9X")
    assert OPENS_NOTHING in unknown.text
    assert "заявления" in unknown.text, "the desk stays with the applications"
    await decided(town, Decision(Verdict.REFUSE, RefusalReason.AGE))
    await say(registrar, "/start")
    over = await say(registrar, f"/start application_{await code_of(town)}")
    assert "Почему отказано: возраст" in over.text
    assert not over.button("Рассмотреть")


async def test_code_opens_the_application_for_its_representatives(town: Town) -> None:
    sent = await mother_applies(town)
    seen = await say(town.mother, f"/start application_{await code_of(town)}")
    assert ref_of(seen) == ref_of(sent)
    assert "Срок решения" in seen.text


@pytest.mark.requirement("D55")
async def test_strangers_and_other_clinics_read_one_answer(town: Town) -> None:
    await mother_applies(town)
    await settle_in(town.stranger)
    elsewhere = await appoint(town, 1010, Role.REGISTRAR, clinic=1)
    admin = await appoint(town, 1011, Role.ADMIN)
    right = await code_of(town)
    forged = right[:-2] + ("AA" if right[-2:] != "AA" else "BB")
    for person in (town.stranger, elsewhere, admin):
        for code in (right, forged, "x", ""):
            assert OPENS_NOTHING in (await say(person, f"/start application_{code}")).text or not code
        account = await account_of(town, person)
        assert await town.app.services.application_check.open(account, right) == (None, None)


async def test_desk_sees_no_application_of_a_parent_without_consent(town: Town) -> None:
    sent = await mother_applies(town)
    await with_code(town, town.registrar)
    await take_back(town.mother, "данные ребёнка")
    await say(town.registrar, "/start")
    refused = await say(town.registrar, ref_of(sent))
    assert "Иванова" not in refused.text
    assert "Заявление настоящее" not in refused.text


def test_code_is_read_from_a_link_alone() -> None:
    code = "A" * 30
    assert code_in(f"https://t.me/registratura_bot?start=application_{code}") == code
    assert code_in(f"application_{code}") == code
    assert code_in(f"visit_{code}") is None
    assert code_in("заявление") is None
