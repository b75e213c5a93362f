"""Every message, press and error gets a useful answer."""

from __future__ import annotations

import re

import pytest

from tests.chat.actions import (
    ARTYOM,
    MARIA,
    MENU,
    TIME,
    book,
    choose,
    consent,
    data_of,
    name_and_check,
    new_messages,
    repeat,
    say,
    send,
    settle_in,
    to_name,
)
from tests.chat.raw_updates import raw_message
from tests.chat.town import STRANGER, Town


@pytest.mark.requirement("A16")
@pytest.mark.parametrize(
    "typed", ["/start", "/START@registratura_bot", "/start ref_42", "/Start АБВ", f"/start {'a' * 64}"]
)
async def test_start_with_any_payload_opens_the_menu(town: Town, typed: str) -> None:
    await settle_in(town.mother, MARIA)
    assert (await say(town.mother, typed)).button(MENU)


@pytest.mark.requirement("A16")
async def test_start_opens_the_menu_from_the_middle_of_anything(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await say(mother, "/book")
    await choose(mother, "Педиатр")
    assert (await say(mother, "/start")).button(MENU)
    await choose(mother, MENU, "Добавить ребёнка")
    assert (await say(mother, "/start")).button(MENU)


async def test_commands_and_description_are_set_in_both_languages(town: Town) -> None:
    await town.running.aclose()  # ends the background work of the start
    calls = await town.chat.calls("setMyCommands") + await town.chat.calls("setMyDescription")
    # A call that a busy machine has cut is made again.
    made = {(call["method"], call["params"].get("language_code", "ru")) for call in calls}
    assert len(made) == 4
    assert {"ru", "en"} == {language for _method, language in made}


# --- what is not understood -------------------------------------------------------------------------------------------


async def test_each_kind_of_content_gets_a_useful_reply(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await mother.send_sticker()
    await mother.send_voice()
    await mother.share_location(55.7, 37.6)
    await mother.share_contact()
    await mother.send_document(b"%PDF-1.4", name="полис.pdf", mime="application/pdf")
    replies = " ".join(message.text for message in await mother.messages() if message.bot)
    for words in ("Спасибо", "олосовые", "еопозиция", "✅ Телефон", "айл"):
        assert words in replies


async def test_edited_message_is_answered_but_not_read(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    sent = await mother.say("/menu")
    await mother.screen()
    await mother.edit(sent, "/book")
    assert "Исправленные сообщения" in (await mother.screen()).text
    await mother.edit(sent, ARTYOM.policy_number)
    assert not any(ARTYOM.policy_number in message.text for message in await mother.messages())


async def test_what_is_no_message_gets_no_answer(town: Town) -> None:
    """A live location is edited every few seconds; that something was pinned is Telegram's own message."""
    mother = town.mother
    await settle_in(mother, MARIA)
    before = await mother.messages()
    place = {"latitude": 55.7, "longitude": 37.6, "live_period": 900}
    await town.chat.inject(edited_message=raw_message(mother, 901, location=place, edit_date=1))
    await town.chat.inject(
        message=raw_message(mother, 902, message_auto_delete_timer_changed={"message_auto_delete_time": 1})
    )
    assert await new_messages(mother, before) == []


async def test_unknown_command_names_the_menu(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    before = await mother.messages()
    await mother.say("/pay")
    assert "/menu" in (await new_messages(mother, before))[0].text


async def test_unexpected_text_gets_the_menu_and_103(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await say(mother, "/menu")
    before = await mother.messages()
    await mother.say("у ребёнка температура 39")
    line, menu = await new_messages(mother, before)
    assert "103" in line.text
    assert menu.button(MENU)


async def test_unknown_button_shows_the_menu(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    for data in ("zz:1:2", "bd", "bd:x:y:z", "🙂"):
        answer, screen = await send(mother, data)
        assert answer.alert is not None
        assert "от старого сообщения" in answer.alert
        assert screen.button(MENU)


async def test_button_of_a_deleted_message_is_answered(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    menu = await say(mother, "/menu")
    await mother.delete(menu.id)
    answer = await repeat(mother, menu, "Помощь")
    assert answer.answered
    assert "Помощь" in (await mother.screen()).text


async def test_button_of_a_message_without_an_id_opens_a_new_message(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    pressed = await mother.press_data(0, data_of(await say(mother, "/menu"), "Помощь"))
    assert pressed.answered
    assert "103" in (await mother.screen()).text


async def test_help_names_emergency_and_support_contacts(town: Town) -> None:
    shown = await say(town.mother, "/help")
    for fact in ("103", "112", "122", "+7 900 000-00-00", "help@example.org", "Оператор"):
        assert fact in shown.text


# --- stopping and going back ------------------------------------------------------------------------------------------


@pytest.mark.requirement("D11")
async def test_cancel_closes_the_prompt_and_keeps_the_draft(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await to_name(mother, MARIA)
    before = await mother.messages()
    await mother.say("/cancel")
    line, menu = await new_messages(mother, before)
    assert "сохран" in line.text
    assert menu.button("Дописать")


async def test_cancel_without_a_prompt_says_so(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await say(town.mother, "/menu")
    before = await town.mother.messages()
    await town.mother.say("/cancel")
    assert "нечего" in (await new_messages(town.mother, before))[0].text


async def test_command_closes_an_open_prompt(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await choose(mother, "Добавить")
    assert "Записей к врачу нет" in (await say(mother, "/visits")).text
    await say(mother, "7788 4897")
    assert "16 цифр" not in (await mother.screen()).text


async def test_unexpected_policy_number_is_read_and_deleted(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    assert "мальчика" in (await say(mother, ARTYOM.policy_number)).text
    assert not any(ARTYOM.policy_number in message.text for message in await mother.messages())


async def test_number_typed_before_consent_is_deleted(town: Town) -> None:
    await town.mother.start()
    await say(town.mother, "112-233-445 95")
    messages = await town.mother.messages()
    assert not any("112-233" in message.text for message in messages)
    assert any("ваше сообщение я удалил" in message.text for message in messages)


# --- languages --------------------------------------------------------------------------------------------------------


async def test_english_account_gets_english_from_start_to_reminder(town: Town) -> None:
    guest = town.chat.person(2001, first_name="Kate", language_code="en")
    await guest.start()
    await choose(guest, "Read", "I agree", "I agree", "I agree")
    await say(guest, MARIA.policy_number)
    await choose(guest, "Yes")
    await say(guest, MARIA.name.full)
    assert "Мария И." in (await choose(guest, "Check the policy")).text
    await choose(guest, "Book a doctor", "Детская № 12", "Pediatrician", "Петрова", "Thu 26", TIME)
    booked = await choose(guest, "Book")
    assert "is booked" in booked.text
    assert "pediatrician (педиатр) Петрова" in booked.text, "the word to say at the clinic"
    assert "Thu" in booked.text
    assert re.search("[А-я]{3}", booked.text.replace("Мария", "")) is not None  # names stay as they are
    await town.pass_time(days=2, hours=6)
    assert "Reminder" in (await guest.screen()).text


async def test_chosen_language_survives_a_restart(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await say(mother, "/language")
    menu = await choose(mother, "English")
    assert menu.button("Book a doctor")
    await town.restart()
    assert (await say(mother, "/menu")).button("Book a doctor")
    await say(mother, "/language")
    assert (await choose(mother, "Русский")).button("Записаться к врачу")


# --- blocks -----------------------------------------------------------------------------------------------------------


async def test_account_that_unblocks_the_bot_keeps_its_cards(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await mother.block()
    await town.chat.wait_idle()
    await mother.start()
    assert "Мария И." in (await mother.screen()).text


# --- when something breaks --------------------------------------------------------------------------------------------


@pytest.mark.requirement("D11")
async def test_unexpected_error_shows_a_number_and_keeps_the_draft(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await to_name(mother, MARIA)
    await town.chat.fault("500", method="editMessageText", chat=mother.id, times=None)
    before = await mother.messages()
    await mother.say("Иванова Мария")
    [apology] = await new_messages(mother, before)
    await town.chat.clear_faults()
    assert re.search(r"номер [0-9a-f]{8}", apology.text)
    menu = await say(mother, "/start")
    assert menu.button("Дописать")
    await choose(mother, "Дописать")
    assert "Полис проверен" in (await name_and_check(mother, MARIA.name.full)).text


async def test_error_of_a_press_is_an_alert_with_a_number(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await say(mother, "/menu")
    await town.chat.fault("500", method="editMessageText", chat=mother.id, times=None)
    broken = await mother.press("Помощь")
    assert broken.alert is not None
    assert re.search(r"номер [0-9a-f]{8}", broken.alert)


async def test_redelivered_update_has_one_effect(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    last = (await town.chat.updates())[-1]["update_id"]
    await town.chat.repeat_update(last)
    await town.chat.wait_idle()
    assert "записан" in (await mother.screen()).text


async def test_text_before_start_is_answered_with_the_greeting(town: Town) -> None:
    await town.stranger.say("добрый день")
    shown = await town.stranger.screen()
    assert "Здравствуйте" in shown.text
    assert town.stranger.id == STRANGER
