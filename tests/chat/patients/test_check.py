"""The check of a policy: its states, corrections after a refusal, and the pause that stops guessing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from bot.clinics.port import PolicyClaim, PolicyStatus
from bot.core import limits
from bot.core.patient import VerificationStatus
from bot.core.people import Sex
from bot.patients.rules.policy_number import make_policy_number
from storage.database.sqlite_connection import SqliteConnection
from storage.unit import UnitOfWork
from tests.builders import MONDAY, claim_of
from tests.chat.actions import (
    ALINA,
    CHECK,
    EGOR,
    EVA,
    MARIA,
    NIKITA,
    SOFIA,
    account_of,
    children_of,
    choose,
    consent,
    link,
    looks,
    moscow,
    name_and_check,
    new_messages,
    pass_until,
    ref_of,
    say,
    settle_in,
    take_back,
    to_name,
)
from tests.chat.insured_children import DemoPerson, insure
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.policy_register import change_in_register, delayed_checks, recorded_checks, register_down
from tests.chat.town import Town
from tests.chat.wait import wait_until
from tests.time_limits import BUSY

NOBODY = "Петрова Анна Сергеевна"
AGAIN, MEND, LETTER = "Проверить ещё раз", "Исправить имя", "Письмо в страховую"


async def guess(person: Person, times: int) -> ChatMessage:
    """Type wrong names for the policy of the newest card; return the last screen."""
    seen = await person.screen()
    for _each in range(times):
        await choose(person, MEND)
        seen = await name_and_check(person, other_name(seen))
    return seen


def other_name(seen: ChatMessage) -> str:
    """Return a wrong name that the card does not have: an unchanged one would not be asked about again at once."""
    return "Петрова Анна Львовна" if NOBODY in seen.text else NOBODY


# --- guessing ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("C20", "C36", "E47")
async def test_five_refusals_pause_checks_until_the_time_shown(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """No typed answer is lost meanwhile."""
    mother = town.mother
    await consent(mother)
    await to_name(mother, MARIA)
    await name_and_check(mother, NOBODY)
    await town.pass_time(minutes=20)
    assert "следующая попытка" not in (await guess(mother, 3)).text
    fifth = await guess(mother, 1)
    assert "не сошлись с реестром" in fifth.text
    assert "Следующая попытка — в 13:00" in fifth.text
    with recorded_checks(monkeypatch) as asked:
        await choose(mother, MEND)
        await say(mother, other_name(fifth))
        refused = str((await mother.press(CHECK)).alert)
        for words in ("не сошлись пять раз за час", "в 13:00", "/help"):  # the first refusal was at noon
            assert words in refused
        await town.pass_time(seconds=10)
        pressed = await mother.press(AGAIN)
        assert "в 13:00" in (pressed.alert or "")
        await town.work()
        assert asked == []
        await pass_until(town, moscow(23, 13))
        await choose(mother, MEND)
        assert "Полис проверен" in (await name_and_check(mother, MARIA.name.full)).text
        assert len(asked) == 1


@pytest.mark.requirement("C20", "E47")
async def test_correction_during_the_pause_waits_on_its_card(town: Town) -> None:
    """One press checks it after the pause."""
    mother = town.mother
    await consent(mother)
    await to_name(mother, MARIA)
    await name_and_check(mother, NOBODY)
    await guess(mother, 4)
    await choose(mother, MEND)
    await say(mother, MARIA.name.full)
    await say(mother, "/children")
    card = await choose(mother, "Мария")
    assert "Правка записана, но с реестром ещё не сверена" in card.text
    assert "Следующая попытка — в 13:00" in card.text
    assert "не сошлись с реестром" not in card.text  # that was said of another name
    assert {AGAIN, MEND, "Исправить номер", "Убрать карточку", "Помощь", "Назад", "Меню"} <= set(card.labels)
    assert "в 13:00" in ((await mother.press(AGAIN)).alert or "")
    await pass_until(town, moscow(23, 13))
    await say(mother, "/children")
    assert "Нажмите «Проверить ещё раз»" in (await choose(mother, "Мария")).text
    assert "Полис проверен" in (await choose(mother, AGAIN)).text


@pytest.mark.requirement("C20")
async def test_a_number_typed_during_the_pause_waits_in_the_same_way(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await to_name(mother, SOFIA)
    await name_and_check(mother, NOBODY)
    await guess(mother, 4)
    await choose(mother, "Исправить номер")
    await say(mother, make_policy_number("77", SOFIA.birth_date, SOFIA.sex, 777))
    await say(mother, "/children")
    assert "Правка записана" in (await choose(mother, "Анна")).text


@pytest.mark.requirement("C20", "E12")
async def test_wrong_name_and_unknown_number_cannot_be_told_apart(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have the same screens and buttons, the same number of statements and of queries to the register."""
    await settle_in(town.mother, MARIA)
    traces = []
    for person, child in ((town.father, MARIA), (town.stranger, SOFIA)):
        await consent(person)
        await to_name(person, child)
        await say(person, NOBODY)
        with recorded_checks(monkeypatch) as asked, statements(monkeypatch) as ran:
            seen = await choose(person, CHECK)
            await town.settled()
        text, labels = looks(seen)
        traces.append((text.replace(child.policy_number[-4:], "…"), labels, len(asked), ran))
    assert traces[0] == traces[1]
    assert "Мария" not in traces[0][0]


