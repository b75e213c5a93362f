"""What people, the clinic, time and death do in a storm; each deed takes three numbers and makes the best of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.booking.records import AppointmentCard
from bot.clinics.port import ClinicReason
from bot.core.errors import RuleError
from bot.core.people import Account, Purpose
from bot.glossary import OrderId
from tests.stress.town import Family, Place, Town

Deed = Callable[["Life", int, int, int], Awaitable[None]]
CLOCK_STEPS = (timedelta(seconds=20), timedelta(minutes=2), timedelta(minutes=4), timedelta(hours=1))
REMEMBERED = 500


class Life:
    """A town in which things happen. A refusal is an answer: whoever gets one goes on."""

    def __init__(self, town: Town, days: int) -> None:
        self.town, self.services = town, town.services
        self.places = town.places(days)
        self.orders: list[tuple[Account, OrderId]] = []
        self.done: dict[str, int] = {}

    async def do(self, name: str, a: int, b: int, c: int) -> None:
        try:
            await DEEDS[name](self, a, b, c)
        except RuleError as refusal:
            name = f"{name}: {type(refusal).__name__}"
        self.done[name] = self.done.get(name, 0) + 1

    def family(self, number: int) -> Family:
        return self.town.families[number % len(self.town.families)]

    def place(self, number: int) -> Place:
        """One of the coming weeks."""
        now = self.town.clock.now()
        ahead = [place for place in self.places if place.starts_at > now] or self.places
        ahead.sort(key=lambda place: place.starts_at)
        return ahead[number % min(len(ahead), 240)]

    async def visit(self, family: Family, number: int) -> AppointmentCard | None:
        coming = await self.services.visits.upcoming(family.account.id)
        return coming[number % len(coming)] if coming else None

    # --- a parent -----------------------------------------------------------------------------------------------------

    async def look(self, who: int, child: int, where: int) -> None:
        """Up to the review screen: the time is held."""
        family, place = self.family(who), self.place(where)
        patient = family.patients[child % len(family.patients)]
        reviewed = await self.services.booking.review(
            family.account.id, patient, place.doctor, place.starts_at, place.visit_type
        )
        self._remember(family, reviewed.order.id)

    async def look_to_move(self, who: int, which: int, where: int) -> None:
        family, place = self.family(who), self.place(where)
        if card := await self.visit(family, which):
            reviewed = await self.services.booking.review(
                family.account.id, card.patient.id, place.doctor, place.starts_at, place.visit_type, card.appointment.id
            )
            self._remember(family, reviewed.order.id)

    def _remember(self, family: Family, order: OrderId) -> None:
        self.orders.append((family.account, order))
        del self.orders[:-REMEMBERED]

    async def book(self, which: int, _b: int, _c: int) -> None:
        if self.orders:
            account, order = self.orders[-1 - which % len(self.orders)]
            await self.services.booking.book(account.id, order, None)

    async def book_the_newest(self, which: int, _b: int, _c: int) -> None:
        await self.book(which % 3, 0, 0)

    async def tap_twice(self, which: int, _b: int, _c: int) -> None:
        """Both taps are of one order: they must end as one."""
        if not self.orders:
            return
        account, order = self.orders[-1 - which % min(len(self.orders), 5)]
        taps = [self.services.booking.book(account.id, order, None) for _tap in range(2)]
        answers = await asyncio.gather(*taps, return_exceptions=True)
        cards = {answer.appointment.id for answer in answers if isinstance(answer, AppointmentCard)}
        assert len(cards) <= 1, f"one order became the visits {cards}"
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer

    async def press_anothers(self, who: int, which: int, _c: int) -> None:
        """A forged button with somebody else's order."""
        if not self.orders:
            return
        family = self.family(who)
        account, order = self.orders[-1 - which % len(self.orders)]
        if account.id != family.account.id:
            card = await self.services.booking.book(family.account.id, order, None)
            raise AssertionError(f"a stranger has booked {card.appointment.id}")

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

    async def revoke(self, who: int, _b: int, _c: int) -> None:
        await self.services.privacy.revoke(self.family(who).account.id, Purpose.REMINDERS)

    async def agree(self, who: int, _b: int, _c: int) -> None:
        await self.services.privacy.agree(self.family(who).account.id, Purpose.REMINDERS, "digest")

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
            place = self.place(where)
            await self.services.staff.move(self.town.desk, number, place.starts_at, place.visit_type)

    # --- the worker, time, death --------------------------------------------------------------------------------------

    async def sync(self, _a: int, _b: int, _c: int) -> None:
        await self.services.clinic_changes.sync()

    async def settle(self, _a: int, _b: int, _c: int) -> None:
        await self.services.settlement.settle_due()

    async def tell(self, _a: int, _b: int, _c: int) -> None:
        await self.town.outbox.sweep()

    async def time_passes(self, step: int, _b: int, _c: int) -> None:
        self.town.clock.advance(CLOCK_STEPS[step % len(CLOCK_STEPS)])

    async def die_while_booking(self, which: int, turns: int, _c: int) -> None:
        """Killed between the wish and its outcome, or anywhere else."""
        await self._die(self.book(which % 5, 0, 0), turns % 60)

    async def die_while_cancelling(self, who: int, which: int, turns: int) -> None:
        await self._die(self.cancel(who, which, 0), turns % 40)

    async def _die(self, deed: Awaitable[None], turns: int) -> None:
        task = asyncio.ensure_future(deed)  # noqa: TID251 - it is killed and waited for
        for _turn in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        self.town.tasks.kill()
        await asyncio.wait([task])
        if not task.cancelled() and (error := task.exception()):
            raise error


WEIGHTS: dict[str, int] = {
    "look": 24,
    "look_to_move": 8,
    "book": 4,
    "book_the_newest": 18,
    "tap_twice": 6,
    "press_anothers": 1,
    "give_up": 2,
    "cancel": 7,
    "confirm": 1,
    "revoke": 1,
    "agree": 1,
    "desk_cancels": 1,
    "desk_moves": 2,
    "sync": 3,
    "settle": 3,
    "tell": 1,
    "time_passes": 1,
    "die_while_booking": 2,
    "die_while_cancelling": 1,
}
"""How often each deed is done."""

DEEDS: dict[str, Deed] = {name: getattr(Life, name) for name in WEIGHTS}
