"""`registratura import`: show what a clinic's file changes in the registry, or change it, also while the bot runs."""

from __future__ import annotations

import asyncio
import ctypes
import shlex
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from bot.clinic_file.records import ClinicFile
from bot.command_line import FAILED, exit_on_error, load_and_configure
from bot.file_modes import open_to_others
from storage.registry.importing.plan import Imported, ImportProblem, ImportSheet, Reason, SheetSummary, TouchedVisits

if TYPE_CHECKING:
    from bot.store import Store

SHOWN = 20
"""names of rows that are listed of each sheet"""

EXAMPLES_SKIPPED = "Примеры не загружаются. Строк, которые начинаются со слова «пример»: {count}."

SHEETS = {
    ImportSheet.CLINICS: "Клиники",
    ImportSheet.SPECIALTIES: "Специальности",
    ImportSheet.DOCTORS: "Врачи",
    ImportSheet.PRACTICES: "Приёмы",
    ImportSheet.TIMETABLE: "Расписание",
    ImportSheet.EXCEPTIONS: "Исключения",
    ImportSheet.PATIENTS: "Пациенты",
    ImportSheet.REFERRALS: "Направления",
    ImportSheet.DISTRICTS: "Участки",
    ImportSheet.DOCUMENTS: "Документы",
}

REASONS = {
    Reason.UNKNOWN_CLINIC: "такой клиники нет ни в файле, ни в базе",
    Reason.UNKNOWN_SPECIALTY: "такой специальности нет ни в файле, ни в базе",
    Reason.UNKNOWN_DOCTOR: "такого врача нет на листе «Врачи»",
    Reason.UNKNOWN_PRACTICE: "такого приёма нет ни в файле, ни в базе",
    Reason.NAME_TAKEN: "так уже называется другая клиника",
    Reason.DOCTOR_TWICE: "у этого врача уже есть приём по этой специальности в этой клинике",
    Reason.PRACTICE_MOVED: "у приёма нельзя сменить клинику или специальность: заведите приём с новым кодом",
    Reason.NO_PATIENT: "пациента с этим полисом нет ни в файле, ни в базе",
}


def refuse_open_file(path: Path, file: ClinicFile) -> str | None:
    """Return a sentence if the file names patients and others on this machine can open it, else None."""
    if not file.patients and not file.referrals:
        return None
    files = [each for each in path.rglob("*") if each.is_file()] if path.is_dir() else [path]
    found = open_to_others(files)
    if not found:
        return None
    return f"В файле есть пациенты, а открыть его могут все на этой машине: chmod 600 {shlex.join(map(str, found))}"


def import_file(
    file: Annotated[Path | None, typer.Argument(help="a workbook (XLSX) or a folder of CSV files")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="change the registry; without it nothing is changed")] = False,
    retire: Annotated[bool, typer.Option("--retire", help="end what the file no longer names")] = False,
    template: Annotated[Path | None, typer.Option(help="write an example file here and end")] = None,
) -> None:
    """Fill the registry of a clinic without a system of its own from a file, while the bot runs."""
    if (file is None) is (template is None):
        raise typer.BadParameter("name either a file or --template")
    with exit_on_error():
        if template is not None:
            write_template(template)
        elif file is not None:
            asyncio.run(import_clinic_file(file, apply=apply, retire=retire))


def write_template(path: Path) -> None:
    """Write the demo town made small: a few rows of each sheet, as examples."""
    from bot.clinic_file.template import write_folder, write_workbook
    from storage.registry.seed.example import example_file

    write = write_workbook if path.suffix.lower() == ".xlsx" else write_folder
    write(path, example_file(), as_examples=True)
    typer.echo(f"Образец записан: {path}")


def read_clinic_file(path: Path) -> tuple[ClinicFile, Sequence[str], bool]:
    """Return what a file says, a line for each mistake and remark, and whether it can be used."""
    from bot.clinic_file.parsing import parse
    from bot.clinic_file.problems import Problems
    from bot.clinic_file.tables import open_tables
    from bot.clinic_file.wording import sentences_for
    from bot.core.i18n import speak

    problems = Problems()
    file, problems = parse(open_tables(path, problems), problems)
    with speak("ru"):
        lines = sentences_for(problems)
    if problems.examples:
        lines = [*lines, EXAMPLES_SKIPPED.format(count=problems.examples)]
    return file, lines, problems.count == 0


