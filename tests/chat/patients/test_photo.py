"""Link a policy by a photo or a file of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from PIL import Image

from bot.core.people import PersonName, Sex
from bot.emulator.params import Upload
from bot.patients.rules.barcode import LARGEST_FILE
from bot.patients.rules.policy_number import make_policy_number
from storage.registry.seed.examples import Example
from tests.barcodes import barcode, jpeg, on_paper, pdf, pdf417, png, qr, seen
from tests.chat.actions import (
    ALINA,
    ARTYOM,
    CHECK,
    MARIA,
    choose,
    consent,
    looks,
    name_and_check,
    say,
    settle_in,
)
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.policy_register import register_down
from tests.chat.raw_updates import raw_message
from tests.chat.town import Town
from tests.policy_photos import on_a_screen


def printed(child: Example, kind: int = 2) -> Image.Image:
    return pdf417(barcode(child.policy_number, child.name, kind))


HERS = on_paper(printed(MARIA))


async def send_photo(person: Person, sheet: Image.Image) -> ChatMessage:
    await person.send_photo(jpeg(sheet))
    return await person.screen()


async def send_file(person: Person, data: bytes, name: str = "полис.pdf", mime: str = "application/pdf") -> ChatMessage:
    await person.send_document(data, name=name, mime=mime)
    return await person.screen()


# --- what is read -----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("E8")
@pytest.mark.parametrize("kind", [1, 2])
async def test_a_photo_of_the_policy_leads_to_a_checked_child_without_typing(town: Town, kind: int) -> None:
    mother = town.mother
    await consent(mother)
    # What was read is confirmed once, by the review.
    read = await send_photo(mother, on_paper(printed(MARIA, kind)))
    assert "Проверьте данные" in read.text
    assert "Фамилия Иванова, имя Мария, отчество Сергеевна." in read.text
    assert "Девочка, родилась 15 марта 2018 года" in read.text
    assert "Полис проверен: Мария И." in (await choose(mother, CHECK)).text


@pytest.mark.requirement("E8", "B54")
@pytest.mark.parametrize("kind", ["JPG", "PNG", "PDF"])
async def test_a_file_without_compression_is_read_as_well(town: Town, kind: str) -> None:
    makers: dict[str, Callable[[Image.Image], bytes]] = {"JPG": jpeg, "PNG": png, "PDF": pdf}
    data = makers[kind](HERS)
    await consent(town.mother)
    read = await send_file(town.mother, data, f"полис.{kind.lower()}", "application/octet-stream")
    assert "15 марта 2018" in read.text


async def test_the_second_page_of_a_pdf_is_looked_at_too(town: Town) -> None:
    await consent(town.mother)
    read = await send_file(town.mother, pdf(Image.new("L", (800, 600), "white"), HERS))
    assert "15 марта 2018" in read.text


@pytest.mark.requirement("E8")
async def test_qr_code_gives_the_number_and_the_name_is_typed(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    asked = await send_photo(mother, on_paper(qr(MARIA.policy_number)))
    assert "Напишите фамилию, имя и отчество девочки" in asked.text
    read = await say(mother, MARIA.name.full)
    assert "Девочка, родилась 15 марта 2018 года" in read.text
    assert "Полис проверен" in (await choose(mother, CHECK)).text


async def test_second_photo_without_a_name_replaces_the_first(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await send_photo(mother, on_paper(qr(MARIA.policy_number)))
    await choose(mother, "Назад")
    asked = await send_photo(mother, on_paper(qr(ARTYOM.policy_number)))
    assert "Напишите фамилию, имя и отчество мальчика" in asked.text
    assert not (await say(mother, "/start")).button("Дописать: •••• 0014")


async def test_number_typed_after_a_photo_is_confirmed(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await send_photo(mother, on_paper(qr(MARIA.policy_number)))
    await choose(mother, "Назад")
    assert "Верно?" in (await say(mother, ARTYOM.policy_number)).text


async def test_name_without_a_patronymic_is_accepted(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    assert "Имя: Ахметова-Белая Алина" in (await send_photo(mother, on_paper(printed(ALINA)))).text
    assert "Полис проверен" in (await choose(mother, CHECK)).text


@pytest.mark.requirement("E8")
async def test_the_name_of_a_barcode_is_never_trusted_and_may_be_typed_instead(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    wrong = pdf417(barcode(MARIA.policy_number, PersonName("Иванова", "Марина", "Сергеевна")))
    await send_photo(mother, on_paper(wrong))
    asked = await choose(mother, "Изменить", "Имя")
    assert "Напишите фамилию" in asked.text
    assert "Сейчас так: Иванова Марина Сергеевна" in asked.text
    assert "Полис проверен: Мария И." in (await name_and_check(mother, MARIA.name.full)).text


async def test_a_name_that_no_document_has_is_not_offered(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await send_photo(mother, on_paper(pdf417(barcode(MARIA.policy_number, PersonName("007", "-", ".")))))
    assert "Напишите фамилию" in (await mother.screen()).text


async def test_another_number_typed_after_a_photo_has_nothing_of_its_name(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await send_photo(mother, HERS)
    await choose(mother, "Изменить", "Номер полиса")
    await say(mother, ARTYOM.policy_number)
    assert "Напишите фамилию, имя и отчество мальчика" in (await choose(mother, "Да")).text


async def test_a_read_photo_can_be_gone_on_with_later(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await send_photo(mother, HERS)
    await town.restart()
    await say(mother, "/start")
    assert "Имя: Иванова Мария Сергеевна" in (await choose(mother, "Дописать")).text
    assert "Полис проверен" in (await choose(mother, CHECK)).text


async def test_the_photo_of_a_child_who_is_there_already_opens_the_card(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await choose(mother, "Добавить")
    assert "Иванова Мария Сергеевна" in (await send_photo(mother, HERS)).text


@pytest.mark.requirement("E8")
async def test_the_photo_is_deleted_from_the_chat_whether_it_was_read_or_not(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    for data in (jpeg(Image.new("L", (640, 480), "white")), jpeg(HERS)):
        sent = await mother.send_photo(data)
        assert sent not in {message.id for message in await mother.messages()}


async def test_silent_register_is_shown_after_the_name_is_confirmed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    mother = town.mother
    await consent(mother)
    with register_down(monkeypatch):
        await send_photo(mother, HERS)
        waiting = await choose(mother, CHECK)
        assert "Полис проверен" not in waiting.text
        assert "еестр" in waiting.text
    await town.pass_time(minutes=1)
    assert "Полис проверен" in (await mother.screen()).text


async def test_an_english_speaker_sends_a_photo_too(town: Town) -> None:
    guest = town.chat.person(2001, first_name="Kate", language_code="en")
    await guest.start()
    await choose(guest, "Read", "I agree", "I agree", "I agree")
    assert "Girl, born on 15 March 2018" in (await send_photo(guest, HERS)).text
    assert "Мария И." in (await choose(guest, "Check the policy")).text


# --- what is not ------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("E8", "B54")
async def test_unreadable_photo_is_answered_with_advice_over_the_prompt(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    answer = await send_photo(mother, seen(HERS, blur=9))
    for words in (
        "прямо",
        "близко",
        "при хорошем свете",
        "файлом, без сжатия",
        "напишите номер",
        "Пришлите номер полиса",
    ):
        assert words in answer.text
    assert "15 марта 2018" in (await say(mother, MARIA.policy_number)).text


@pytest.mark.requirement("E8", "B54")
async def test_advice_fits_the_file_at_hand(town: Town) -> None:
    """What was sent as a file is not asked for as a file, and an iPhone's file leads to the setting that helps."""
    mother = town.mother
    await consent(mother)
    heic = await send_file(mother, b"\0\0\0\x18ftypheic" + bytes(64), "IMG_1.HEIC", "image/heic")
    assert "Форматы → Наиболее совместимый" in heic.text
    blurred = await send_file(mother, jpeg(seen(HERS, blur=9)), "IMG_1.jpg", "image/jpeg")
    assert "штрихкод целиком" in blurred.text
    assert "файлом" not in blurred.text.partition("\n\n")[0]
    assert "снимок экрана" in (await send_photo(mother, on_a_screen(MARIA.policy_number))).text
    pages = await send_file(mother, pdf(*[Image.new("L", (300, 400), "white")] * 3, HERS))
    assert "На первых 3 страницах" in pages.text
    assert "15 марта 2018" in (await say(mother, MARIA.policy_number)).text


