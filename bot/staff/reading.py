"""Reading at the desk is an event: it is journaled once a day for each member and visit, and costs a name.

Who is shown more of a visit than before on that day pays again: opening a visit of the list costs a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.account.rules.access_code import UNLOCKED_FOR
from bot.booking.records import Appointment
from bot.clinics.desk_port import ClinicVisit
from bot.core.budgets import Budget
from bot.core.clinic import Clinic
from bot.core.deeds import Actor, Deed, Subject
from bot.core.people import Account
from bot.core.timing import day_bounds, local_day
from bot.core.transactions import UnitOfWork

READINGS: Mapping[Deed, int] = {
    Deed.NAME_LISTED: 0,
    Deed.NAME_FOUND: 1,
    Deed.VISIT_READ: 2,
    Deed.MATTER_READ: 2,
    Deed.DESK_CHECK_READ: 2,
    Deed.APPLICATION_READ: 2,
    Deed.PERSON_READ: 2,
}
"""how much each shows: a name in a list, a name that was looked for by its letters, a visit or a card"""


async def journal_visits(
    uow: UnitOfWork,
    reader: Account,
    clinic: Clinic,
    visits: Sequence[ClinicVisit],
    deed: Deed,
    now: datetime,
    most: int | None = None,
) -> int:
    """Journal that a member of the staff is shown these visits; return how many names the last hour has cost.

    A visit that was booked through the bot gets the entry in the journal of its card, where the parents read it.
    ``most`` is what all of them cost together at most. Raises OverBudget: then nothing may be shown.
    """
    subjects = await subjects_of_visits(uow, visits)
    return await journal_readings(uow, reader, clinic, subjects, deed, now, most)


async def journal_readings(
    uow: UnitOfWork,
    reader: Account,
    clinic: Clinic,
    subjects: Sequence[Subject],
    deed: Deed,
    now: datetime,
    most: int | None = None,
) -> int:
    """Do the same for anything with a name on it, such as the card of a desk matter."""
    actor, used = Actor.staff(reader.id, clinic.id), 0
    since, _until = day_bounds(local_day(now, clinic.zone), clinic.zone)
    known = await uow.audit.deeds_since(actor, subjects, since)
    shown = {
        subject: max([READINGS[each] for each in deeds if each in READINGS], default=-1)
        for subject, deeds in known.items()
    }
    if names := sum(each < READINGS[deed] for each in shown.values()):
        used = await uow.budgets.spend(reader.id, Budget.DESK_NAMES, now, names if most is None else min(names, most))
    new = [each for each, deeds in known.items() if deed not in deeds and shown[each] <= READINGS[deed]]
    await uow.audit.add_each(actor, deed, new, now)
    return used


async def journal_showing(
    uow: UnitOfWork,
    reader: Account,
    clinic: Clinic,
    subjects: Sequence[Subject],
    now: datetime,
    deed: Deed = Deed.DATA_SHOWN,
) -> int:
    """Journal each time that full data are shown; the first time of a day costs a name. Raises OverBudget.

    Return how many names the last hour has cost.
    """
    actor, used = Actor.staff(reader.id, clinic.id), 0
    since, _until = day_bounds(local_day(now, clinic.zone), clinic.zone)
    known = await uow.audit.deeds_since(actor, subjects, since)
    if names := sum(deed not in known[subject] for subject in subjects):
        used = await uow.budgets.spend(reader.id, Budget.DESK_NAMES, now, names)
    await uow.audit.add_each(actor, deed, subjects, now)
    return used


async def subjects_of_visits(uow: UnitOfWork, visits: Sequence[ClinicVisit]) -> list[Subject]:
    """Return for each the visit of the bot, whose parents read the entry, else the desk's own."""
    booked = await booked_in_bot(uow, visits)
    return [
        Subject.appointment(booked[each.number].id) if each.number in booked else Subject.visit(each.number)
        for each in visits
    ]


async def booked_in_bot(view: UnitOfWork, visits: Iterable[ClinicVisit]) -> dict[int, Appointment]:
    """Return the bot's own visits by the desk's numbers, in as few queries for many as for one."""
    keys = {visit.number: visit.booking.key for visit in visits}
    found = await view.appointments.of_keys(key for key in keys.values() if key is not None)
    return {number: found[key] for number, key in keys.items() if key is not None and key in found}


async def keep_desk_open(uow: UnitOfWork, member: Account, now: datetime) -> None:
    """Ask for the access code again only after the desk was left alone for as long as a code opens it.

    At most one write in five minutes.
    """
    until = member.lock.open_until if member.lock else None
    if until is not None and now < until < now + UNLOCKED_FOR * 2 / 3:
        await uow.access_codes.unlock(member.id, now + UNLOCKED_FOR)
