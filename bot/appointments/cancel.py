"""Cancel a visit for a representative."""

from __future__ import annotations

from bot.appointments.news import CancelledByOther
from bot.booking import rules
from bot.booking.news import CancellationAnswered
from bot.booking.records import AppointmentCard, CancelReason
from bot.booking.settle import RETRY_AFTER, Settlement
from bot.booking.visits import VisitDetails, Visits, find_card, others_to_tell
from bot.clinics.port import BookingStatus
from bot.core.budgets import Budget
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.delivery.errors import NotYet
from bot.glossary import AccountId, AppointmentId


class Cancellations:
    def __init__(self, storage: Storage, visits: Visits, settlement: Settlement, clock: Clock) -> None:
        self._storage, self._visits, self._settlement, self._clock = storage, visits, settlement, clock

    async def require_cancellable(self, account: AccountId, appointment: AppointmentId) -> VisitDetails:
        """Raises NotYours; NotActive if the visit is not live or has begun."""
        details = await self._visits.details(account, appointment)
        rules.require_ahead(details.card.appointment, self._clock.now())
        return details

    async def cancel(
        self,
        account: AccountId,
        appointment: AppointmentId,
        message: int | None,
        *,
        counted: bool = True,
        is_excused: bool = False,
    ) -> AppointmentCard:
        """Record the request to cancel and send it to the clinic; a cancelled visit is returned as it is.

        ``message`` is the id of the chat message to edit if the answer comes late; ``counted`` is False for a part of
        something greater; ``is_excused`` is True for a cancellation that never counts as late. Raises NotYours,
        NotActive, OverBudget, and OutcomePending if the clinic takes longer than a tap can wait.
        """
        cancelled = await self._request(account, appointment, message, counted=counted, is_excused=is_excused)
        return cancelled or await self._settlement.wait(account, appointment)

    @writes
    async def _request(
        self,
        uow: UnitOfWork,
        account: AccountId,
        appointment: AppointmentId,
        message: int | None,
        *,
        counted: bool,
        is_excused: bool,
    ) -> AppointmentCard | None:
        """Return the card if the visit is cancelled already, else record the request."""
        now, card = self._clock.now(), await uow.appointments.require(account, appointment)
        if card.appointment.status is BookingStatus.CANCELLED:
            return card
        rules.require_ahead(card.appointment, now)
        if counted:
            await uow.budgets.spend(account, Budget.VISIT, now)
        late = not is_excused and rules.is_late(card.appointment, card.clinic.rules, now)
        await uow.appointments.request_cancellation(appointment, late, next_try=now + RETRY_AFTER)
        starts_at = card.appointment.starts_at
        answer = CancellationAnswered(account, appointment)
        await uow.outbox.add(answer.unless_shown(now, edits=message, starts_at=starts_at), now)
        for other in await others_to_tell(uow, card, account):
            cancelled = CancelledByOther(other, appointment, starts_at)
            await uow.outbox.add(cancelled.unless_shown(now), now)
        await uow.audit.add(Actor.account(account), Deed.CANCELLATION_ASKED, Subject.appointment(appointment), now)
        return None

    @reads
    async def find_for(
        self, view: UnitOfWork, message: CancellationAnswered | CancelledByOther
    ) -> AppointmentCard | None:
        """Return the visit of a message, or None if the message is no longer true.

        Raises NotYet while the clinic has not answered.
        """
        card = await find_card(view, message)
        if card is None:
            return None
        if card.appointment.cancelling:
            raise NotYet
        if isinstance(message, CancelledByOther) and card.appointment.reason is not CancelReason.BY_REPRESENTATIVE:
            return None
        return card
