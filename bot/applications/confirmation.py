"""The confirmation of an application: a paper with its history and a code that the clinic's desk checks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.applications.applications import Applications
from bot.applications.policy_requests import PolicyRequests
from bot.applications.records import SentVersion
from bot.applications.seen import AnyFollowed
from bot.applications.sent import forms_of, versions_of
from bot.core.budgets import Budget
from bot.core.clock import Clock
from bot.core.transactions import Storage, UnitOfWork
from bot.delivery.paper import Paper, Printer
from bot.glossary import AccountId, ApplicationId, PolicyRequestId

WORD = "application"
"""the first word of the deep link"""
IN_TEXT = re.compile(rf"(?:^|[?&]start=){WORD}_([A-Za-z0-9_-]+)$")


class Confirmation(NamedTuple):
    """What the paper says; ``link`` is the text of its QR code."""

    followed: AnyFollowed
    versions: Sequence[SentVersion]
    """what the clinic was sent, the first sending first"""
    link: str


class Confirmations:
    def __init__(
        self, storage: Storage, applications: Applications, policies: PolicyRequests, printer: Printer, clock: Clock
    ) -> None:
        self._storage, self._printer, self._clock = storage, printer, clock
        self._applications, self._policies = applications, policies

    async def of(self, account: AccountId, application: ApplicationId, username: str) -> Confirmation:
        """Return what the paper says. ``username`` is the bot's. Raises NotYours, OverBudget."""
        followed = await self._applications.follow(account, application)

        async def look(uow: UnitOfWork) -> Confirmation:
            await uow.budgets.spend(account, Budget.CARD_FILE, self._clock.now())
            versions = await versions_of(uow, account, application)
            return Confirmation(followed, versions, link_of(username, uow.application_codes.make(application)))

        return await self._storage.write(look)

    async def of_policy(self, account: AccountId, request: PolicyRequestId, username: str) -> Confirmation:
        """Return what the paper of an application for a policy says. Raises NotYours, OverBudget."""
        followed = await self._policies.follow(account, request)

        async def look(uow: UnitOfWork) -> Confirmation:
            await uow.budgets.spend(account, Budget.CARD_FILE, self._clock.now())
            versions = await forms_of(uow, followed.request)
            return Confirmation(followed, versions, link_of(username, uow.application_codes.make_for_policy(request)))

        return await self._storage.write(look)

    async def print_paper(self, paper: Paper) -> bytes:
        """Return the PDF. Raises NotPrinted."""
        return await self._printer.print_paper(paper)


def link_of(username: str, code: str) -> str:
    """Return the deep link of a code; ``username`` is the bot's. It passes 42 characters to the bot."""
    return f"https://t.me/{username}?start={WORD}_{code}"


def code_in(text: str) -> str | None:
    """Return the code in the text of a QR code, or in a link that was typed; None if the text is no such link."""
    found = IN_TEXT.search(text.strip())
    return found[1] if found else None
