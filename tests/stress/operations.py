"""The operations that stress runs draw from: parents, the desk, the worker, the clock and killed tasks.

Each takes three random numbers and uses them to choose a family, a visit, an order or a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.booking.records import AppointmentCard
from bot.clinics.port import ClinicReason
from bot.core.errors import RuleError
from bot.core.people import Account, Purpose
from bot.glossary import OrderId
from tests.stress.service_town import DoctorTime, Family, ServiceTown

Operation = Callable[["Operations", int, int, int], Awaitable[None]]
CLOCK_STEPS = (timedelta(seconds=20), timedelta(minutes=2), timedelta(minutes=4), timedelta(hours=1))
REMEMBERED = 500


class Operations:
    """Operations on one town; a RuleError is a valid answer and is counted by its class."""

    def __init__(self, town: ServiceTown, days: int) -> None:
        self.town, self.services = town, town.services
        self.times = town.times(days)
        self.orders: list[tuple[Account, OrderId]] = []
        self.done: dict[str, int] = {}

    async def do(self, name: str, a: int, b: int, c: int) -> None:
        try:
            await OPERATIONS[name](self, a, b, c)
        except RuleError as refusal:
            name = f"{name}: {type(refusal).__name__}"
        self.done[name] = self.done.get(name, 0) + 1

    def family(self, number: int) -> Family:
        return self.town.families[number % len(self.town.families)]

    def time(self, number: int) -> DoctorTime:
        """Return one of the next 240 times, or of all times if none is left."""
        now = self.town.clock.now()
        ahead = [time for time in self.times if time.starts_at > now] or self.times
        ahead.sort(key=lambda time: time.starts_at)
        return ahead[number % min(len(ahead), 240)]

    async def visit(self, family: Family, number: int) -> AppointmentCard | None:
        coming = await self.services.visits.upcoming(family.account.id)
        return coming[number % len(coming)] if coming else None

    # --- a parent -----------------------------------------------------------------------------------------------------

    async def review(self, who: int, child: int, where: int) -> None:
        """Open the review screen, which holds the time."""
        family, time = self.family(who), self.time(where)
        patient = family.patients[child % len(family.patients)]
        reviewed = await self.services.booking.review(
            family.account, patient, time.doctor, time.starts_at, time.visit_type
        )
        self._remember(family, reviewed.order.id)

    async def review_move(self, who: int, which: int, where: int) -> None:
        family, time = self.family(who), self.time(where)
        if card := await self.visit(family, which):
            reviewed = await self.services.booking.review(
                family.account,
                card.patient.id,
                time.doctor,
                time.starts_at,
                time.visit_type,
                card.appointment.id,
            )
            self._remember(family, reviewed.order.id)

    def _remember(self, family: Family, order: OrderId) -> None:
        self.orders.append((family.account, order))
        del self.orders[:-REMEMBERED]

    async def book(self, which: int, _b: int, _c: int) -> None:
        if self.orders:
            account, order = self.orders[-1 - which % len(self.orders)]
            await self.services.booking.book(account.id, order, None)

    async def book_newest(self, which: int, _b: int, _c: int) -> None:
        await self.book(which % 3, 0, 0)

    async def book_twice(self, which: int, _b: int, _c: int) -> None:
        """Press «Записаться» twice at once: one order makes one visit."""
        if not self.orders:
            return
        account, order = self.orders[-1 - which % min(len(self.orders), 5)]
        presses = [self.services.booking.book(account.id, order, None) for _press in range(2)]
        answers = await asyncio.gather(*presses, return_exceptions=True)
        cards = {answer.appointment.id for answer in answers if isinstance(answer, AppointmentCard)}
        assert len(cards) <= 1, f"one order became the visits {cards}"
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer

    async def book_order_of_another(self, who: int, which: int, _c: int) -> None:
        """Press a forged button with an order of another account."""
        if not self.orders:
            return
        family = self.family(who)
        account, order = self.orders[-1 - which % len(self.orders)]
        if account.id != family.account.id:
            card = await self.services.booking.book(family.account.id, order, None)
            raise AssertionError(f"another account has booked {card.appointment.id}")

    async def give_up(self, which: int, _b: int, _c: int) -> None:
        if self.orders:
            account, order = self.orders[-1 - which % len(self.orders)]
            await self.services.booking.release(account.id, order)

    async def cancel(self, who: int, which: int, _c: int) -> None:
        family = self.family(who)
        if card := await self.visit(family, which):
            await self.services.cancellations.cancel(family.account.id, card.appointment.id, None)

    async def confirm(self, who: int, which: int, _c: int) -> None:
        family = self.family(who)
        if card := await self.visit(family, which):
            await self.services.attendance.confirm(family.account.id, card.appointment.id)

    async def revoke_reminders(self, who: int, _b: int, _c: int) -> None:
        await self.services.consents.revoke(self.family(who).account.id, Purpose.REMINDERS)

    async def agree_to_reminders(self, who: int, _b: int, _c: int) -> None:
        await self.services.consents.give(self.family(who).account.id, Purpose.REMINDERS, "digest")

    # --- the clinic ---------------------------------------------------------------------------------------------------

    async def _on_desk(self, which: int) -> int | None:
        now = int(self.town.clock.now().timestamp())
        sql = """
            SELECT v.id FROM registry_visits v WHERE v.status = 'BOOKED' AND v.starts_at > :now ORDER BY v.starts_at
        """
        rows = await self.town.rows(sql, now=now)
        return int(rows[which % len(rows)]["id"]) if rows else None

    async def desk_cancels(self, which: int, _b: int, _c: int) -> None:
        if number := await self._on_desk(which):
            await self.services.staff.cancel(self.town.desk, number, ClinicReason.DOCTOR_ILL)

    async def desk_moves(self, which: int, where: int, _c: int) -> None:
        if number := await self._on_desk(which):
            time = self.time(where)
            await self.services.staff.move(self.town.desk, number, time.starts_at, time.visit_type)

    # --- the worker, the clock, killed tasks --------------------------------------------------------------------------

    async def sync(self, _a: int, _b: int, _c: int) -> None:
        await self.services.clinic_changes.sync()

    async def settle(self, _a: int, _b: int, _c: int) -> None:
        await self.services.settlement.settle_due()

    async def send_messages(self, _a: int, _b: int, _c: int) -> None:
        await self.town.outbox.sweep()

    async def advance_clock(self, step: int, _b: int, _c: int) -> None:
        self.town.clock.advance(CLOCK_STEPS[step % len(CLOCK_STEPS)])

    async def kill_while_booking(self, which: int, turns: int, _c: int) -> None:
        """Cancel the task after some turns of the event loop, as a killed process would."""
        await self._kill(self.book(which % 5, 0, 0), turns % 60)

    async def kill_while_cancelling(self, who: int, which: int, turns: int) -> None:
        await self._kill(self.cancel(who, which, 0), turns % 40)

    async def _kill(self, operation: Awaitable[None], turns: int) -> None:
        task = asyncio.ensure_future(operation)  # noqa: TID251 - cancelled and awaited below
        for _turn in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        self.town.tasks.kill()
        await asyncio.wait([task])
        if not task.cancelled() and (error := task.exception()):
            raise error


WEIGHTS: dict[str, int] = {
    "review": 24,
    "review_move": 8,
    "book": 4,
    "book_newest": 18,
    "book_twice": 6,
    "book_order_of_another": 1,
    "give_up": 2,
    "cancel": 7,
    "confirm": 1,
    "revoke_reminders": 1,
    "agree_to_reminders": 1,
    "desk_cancels": 1,
    "desk_moves": 2,
    "sync": 3,
    "settle": 3,
    "send_messages": 1,
    "advance_clock": 1,
    "kill_while_booking": 2,
    "kill_while_cancelling": 1,
}
"""The weight of each operation in a random draw."""

OPERATIONS: dict[str, Operation] = {name: getattr(Operations, name) for name in WEIGHTS}
