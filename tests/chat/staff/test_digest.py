"""The morning digest: once a day, to whoever sees the visits, without names, until noon."""

from __future__ import annotations

import re

from bot.core.clinic import Level
from bot.core.people import Role
from bot.glossary import ClinicId
from tests.chat.actions import MARIA, STAFF_CODE, choose, moscow, new_messages, pass_until, say, settle_in
from tests.chat.applications.steps import mother_applies
from tests.chat.message import ChatMessage
from tests.chat.patients.test_levels import demand, to_booking
from tests.chat.person import Person
from tests.chat.town import Town
from tests.desk_code import set_code


async def digests(person: Person, before: list[ChatMessage]) -> list[ChatMessage]:
    return [each for each in await new_messages(person, before) if "в меню регистратуры" in each.text]


async def test_digest_comes_once_in_the_morning_without_names(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await demand(town, Level.PAPERS)
    await to_booking(town.mother)
    await say(town.registrar, "/start")
    before = await town.registrar.messages()
    await pass_until(town, moscow(24, 7, 29))
    assert await digests(town.registrar, before) == []
    await pass_until(town, moscow(24, 7, 30))
    [seen] = await digests(town.registrar, before)
    assert "Детская № 12" in seen.text
    assert "24 ноября" in seen.text
    assert "Вопросов в очереди: 1" in seen.text
    assert re.search(r"\d+ приём(а|ов)?: с 0\d:\d\d до 1\d:\d\d", seen.text)
    assert "Мария" not in seen.text
    await town.restart()
    await pass_until(town, moscow(24, 8, 30))
    assert len(await digests(town.registrar, before)) == 1
    await town.registrar.press("Записи на день")


async def test_digest_counts_the_applications_that_wait(town: Town) -> None:
    await mother_applies(town)
    await say(town.registrar, "/start")
    before = await town.registrar.messages()
    await pass_until(town, moscow(24, 7, 30))
    [seen] = await digests(town.registrar, before)
    assert "Вопросов в очереди нет" in seen.text
    assert "Заявлений ждёт решения: 1" in seen.text
    assert "Мария" not in seen.text
    await choose(town.registrar, "Заявления")
    assert "Ждёт 1 заявление" in (await say(town.registrar, STAFF_CODE)).text


async def test_digest_is_not_told_after_noon_or_on_a_closed_day(town: Town) -> None:
    await say(town.registrar, "/start")
    before = await town.registrar.messages()
    await pass_until(town, moscow(24, 12, 1))
    await pass_until(town, moscow(29, 8))  # a Sunday
    assert await digests(town.registrar, before) == []


async def test_member_switches_the_digest_off_for_themselves(town: Town) -> None:
    await town.app.services.accounts.appoint(2001, Role.HEAD, ClinicId(1))
    await set_code(town.app.services, 2001)
    head = town.chat.person(2001)
    for person in (head, town.registrar):
        await say(person, "/start")
    await say(town.registrar, "/desk")
    await choose(town.registrar, "Не присылать сводку")
    assert "Присылать сводку утром" in (await town.registrar.screen()).labels
    seen = [await person.messages() for person in (head, town.registrar)]
    await pass_until(town, moscow(24, 8))
    assert len(await digests(head, seen[0])) == 1
    assert await digests(town.registrar, seen[1]) == []


async def test_dismissed_member_and_admin_get_no_digest(town: Town) -> None:
    await town.app.services.accounts.appoint(2001, Role.ADMIN, ClinicId(1))
    await set_code(town.app.services, 2001)
    admin = town.chat.person(2001)
    for person in (admin, town.registrar):
        await say(person, "/start")
    seen = [await person.messages() for person in (admin, town.registrar)]
    await town.app.services.members.dismiss(town.registrar.id)
    await pass_until(town, moscow(24, 8))
    assert await digests(admin, seen[0]) == []
    assert await digests(town.registrar, seen[1]) == []


async def test_member_who_never_started_the_bot_is_not_written_to(town: Town) -> None:
    """Telegram refuses commands and messages until a person starts the bot; the digest comes after that."""
    await say(town.registrar, "/start")
    refused = len(await town.chat.refusals())
    await town.app.services.accounts.appoint(2001, Role.HEAD, ClinicId(1))
    await pass_until(town, moscow(24, 8))
    assert len(await town.chat.refusals()) == refused
    head = town.chat.person(2001)
    await say(head, "/start")
    await set_code(town.app.services, 2001)
    before = await head.messages()
    await pass_until(town, moscow(25, 8))
    assert len(await digests(head, before)) == 1
