"""Arrival: the ticket of a visit, who is shown what by it, «Пришёл», the end of the day, and «Мы были»."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from zxingcpp import read_barcodes

from bot.core.people import Role
from bot.glossary import ClinicId
from dialogs.staff.day_links import SetBenefit
from tests.barcodes import jpeg, on_paper, qr, seen
from tests.chat.actions import (
    ARTYOM,
    DOCTOR_ILL,
    FRIDAY,
    MARIA,
    PETROVA,
    THURSDAY,
    at_desk,
    book,
    choose,
    moscow,
    new_messages,
    pass_until,
    ref_of,
    review,
    say,
    send,
    settle_in,
)
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.town import Town
from tests.desk_code import CODE, set_code

SHOW = "Покажите этот код в регистратуре поликлиники."
START = re.compile(r"^https://t\.me/\w+\?start=(visit_[\w-]{30})$")
OTHER_CLERK, HEAD, ADMIN, DISMISSED = 1005, 1006, 1007, 1008


async def ticket_of(town: Town, person: Person) -> tuple[str, bytes]:
    """Press «Талон с QR» and return the text of the code with the picture."""
    await choose(person, "Талон с QR")
    photo = [each for each in await person.messages() if each.raw.get("photo")][-1]
    stored = town.emulator.files.get(photo.raw["photo"]["file_id"])
    assert stored is not None
    [code] = read_barcodes(Image.open(BytesIO(stored.data)))
    return code.text, stored.data


def start_of(link: str) -> str:
    found = START.match(link)
    assert found, link
    return found[1]


async def opened(person: Person, payload: str) -> ChatMessage:
    await person.start(payload)
    return await behind_code(person)


async def behind_code(person: Person) -> ChatMessage:
    shown = await person.screen()
    return await say(person, CODE) if "код доступа" in shown.text else shown


async def at_desk_again(person: Person, typed: str) -> ChatMessage:
    """Type at the desk a night later: the code is asked for first."""
    await say(person, typed)
    return await behind_code(person)


async def booked_ticket(town: Town) -> str:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    link, _picture = await ticket_of(town, town.mother)
    return start_of(link)


async def appoint(town: Town, telegram_id: int, role: Role, clinic: int = 1) -> Person:
    await town.app.services.accounts.appoint(telegram_id, role, ClinicId(clinic))
    await set_code(town.app.services, telegram_id)
    return town.chat.person(telegram_id)


@pytest.mark.requirement("B41")
async def test_ticket_opens_the_visit_to_its_parent_and_its_clinics_desk(town: Town) -> None:
    """All roles: parent, clerk, head, admin, another clinic's clerk, one that was dismissed, a stranger."""
    ticket = await booked_ticket(town)
    assert "Мария И." in (await opened(town.mother, ticket)).text
    clerks = town.registrar, await appoint(town, HEAD, Role.HEAD)
    for clerk in clerks:
        shown = await opened(clerk, ticket)
        assert "Приём не сегодня: чт 26 ноября, 08:00." in shown.text
        assert "Мария И., 2018" in shown.text
        assert not shown.button("Пришёл")
    dismissed = await appoint(town, DISMISSED, Role.REGISTRAR)
    await town.app.services.members.dismiss(DISMISSED)
    other = await appoint(town, OTHER_CLERK, Role.REGISTRAR, clinic=2)
    shown = await opened(other, ticket)
    assert "Этот приём в другой поликлинике." in shown.text
    assert "Мария" not in shown.text
    admin = await appoint(town, ADMIN, Role.ADMIN)
    await settle_in(town.stranger, ARTYOM)
    for person in (admin, dismissed, town.stranger):
        told = [(await opened(person, each)) for each in (ticket, "visit_" + "A" * 30, "visit_", f"{ticket[:-1]}_")]
        assert {(each.text, *each.labels) for each in told} == {(SHOW, *told[0].labels)}
    assert "Этот код не из бота." in (await opened(town.registrar, "visit_" + "A" * 30)).text


