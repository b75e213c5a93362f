"""`registratura person`: the operator finds a person, and does on request what the consent promises.

Whom it is about is asked for, or read from standard input: what a shell is given stays in its history.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.command_line import exit_on_error, load_and_configure
from bot.core.people import Purpose

if TYPE_CHECKING:
    from bot.person_acts import Acts

# The whole bot takes a second to load: it is imported when a command runs.

QUESTION = "A telephone, a policy number, a Telegram id, or a number that the bot has told"

person = typer.Typer(help="Find a person, and do on a written request what the consent promises.", no_args_is_help=True)

Show = Annotated[bool, typer.Option("--show", help="print names, telephones and policy numbers too")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON instead of tables")]
Number = Annotated[int | None, typer.Option("--account", help="which account, where several are found")]
Yes = Annotated[bool, typer.Option("--yes", help="do not ask once more")]


class Which(StrEnum):
    """Which consents are withdrawn."""

    REPRESENTATIVE = "representative"
    PATIENT = "patient"
    REMINDERS = "reminders"
    ALL = "all"

    @property
    def purposes(self) -> tuple[Purpose, ...]:
        return tuple(purpose for purpose in Purpose if self is Which.ALL or purpose.value == self.value.upper())


@person.command()
def find(show: Show = False, as_json: AsJson = False) -> None:
    """Show whom a telephone, a policy or a number belongs to; each account's journal notes it."""
    run(lambda acts, typed: acts.find(typed, show=show, as_json=as_json))


@person.command()
def desk(show: Show = False, as_json: AsJson = False) -> None:
    """Show whom a number of the desk's own belongs to, such as «приём 1234», «карточка 17»; the journal notes it."""
    run(lambda acts, typed: acts.desk(typed, show=show, as_json=as_json))


@person.command()
def export(
    to: Annotated[Path, typer.Option(exists=True, file_okay=False, writable=True, help="the folder for the files")],
    account: Number = None,
    as_json: AsJson = False,
) -> None:
    """Write everything that is kept of a person into a JSON and a PDF file, which only you can read."""
    run(lambda acts, typed: acts.export(typed, account, to, as_json=as_json))


@person.command()
def withdraw(
    consent: Annotated[Which, typer.Option(help="which consent", case_sensitive=False)],
    account: Number = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Withdraw a consent that a person has taken back in writing."""
    run(lambda acts, typed: acts.withdraw(typed, account, consent.purposes, sure=yes, as_json=as_json))


@person.command()
def erase(
    account: Number = None,
    keep_visits: Annotated[bool, typer.Option("--keep-visits", help="leave the visits at the clinic")] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Erase everything of a person who has asked for it in writing; visits are cancelled at the clinic first."""
    run(lambda acts, typed: acts.erase(typed, account, keep_visits=keep_visits, sure=yes, as_json=as_json))


@person.command()
def undo(
    takeover: Annotated[int | None, typer.Option(help="which takeover, where several can be undone")] = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Undo a takeover: everything returns to the old account, within 30 days."""
    run(lambda acts, typed: acts.undo(typed, takeover, sure=yes, as_json=as_json))


def run(act: Callable[[Acts, str], Awaitable[None]]) -> None:
    """Ask whom it is about and do it; the bot may run meanwhile."""

    async def work() -> None:
        from bot.person_acts import open_acts

        async with open_acts(settings) as acts:
            await act(acts, typed)

    with exit_on_error():
        settings = load_and_configure()
        typed = ask_for_person()
        asyncio.run(work())


def ask_for_person() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt(QUESTION, err=True))
    return sys.stdin.readline()
