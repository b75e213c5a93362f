"""Notices and reminders: what to enqueue, and at the moment of sending whether it is still true."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.errors import NotYet, NotYours
from bot.models import (
    Account,
    AccountId,
    AppointmentCard,
    AppointmentId,
    BookingStatus,
    CancelReason,
    Notice,
    NoticeKind,
    OutboxMessage,
    Patient,
    PatientId,
    Purpose,
    Urgency,
)
from bot.ports import Clock, Storage, UnitOfWork

TOLD_BY_SCREEN = timedelta(seconds=10)
"""What the chat is about to show is told by the outbox only this much later, in case the screen never came."""


OF_BOOKING = frozenset({NoticeKind.BOOKING, NoticeKind.MOVED_BY_OTHER})
OF_CANCELLATION = frozenset({NoticeKind.CANCELLATION, NoticeKind.CANCELLED_BY_OTHER})


def check_dedup(account: AccountId, patient: PatientId) -> str:
    return f"check:{patient}:{account}"


def booking_dedup(appointment: AppointmentId) -> str:
    return f"booking:{appointment}"


def cancellation_dedup(appointment: AppointmentId) -> str:
    return f"cancellation:{appointment}"


def of_check(account: AccountId, patient: PatientId, now: datetime) -> Notice:
    """What the register says of a policy, told where the screen has not."""
    return Notice(
        account,
        NoticeKind.VERIFICATION,
        now + TOLD_BY_SCREEN,
        check_dedup(account, patient),
        facts={"patient": patient},
        urgency=Urgency.PERSONAL,
    )


def of_booking(account: AccountId, appointment: AppointmentId, now: datetime, message: int | None) -> Notice:
    """What became of «Записаться»; ``message`` is the screen that waits for it."""
    return _of_wish(NoticeKind.BOOKING, booking_dedup(appointment), account, appointment, now, message)


def of_cancellation(account: AccountId, appointment: AppointmentId, now: datetime, message: int | None) -> Notice:
    """What became of «Отменить»."""
    return _of_wish(NoticeKind.CANCELLATION, cancellation_dedup(appointment), account, appointment, now, message)


def _of_wish(
    kind: NoticeKind,
    dedup: str,
    account: AccountId,
    appointment: AppointmentId,
    now: datetime,
    message: int | None,
) -> Notice:
    return Notice(
        account,
        kind,
        now + TOLD_BY_SCREEN,
        dedup,
        facts={"appointment": appointment},
        urgency=Urgency.PERSONAL,
        edits=message,
        appointment=appointment,
    )


async def tell_of_clinic_change(
    uow: UnitOfWork, card: AppointmentCard, kind: NoticeKind, now: datetime, why: str = ""
) -> None:
    """The clinic cancelled or moved a visit: whoever acts for the patient may be the one who brings it there.

    ``card`` is the appointment as it was before, ``why`` a ClinicReason.
    """
    for each in await uow.family.list_of(card.patient.id):
        await uow.outbox.add(_of_clinic_change(each.account, card, kind, now, why), now)


def _of_clinic_change(account: AccountId, card: AppointmentCard, kind: NoticeKind, now: datetime, why: str) -> Notice:
    appointment = card.appointment
    return Notice(
        account,
        kind,
        now,
        f"clinic:{appointment.id}:{account}",
        facts={"appointment": appointment.id, "was": int(appointment.starts_at.timestamp()), "why": why},
        appointment=appointment.id,
    )


def of_other(booker: AccountId, appointment: AppointmentId, kind: NoticeKind, was: datetime, now: datetime) -> Notice:
    """Another representative cancels or moves what this account has booked; told once the clinic has agreed."""
    return Notice(
        booker,
        kind,
        now + TOLD_BY_SCREEN,
        f"other:{appointment}",
        facts={"appointment": appointment, "was": int(was.timestamp())},
        appointment=appointment,
    )


class Notices:
    """The re-check of the world at the moment of sending. None: nobody needs this message any more."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    async def shown(self, dedup: str) -> None:
        """The chat has just shown what this message would have told."""
        await self._storage.write_at_once(lambda uow: uow.outbox.withdraw(dedup))

    async def newest(self, account: AccountId, message: int | None) -> int | None:
        """That message of the chat where no news stands below it; None where a screen in it would be overlooked."""
        if message is None:
            return None
        async with self._storage.read() as view:
            return None if await view.outbox.has_told_after(account, message) else message

    async def about_patient(self, message: OutboxMessage) -> Patient | None:
        """Raises NotYet while the register has not answered."""
        async with self._storage.read() as view:
            try:
                patient = await view.patients.require(message.account, PatientId(int(message.facts["patient"])))
            except NotYours:
                return None
        if patient.verification.is_open:
            raise NotYet
        return patient

    async def about_visit(self, message: OutboxMessage) -> AppointmentCard | None:
        """Raises NotYet while the clinic has not answered."""
        async with self._storage.read() as view:
            account = await view.accounts.get(message.account)
            try:
                found = AppointmentId(int(message.facts["appointment"]))
                card = await view.appointments.require(message.account, found)
            except NotYours:
                return None
            others = await view.appointments.upcoming(message.account, self._clock.now())
        if account is None:
            return None
        if message.kind is NoticeKind.CANCELLED_BY_CLINIC and _is_being_moved(card, others):
            raise NotYet
        return card if self._still_true(message.kind, card, account) else None

    def _still_true(self, kind: NoticeKind, card: AppointmentCard, account: Account) -> bool:
        appointment = card.appointment
        if kind in OF_BOOKING and appointment.status is BookingStatus.PENDING:
            raise NotYet
        if kind in OF_CANCELLATION and appointment.cancelling:
            raise NotYet
        if kind is NoticeKind.CANCELLED_BY_OTHER:
            return appointment.reason is CancelReason.BY_REPRESENTATIVE
        if kind is NoticeKind.CANCELLED_BY_CLINIC:
            return appointment.reason is CancelReason.BY_CLINIC
        if kind in {NoticeKind.MOVED_BY_CLINIC, NoticeKind.MOVED_BY_OTHER}:
            return appointment.is_live
        if kind is NoticeKind.REMINDER:
            comes = appointment.is_live and appointment.starts_at > self._clock.now()
            return comes and Purpose.REMINDERS in account.consents
        return True


def _is_being_moved(card: AppointmentCard, others: Sequence[AppointmentCard]) -> bool:
    """A visit that the person is moving is called off by the clinic as well: the wish's outcome tells whose doing."""
    wishes = (other.appointment for other in others if other.appointment.status is BookingStatus.PENDING)
    return any(wish.replaces == card.appointment.id for wish in wishes)
