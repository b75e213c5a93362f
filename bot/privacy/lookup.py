"""The operator's search: whom a quoted number belongs to, and what is stored about that person, in short."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.account.records import Consent, Contact
from bot.booking.records import AppointmentCard
from bot.core.clock import Clock
from bot.core.deeds import Actor, AuditEntry, Deed, Subject
from bot.core.patient import Patient
from bot.core.people import Account
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.glossary import AccountId
from bot.privacy.records import Quoted, Source, Trace, UndoableMove

ACTS_SHOWN = 10


class FoundPerson(NamedTuple):
    account: Account
    contact: Contact
    consents: Sequence[Consent]
    """the newest of each purpose, revoked ones included"""
    patients: Sequence[Patient]
    visits: Sequence[AppointmentCard]
    """upcoming ones"""
    moves: Sequence[UndoableMove]
    """takeovers from or to this account that can still be undone"""
    acts: Sequence[AuditEntry]
    """what operators have done to the account, the newest first"""


class Found(NamedTuple):
    traces: Sequence[Trace]
    people: Sequence[FoundPerson]


class Lookup:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    @writes
    async def find(self, uow: UnitOfWork, quoted: Quoted, operator: str) -> Found:
        """Return all that fits, and note in the journal of each account that the operator has looked at it."""
        now = self._clock.now()
        traces = await _traces(uow, quoted)
        accounts = dict.fromkeys(account for trace in traces for account in trace.accounts)
        people = [await _person(uow, account, now) for account in accounts]
        for person in people:
            actor = Actor.operator(person.account.id, operator)
            await uow.audit.add(actor, Deed.LOOKED_UP, Subject.own_account(), now)
        return Found(traces, people)


async def _traces(uow: UnitOfWork, quoted: Quoted) -> Sequence[Trace]:
    found = list(await uow.lookup.of_ref(quoted.ref)) if quoted.ref else []
    if quoted.phone and (owner := await uow.contacts.find_owner(quoted.phone)) is not None:
        found.append(Trace(Source.PHONE, [owner]))
    if quoted.telegram_id and (account := await uow.accounts.find(quoted.telegram_id)) is not None:
        found.append(Trace(Source.TELEGRAM_ID, [account.id]))
    if quoted.account and await uow.accounts.get(quoted.account) is not None:
        found.append(Trace(Source.ACCOUNT, [quoted.account]))
    if quoted.policy_number and (people := await uow.lookup.of_policy(quoted.policy_number)):
        found.append(Trace(Source.POLICY, people))
    if quoted.card and (people := await uow.lookup.of_card(quoted.card)):
        found.append(Trace(Source.CARD, people))
    if quoted.visit and (visit := await uow.lookup.of_visit(quoted.visit)) is not None:
        found.append(visit)
    return found


async def _person(uow: UnitOfWork, account: AccountId, now: datetime) -> FoundPerson:
    return FoundPerson(
        await uow.accounts.require(account),
        await uow.contacts.get(account),
        await uow.consents.list_of(account),
        await uow.patients.list_of(account),
        await uow.appointments.upcoming(account, now),
        await uow.lookup.moves_of(account, now),
        await uow.audit.list_of_operators(account, ACTS_SHOWN),
    )