@contextmanager
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Record every statement of the bot's database, in order."""
    ran: list[str] = []
    run = SqliteConnection._statement

    def noted(connection: SqliteConnection, how: Callable[[str, Any], Any], sql: str, values: Any) -> Any:
        ran.append(sql)
        return run(connection, how, sql, values)

    with monkeypatch.context() as watched:
        watched.setattr(SqliteConnection, "_statement", noted)
        yield ran


# --- a register that is silent ----------------------------------------------------------------------------------------


@pytest.mark.requirement("E41", "E38")
async def test_late_check_notifies_once_and_continues(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    mother = town.mother
    await consent(mother)
    with register_down(monkeypatch) as asked:
        waiting = await link(mother, MARIA)
        assert "Жду ответа с 12:00" in waiting.text
        before = await mother.messages()
        for _each in range(4):
            await town.pass_time(minutes=7)
        assert await new_messages(mother, before) == []
        tried = len(asked)
        await town.pass_time(minutes=2)
        [news] = await new_messages(mother, before)
        assert "уже полчаса" in news.text
        assert "0014" in news.text
        assert "Поддержка: +7" in news.text
        assert len(asked) > tried
        assert "больше получаса" in (await choose(mother, "Узнать")).text
        await town.pass_time(hours=3)
        assert len(await new_messages(mother, before)) == 2, "the news, and below it the card that was opened"
    before = await mother.messages()
    await town.pass_time(minutes=15)
    [news] = await new_messages(mother, before)
    assert "Полис проверен" in news.text


@pytest.mark.requirement("B48", "E9", "D30", "B46")
async def test_confirmed_policy_stays_confirmed_while_register_is_silent(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can be checked at any time."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await town.pass_time(hours=3)
    await say(mother, "/children")
    await choose(mother, "Мария")
    with register_down(monkeypatch):
        answer = await choose(mother, "Проверить полис")
        assert "не отвечает" in answer.text
        assert "последняя проверка — 23 ноября 2026 года" in answer.text
        assert [each.is_verified for each in await children_of(town, mother)] == [True]
    await town.pass_time(days=1, hours=-4)
    assert "24 ноября 2026 года" in (await choose(mother, AGAIN)).text
    await change_in_register(town, MARIA, PolicyStatus.SUSPENDED)
    await town.pass_time(minutes=5)
    await say(mother, "/children")
    answer = await choose(mother, "Мария", "Проверить полис")
    assert "приостановлен" in answer.text
    before = await mother.messages()
    await town.pass_time(minutes=5)
    assert await new_messages(mother, before) == []  # the screen has told it
    await change_in_register(town, MARIA, PolicyStatus.ACTIVE)
    assert "Полис проверен" in (await choose(mother, AGAIN)).text


async def test_presses_on_a_silent_register_send_one_query(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment later a press sends another one."""
    mother, checks = town.mother, town.app.services.checks
    await settle_in(mother, MARIA)
    account, [maria] = await account_of(town, mother), await children_of(town, mother)
    await town.pass_time(minutes=1)
    with register_down(monkeypatch) as asked:
        await say(mother, "/children")
        await choose(mother, "Мария", "Проверить полис")
        for _press in range(3):
            assert "не отвечает" in (await choose(mother, AGAIN)).text
        assert len(asked) == 1
        await town.pass_time(seconds=5)
        await choose(mother, AGAIN)
        assert len(asked) == 2
        waiting = await town.app.services.patients.link(account, claim_of(ALINA.policy_number, ALINA.name))
        assert len(asked) == 3
        assert await checks.recheck(account.id, waiting.id) == waiting
        assert len(asked) == 3
    await town.pass_time(seconds=5)
    assert (await checks.recheck(account.id, waiting.id)).is_verified
    assert (await checks.recheck(account.id, maria.id)).verification.checked_at == town.clock.now()


async def test_second_press_on_a_confirmed_policy_sends_no_second_query(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The register is slow and still has the first query."""
    mother, checks = town.mother, town.app.services.checks
    await settle_in(mother, MARIA)
    monkeypatch.setattr(limits, "TAP_TIMEOUT", 0.02)
    account, [maria] = await account_of(town, mother), await children_of(town, mother)
    await town.pass_time(minutes=1)
    with delayed_checks(monkeypatch) as answers:
        for _press in range(3):
            assert (await checks.recheck(account.id, maria.id)).is_verified
            await wait_until(lambda: bool(answers))
        assert len(answers) == 1
        answers[0].set()
        await town.rested()
    [maria] = await children_of(town, mother)
    assert maria.verification.checked_at == town.clock.now()


@pytest.mark.requirement("E38", "E47")
async def test_late_answer_about_a_corrected_or_removed_card_is_ignored(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    mother, services = town.mother, town.app.services
    await settle_in(mother)
    monkeypatch.setattr(limits, "TAP_TIMEOUT", 0.02)
    account = await account_of(town, mother)
    with delayed_checks(monkeypatch) as answers:
        wrong = PolicyClaim(MARIA.policy_number, ALINA.name, MARIA.birth_date, MARIA.sex)
        asked = await services.patients.link(account, wrong)
        await wait_until(lambda: len(answers) == 1)
        gone = await services.patients.link(account, claim_of(SOFIA.policy_number, SOFIA.name))
        await wait_until(lambda: len(answers) == 2)
        assert asked.verification.is_open
        await services.checks.correct(account.id, asked.id, MARIA.name)
        await wait_until(lambda: len(answers) == 3)
        await services.unlinking.unlink(account.id, gone.id, keep_visits=True)
        answers[2].set()
        await until_answered(town, mother)
        for each in answers:
            each.set()
        await town.rested()
    [maria] = await children_of(town, mother)
    assert maria.is_verified

    async def look(view: UnitOfWork) -> None:
        assert await view.checks.tries(account.id, MONDAY - timedelta(hours=1)) == ([], 0)

    await town.app.store.storage.read(look)


async def until_answered(town: Town, person: Person) -> None:
    async with asyncio.timeout(BUSY):
        # The register's answer is written down by work that tells nobody when it ends.
        while any(each.verification.is_open for each in await children_of(town, person)):  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.005)


async def test_check_pauses_without_consent_and_continues_with_it(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    mother = town.mother
    await consent(mother)
    with register_down(monkeypatch):
        await link(mother, MARIA)
    await take_back(mother, "данные ребёнка")
    before = await mother.messages()
    with recorded_checks(monkeypatch) as asked:
        await town.pass_time(hours=3)
        await town.pass_time(days=1)
        assert asked == []
        await choose(mother, "Дать", "Даю согласие")
        await town.work()
        assert len(asked) == 1
    assert [each.is_verified for each in await children_of(town, mother)] == [True]
    await town.pass_time(seconds=10)
    [news] = await new_messages(mother, before)
    assert "Полис проверен" in news.text


async def test_policy_is_not_watched_without_consent(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """No notice is sent either."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await change_in_register(town, MARIA, PolicyStatus.SUSPENDED)
    await take_back(mother, "данные ребёнка")
    before = await mother.messages()
    with recorded_checks(monkeypatch) as asked:
        await town.pass_time(days=2)
        assert asked == []
        assert await new_messages(mother, before) == []
        await choose(mother, "Дать", "Даю согласие")
        await town.pass_time(days=1)
    [news] = await new_messages(mother, before)
    assert "приостановлен" in news.text


# --- what can be mended -----------------------------------------------------------------------------------------------


@pytest.mark.requirement("C17", "E47", "E38")
async def test_correction_term_is_a_week_with_a_reminder_a_day_before(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    answer = await link(mother, EGOR)
    assert "до пн 30 ноября" in answer.text
    before = await mother.messages()
    await town.pass_time(days=5)
    assert await new_messages(mother, before) == []
    await town.pass_time(days=1)
    [news] = await new_messages(mother, before)
    assert "осталось исправить" in news.text
    assert "до завтра, пн 30 ноября" in news.text
    await town.pass_time(days=2)
    await say(mother, "/children")
    late = await choose(mother, "Егор")
    assert "ничего не пропало" in late.text
    await choose(mother, "Исправить отчество")
    assert "Полис проверен" in (await say(mother, "Андреевич")).text


@pytest.mark.requirement("C17")
async def test_corrected_card_gets_no_reminder(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await link(mother, EGOR)
    await choose(mother, "Исправить отчество")
    await say(mother, "Андреевич")
    before = await mother.messages()
    await town.pass_time(days=6)
    assert await new_messages(mother, before) == []


@pytest.mark.requirement("E45", "E30", "E47")
async def test_each_refusal_shows_a_way_on(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    for child, words, ways in (
        (SOFIA, "не сошлись", {MEND, "Исправить номер", AGAIN, LETTER}),
        (NIKITA, "Позвоните в страховую", {AGAIN, LETTER}),
        (EVA, "Продлите", {AGAIN, "Номер теперь другой"}),
    ):
        if child is not SOFIA:
            await say(mother, "/children")
            await choose(mother, "Добавить")
        seen = await link(mother, child)
        assert words in seen.text
        assert "Поддержка: +7 900" in seen.text
        assert {*ways, "Помощь", "Назад", "Меню"} <= set(seen.labels)
    await say(mother, "/children")
    await choose(mother, "Софья")
    letter = await choose(mother, LETTER)
    assert "Орлова Софья Львовна, дата рождения 05.06.2017" in letter.text
    assert SOFIA.policy_number not in letter.text.replace(" ", "")
    assert "Телефон" in letter.text
    await choose(mother, "Назад", "Исправить номер")
    await say(mother, "7793 2897 9400 0070")  # the very number again: nothing is lost by it
    assert [each.verification.status for each in await children_of(town, mother)] == [VerificationStatus.REJECTED] * 3
    await say(mother, "/language")
    await choose(mother, "English")
    await say(mother, "/children")
    english = await choose(mother, "Софья", "Letter to the insurer")
    assert "fill in the blanks" in english.text
    assert "Прошу сверить данные полиса" in english.text  # insurers read Russian


@pytest.mark.requirement("E45", "E7")
async def test_letter_about_a_suspended_policy_asks_to_put_it_in_force(town: Town) -> None:
    """It asks for the reason, too."""
    mother = town.mother
    await consent(mother)
    await link(mother, NIKITA)
    letter = await choose(mother, LETTER)
    assert "действие полиса ОМС моего ребёнка приостановлено. Прошу сообщить причину" in letter.text
    assert "Соколов Никита Павлович" in letter.text
    assert "не сошлись" not in letter.text


@pytest.mark.requirement("E30", "E47")
async def test_expired_policy_gets_a_new_number_on_its_card(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await link(mother, EVA)
    number = make_policy_number("77", EVA.birth_date, EVA.sex, 777)
    await insure(town.app.store, [DemoPerson(number, EVA.name, EVA.birth_date, EVA.sex, EVA.clinic)])
    await choose(mother, "Номер теперь другой")
    assert f"✅ Полис ••••\u00a0{number[-4:]}, действует" in (await say(mother, number)).text


@pytest.mark.requirement("E50", "E35")
async def test_unknown_paper_is_sent_to_the_clinic_with_a_ref(town: Town) -> None:
    mother = town.mother
    await settle_in(mother)
    account, services = await account_of(town, mother), town.app.services
    claim = PolicyClaim("012345678", SOFIA.name, SOFIA.birth_date, SOFIA.sex)
    await services.patients.link(account, claim)
    await say(mother, "/children")
    seen = await choose(mother, "Софья")
    assert "посмотрят в поликлинике" in seen.text
    assert "свидетельством о рождении" in seen.text
    assert not seen.button(LETTER)
    ref = ref_of(seen)
    again = await choose(mother, AGAIN)
    assert ref_of(again) == ref
    assert "посмотрят в поликлинике" in again.text


@pytest.mark.requirement("E35")
async def test_a_refused_policy_is_given_up_and_another_account_may_have_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The register finds later that the name is another person's: the policy is free for its owner."""
    await settle_in(town.mother, ALINA)
    await change_in_register(town, ALINA, sex=Sex.MALE)
    await town.pass_time(days=1)
    [alina] = await children_of(town, town.mother)
    assert (alina.verification.status, alina.person) == (VerificationStatus.REJECTED, None)


async def test_ask_the_reception_leads_to_its_phone_and_back(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, EGOR)
    called = await choose(mother, "Спросить регистратуру")
    assert "Детская № 12: +7" in called.text
    assert "Скажите: «В реестре имя ребёнка" in called.text
    assert "Егор" in (await choose(mother, "Назад")).text
