"""Sealed: after the whole journey nothing personal lies open in the database's files, in the log or in the chat."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from bot.logs import QUIET, configure_logs
from storage.registry.seed.examples import Example
from tests.chat.actions import (
    ALINA,
    CHECK,
    DAY,
    FRIDAY,
    MARIA,
    MENU,
    THURSDAY,
    TIME,
    book,
    choose,
    clinic_cancels,
    clinic_moves,
    consent,
    moscow,
    name_and_check,
    pass_until,
    say,
    settle_in,
)
from tests.chat.town import Town

SAID = "запишите Марию Иванову, мой телефон +7 916 123-45-67"


async def whole_journey(town: Town) -> None:
    """Everything a family does: mistakes, a form left halfway, a visit booked, moved, cancelled by the clinic."""
    mother = town.mother
    await consent(mother)
    await say(mother, "7796 1897 8401 0014")
    await say(mother, "7796 1897 8400 0014")
    await choose(mother, "Да")
    await say(mother, "Ивaнова Мария Сергеевна")  # one letter is Latin
    await name_and_check(mother, MARIA.name.full)
    await book(mother, "Педиатр", "Петрова", THURSDAY, "08:00")
    await choose(mother, "Перенести", FRIDAY, "10:00", "Перенести")
    await choose(mother, "Меню", MENU, "Добавить ребёнка")
    await say(mother, ALINA.policy_number)
    await choose(mother, "Да")
    await say(mother, "Ахметова-Белая Алина")  # the patronymic is missing: the form waits
    await mother.share_contact()
    await say(mother, "/cancel")
    await say(mother, SAID)
    await pass_until(town, moscow(26, 18))
    await choose(mother, "Придём")
    await clinic_moves(town, "Мария И.", "27 ноября", "сб 28")
    await say(mother, "/visits")
    await clinic_cancels(town, "Мария И.", day="28 ноября")
    news = await mother.screen()
    await choose(mother, news.labels[0], "Записаться")


def spellings(child: Example) -> list[str]:
    """Every way in which a name, a policy or a birth date might lie open."""
    number, born = child.policy_number, child.birth_date
    by_fours = [number[at : at + 4] for at in range(0, 16, 4)]
    return [
        child.name.family,
        child.name.given,
        number,
        *(sign.join(by_fours) for sign in (" ", "-", " · ")),
        f"{born:%Y-%m-%d}",
        f"{born:%d.%m.%Y}",
        f"{born:%Y%m%d}",
    ]


SECRETS = [*spellings(MARIA), *spellings(ALINA), "9161234567", "916 123-45-67", "Иванову", "Ивaнова"]


@pytest.mark.requirement("B61", "C29")
async def test_the_raw_database_holds_no_name_policy_birth_date_or_phone(town: Town) -> None:
    await whole_journey(town)
    files = sorted(town.folder.glob("registratura.sqlite3*"))
    assert [path.name.removeprefix("registratura.sqlite3") for path in files] == ["", "-shm", "-wal"]
    raw = b"".join(path.read_bytes() for path in files)
    assert "Зайцев".encode() in raw  # a doctor's name lies open: the search does find what is there
    assert [secret for secret in SECRETS if secret.encode() in raw or secret.encode("utf-16-le") in raw] == []


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What a process logs at its most talkative, in the form that a production's log has."""
    root, stream = logging.getLogger(), StringIO()
    before = root.handlers[:], root.level, {name: logging.getLogger(name).level for name in QUIET}
    configure_logs("DEBUG", as_json=True)
    for handler in root.handlers:
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(stream)
        handler.addFilter(lambda record: not record.name.startswith("bot.emulator"))
    yield stream
    root.handlers[:], level, levels = before
    for name, level_before in {"": level, **levels}.items():
        logging.getLogger(name).setLevel(level_before)
    structlog.reset_defaults()


@pytest.mark.requirement("B61")
async def test_the_log_of_the_whole_journey_holds_nothing_personal(written: StringIO, town: Town) -> None:
    await whole_journey(town)
    await break_while_typing(town)
    log = written.getvalue()
    assert "an update failed" in log
    assert [secret for secret in SECRETS if secret in log] == []


async def break_while_typing(town: Town) -> None:
    """An error whose traceback passes by what was typed."""
    father = town.father
    await consent(father)
    await town.chat.fault("500", method="editMessageText", chat=father.id, times=None)
    await father.say(ALINA.policy_number)
    await father.screen()
    await town.chat.clear_faults()


async def test_what_is_typed_in_answer_is_deleted_from_the_chat_once_read(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    for typed in ("7796 1897 8401 0014", "7796 1897 8400 0014"):
        await say(mother, typed)
    await choose(mother, "Да")
    for typed in ("Иванова Мария", MARIA.name.full):
        await say(mother, typed)
    assert [message.text for message in await mother.messages() if message.mine] == ["/start"]
    await choose(mother, CHECK)
    shown = " ".join(message.text for message in await mother.messages())
    assert "7796" not in shown
    assert "Сергеевна" not in shown


async def test_in_the_chat_a_child_is_a_given_name_and_an_initial_and_a_policy_four_digits(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", "Петрова", DAY, TIME)
    shown = " ".join(message.text for message in await mother.messages() if message.bot)
    assert "Мария И." in shown
    assert "••••\u00a00014" in shown
    assert "Иванова" not in shown
    assert MARIA.policy_number not in shown