async def import_clinic_file(path: Path, *, apply: bool, retire: bool) -> None:
    """Read a file, show what it would change and, with ``apply``, change it. Raises typer.Exit if it has errors."""
    from bot.store import open_store

    console = Console()
    settings = load_and_configure()
    file, lines, is_usable = read_clinic_file(path)
    for line in lines:
        console.print(escape(line))
    if not is_usable:
        console.print("В файле есть ошибки: ничего не изменено.")
        raise typer.Exit(FAILED)
    if refusal := refuse_open_file(path, file):
        console.print(escape(refusal))
        raise typer.Exit(FAILED)
    async with open_store(settings) as store:
        imported = await _run(console, store, file, apply=apply, retire=retire)
        show(console, imported, applied=apply, retire=retire)
        if imported.problems:
            raise typer.Exit(FAILED)
        if apply and file.patients:
            console.print("Пациенты записаны в базу и зашифрованы. Теперь удалите файл.")
    del file  # it holds the workbook
    if apply:
        give_memory_back()
        invite_admins()


def give_memory_back() -> None:
    """Return to the system what a long list has left between other things: another program is started now."""
    with suppress(OSError, AttributeError):  # only glibc has it
        ctypes.CDLL(None).malloc_trim(0)


async def _run(console: Console, store: Store, file: ClinicFile, *, apply: bool, retire: bool) -> Imported:
    from bot.clock import SystemClock
    from storage.registry.importing.importing import Importer

    importer, now = Importer(store.database, store.cipher, store.index), SystemClock().now()
    if not apply:
        return await importer.dry_run(file, now, retire=retire)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Записываю", total=None)

        def report(sheet: ImportSheet, done: int, total: int) -> None:
            bar.update(task, description=SHEETS[sheet], completed=done, total=total)

        return await importer.apply(file, now, retire=retire, progress=report)


def invite_admins() -> None:
    """Print a one-time link for each clinic without an ADMIN.

    A program of its own does it: what asks Telegram needs half as much memory as a long list of patients has taken.
    """
    made = subprocess.run(
        [sys.executable, "-m", "bot", "staff", "invite-admins"], capture_output=True, text=True, check=False
    )
    typer.echo(made.stdout, nl=False)
    typer.echo(made.stderr, nl=False, err=True)
    if made.returncode:  # the file is written all the same
        typer.echo("Ссылок для администраторов нет: их даст registratura staff invite-admins", err=True)


# --- what is shown ----------------------------------------------------------------------------------------------------


def show(console: Console, imported: Imported, *, applied: bool, retire: bool) -> None:
    """Print what has changed or would change. Of patients only numbers are shown."""
    if imported.problems:
        console.print(_problems(imported.problems))
        console.print("Файл не подходит к базе: ничего не изменено.")
        return
    console.print(_summary(imported.sheets))
    console.print(f"Свободное время: новых {imported.new_slots}, снято {imported.withdrawn_slots}.")
    for line in _gone(imported.sheets, retire=retire):
        console.print(escape(line))
    if imported.touched:
        console.print(_touched(imported.touched))
        console.print("Эти записи остаются: импорт их не отменяет и не переносит.")
    if imported.changes_nothing:
        console.print("Изменений нет.")
    elif applied:
        console.print("Готово: всё записано.")
    else:
        console.print("Это проверка: ничего не изменено. Чтобы записать, повторите с --apply.")


def _summary(sheets: Iterable[SheetSummary]) -> Table:
    table = Table("лист", title="Что изменится", title_justify="left")
    for heading in ("новых", "изменено", "без изменений", "заменено", "больше не названо"):
        table.add_column(heading, justify="right")
    for each in sheets:
        numbers = (each.new, each.changed, each.same, each.ended, each.gone)
        table.add_row(SHEETS[each.sheet], *(str(number) if number else "" for number in numbers))
    return table


def _problems(problems: Sequence[ImportProblem]) -> Table:
    table = Table("лист", "строка", "что не так", title="Ошибки", title_justify="left")
    for each in problems:
        table.add_row(SHEETS[each.sheet], escape(each.row), REASONS[each.reason])
    return table


def _touched(touched: Iterable[TouchedVisits]) -> Table:
    table = Table("приём", "врач", "записей", "с", "по", title="Записи на время, которого больше нет")
    for each in touched:
        names = escape(each.practice), escape(each.doctor)
        table.add_row(*names, str(each.visits), each.first_day, each.last_day)
    return table


def _gone(sheets: Iterable[SheetSummary], *, retire: bool) -> Iterable[str]:
    """Yield a line for each sheet with rows that the file no longer names."""
    fate = "больше не предлагается" if retire else "остаётся; чтобы снять, добавьте --retire"
    for each in sheets:
        if each.gone and each.gone_names:
            names = ", ".join(each.gone_names[:SHOWN])
            more = f" и ещё {each.gone - SHOWN}" if each.gone > SHOWN else ""
            yield f"{SHEETS[each.sheet]}: нет в файле — {names}{more}: {fate}."
        elif each.gone:
            yield f"{SHEETS[each.sheet]}: нет в файле — {each.gone}: {fate}."
