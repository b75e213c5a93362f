"""The card of a patient as a file that a parent takes to a clinic."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from bot.core.budgets import Budget
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.patient import Patient
from bot.core.transactions import Storage, UnitOfWork
from bot.delivery.paper import Paper, Printer
from bot.glossary import AccountId, PatientId
from bot.patients.records import Detail


class PrintedCard(NamedTuple):
    """What the paper says of one patient."""

    patient: Patient
    details: Mapping[Detail, str]
    clinic: Clinic | None
    valid_until: date | None
    """the last day of the policy according to the register"""


class CardFiles:
    def __init__(self, storage: Storage, printer: Printer, clock: Clock) -> None:
        self._storage, self._printer, self._clock = storage, printer, clock

    async def card(self, account: AccountId, patient: PatientId) -> PrintedCard:
        """Record that the card is printed and return what the paper says. Raises NotYours, OverBudget."""

        async def record(uow: UnitOfWork) -> Patient:
            found, now = await uow.patients.require(account, patient), self._clock.now()
            await uow.budgets.spend(account, Budget.CARD_FILE, now)
            await uow.audit.add(Actor.account(account), Deed.CARD_PRINTED, Subject.patient(patient), now)
            return found

        found = await self._storage.write(record)

        async def look_up(view: UnitOfWork) -> PrintedCard:
            clinic = None if found.clinic is None else await view.directory.clinic(found.clinic)
            watched = await view.checks.watched(patient)
            return PrintedCard(found, await view.patients.details(patient), clinic, watched.valid_until)

        return await self._storage.read(look_up)

    async def print_paper(self, paper: Paper) -> bytes:
        """Return the PDF. Raises NotPrinted."""
        return await self._printer.print_paper(paper)
