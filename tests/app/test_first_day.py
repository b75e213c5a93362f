"""The first day of a clinic without a system of its own: every command is copied from OPERATING.md."""

from __future__ import annotations

import asyncio
import re
import shlex
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.emulator import TOKEN, Emulator, serve
from storage.registry.seed.examples import EXAMPLES
from tests.app.test_cli import Ended, ended, started
from tests.chat.actions import choose, consent, link, say
from tests.chat.client import ChatClient
from tests.chat.person import Person
from tests.desk_code import CODE
from tests.project_files import ROOT, read

ADMIN, REGISTRAR, MOTHER, FATHER = 1001, 1002, 1003, 1004
MOST_COMMANDS, MOST_CELLS = 8, 25
CHILD, UNLISTED = EXAMPLES[0], EXAMPLES[6]
DIGITS = UNLISTED.policy_number[-4:]

CLINIC: Mapping[str, Mapping[str, str | int]] = {
    "Клиники": {
        "код*": "к1",
        "название*": "Детская № 1",
        "вид*": "детская",
        "адрес*": "Речная, 1",
        "часовой пояс*": "Europe/Moscow",
        "телефон*": "+7 000 000-00-01",
        "проверка": "регистратура",
        "запись до проверки": "да",
    },
    "Врачи": {"код*": "в1", "фамилия*": "Речная", "имя": "Анна"},
    "Приёмы": {"код*": "п1", "врач*": "в1", "клиника*": "к1", "специальность*": "pediatrician", "кабинет*": "1"},
    "Расписание": {"приём*": "п1", "день*": "пн", "с*": "8:00", "до*": "20:00", "минут*": 15},
}
"""the cells that a person fills in before the first free time"""
PATIENT = {
    "полис*": CHILD.policy_number,
    "вид полиса": "единый",
    "фамилия*": CHILD.name.family,
    "имя*": CHILD.name.given,
    "отчество": CHILD.name.patronymic,
    "рождение*": f"{CHILD.birth_date:%d.%m.%Y}",
    "пол*": "ж",
}


def commands_of(heading: str) -> list[str]:
    """Return the commands under a heading of OPERATING.md, without their comments, continued lines joined."""
    _, _, section = read(ROOT / "OPERATING.md").partition(f"{heading}\n")
    blocks = re.findall(r"```sh\n(.*?)```", re.split(r"^##", section, maxsplit=1, flags=re.MULTILINE)[0], re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return [re.sub(r"\s+#.*", "", line).strip() for line in lines]


class Machine:
    """A folder on a fresh machine, where commands are typed."""

    def __init__(self, folder: Path, telegram: str) -> None:
        self.folder, self.typed = folder, 0
        self.environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "BOT_API_URL": telegram, "COLUMNS": "200"}
        self.environment |= {"LOG_JSON": "true", "WEB_PORT": "0"}
        (folder / "token.txt").write_text(TOKEN)

    async def start(self, command: str) -> asyncio.subprocess.Process:
        self.typed += 1
        command = command.replace("+7 …", "+7 900 000-00-00")
        program = re.sub(r"^(\.venv/bin/)?registratura", f"{shlex.quote(sys.executable)} -m bot", command)
        return await asyncio.create_subprocess_shell(
            f"exec {program}", cwd=self.folder, env=self.environment, stdout=PIPE, stderr=PIPE
        )

    async def run(self, command: str) -> Ended:
        return await ended(await self.start(command))


def fill_in(workbook: Path, sheets: Mapping[str, Mapping[str, str | int]]) -> int:
    """Write a row into each sheet below the examples, as a person does; return the number of cells."""
    book = load_workbook(workbook)
    for name, cells in sheets.items():
        page = book[name]
        headers = {str(cell.value): cell.column for cell in page[1]}
        row = page.max_row + 1
        for header, value in cells.items():
            found = headers.get(header) or headers[header.rstrip("*")]
            page.cell(row, found, value)
    book.save(workbook)
    return sum(map(len, sheets.values()))


