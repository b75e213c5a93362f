"""After the whole journey no personal data is readable in the database files, the log or the chat."""

from __future__ import annotations

import json
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
    consent_by_chat,
    moscow,
    name_and_check,
    pass_until,
    say,
    settle_in_by_chat,
)
from tests.chat.town import Town

TYPED = "запишите Марию Иванову, мой телефон +7 916 123-45-67"


async def whole_journey(town: Town) -> None:
    """Make mistakes, leave a draft, book a visit and move it; the clinic moves and cancels it."""
    mother = town.mother
    await consent_by_chat(mother)
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
    await say(mother, "Ахметова-Белая Алина")  # the patronymic is missing, so the draft stays open
    await mother.share_contact()
    await say(mother, "/cancel")
    await say(mother, TYPED)
    await pass_until(town, moscow(26, 18))
    await choose(mother, "Придём")
    await clinic_moves(town, "Мария И.", "27 ноября", "сб 28")
    await say(mother, "/visits")
    await clinic_cancels(town, "Мария И.", day="28 ноября")
    news = await mother.screen()
    await choose(mother, news.labels[0], "Записаться")


def spellings(child: Example) -> list[str]:
    """Return the ways in which a name, a policy number or a birth date may be written."""
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


@pytest.mark.requirement("B61", "C29", "D20")
async def test_database_files_hold_no_name_policy_birth_date_or_phone(town: Town) -> None:
    await whole_journey(town)
    files = sorted(town.folder.glob("registratura.sqlite3*"))
    assert [path.name.removeprefix("registratura.sqlite3") for path in files] == ["", "-shm", "-wal"]
    raw = b"".join(path.read_bytes() for path in files)
    assert "Зайцев".encode() in raw  # a doctor's name is not sealed, so the search works
    assert [secret for secret in SECRETS if secret.encode() in raw or secret.encode("utf-16-le") in raw] == []


@pytest.fixture
def log_stream() -> Iterator[StringIO]:
    """Collect the log at level DEBUG in the JSON form of production."""
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
async def test_log_of_the_whole_journey_holds_no_personal_data(log_stream: StringIO, town: Town) -> None:
    await whole_journey(town)
    await break_while_typing(town)
    log = log_stream.getvalue()
    assert "an update failed" in log
    assert [secret for secret in SECRETS if secret in log] == []


async def test_libraries_write_nothing_below_info(log_stream: StringIO, town: Town) -> None:
    """At level DEBUG a library would write statements with their parameters: ids and keyed hashes of people."""
    await settle_in_by_chat(town.mother, MARIA)
    lines = [json.loads(line) for line in log_stream.getvalue().splitlines()]
    ours = ("bot.", "dialogs.", "storage.")
    assert [line for line in lines if line["level"] == "debug" and not line["logger"].startswith(ours)] == []


async def break_while_typing(town: Town) -> None:
    """Cause an error while typed text is being handled."""
    father = town.father
    await consent_by_chat(father)
    await town.chat.fault("500", method="editMessageText", chat=father.id, times=None)
    await father.say(ALINA.policy_number)
    await father.screen()
    await town.chat.clear_faults()


async def test_typed_answer_is_deleted_from_the_chat(town: Town) -> None:
    mother = town.mother
    await consent_by_chat(mother)
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


async def test_chat_shows_given_name_initial_and_four_policy_digits(town: Town) -> None:
    mother = town.mother
    await settle_in_by_chat(mother, MARIA)
    await book(mother, "Педиатр", "Петрова", DAY, TIME)
    shown = " ".join(message.text for message in await mother.messages() if message.bot)
    assert "Мария И." in shown
    assert "••••\u00a00014" in shown
    assert "Иванова" not in shown
    assert MARIA.policy_number not in shown
