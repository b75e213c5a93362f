"""The command line: `registratura`, the same as `python -m bot`."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.command_line import FAILED, exit_on_error, load_and_configure, migrate_database
from bot.core import fast
from bot.file_modes import PRIVATE_UMASK
from bot.import_command import import_file
from bot.init_command import init
from bot.logs import configure_logs
from bot.new_keys import make_keys
from bot.person_command import person
from bot.settings import Settings, SettingsError
from bot.staff_command import staff

# Each command imports what it needs: the whole bot takes a second to load, and `--help` needs none of it.

cli = typer.Typer(
    help="A Telegram bot that gets a child to a doctor: policy, clinic, doctor, time, reminder.",
    no_args_is_help=True,
    add_completion=False,
    # A traceback with local variables would show secrets and what people have typed.
    pretty_exceptions_enable=False,
)

cli.command()(init)
cli.command("import")(import_file)
cli.add_typer(staff, name="staff")
cli.add_typer(person, name="person")


@cli.command()
def run() -> None:
    """Serve people: poll Telegram until stopped."""
    with exit_on_error():
        settings = load_and_configure()
        if settings.clock_url is not None:
            raise SettingsError("CLOCK_URL is wrong: people are served by the real clock, leave it unset")
        from bot.app import run as serve_people

        fast.run(stoppable(serve_people(settings)))


@cli.command()
def demo(port: Annotated[int, typer.Option(min=1, max=65535, help="where the page is shown")] = 8080) -> None:
    """Try the bot in a browser: no token, no network, nothing is kept."""
    with exit_on_error():
        configure_logs("WARNING", as_json=False)
        from bot.demo import run_demo

        fast.run(stoppable(run_demo(port)))


async def stoppable(work: Awaitable[None]) -> None:
    """Let SIGTERM stop the start as Ctrl+C does; the polling itself handles both."""
    running = asyncio.current_task()
    assert running is not None  # noqa: S101 - a coroutine always runs in a task
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    await work


@cli.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    with exit_on_error():
        typer.echo(asyncio.run(migrate_database(load_and_configure())))


@cli.command("seed-demo")
def seed_demo_town() -> None:
    """Put the demo town into the database; run again, only the missing days are added."""

    async def work(settings: Settings) -> str:
        from bot.app import open_store
        from bot.clock import SystemClock
        from storage.registry.seed.desk_clinic import seed_demo

        async with open_store(settings) as store:
            town = await seed_demo(store.database, store.cipher, store.index, SystemClock().now())
        return (
            f"The town has {town.clinics} clinics, {town.specialties} specialties, {town.doctors} doctors and "
            f"{town.persons} insured people.\nAdded now: {town.new_slots} times, {town.new_visits} of them taken."
        )

    with exit_on_error():
        typer.echo(asyncio.run(work(load_and_configure())))


@cli.command("publish-slots")
def publish_slots(
    folder: Annotated[Path, typer.Argument(help="where the files are written")],
    url: Annotated[str, typer.Option(help="the address at which a web server shows the folder")],
    bot_name: Annotated[str, typer.Option("--bot", help="the bot's name in Telegram, for links to it")] = "",
) -> None:
    """Write the free times for other programs, as files of HL7 SMART Scheduling Links."""

    async def work(settings: Settings) -> str:
        from bot.app import open_store
        from bot.booking.clinic_links import clinic_addresses
        from bot.clock import SystemClock
        from bot.open_slots import SCHEDULES, SLOTS, find_open_slots, write_files
        from storage.registry.system import Registry

        clock = SystemClock()
        async with open_store(settings) as store:
            registry = Registry(store.database, store.cipher, store.index, clock)
            links = await clinic_addresses(store.storage, registry, bot_name) if bot_name else {}
            found = await find_open_slots(registry, clock.now(), links)
        write_files(found, folder, url, clock.now())
        slots, doctors = len(found[SLOTS]), len(found[SCHEDULES])
        return f"{slots} free times of {doctors} doctors, without those who ask for a referral."

    with exit_on_error():
        typer.echo(asyncio.run(work(load_and_configure())))


@cli.command()
def keys() -> None:
    """Make keys for SECRET_KEYS and INDEX_KEYS, as lines for .env."""
    for name, value in make_keys().items():
        typer.echo(f"{name}={value}")


Without = Annotated[str | None, typer.Option(help="the id of an older key that is lost for good: give up its data")]


@cli.command()
def reseal(without: Without = None) -> None:
    """Encrypt everything with the first of SECRET_KEYS, while the bot runs."""
    with exit_on_error():
        settings = load_and_configure()
        from bot.rotation import reseal_database

        typer.echo(asyncio.run(reseal_database(settings, without=without)))


@cli.command()
def reindex(without: Without = None) -> None:
    """Index everything by the first of INDEX_KEYS; the bot must be stopped."""
    with exit_on_error():
        settings = load_and_configure()
        from bot.rotation import reindex_database

        typer.echo(asyncio.run(reindex_database(settings, without=without)))


@cli.command()
def backup(
    file: Annotated[Path | None, typer.Argument(help="a new file, best on another disk or machine")] = None,
    stream: Annotated[bool, typer.Option("--stream", help="copy to BACKUP_URL, until stopped")] = False,
) -> None:
    """Copy the database of this moment into a file, while the bot runs, and examine the copy."""
    if stream is (file is not None):
        raise typer.BadParameter("name a file, or --stream")
    with exit_on_error():
        settings = load_and_configure()
        from bot.backup import backup_database
        from bot.stream import stream_database

        if file is None:
            return stream_database(settings)
        made = backup_database(settings, file)
        typer.echo(made.text)
        if not made.is_sound:
            raise typer.Exit(FAILED)


@cli.command()
def restore(
    file: Annotated[Path | None, typer.Argument(help="a file that `backup` has made")] = None,
    stream: Annotated[bool, typer.Option("--stream", help="restore what `backup --stream` has copied")] = False,
    at: Annotated[str | None, typer.Option(help="as it was at this moment, 2026-11-24T10:30, of --stream")] = None,
) -> None:
    """Make a backup the database again, where none is; what was erased since is erased again."""
    moment = None if at is None else read_moment(at)
    if stream is (file is not None) or (moment is not None and not stream):
        raise typer.BadParameter("name a file, or --stream with or without --at")
    with exit_on_error():
        settings = load_and_configure()
        from bot.restore import restore_database, restore_stream

        restoring = restore_stream(settings, moment) if file is None else restore_database(settings, file)
        typer.echo(asyncio.run(restoring))


def read_moment(text: str) -> datetime:
    """Read a moment; one without a zone is of this machine's clock. Raises typer.BadParameter."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise typer.BadParameter("--at is a moment like 2026-11-24T10:30 or 2026-11-24T07:30:00Z") from None


@cli.command()
def check(
    invariants: Annotated[bool, typer.Option("--invariants", help="also look for rows that contradict others")] = False,
) -> None:
    """Look at settings, database, files, machine and Telegram; the exit code is not zero where anything is wrong."""
    with exit_on_error():
        configure_logs("CRITICAL", as_json=False)
        from bot.findings import is_sound, show
        from bot.selfcheck import check_all

        findings = asyncio.run(check_all(invariants=invariants))
        show(findings)
        if not is_sound(findings):
            raise typer.Exit(FAILED)


def main() -> None:
    # The settings may not be readable: until they are, errors are logged without their texts and variables.
    configure_logs("INFO", as_json=False)
    os.umask(PRIVATE_UMASK)
    cli()


if __name__ == "__main__":
    main()
