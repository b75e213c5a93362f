"""The telephone that a parent has given the bot: a desk sees it while that parent's consents are in force."""

from __future__ import annotations

import re

import pytest

from storage.registry.seed.examples import Example
from tests.chat.actions import ARTYOM, MARIA, PETROVA, THURSDAY, account_of, at_desk, book, choose, settle_in, take_back
from tests.chat.sent_files import file_of, text_of
from tests.chat.staff.test_closing import to_day
from tests.chat.staff.test_reading import VISIT
from tests.chat.staff.test_showing import passing
from tests.chat.town import Town

PHONE, SPOKEN = "+79160000101", "+7 916 000-01-01"
CONSENTS = ("данные ребёнка", "ваши данные")


async def booked_with_phone(town: Town, at: str = "08:00", child: Example = MARIA) -> None:
    """Book a visit for a mother who has given the bot a telephone that the clinic does not have."""
    await settle_in(town.mother, child)
    account = await account_of(town, town.mother)
    await town.app.store.storage.write(lambda uow: uow.contacts.set_phone(account.id, PHONE))
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, at)


def digits_of(shown: str) -> str:
    return re.sub(r"\D", "", shown)


async def shown_of_visit(town: Town) -> str:
    await at_desk(town)
    await choose(town.registrar, VISIT)
    await town.registrar.press("Показать")
    [text] = await passing(town.registrar)
    return text


async def printed_calls(town: Town) -> str:
    """Return the printed list of those whom the bot does not reach when the doctor is late."""
    await town.pass_time(days=2, hours=20)
    await to_day(town)
    await choose(town.registrar, "Врач задерживается", "20 мин", "Кому позвонить", "Список для печати")
    [printed] = [each for each in await town.registrar.messages() if "document" in each.raw]
    return text_of(file_of(town, printed))


async def test_desk_sees_the_telephone_of_who_booked(town: Town) -> None:
    await booked_with_phone(town)
    assert SPOKEN in await shown_of_visit(town)


@pytest.mark.parametrize("consent", CONSENTS)
async def test_desk_sees_no_telephone_once_a_consent_is_taken_back(town: Town, consent: str) -> None:
    await booked_with_phone(town)
    await take_back(town.mother, consent)
    shown = await shown_of_visit(town)
    assert SPOKEN not in shown


async def test_list_to_telephone_has_the_number_of_who_blocked_the_bot(town: Town) -> None:
    await booked_with_phone(town, "10:45", ARTYOM)
    await town.mother.block()
    assert PHONE[1:] in digits_of(await printed_calls(town))


@pytest.mark.parametrize("consent", CONSENTS)
async def test_list_to_telephone_has_no_number_without_consents(town: Town, consent: str) -> None:
    await booked_with_phone(town, "10:45", ARTYOM)
    await take_back(town.mother, consent)
    paper = await printed_calls(town)
    assert "10:45" in paper
    assert PHONE[1:] not in digits_of(paper)
