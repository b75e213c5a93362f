"""The operator's search: whom a quoted number belongs to, and what is stored about that person, in short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.account.records import Consent, Contact
from bot.booking.records import AppointmentCard
from bot.core.clock import Clock
from bot.core.deeds import Actor, AuditEntry, Deed, Subject
from bot.core.patient import Patient
from bot.core.people import Account
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.glossary import AccountId, PatientId
from bot.patients.records import Detail
from bot.privacy.records import Holdings, Quoted, Source, Trace, UndoableMove

ACTS_SHOWN = 10


class Details(NamedTuple):
    """What names a person; it is decrypted only if it is wanted."""

    telegram_id: int | None
    """None if no key opens it"""
    contact: Contact
    patients: Sequence[Patient]
    more: Mapping[PatientId, Mapping[Detail, str]]
    """the optional facts about each child, such as the address"""
    visits: Sequence[AppointmentCard]
    """upcoming ones"""


class FoundPerson(NamedTuple):
    account: Account
    consents: Sequence[Consent]
    """the newest of each purpose, revoked ones included"""
    holdings: Holdings
    moves: Sequence[UndoableMove]
    """takeovers from or to this account that can still be undone"""
    acts: Sequence[AuditEntry]
    """what operators have done to the account, the newest first"""
    details: Details | None


class Found(NamedTuple):
    traces: Sequence[Trace]
    people: Sequence[FoundPerson]


class Lookup:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    @writes
    async def find(self, uow: UnitOfWork, quoted: Quoted, operator: str, *, detailed: bool = False) -> Found:
        """Return all that fits, and note in the journal of each account that the operator has looked at it.

        Only ``detailed`` decrypts, so a person with a damaged row is found without it.
        """
        now = self._clock.now()
        traces = await _traces(uow, quoted)
        accounts = dict.fromkeys(account for trace in traces for account in trace.accounts)
        people = [await _person(uow, account, now, detailed) for account in accounts]
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


async def _person(uow: UnitOfWork, account: AccountId, now: datetime, detailed: bool) -> FoundPerson:
    return FoundPerson(
        await uow.accounts.require(account),
        await uow.consents.list_of(account),
        await uow.lookup.count(account, now),
        await uow.lookup.moves_of(account, now),
        await uow.audit.list_of_operators(account, ACTS_SHOWN),
        await _details(uow, account, now) if detailed else None,
    )


async def _details(uow: UnitOfWork, account: AccountId, now: datetime) -> Details:
    patients = await uow.patients.list_of(account)
    return Details(
        await uow.accounts.telegram_id_of(account),
        await uow.contacts.get(account),
        patients,
        {each.id: await uow.patients.details(each.id) for each in patients},
        await uow.appointments.upcoming(account, now),
    )
