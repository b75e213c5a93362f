"""Moving: what an account has goes to another account, and comes back if the move is undone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.account.records import Move, Takeover
from bot.booking.reminders import Reminders
from bot.core.errors import NotYours
from bot.core.transactions import UnitOfWork
from bot.family.representatives import access_revoked
from bot.glossary import AccountId, PatientId

UNDO_WITHIN = timedelta(days=30)
"""The old account is suspended for so long; then what it had is deleted."""


async def move(
    uow: UnitOfWork,
    takeover: Takeover,
    reminders: Reminders,
    now: datetime,
    patients: Collection[PatientId] | None = None,
) -> Move:
    """Let the new account act for the old one's patients, all by default; the old account is suspended for them.

    Nothing is merged and nothing is deleted. With the last patient the drafts, the news and the phone move too.
    Raises NotYours if the old account is erased, or the new one may not store patients.
    """
    old, new = takeover.old, await uow.accounts.get(takeover.new)
    if old is None or new is None or not new.is_served:
        raise NotYours
    await uow.moves.add(takeover, old, now, now + UNDO_WITHIN)
    made = await uow.moves.find(takeover.id)
    assert made is not None  # noqa: S101 - added above
    every = [patient.id for patient in await uow.patients.list_of(old)]
    given = [patient for patient in every if patients is None or patient in patients]
    for patient in given:
        await uow.moves.give_patient(made, new.id, patient, now)
        await uow.family.drop_invitations(patient)
    await uow.moves.give_recorded(made, new.id)
    if len(given) == len(every):
        await uow.moves.give_the_rest(made, new.id)
        await _give_contacts(uow, made, new.id)
    await reminders.plan_for(uow, new.id, now)
    return made


async def _give_contacts(uow: UnitOfWork, made: Move, new: AccountId) -> None:
    """Give the phone to the new account and a copy of the e-mail, if it has none."""
    if await uow.contacts.find_owner(made.phone) == made.old:
        await uow.contacts.set_phone(made.old, None)
        await uow.contacts.set_phone(new, made.phone)
    email = (await uow.contacts.get(made.old)).email
    if email and (await uow.contacts.get(new)).email is None:
        await uow.contacts.set_email(new, email)


async def undo(uow: UnitOfWork, made: Move, reminders: Reminders, now: datetime) -> None:
    """Return everything to the old account; who was let in since the move acts no more."""
    let_in: dict[PatientId, list[AccountId]] = {}
    for patient in await uow.moves.list_suspended(made.takeover, made.old):
        let_in[patient] = list(await uow.moves.list_let_in(made, patient))
        await uow.moves.restore(made.old, patient)
    if made.new is not None:
        for twin in await uow.moves.list_suspended(made.takeover, made.new):
            await uow.moves.restore(made.new, twin)
    await uow.moves.restore_rows(made)
    for patient, accounts in let_in.items():
        await uow.family.drop_invitations(patient)
        await uow.moves.end_sharing(made, patient)
        if made.new is not None and made.new in accounts:  # else it acted before the move, and its news is its own
            await uow.moves.give_news(made.new, made.old, patient)
        for account in accounts:
            await _end_access(uow, made, patient, account, now)
    await _return_contacts(uow, made)
    await reminders.plan_for(uow, made.old, now)
    await uow.moves.drop(made.takeover)


async def _end_access(uow: UnitOfWork, made: Move, patient: PatientId, account: AccountId, now: datetime) -> None:
    if account != made.new:
        lost = await uow.patients.require(made.old, patient)
        await uow.outbox.add((await access_revoked(uow, account, lost)).due(now), now)
    await uow.representatives.give_visits(patient, account, made.old)
    await uow.moves.end(account, patient)


async def _return_contacts(uow: UnitOfWork, made: Move) -> None:
    """Return the phone, unless a third account has it; remove the copy of the e-mail."""
    old, new = await uow.contacts.get(made.old), made.new
    holder = await uow.contacts.find_owner(made.phone)
    if old.phone is None and holder in (None, new):
        if holder is not None:
            await uow.contacts.set_phone(holder, None)
        await uow.contacts.set_phone(made.old, made.phone)
    if new is not None and old.email and (await uow.contacts.get(new)).email == old.email:
        await uow.contacts.set_email(new, None)
