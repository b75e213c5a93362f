"""«Вся переписка»: an application, each sending, step and answer, and what the bot has written about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.applications.applications import Applications
from bot.applications.confirmation import start_word
from bot.applications.news import (
    ApplicationAnswered,
    ApplicationByOther,
    ApplicationLate,
    ApplicationNews,
    ApplicationStuck,
)
from bot.applications.records import SentVersion
from bot.applications.seen import Followed
from bot.applications.sent import versions_of
from bot.core.budgets import Budget
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.transactions import Storage, UnitOfWork
from bot.delivery.paper import Paper, Printer
from bot.glossary import AccountId, ApplicationId


class SentNotice(NamedTuple):
    """A message of the bot about the application; ``kind`` is that of its news."""

    at: datetime
    kind: str


class Correspondence(NamedTuple):
    """``notices`` are those to the account that asks, the first one first; ``link`` is the text of the QR code."""

    followed: Followed
    versions: Sequence[SentVersion]
    notices: Sequence[SentNotice]
    link: str


class Correspondences:
    def __init__(self, storage: Storage, applications: Applications, printer: Printer, clock: Clock) -> None:
        self._storage, self._applications, self._printer, self._clock = storage, applications, printer, clock

    async def of(self, account: AccountId, application: ApplicationId, username: str) -> Correspondence:
        """Return everything about an application to a representative of its patient, and note it in the journal.

        ``username`` is the bot's. Raises NotYours, OverBudget.
        """
        followed = await self._applications.follow(account, application)

        async def look(uow: UnitOfWork) -> Correspondence:
            now, versions = self._clock.now(), await versions_of(uow, account, application)
            await uow.budgets.spend(account, Budget.CARD_FILE, now)
            subject = Subject.patient(followed.patient.id)
            await uow.audit.add(Actor.account(account), Deed.CORRESPONDENCE_PRINTED, subject, now)
            link = f"https://t.me/{username}?start={start_word(uow.application_codes.make(application))}"
            return Correspondence(followed, versions, await _notices(uow, account, application), link)

        return await self._storage.write(look)

    async def print_paper(self, paper: Paper) -> bytes:
        """Return the PDF. Raises NotPrinted."""
        return await self._printer.print_paper(paper)


async def _notices(view: UnitOfWork, account: AccountId, application: ApplicationId) -> list[SentNotice]:
    every: list[ApplicationNews] = [
        ApplicationAnswered(account, application),
        ApplicationLate(account, application),
        ApplicationStuck(account, application, ""),
        ApplicationByOther(account, application),
    ]
    found = [
        SentNotice(at, each.kind)
        for each in every
        for at in await view.outbox.sent_moments(account, each.kind, each.dedup)
    ]
    return sorted(found)
