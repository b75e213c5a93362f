"""«Вся переписка»: an application, each sending, step and answer, and what the bot has written about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.applications.applications import Applications
from bot.applications.confirmation import link_of
from bot.applications.news import (
    ApplicationAnswered,
    ApplicationByOther,
    ApplicationLate,
    ApplicationStuck,
    PolicyRequestAnswered,
    PolicyRequestLate,
)
from bot.applications.policy_requests import PolicyRequests
from bot.applications.records import SentVersion
from bot.applications.seen import AnyFollowed
from bot.applications.sent import forms_of, versions_of
from bot.core.budgets import Budget
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.transactions import Storage, UnitOfWork
from bot.delivery.news import News
from bot.delivery.paper import Paper, Printer
from bot.glossary import AccountId, ApplicationId, PolicyRequestId


class SentNotice(NamedTuple):
    """A message of the bot about the application; ``kind`` is that of its news, ``error`` a number that it told."""

    at: datetime
    kind: str
    error: str = ""


class Correspondence(NamedTuple):
    """``notices`` are those to the account that asks, the first one first; ``link`` is the text of the QR code."""

    followed: AnyFollowed
    versions: Sequence[SentVersion]
    notices: Sequence[SentNotice]
    link: str


class Correspondences:
    def __init__(
        self, storage: Storage, applications: Applications, policies: PolicyRequests, printer: Printer, clock: Clock
    ) -> None:
        self._storage, self._printer, self._clock = storage, printer, clock
        self._applications, self._policies = applications, policies

    async def of(self, account: AccountId, application: ApplicationId, username: str) -> Correspondence:
        """Return everything about an application to a representative of its patient, and note it in the journal.

        ``username`` is the bot's. Raises NotYours, OverBudget.
        """
        followed = await self._applications.follow(account, application)

        async def look(uow: UnitOfWork) -> Correspondence:
            versions = await versions_of(uow, account, application)
            every: list[News] = [
                ApplicationAnswered(account, application),
                ApplicationLate(account, application),
                ApplicationStuck(account, application, ""),
                ApplicationByOther(account, application),
            ]
            notices = await self._noted(uow, account, followed.application.subject, every)
            return Correspondence(
                followed, versions, notices, link_of(username, uow.application_codes.make(application))
            )

        return await self._storage.write(look)

    async def of_policy(self, account: AccountId, request: PolicyRequestId, username: str) -> Correspondence:
        """Do the same for an application for a policy of the account. Raises NotYours, OverBudget."""
        followed = await self._policies.follow(account, request)

        async def look(uow: UnitOfWork) -> Correspondence:
            every: list[News] = [PolicyRequestAnswered(account, request), PolicyRequestLate(account, request)]
            versions = await forms_of(uow, followed.request)
            notices = await self._noted(uow, account, followed.request.subject, every)
            return Correspondence(
                followed, versions, notices, link_of(username, uow.application_codes.make_for_policy(request))
            )

        return await self._storage.write(look)

    async def _noted(
        self, uow: UnitOfWork, account: AccountId, subject: Subject, every: Sequence[News]
    ) -> list[SentNotice]:
        """Note the printing in the journal; return the messages that were sent, the first one first."""
        now = self._clock.now()
        await uow.budgets.spend(account, Budget.CARD_FILE, now)
        await uow.audit.add(Actor.account(account), Deed.CORRESPONDENCE_PRINTED, subject, now)
        found = [
            SentNotice(at, each.kind, str(facts.get("error", "")))
            for each in every
            for at, facts in await uow.outbox.sent_of(account, each.kind, each.dedup)
        ]
        return sorted(found)

    async def print_paper(self, paper: Paper) -> bytes:
        """Return the PDF. Raises NotPrinted."""
        return await self._printer.print_paper(paper)
