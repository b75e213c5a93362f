"""What `registratura person` does: the same use cases as in the chat, with the operator as the actor."""

from __future__ import annotations

import os
import pwd
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NoReturn

import typer

from bot.app import make_services, open_clock, open_store
from bot.booking.errors import OutcomePending
from bot.command_line import FAILED, MISCONFIGURED
from bot.core import limits
from bot.core.clock import Clock
from bot.core.deeds import Actor
from bot.core.i18n import MOSCOW, load_catalogues, speak
from bot.core.people import Purpose
from bot.core.tasks import Tasks
from bot.delivery.paper import NotPrinted
from bot.documents.programs import LimitedPrograms
from bot.person_report import at_desk, print_json, print_tables, report
from bot.privacy.export import as_json as json_of
from bot.privacy.lifetimes import ERASE_AFTER_WITHDRAWAL
from bot.privacy.lookup import Found, FoundPerson
from bot.privacy.rules import read_quoted
from bot.services import Services
from bot.settings import Settings
from dialogs.privacy.export_paper import export_paper


@asynccontextmanager
async def open_acts(settings: Settings) -> AsyncIterator[Acts]:
    """Open the database beside the bot that may be running on it."""
    load_catalogues()
    async with AsyncExitStack() as stack:
        tasks = Tasks()
        store = await stack.enter_async_context(open_store(settings))
        clock = await open_clock(settings, stack)
        programs = LimitedPrograms()
        stack.push_async_callback(programs.close)
        services = make_services(store, clock, tasks, settings, programs=programs)
        stack.push_async_callback(tasks.drain, limits.DRAIN_TIMEOUT)
        with speak(settings.default_language):
            yield Acts(services, clock, system_user())


def system_user() -> str:
    """Return the name of the operating system's user, and behind root the one who has become root."""
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:  # a container may run under a number without a name
        name = f"uid {number}"
    behind = os.environ.get("SUDO_USER")
    return f"{behind} as {name}" if number == 0 and behind else name


def refuse(sentence: str, code: int = FAILED) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(code)


