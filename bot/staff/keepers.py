"""Who keeps a visit of the desk in the bot: whether anybody can be told of a change, and whether that has arrived."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from bot.appointments.news import CancelledByClinic, MovedByClinic
from bot.booking.records import Appointment, WhatParentSays
from bot.clinics.desk_port import ClinicVisit
from bot.clinics.port import Booking
from bot.core.errors import NotYours
from bot.core.people import Account
from bot.core.transactions import UnitOfWork
from bot.delivery.news import OutboxStatus, SentNews
from bot.glossary import Ref, SystemName
from bot.patients.consenting import phone_for_desk, phones_for_desk
from bot.staff.reading import booked_in_bot

CHANGES = (CancelledByClinic, MovedByClinic)
"""what tells a representative that the clinic has changed a visit"""


class Reach(StrEnum):
    """Whether a message of the bot reaches a representative of the patient."""

    IN_BOT = "IN_BOT"
    BLOCKED = "BLOCKED"
    """whoever keeps the patient has blocked the bot, or has taken a required consent back"""
    NOBODY = "NOBODY"
    """the visit was not booked in the bot, so nobody is told of it"""


class Arrival(StrEnum):
    """What became of the message about the clinic's last change of a visit."""

    NONE = "NONE"
    WAITS = "WAITS"
    ARRIVED = "ARRIVED"
    FAILED = "FAILED"


class Keepers(NamedTuple):
    """``ref``, ``phone`` and ``papers_at`` are those of the account that booked, as far as a desk may see them.

    ``at`` is when the message arrived, or is due while it waits.
    """

    reach: Reach
    ref: Ref | None = None
    phone: str | None = None
    papers_at: datetime | None = None
    arrival: Arrival = Arrival.NONE
    at: datetime | None = None
    said: WhatParentSays | None = None
    """what a parent has said of the visit; None if it is none of the bot's"""


async def find_keepers(view: UnitOfWork, system: SystemName, booking: Booking) -> Keepers:
    booked = None if booking.key is None else await view.appointments.find_of_key(booking.key)
    if booked is None:
        return Keepers(Reach.NOBODY, said=await view.presence.of_booking(system, booking.ref))
    arrival, at = what_became(await view.outbox.list_of(booked.id, CHANGES))
    return Keepers(
        await _reach(view, booked),
        booked.ref,
        await phone_for_desk(view, booked.account, booked.patient) or None,
        await _papers_at(view, booked),
        arrival,
        at,
        await view.presence.of_booking(system, booking.ref),
    )


async def find_unreached(view: UnitOfWork, visits: Sequence[ClinicVisit]) -> dict[int, str]:
    """Return the visits of which no message of the bot tells anybody, by the desk's numbers.

    The value is the phone of the account that booked, "" if a desk may see none.
    """
    booked = await booked_in_bot(view, visits)
    viewers = await view.representatives.viewers_of_cards(each.patient for each in booked.values())
    accounts = await view.accounts.list_of({account for several in viewers.values() for account in several})
    served = {account.id for account in accounts if _is_reached(account)}
    reached = {number for number, each in booked.items() if served.intersection(viewers.get(each.patient, ()))}
    alone = [visit.number for visit in visits if visit.number not in reached]
    askers = {number: (each.account, each.patient) for number, each in booked.items() if number in {*alone}}
    phones = await phones_for_desk(view, {*askers.values()})
    return {number: phones[askers[number]] if number in askers else "" for number in alone}


def _is_reached(account: Account) -> bool:
    return account.reachable and account.is_served


async def _reach(view: UnitOfWork, booked: Appointment) -> Reach:
    viewers = await view.representatives.viewers(booked.patient)
    if not viewers:
        return Reach.NOBODY
    return Reach.IN_BOT if any(map(_is_reached, await view.accounts.list_of(viewers))) else Reach.BLOCKED


async def _papers_at(view: UnitOfWork, booked: Appointment) -> datetime | None:
    try:
        return (await view.representatives.representation(booked.account, booked.patient)).papers_at
    except NotYours:
        return None


def what_became(messages: Sequence[SentNews]) -> tuple[Arrival, datetime | None]:
    """Return the best that is known of the messages to several accounts: one parent who knows is enough."""
    if not messages:
        return Arrival.NONE, None
    if sent := [each.sent_at for each in messages if each.status is OutboxStatus.SENT]:
        return Arrival.ARRIVED, sent[0]
    waiting = {OutboxStatus.QUEUED, OutboxStatus.CLAIMED}
    if due := [each.due_at for each in messages if each.status in waiting and each.reachable]:
        return Arrival.WAITS, min(due)
    return Arrival.FAILED, None
