"""Read the visits of an account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.booking import rules
from bot.booking.news import BookedByOther, BookingAnswered, MovedByOther, VisitNews, VisitReminder
from bot.booking.records import AppointmentCard, Presence
from bot.clinics.port import BookingStatus
from bot.core.clock import Clock
from bot.core.errors import NotYours
from bot.core.pages import last_page
from bot.core.readable import Readable
from bot.core.refs import read_ref
from bot.core.transactions import Storage, UnitOfWork, reads
from bot.delivery.errors import NotYet
from bot.glossary import AccountId, AppointmentId

PAST_ON_A_PAGE = 8


class VisitDetails(NamedTuple):
    """A visit with what its screen also shows: until when cancelling is not late, and when its reminder is due."""

    card: AppointmentCard
    deadline: datetime
    reminder: datetime | None
    presence: Presence | None = None
    """what a parent has said of a visit that was noted as missed"""


class PageOfPast(NamedTuple):
    """One page of visits; ``total`` of all pages."""

    visits: Readable[AppointmentCard]
    total: int


class Visits:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    @reads
    async def upcoming(self, view: UnitOfWork, account: AccountId) -> Readable[AppointmentCard]:
        """List the PENDING and live visits of the account's patients that have not ended, by start."""
        return await view.appointments.upcoming(account, self._clock.now())

    @reads
    async def require(self, view: UnitOfWork, account: AccountId, appointment: AppointmentId) -> AppointmentCard:
        """Raises NotYours both for a stranger's visit and for one that does not exist."""
        return await view.appointments.require(account, appointment)

    @reads
    async def find_numbered(self, view: UnitOfWork, account: AccountId, typed: str) -> AppointmentId | None:
        """Return the visit whose Ref was typed; None for any other text, and if the account sees no such visit."""
        ref = read_ref(typed)
        return None if ref is None else await view.visit_numbers.visit_of(ref, account)

    @reads
    async def require_movable(
        self, view: UnitOfWork, account: AccountId, appointment: AppointmentId
    ) -> AppointmentCard:
        """Raises NotYours, NotActive, TooLateToReschedule."""
        card = await view.appointments.require(account, appointment)
        rules.require_reschedulable(card, self._clock.now())
        return card

    @reads
    async def details(self, view: UnitOfWork, account: AccountId, appointment: AppointmentId) -> VisitDetails:
        """Raises NotYours."""
        return await _details(view, account, await view.appointments.require(account, appointment))

    @reads
    async def past(self, view: UnitOfWork, account: AccountId, page: int = 0) -> PageOfPast:
        """Return a page of the visits that are over and were not cancelled, the newest first."""
        now = self._clock.now()
        total = await view.appointments.count_past(account, now)
        skip = last_page(page, total, PAST_ON_A_PAGE) * PAST_ON_A_PAGE
        return PageOfPast(await view.appointments.past(account, now, PAST_ON_A_PAGE, skip), total)

    @reads
    async def has_past(self, view: UnitOfWork, account: AccountId) -> bool:
        return await view.appointments.count_past(account, self._clock.now()) > 0

    @reads
    async def details_of(self, view: UnitOfWork, account: AccountId, card: AppointmentCard) -> VisitDetails:
        """Return the details of a visit that this account has just read."""
        return await _details(view, account, card)

    @reads
    async def find_for(
        self, view: UnitOfWork, message: BookingAnswered | BookedByOther | MovedByOther | VisitReminder
    ) -> AppointmentCard | None:
        """Return the visit of a message, or None if the message is no longer true.

        Raises NotYet while the clinic has not answered.
        """
        card = await find_card(view, message)
        if card is None:
            return None
        if isinstance(message, VisitReminder):
            is_due = card.appointment.is_ahead(self._clock.now()) and await _wants_reminders(view, message.account)
            return card if is_due else None
        if card.appointment.status is BookingStatus.PENDING:
            raise NotYet
        if isinstance(message, BookedByOther | MovedByOther) and not card.appointment.is_live:
            return None
        return card


async def find_card(view: UnitOfWork, message: VisitNews) -> AppointmentCard | None:
    """Return the visit of a message, or None if the account may no longer see it."""
    try:
        return await view.appointments.require(message.account, message.appointment)
    except NotYours:
        return None


async def others_to_tell(view: UnitOfWork, card: AppointmentCard, account: AccountId) -> Sequence[AccountId]:
    """Return who is told that this account changes a visit: everybody else who sees it."""
    return [each.account for each in await view.appointments.viewers(card.appointment.id) if each.account != account]


async def _details(view: UnitOfWork, account: AccountId, card: AppointmentCard) -> VisitDetails:
    deadline = rules.deadline(card.appointment, card.clinic.rules)
    is_missed = card.appointment.status is BookingStatus.NO_SHOW
    return VisitDetails(
        card,
        deadline,
        await view.outbox.due_of(VisitReminder(account, card.appointment.id)),
        await view.presence.of(card.appointment.id) if is_missed else None,
    )


async def _wants_reminders(view: UnitOfWork, account: AccountId) -> bool:
    reader = await view.accounts.get(account)
    return reader is not None and reader.wants_reminders
