"""`registratura staff`: list, add, invite and remove members of the clinics' staff, also while the bot runs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from bot.command_line import FAILED, exit_on_error, load_and_configure
from bot.core.people import Role
from bot.glossary import ClinicId

if TYPE_CHECKING:
    from bot.core.clinic import Clinic
    from bot.services import Services

# The whole bot takes a second to load: it is imported when a command runs.

staff = typer.Typer(help="List, add, invite and remove members of the clinics' staff.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="print JSON instead of a table")]
TelegramId = Annotated[int, typer.Argument(help="the person's Telegram id")]


@staff.command("list")
def list_members(
    as_json: Annotated[bool, typer.Option("--json", help="print JSON instead of a table")] = False,
) -> None:
    """Show who works at which clinic, and who has no access code yet."""
    _run(lambda services: _list(services, as_json=as_json))


@staff.command()
def add(
    telegram_id: TelegramId,
    role: Annotated[Role, typer.Argument(case_sensitive=False)],
    clinic_id: Annotated[int, typer.Argument(help="the clinic's number; a wrong one lists them all")],
) -> None:
    """Make a person a member of a clinic's staff, in place of an earlier role."""
    _run(lambda services: _add(services, telegram_id, role, ClinicId(clinic_id)))


@staff.command()
def invite(
    role: Annotated[Role, typer.Argument(case_sensitive=False)],
    clinic_id: Annotated[int, typer.Argument(help="the clinic's number; a wrong one lists them all")],
) -> None:
    """Print a link that makes whoever opens it first a member of a clinic's staff; it works once, for 24 hours."""
    _run(lambda services: _invite(services, role, ClinicId(clinic_id)))


@staff.command("invite-admins")
def invite_admins() -> None:
    """Print a link for each clinic that has no admin, as `import` does at its end."""
    _run(_invite_admins)


@staff.command()
def remove(telegram_id: TelegramId) -> None:
    """Dismiss a member: the next press at the desk is refused."""
    _run(lambda services: _remove(services, telegram_id))


def _run(work: Callable[[Services], Awaitable[None]]) -> None:
    async def with_services() -> None:
        from bot.app import make_services, open_store
        from bot.clock import SystemClock
        from bot.core.tasks import Tasks

        settings = load_and_configure()
        async with open_store(settings) as store:
            await work(make_services(store, SystemClock(), Tasks(), settings))

    with exit_on_error():
        asyncio.run(with_services())


async def _list(services: Services, *, as_json: bool) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    names = {clinic.id: clinic.name for clinic in await services.directory.clinics()}
    members = await services.members.all()
    if as_json:
        rows = [
            {
                "member": account.id,
                "telegram_id": telegram_id,
                "role": account.role,
                "clinic": account.clinic,
                "has_code": account.lock is not None,
            }
            for account, telegram_id in members
        ]
        typer.echo(json.dumps(rows, indent=2))
        return
    if not members:
        typer.echo("Nobody is a member of a clinic's staff yet.")
        return
    table = Table("member", "Telegram id", "role", "clinic", "access code", title_justify="left")
    for account, telegram_id in members:
        clinic = names.get(account.clinic, "") if account.clinic else ""
        code = "set" if account.lock is not None else "not yet"
        known = str(telegram_id or "unreadable")
        table.add_row(str(account.id), known, str(account.role), escape(f"{account.clinic} {clinic}"), code)
    Console().print(table)


async def _add(services: Services, telegram_id: int, role: Role, clinic_id: ClinicId) -> None:
    chosen = await _clinic(services, clinic_id)
    await services.accounts.appoint(telegram_id, role, chosen.id, by=_system_user())
    typer.echo(f"{telegram_id} is {role} at {chosen.name}.")


async def _invite(services: Services, role: Role, clinic_id: ClinicId) -> None:
    from bot.post_links import NoBotName, ask_bot_name, make_post_link

    chosen = await _clinic(services, clinic_id)
    try:
        bot_name = await ask_bot_name(load_and_configure())
    except NoBotName as trouble:
        typer.echo(f"Telegram does not answer ({trouble}): no link is made.", err=True)
        raise typer.Exit(FAILED) from None
    typer.echo(f"{role} at {chosen.name}, for whoever opens it first within 24 hours:", err=True)
    typer.echo(await make_post_link(services, bot_name, chosen.id, role))


async def _invite_admins(services: Services) -> None:
    from bot.post_links import NoBotName, ask_bot_name, make_post_link

    led = {account.clinic for account, _telegram_id in await services.members.all() if account.role is Role.ADMIN}
    without = [clinic for clinic in await services.directory.clinics() if clinic.id not in led]
    if not without:
        return
    try:
        bot_name = await ask_bot_name(load_and_configure())
    except NoBotName:
        typer.echo("Telegram не отвечает. Ссылки для администраторов даст потом registratura staff invite-admins")
        return
    typer.echo("Ссылки для администраторов: каждая действует один раз, 24 часа. Отправьте её тому, кто им будет.")
    for clinic in without:
        typer.echo(f"{clinic.name}: {await make_post_link(services, bot_name, clinic.id, Role.ADMIN)}")


async def _clinic(services: Services, clinic_id: ClinicId) -> Clinic:
    clinics = {clinic.id: clinic for clinic in await services.directory.clinics()}
    chosen = clinics.get(clinic_id)
    if chosen is None:
        listed = ", ".join(f"{clinic.id} {clinic.name}" for clinic in clinics.values())
        raise typer.BadParameter(f"there is no clinic {clinic_id}; there are: {listed or 'none at all yet'}")
    return chosen


async def _remove(services: Services, telegram_id: int) -> None:
    dismissed = await services.members.dismiss(telegram_id, by=_system_user())
    if dismissed is None or dismissed.clinic is None:
        typer.echo(f"{telegram_id} is not a member of a clinic's staff.", err=True)
        raise typer.Exit(FAILED)
    clinic = await services.directory.clinic(dismissed.clinic)
    typer.echo(f"{telegram_id} is {dismissed.role} at {clinic.name} no longer.")


def _system_user() -> str:
    from bot.person_acts import system_user

    return system_user()
