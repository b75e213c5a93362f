"""Contacts: a phone is shared and not typed; both contacts are sealed, shown masked and removed by one press."""

from __future__ import annotations

import pytest

from bot.account.records import Contact
from bot.core.deeds import Deed
from dialogs.privacy.links import MyContacts
from tests.chat.actions import (
    MARIA,
    account_of,
    at_desk,
    book,
    choose,
    consent,
    contact_of,
    data_of,
    link,
    say,
    send,
    settle_in,
)
from tests.chat.town import Town

KEY = "Поделиться номером"
CONTACTS = MyContacts().pack()


def database_bytes(town: Town) -> bytes:
    return b"".join(path.read_bytes() for path in town.folder.glob("registratura.sqlite3*"))


@pytest.mark.requirement("A10", "A11", "C15", "D36")
async def test_phone_is_shared_by_one_key_and_removed_by_one_press(town: Town) -> None:
    mother = town.mother
    verified = await settle_in(mother, MARIA)
    asked = await choose(mother, "Оставить телефон")
    assert "под полем ввода" in asked.text
    assert await mother.reply_keyboard() == [[KEY], ["Не сейчас"]]
    await mother.press(KEY)
    shown = await mother.screen()
    assert "✅ Телефон: +7 916 •••-••-67" in shown.text
    assert await contact_of(town, mother) == Contact(phone="+79161234567")
    assert await mother.reply_keyboard() == []
    assert [message.id for message in await mother.messages() if message.bot] == [shown.id]
    assert b"9161234567" not in database_bytes(town)
    await mother.press_data(shown.id, data_of(verified, "Меню"))
    await say(mother, "/children")
    assert "Оставить телефон" not in (await choose(mother, "Мария")).labels
    await say(mother, "/data")
    emptied = await choose(mother, "Телефон и почта", "Убрать номер")
    assert "Телефон не указан" in emptied.text
    assert await contact_of(town, mother) == Contact()
    account = await account_of(town, mother)
    journal = await town.app.services.own_data.journal(account.id)
    assert [entry.deed for entry in journal.entries if "phone" in entry.deed] == [Deed.PHONE_REMOVED, Deed.PHONE_SHARED]


@pytest.mark.requirement("B35", "C27", "C35", "A10")
async def test_only_own_russian_mobile_number_is_accepted(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await send(mother, CONTACTS)
    await choose(mother, "Указать телефон")
    for phone, words in {
        "+375291234567": "не российский номер",
        "+77011234567": "номер Казахстана",
        "+74951234567": "городской",
        "+78001234567": "справочная линия",
    }.items():
        await mother.share_contact(phone=phone, user_id=mother.id)
        assert words in (await mother.screen()).text, phone
    for whose in (town.father.id, None):
        await mother.share_contact(phone="+79161234567", user_id=whose)
        assert "Это не ваш номер" in (await mother.screen()).text
    seen = await say(mother, "+7 916 123-45-67")
    assert "Набирать номер не нужно" in seen.text
    assert await mother.reply_keyboard() == [[KEY], ["Не сейчас"]]
    assert await contact_of(town, mother) == Contact()
    for spelt in ("89161234568", "79161234568", "9161234568"):
        await mother.share_contact(phone=spelt, user_id=mother.id)
        assert "•••-••-68" in (await mother.screen()).text
        assert (await contact_of(town, mother)).phone == "+79161234568"
    assert [message.text for message in await mother.messages() if message.mine] == ["/start"]


async def test_reply_keyboard_is_removed_however_the_prompt_is_left(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    for leave in ("Не сейчас", "Назад", "Меню"):
        await send(mother, CONTACTS)
        await choose(mother, "Указать телефон")
        await mother.press(leave)
        assert await mother.reply_keyboard() == [], leave
        assert "Кнопка — под полем ввода." not in [message.text for message in await mother.messages()]
    await send(mother, CONTACTS)
    prompt = await choose(mother, "Указать телефон")
    await town.restart()
    await mother.press_data(prompt.id, data_of(prompt, "Назад"))
    await mother.screen()
    assert await mother.reply_keyboard() == []


@pytest.mark.requirement("B36", "C35", "A10")
async def test_email_is_validated_by_form_and_deleted_from_the_chat(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await send(mother, CONTACTS)
    await choose(mother, "Указать почту")
    assert "один знак @" in (await say(mother, "anna.example.org")).text
    assert "пробел" in (await say(mother, "anna @example.org")).text
    seen = await say(mother, "Anna@Village.Example")
    assert "✅ Почта: A•••@village.example" in seen.text
    assert await contact_of(town, mother) == Contact(email="Anna@village.example")
    assert b"village.example" not in database_bytes(town)
    assert [message.text for message in await mother.messages() if message.mine] == ["/start"]
    assert "Почта не указана" in (await choose(mother, "Убрать почту")).text
    assert await contact_of(town, mother) == Contact()


async def test_phone_shared_without_a_prompt_is_stored_after_consent(town: Town) -> None:
    mother = town.mother
    await mother.start()
    await mother.share_contact()
    asked = await mother.screen()
    assert "Согласие 1 из 3" in asked.text
    assert await contact_of(town, mother) == Contact()
    await consent(mother)
    await mother.share_contact()
    assert "✅ Телефон" in (await mother.screen()).text
    assert not [message for message in await mother.messages() if "contact" in message.raw]


@pytest.mark.requirement("B1", "D37")
async def test_contacts_screen_shows_what_booking_needs(town: Town) -> None:
    """Booking works without phone and e-mail."""
    mother = town.mother
    await consent(mother)
    _answer, seen = await send(mother, CONTACTS)
    assert "не хватает одного: подтверждённого полиса" in seen.text
    await say(mother, "/menu")
    await link(mother, MARIA)
    _answer, seen = await send(mother, CONTACTS)
    assert "✅ К записи всё готово: согласия даны, полис подтверждён." in seen.text
    assert "записан" in (await book(mother)).text
    await mother.share_contact()
    assert "согласия даны, телефон указан, полис подтверждён" in (await mother.screen()).text


async def test_desk_sees_the_phone_of_the_account_that_booked(town: Town) -> None:
    mother, registrar = town.mother, town.registrar
    await settle_in(mother, MARIA)
    await book(mother)
    await at_desk(town)
    assert "Телефон" not in (await choose(registrar, "Мария И.")).text
    await mother.share_contact()
    await at_desk(town)
    await choose(registrar, "Мария И.", "Показать")
    assert "Телефон представителя: +7 916 123-45-67" in (await registrar.messages())[-1].text