@pytest.fixture
async def emulator() -> Emulator:
    emulator = Emulator()
    emulator.profile.joins_groups = False
    return emulator


@pytest.fixture
async def machine(emulator: Emulator, tmp_path: Path) -> AsyncIterator[Machine]:
    async with serve(emulator) as url:
        yield Machine(tmp_path, url)


async def test_clinic_takes_its_first_booking_by_the_words_of_the_manual(machine: Machine) -> None:
    by_hand, run, by_options = commands_of("## Start")
    assert by_hand.endswith("init"), "the same with questions"
    done = await machine.run(by_options)
    assert done.code == 0, done
    word = await import_file(machine, commands_of("### Fill the registry"))
    serving = await machine.start(run)
    assert machine.typed <= MOST_COMMANDS
    chat = ChatClient(machine.environment["BOT_API_URL"])
    try:
        await started(serving)
        admin = chat.person(ADMIN)
        await take_post(admin, word)
        await say(admin, "/desk")
        invited = await choose(admin, "Сотрудники", "Пригласить сотрудника", "Регистратор")
        registrar = chat.person(REGISTRAR)
        await take_post(registrar, word_in(invited.text))
        await book_unlisted(chat.person(MOTHER))
        await check_at_desk(registrar)
        await link_listed(chat.person(FATHER))
    finally:
        serving.kill()
        await serving.communicate()
        await chat.close()


async def import_file(machine: Machine, commands: Sequence[str]) -> str:
    """Fill in the example and import it; return the word of the admin's link."""
    template, chmod, look, apply = commands
    assert (await machine.run(template)).code == 0
    workbook = machine.folder / "clinic.xlsx"
    assert fill_in(workbook, CLINIC) <= MOST_CELLS
    fill_in(workbook, {"Пациенты": PATIENT})
    await machine.run(chmod)
    seen = await machine.run(look)
    assert (seen.code, "ничего не изменено" in seen.out) == (0, True), seen
    applied = await machine.run(apply)
    assert applied.code == 0, applied
    return word_in(applied.out)


def word_in(text: str) -> str:
    found = re.search(r"https://t\.me/\w+\?start=([\w-]+)", text)
    assert found is not None, text
    return found[1]


async def take_post(person: Person, word: str) -> None:
    await say(person, f"/start {word}")
    await choose(person, "Принять")
    await say(person, CODE)
    await say(person, CODE)


async def book_unlisted(mother: Person) -> None:
    """No list confirms the policy, so the desk is asked, and a visit is booked meanwhile."""
    await consent(mother)
    assert "По списку не сошлось" in (await link(mother, UNLISTED)).text
    assert "Полис проверяет регистратура: Детская № 1" in (await choose(mother, "Отправить в регистратуру")).text
    ways = "Врачи и свободное время", "Педиатр", re.compile("Речная"), re.compile("^пн"), re.compile(r"^\d+:")
    assert "Проверьте запись" in (await choose(mother, *ways)).text
    assert "записан" in (await choose(mother, "Записаться")).text


async def check_at_desk(registrar: Person) -> None:
    """The registrar takes the last digits from the clinic's own system."""
    await say(registrar, "/desk")
    shown = await choose(registrar, "Проверка полисов", "Срок")
    assert UNLISTED.name.short in shown.text
    assert UNLISTED.name.full not in shown.text
    whole = await choose(registrar, "Показать")
    assert UNLISTED.name.full in whole.text
    assert DIGITS not in f"{shown.text} {whole.text}"
    await choose(registrar, "Сошлось")
    await say(registrar, DIGITS)
    assert any("Записал" in message.text for message in await registrar.messages())


async def link_listed(father: Person) -> None:
    """The list of the clinic's file confirms a policy at once."""
    await consent(father)
    assert "Полис проверен" in (await link(father, CHILD)).text