@pytest.mark.requirement("A13", "B54", "C8")
async def test_a_file_that_is_too_big_is_refused_before_it_is_fetched(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    answer = await send_file(mother, pdf(HERS).ljust(LARGEST_FILE + 1, b"\0"))
    assert "не больше 5 МБ" in answer.text
    assert "Пришлите номер полиса" in answer.text
    assert await town.chat.calls("getFile") == []
    assert "15 марта 2018" in (await send_file(mother, pdf(HERS).ljust(LARGEST_FILE, b"\0"))).text


@pytest.mark.requirement("A13", "C8")
async def test_file_of_another_kind_is_refused_by_its_content(town: Town) -> None:
    await consent(town.mother)
    answer = await send_file(town.mother, b"MZ\x90\x00 a program", "полис.jpg", "image/jpeg")
    assert "только JPG, PNG и PDF" in answer.text
    assert "Пришлите номер полиса" in answer.text


async def test_broken_file_is_refused_with_the_reason(town: Town) -> None:
    await consent(town.mother)
    assert "не открывается" in (await send_file(town.mother, b"%PDF-1.7 torn")).text


async def test_file_that_telegram_does_not_deliver_is_asked_for_again(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await town.chat.fault("500", method="getFile", chat=None, times=None)
    assert "не дошёл" in (await send_photo(mother, HERS)).text
    await town.chat.clear_faults()
    assert "15 марта 2018" in (await send_photo(mother, HERS)).text


async def test_an_adults_policy_is_refused(town: Town) -> None:
    await consent(town.mother)
    number = make_policy_number("77", date(1990, 4, 1), Sex.MALE, 7)
    sheet = on_paper(pdf417(barcode(number, PersonName("Иванов", "Пётр", "Ильич"))))
    assert "взрослого" in (await send_photo(town.mother, sheet)).text


async def test_two_policies_in_one_photo_are_not_chosen_between(town: Town) -> None:
    await consent(town.mother)
    assert "несколько полисов" in (await send_photo(town.mother, on_paper(printed(MARIA), printed(ARTYOM)))).text


# --- where it is taken ------------------------------------------------------------------------------------------------


@pytest.mark.requirement("E2", "E8")
async def test_photo_screen_accepts_a_photo_and_a_number(town: Town) -> None:
    """The prompt for the number leads to it."""
    mother = town.mother
    await consent(mother)
    shown = await choose(mother, "Фото полиса")
    for words in ("Прямо сверху", "без сжатия", "не больше 5 МБ"):
        assert words in shown.text
    assert "15 марта 2018" in (await send_photo(mother, HERS)).text
    await choose(mother, "Изменить", "Номер полиса", "Фото полиса")
    assert "2 ноября 2015" in (await say(mother, ARTYOM.policy_number)).text


async def test_photo_without_a_prompt_is_read_and_deleted(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, ARTYOM)
    await say(mother, "/menu")
    photo = await mother.send_photo(jpeg(HERS))
    assert "15 марта 2018" in (await mother.screen()).text
    assert photo not in {message.id for message in await mother.messages()}


async def test_photo_at_the_name_prompt_keeps_the_prompt(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await say(mother, MARIA.policy_number)
    await choose(mother, "Да")
    photo = await mother.send_photo(jpeg(HERS))
    assert "Снимок здесь не нужен" in (await mother.screen()).text
    assert photo not in {message.id for message in await mother.messages()}
    await mother.say(MARIA.name.full)
    await mother.press(CHECK, await mother.wait_for("Проверьте данные"))
    await mother.wait_for("Полис проверен")


async def test_a_photo_before_consent_is_not_read(town: Town) -> None:
    await town.mother.start()
    await send_photo(town.mother, HERS)
    assert await town.chat.calls("getFile") == []
    assert "Согласие 1 из 3" in (await choose(town.mother, "Прочитать")).text


async def test_number_in_a_caption_is_used_and_deleted(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    blank = jpeg(Image.new("RGB", (200, 200), "white"))
    await mother.send_photo(blank, caption=f"Полис Маши {MARIA.policy_number}")
    assert "15 марта 2018" in (await mother.screen()).text
    assert await town.chat.calls("getFile") == []
    await mother.send_voice()
    await mother.send_document(b"text", name="a.txt", mime="text/plain", caption="СНИЛС 112-233-445 95")
    assert "11" in (await mother.screen()).text
    assert "112-233" not in " ".join(message.text for message in await mother.messages() if not message.bot)


async def test_second_picture_of_a_read_album_is_deleted_in_silence(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    photo = town.emulator.files.store(Upload("a.jpg", "image/jpeg", jpeg(HERS)), "photo").as_photo()
    for number in (901, 902):
        await town.chat.inject(message=raw_message(mother, number, photo=photo, media_group_id="7"))
        await town.chat.wait_idle()
    shown = await mother.screen()
    assert "Проверьте данные" in shown.text
    assert {call["params"]["message_id"] for call in await town.chat.calls("deleteMessage")} == {901, 902}


async def test_photo_of_a_linked_policy_is_answered_like_its_number(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await consent(town.father)
    await send_photo(town.father, HERS)
    photographed = await choose(town.father, CHECK)
    await settle_in(town.stranger, MARIA)
    assert looks(photographed) == looks(await town.stranger.screen())