@pytest.mark.requirement("B41")
async def test_desk_checks_in_by_the_photo_of_a_ticket_and_may_undo_it(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    link, picture = await ticket_of(town, town.mother)
    await pass_until(town, moscow(26, 7, 50))
    known = await town.mother.messages()
    await at_desk(town)
    await town.registrar.send_photo(jpeg(seen(on_paper(Image.open(BytesIO(picture)).convert("L")), 11, 1.2, 0.2)))
    assert (await town.registrar.screen()).button("Пришёл")
    done = await town.registrar.press("Пришёл")
    assert done.alert == "Отмечено: пациент пришёл."
    shown = await town.registrar.screen()
    assert "✅ Пришёл в 07:50." in shown.text
    assert not shown.button("Пришёл")
    assert "В регистратуре отметили, что вы пришли." in (await opened(town.mother, start_of(link))).text
    await choose(town.registrar, "Отменить действие")
    assert (await town.registrar.screen()).button("Пришёл")
    await town.registrar.press("Пришёл")
    await town.pass_time(minutes=2)
    late = await town.registrar.press("Отменить действие")
    assert late.alert is not None
    assert "✅ Пришёл в 07:50." in (await opened(town.registrar, start_of(link))).text
    told = [each.text for each in await new_messages(town.mother, known)]
    assert not [each for each in told if "Поликлиника" in each], "the parent stands at the desk"


@pytest.mark.requirement("B41")
async def test_wrong_photos_are_answered_plainly_at_the_desk(town: Town) -> None:
    ticket = await booked_ticket(town)
    await say(town.mother, "/visits")
    await at_desk(town, "23 ноября")
    answers = {
        "На фото не видно QR-кода.": Image.new("L", (600, 600), 255),
        "Этот код не из бота.": on_paper(qr("https://example.org/")),
        "Этот код не из бота. ": on_paper(qr(f"https://t.me/x?start={ticket[:-2]}Aw")),
    }
    for said, sheet in answers.items():
        await town.registrar.send_photo(jpeg(sheet))
        assert said.strip() in (await town.registrar.screen()).text, said
        await at_desk(town, "23 ноября")
    other = await set_up_other_ticket(town)
    await town.registrar.send_photo(
        jpeg(on_paper(qr(f"https://t.me/x?start={ticket}"), qr(f"https://t.me/x?start={other}")))
    )
    assert "На фото несколько кодов." in (await town.registrar.screen()).text
    await town.registrar.send_document(b"\xff\xd8\xff broken", name="талон.jpg", mime="image/jpeg")
    assert "Это фото не открывается." in (await town.registrar.screen()).text


async def set_up_other_ticket(town: Town) -> str:
    await settle_in(town.father, ARTYOM)
    await book(town.father, "Педиатр", PETROVA, FRIDAY)
    return start_of((await ticket_of(town, town.father))[0])


@pytest.mark.requirement("B41")
async def test_cancelled_and_moved_visits_are_named_so_by_their_ticket(town: Town) -> None:
    ticket = await booked_ticket(town)
    await at_desk(town)
    await choose(town.registrar, "08:00 · Мария И.", "Отменить приём", DOCTOR_ILL, "Да, отменить")
    shown = await opened(town.registrar, ticket)
    assert "Поликлиника отменила этот приём: врач заболел." in shown.text
    assert not shown.button("Пришёл")


async def test_day_end_settles_who_came_and_marks_nobody_unless_wished(town: Town) -> None:
    ref = ref_of(await start_day(town))
    await choose(town.registrar, "08:00 · Мария И.", "Пришёл")
    await pass_until(town, moscow(27, 0, 30))
    assert "✅ Приём состоялся." in (await at_desk_again(town.registrar, ref)).text
    assert await statuses(town) == {"BOOKED", "FULFILLED"}
    others = await at_desk_back(town)
    assert "Не отмечено" in (await choose(town.registrar, re.compile(r"^\d\d:\d\d · (?!Мария)"))).text, others


async def at_desk_back(town: Town) -> ChatMessage:
    await at_desk_again(town.registrar, "/day")
    return await choose(town.registrar, re.compile(r"^‹ \w\w \d\d\.\d\d$"))


async def start_day(town: Town) -> ChatMessage:
    """Book Maria and open the desk's list on the morning of her visit."""
    await settle_in(town.mother, MARIA)
    shown = await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await pass_until(town, moscow(26, 7, 50))
    await at_desk(town)
    return shown


async def statuses(town: Town) -> set[str]:
    rows = await town.app.store.database.read(
        lambda connection: connection.fetch(
            "SELECT DISTINCT status FROM registry_visits WHERE clinic_id = 1 AND local_day = '2026-11-26'", {}
        )
    )
    return {row["status"] for row in rows}


async def test_registrar_notes_no_benefit_of_an_own_child(town: Town) -> None:
    """Who acts for a child would put it before others: a colleague looks at the papers."""
    await start_day(town)
    number = await number_of_visit(town)
    mother = await appoint(town, town.mother.id, Role.REGISTRAR)
    await say(mother, "/desk")
    await behind_code(mother)
    answer, _shown = await send(mother, SetBenefit(number=number, on=True).pack())
    assert "решает коллега" in str(answer.alert)
    answer, _shown = await send(town.registrar, SetBenefit(number=number, on=True).pack())
    assert "решает коллега" not in str(answer.alert)


async def number_of_visit(town: Town) -> int:
    rows = await town.app.store.database.read(
        lambda connection: connection.fetch("SELECT max(id) AS newest FROM registry_bookings WHERE key NOT NULL", {})
    )
    return int(rows[0]["newest"])


@pytest.mark.requirement("B41")
async def test_parent_of_a_missed_visit_says_we_were_there_and_is_answered(town: Town) -> None:
    """Nothing is blocked meanwhile, the desk answers once, and what it answers is told."""
    await town.app.store.database.write(
        lambda connection: connection.execute(
            "UPDATE registry_clinics SET details = '{\"marks_no_show\": true}' WHERE id = 1", {}
        )
    )
    await start_day(town)
    await pass_until(town, moscow(27, 9))
    assert await statuses(town) == {"NO_SHOW"}
    said = await choose(town.mother, "Мы были")
    assert "Регистратура пока не ответила." in said.text
    assert not said.button("Мы были")
    await at_desk_again(town.registrar, "/queue")
    asked = await choose(town.registrar, "«Мы были» · 1", re.compile(r"^чт 26\.11 08:00"))
    assert "Родитель говорит, что на приёме были." in asked.text
    await book(town.mother, "Педиатр", PETROVA, re.compile(r"^\w\w \d\d\.\d\d \(\d+\)$"))
    known = await town.mother.messages()
    refused = await choose(town.registrar, "Нет, не пришли")
    assert "Регистратура ответила: отметка остаётся." in refused.text
    await town.work()
    assert "Регистратура ответила: на приём не пришли" in (await new_messages(town.mother, known))[-1].text
    known = await town.mother.messages()
    assert "✅ Приём состоялся." in (await choose(town.registrar, "Всё-таки пришли")).text
    await town.work()
    assert "отметила, что приём состоялся" in (await new_messages(town.mother, known))[-1].text


@pytest.mark.requirement("C48")
async def test_clinics_rule_for_who_is_late_is_said_and_the_bot_cancels_nothing(town: Town) -> None:
    """The parent reads it before booking; the desk sees how late the patient is, and may check in all the same."""
    await town.app.store.database.write(
        lambda connection: connection.execute(
            "UPDATE registry_clinics SET details = '{\"late_after\": 15}' WHERE id = 1", {}
        )
    )
    await town.app.services.directory.refresh()
    await settle_in(town.mother, MARIA)
    asked = await review(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    assert "Если опоздать больше чем на 15 минут" in asked.text
    await choose(town.mother, "Записаться")
    await pass_until(town, moscow(26, 8, 15))
    await at_desk(town)
    seen = await choose(town.registrar, "08:00 · Мария И.")
    assert "Опоздание" not in seen.text
    await pass_until(town, moscow(26, 8, 41))
    await at_desk(town)
    seen = await choose(town.registrar, "08:00 · Мария И.")
    assert "⚠️ Опоздание: 41 минута." in seen.text.replace("\u00a0", " ")
    assert await statuses(town) == {"BOOKED"}
    done = await town.registrar.press("Пришёл")
    assert done.alert == "Отмечено: пациент пришёл."
    assert await statuses(town) == {"BOOKED", "CHECKED_IN"}


@pytest.mark.requirement("B41")
async def test_ten_kinds_of_wrong_tickets_are_named_and_check_nobody_in(town: Town) -> None:
    """Each is opened by the desk and by a stranger, to whom all of them say the same."""
    ticket = await booked_ticket(town)
    letter = "B" if ticket[12] != "B" else "C"
    forged = ("visit_", "visit_AAAA", "visit_" + "A" * 30, "visit_" + "A" * 58, f"{ticket[:12]}{letter}{ticket[13:]}")
    await settle_in(town.stranger, ARTYOM)
    other = await appoint(town, OTHER_CLERK, Role.REGISTRAR, clinic=2)
    for payload in forged:
        await is_wrong(town, payload, "Этот код не из бота.")
    assert "Этот приём в другой поликлинике." in (await opened(other, ticket)).text
    await is_wrong(town, ticket, "Приём не сегодня: чт 26 ноября, 08:00.")
    await pass_until(town, moscow(26, 7, 50))
    assert (await opened(town.registrar, ticket)).button("Пришёл")
    await choose(town.registrar, "Пришёл")
    await is_wrong(town, ticket, "✅ Пришёл в 07:50.")
    await choose(town.registrar, "Отменить действие")
    await pass_until(town, moscow(27, 9))
    await is_wrong(town, ticket, "Не отмечено")
    await book(town.mother, "Педиатр", PETROVA, re.compile("^пн 30"))
    off = start_of((await ticket_of(town, town.mother))[0])
    await choose(town.mother, "Отменить", "Да, отменить")
    await is_wrong(town, off, "Этот приём отменён.")
    await town.app.store.database.write(
        lambda connection: connection.execute(
            "UPDATE appointments SET booking = '99999' WHERE status = 'CANCELLED'", {}
        )
    )
    await is_wrong(town, off, "В системе поликлиники этой записи уже нет.")


async def is_wrong(town: Town, payload: str, said: str) -> None:
    shown = await opened(town.registrar, payload)
    assert said in shown.text.replace("\u00a0", " "), payload
    assert not shown.button("Пришёл"), payload
    assert (await opened(town.stranger, payload)).text == SHOW