class Acts:
    """``operator`` is the operating system's user, who stands in the journal."""

    def __init__(self, services: Services, clock: Clock, operator: str) -> None:
        self._services, self._clock, self._operator = services, clock, operator

    async def find(self, typed: str, *, show: bool, as_json: bool) -> None:
        (print_json if as_json else print_tables)(report(await self._find(typed, detailed=show)))

    async def desk(self, typed: str, *, show: bool, as_json: bool) -> None:
        found = await self._services.desk_lookup.find(typed, self._operator)
        if found is None:
            refuse("No clinic has such a visit, record or policy check: write it as the desk shows it: «приём 1234».")
        tree = at_desk(found, detailed=show)
        say(tree, "\n".join(f"{name}: {value}" for name, value in tree.items()), as_json=as_json)

    async def export(self, typed: str, account: int | None, to: Path, *, as_json: bool) -> None:
        """The JSON file is written first: the PDF may be too long to print."""
        found = await self._one(typed, account)
        now, export = self._clock.now(), self._services.export
        tree = await export.gather(found.account.id, by=self._actor(found))
        name = f"account-{found.account.id}-{now.astimezone(MOSCOW):%Y-%m-%d-%H%M}"
        written = [write_private(to / f"{name}.json", json_of(tree))]
        try:
            written.append(write_private(to / f"{name}.pdf", await export.print_paper(export_paper(tree, now))))
        except NotPrinted:
            typer.echo("There is too much for a PDF: only the JSON file is written.", err=True)
        say({"files": [str(path) for path in written]}, "\n".join(str(path) for path in written), as_json=as_json)

    async def withdraw(
        self, typed: str, account: int | None, consents: Sequence[Purpose], *, sure: bool, as_json: bool
    ) -> None:
        found = await self._one(typed, account)
        given = {consent.purpose for consent in found.consents if consent.revoked_at is None}
        purposes = [purpose for purpose in consents if purpose in given]
        if not purposes:
            refuse(f"Account {found.account.id} has not given this consent, or it is withdrawn already.")
        names = ", ".join(purposes)
        confirm(f"Withdraw {names} of account {found.account.id}?", sure=sure)
        for purpose in purposes:
            await self._services.consents.revoke(found.account.id, purpose, by=self._actor(found))
        days = ERASE_AFTER_WITHDRAWAL.days
        note = (
            "" if purposes == [Purpose.REMINDERS] else f" Everything is erased in {days} days unless it is given again."
        )
        say(
            {"account": found.account.id, "withdrawn": purposes},
            f"Withdrawn for account {found.account.id}: {names}.{note}",
            as_json=as_json,
        )

    async def erase(self, typed: str, account: int | None, *, keep_visits: bool, sure: bool, as_json: bool) -> None:
        found = await self._one(typed, account)
        held = found.holdings
        visits = f"leave {held.visits}" if keep_visits else f"cancel {held.unshared_visits}"
        what = f"{held.patients} children ({held.shared} stay with others), {visits} visits ahead"
        confirm(f"Erase account {found.account.id}: {what}?", sure=sure)
        try:
            number = await self._services.erasure.erase(
                found.account.id, keep_visits=keep_visits, by=self._actor(found)
            )
        except OutcomePending:
            refuse("Nothing is erased: the clinic has not answered about a visit yet. Try again in a minute.")
        say(
            {"account": found.account.id, "erasure": number},
            f"Account {found.account.id} is erased. The number of the erasure is {number}.",
            as_json=as_json,
        )

    async def undo(self, typed: str, takeover: int | None, *, sure: bool, as_json: bool) -> None:
        people = (await self._find(typed)).people
        made = {each.takeover: each for found in people for each in found.moves}
        chosen = [each for each in made.values() if takeover in (None, each.takeover)]
        if not made:
            refuse("No takeover of these accounts can be undone: none was made, or its 30 days are over.")
        if len(chosen) != 1:
            refuse(f"Choose one by --takeover: {', '.join(map(str, made))}.", MISCONFIGURED)
        [move] = chosen
        confirm(f"Return everything from account {move.new} to account {move.old}?", sure=sure)
        await self._services.takeovers.undo(Actor.operator(move.old, self._operator), move.takeover)
        say(
            {"takeover": move.takeover, "returned_to": move.old},
            f"Everything has returned to account {move.old}; both accounts are told.",
            as_json=as_json,
        )

    def _actor(self, found: FoundPerson) -> Actor:
        return Actor.operator(found.account.id, self._operator)

    async def _find(self, typed: str, *, detailed: bool = False) -> Found:
        """Return what is found, at least one thing; else end with a sentence."""
        quoted = read_quoted(typed)
        if quoted.is_unreadable:
            refuse("This is no telephone, policy number, Telegram id or number of the bot.", MISCONFIGURED)
        found = await self._services.lookup.find(quoted, self._operator, detailed=detailed)
        if not found.traces:
            hint = " Eight digits and letters may be the number of a failure: look for it in the log."
            refuse(f"Nobody is found by this.{hint if quoted.is_failure else ''}")
        return found

    async def _one(self, typed: str, wanted: int | None) -> FoundPerson:
        """Return the one account that is meant, else end with a sentence."""
        people = (await self._find(typed)).people
        if not people:
            refuse("What is found belongs to no account any more: `person find` shows what it was.")
        chosen = [found for found in people if wanted in (None, found.account.id)]
        if len(chosen) != 1:
            refuse(f"Choose one by --account: {numbers(people)}.", MISCONFIGURED)
        return chosen[0]


def numbers(people: Sequence[FoundPerson]) -> str:
    return ", ".join(str(found.account.id) for found in people)


def confirm(question: str, *, sure: bool) -> None:
    """Ask once more; without a terminal there is nobody to ask, so ``--yes`` is demanded."""
    if sure:
        return
    if not sys.stdin.isatty():
        refuse(f"{question} Add --yes to do it.", MISCONFIGURED)
    if not typer.confirm(question, err=True):
        refuse("Nothing is done.")


def say(tree: dict[str, object], sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_json(tree)
    else:
        typer.echo(sentence)


def write_private(path: Path, content: bytes) -> Path:
    """Write a new file that only its owner may read; an existing one is left alone."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as trouble:
        refuse(f"{path} cannot be written: {os.strerror(trouble.errno or 0)}.")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    return path
