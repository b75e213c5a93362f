"""Orders, kept until they are too old to be confirmed."""

from __future__ import annotations

from datetime import datetime

from bot.booking.records import NewOrder, Order
from bot.core.clinic import Slot, VisitType
from bot.glossary import AccountId, DoctorId, DoctorRef, Key, OrderId, PatientId, SlotRef
from storage.database.connection import Connection, Row
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("booking")


class SqlOrders:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, order: NewOrder, now: datetime) -> Order:
        slot = order.slot
        row = await queries.add_order(
            self._connection,
            key=order.key,
            account=order.account,
            patient=order.patient,
            doctor=order.doctor,
            slot=slot.ref,
            starts_at=seconds(slot.starts_at),
            ends_at=seconds(slot.ends_at),
            visit_type=slot.visit_type,
            room=slot.room,
            expires_at=seconds(order.expires_at),
            replaces=order.replaces,
            now=seconds(now),
        )
        return Order(OrderId(row["id"]), *order)

    async def find(self, account: AccountId, order: OrderId) -> Order | None:
        row = await queries.find_order(self._connection, account=account, order=order)
        return None if row is None else _read_order(row)

    async def forget(self, before: datetime) -> None:
        """Delete orders added before that moment."""
        await queries.delete_old_orders(self._connection, before=seconds(before))


def _read_order(row: Row) -> Order:
    slot = Slot(
        SlotRef(row["slot"]),
        DoctorRef(row["doctor_ref"]),
        moment(row["starts_at"]),
        moment(row["ends_at"]),
        VisitType(row["visit_type"]),
        row["room"],
    )
    return Order(
        id=OrderId(row["id"]),
        key=Key(row["key"]),
        account=AccountId(row["account_id"]),
        patient=PatientId(row["patient_id"]),
        doctor=DoctorId(row["doctor_id"]),
        slot=slot,
        expires_at=moment(row["expires_at"]),
        replaces=row["replaces"],
    )
