"""Appointments: one for each order; all appointments of a chain of reschedules have one Ref."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.booking.records import Appointment, AppointmentCard, CancelReason, Order, Viewer, VisitElsewhere
from bot.clinics.port import Booking, BookingStatus
from bot.core.clinic import Clinic, Doctor
from bot.core.errors import NotYours, RefCollision
from bot.core.patient import Patient
from bot.core.readable import CannotOpen, Readable
from bot.glossary import (
    AccountId,
    AppointmentId,
    BookingRef,
    ClinicId,
    Key,
    PatientId,
    PersonRef,
    Ref,
    SpecialtyId,
    SystemName,
)
from storage.booking.appointment_rows import FROM_CLINIC, clinic_columns, read_appointment
from storage.clinics import read_clinic, read_doctor, read_specialty
from storage.database.connection import Connection, Row
from storage.database.crypto import Cipher
from storage.database.places import in_places
from storage.database.queries import load_queries
from storage.database.rows import seconds
from storage.patients.cards import read_patient

queries = load_queries("booking")

FIRST_RETRY = timedelta(seconds=20)
"""The press that adds an appointment settles it; a job does so if it is still PENDING after this time."""

MOST_BEEN = 20
"""visits of a card that are remembered for the next one"""


class SqlAppointments:
    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection, self._cipher = connection, cipher

    async def add(self, order: Order, clinic: ClinicId, specialty: SpecialtyId, ref: str, now: datetime) -> Appointment:
        """Add a PENDING appointment for an order, or return the one that the order already has.

        An appointment that replaces another gets that one's Ref instead of ``ref``. Raises RefCollision if ``ref`` is
        in use.
        """
        row = await queries.add_appointment(
            self._connection,
            ref=ref,
            account=order.account,
            patient=order.patient,
            clinic=clinic,
            specialty=specialty,
            doctor=order.doctor,
            starts_at=seconds(order.slot.starts_at),
            ends_at=seconds(order.slot.ends_at),
            visit_type=order.slot.visit_type,
            room=order.slot.room,
            key=order.key,
            slot=order.slot.ref,
            replaces=order.replaces,
            next_try=seconds(now + FIRST_RETRY),
            now=seconds(now),
        )
        if row is not None:
            return read_appointment(row)
        already = await self.find_of_order(order.account, order.key)
        if already is None:
            raise RefCollision
        return already

    async def add_elsewhere(
        self, visit: VisitElsewhere, account: AccountId, key: Key, ref: str, now: datetime
    ) -> AppointmentId:
        """Add a visit that was made elsewhere, for an account that may see it. Raises RefCollision.

        ``key`` is one that no request has: the clinic has the booking already. With the key of the visit's own request
        it is a visit that the account has made here before.
        """
        row = await queries.add_appointment_elsewhere(
            self._connection,
            ref=ref,
            account=account,
            patient=visit.patient,
            clinic=visit.clinic,
            specialty=visit.specialty,
            doctor=visit.doctor,
            starts_at=seconds(visit.starts_at),
            ends_at=seconds(visit.ends_at),
            visit_type=visit.visit_type,
            room=visit.room,
            status=visit.status,
            key=key,
            system=visit.system,
            booking=visit.booking,
            elsewhere=int(key != visit.key),
            now=seconds(now),
        )
        if row is None:
            raise RefCollision
        return AppointmentId(row["id"])

    async def has_elsewhere(self, patient: PatientId, now: datetime) -> bool:
        """Return whether the card shows a live visit ahead that was made elsewhere."""
        row = await queries.find_appointment_elsewhere(self._connection, patient=patient, now=seconds(now))
        return row is not None

    async def drop_elsewhere(self, patient: PatientId, system: SystemName, now: datetime) -> None:
        """Delete the visits ahead that were made elsewhere: the card's account may see them no longer."""
        await queries.delete_appointments_elsewhere(self._connection, patient=patient, system=system, now=seconds(now))

    async def regain(
        self,
        system: SystemName,
        booking: Booking,
        patient: PatientId,
        account: AccountId,
        ref: Ref,
        replaces: AppointmentId | None,
        now: datetime,
    ) -> Appointment | None:
        """Add a visit that the clinic has from us and a restored copy lacks, as BOOKED; None if it is there already.

        ``booking`` has a key. Raises RefCollision if ``ref`` is in use or the doctor was never listed.
        """
        if await self.find_booked(system, booking.ref) or (booking.key and await self.find_of_key(booking.key)):
            return None
        row = await queries.add_regained_appointment(
            self._connection,
            ref=ref,
            account=account,
            patient=patient,
            starts_at=seconds(booking.starts_at),
            ends_at=seconds(booking.ends_at),
            visit_type=booking.visit_type,
            room=booking.room,
            status=BookingStatus.BOOKED,
            key=booking.key,
            system=system,
            booking=booking.ref,
            doctor=booking.doctor,
            replaces=replaces,
            now=seconds(now),
        )
        if row is None:
            raise RefCollision
        return read_appointment(row)

    async def require(self, account: AccountId, appointment: AppointmentId) -> AppointmentCard:
        """Raises NotYours both if the account does not represent the patient and if there is no such appointment."""
        row = await queries.find_own_card(self._connection, account=account, appointment=appointment)
        if row is None:
            raise NotYours
        return self._card(row, await self._own_patient(row))

    async def get(self, appointment: AppointmentId) -> AppointmentCard | None:
        """Find an appointment of any account: for jobs and for the clinic's answers, not for a person."""
        row = await queries.find_card(self._connection, appointment=appointment)
        if row is None:
            return None
        zone = None if row["told_zone"] is None else ZoneInfo(row["told_zone"])
        told = {"told_doctor": row["told_doctor"], "told_address": row["told_address"], "told_zone": zone}
        unchecked = None if row["unchecked"] is None else PersonRef(row["unchecked"])
        return replace(self._card(row), **told, unchecked=unchecked, waits=bool(row["waits"]))

    async def viewers(self, appointment: AppointmentId) -> Sequence[Viewer]:
        """Return the accounts that see a visit, by id."""
        rows = await queries.list_viewers_of_visit(self._connection, appointment=appointment)
        return [Viewer(AccountId(row["account_id"]), bool(row["wants_reminders"])) for row in rows]

    async def upcoming(self, account: AccountId, now: datetime) -> Readable[AppointmentCard]:
        """Return PENDING and live visits of the account's patients that have not ended, by start."""
        return await self._read_cards(
            await queries.list_upcoming_cards(self._connection, account=account, now=seconds(now))
        )

    async def count_past(self, account: AccountId, now: datetime) -> int:
        """Return how many visits of the account's patients are over and were neither cancelled nor refused."""
        row = await queries.count_past_visits(self._connection, account=account, now=seconds(now))
        return int(row["visits"])

    async def past(self, account: AccountId, now: datetime, limit: int, skip: int) -> Readable[AppointmentCard]:
        """Return visits of ``count_past``, the newest first."""
        return await self._read_cards(
            await queries.list_past_cards(self._connection, account=account, now=seconds(now), limit=limit, skip=skip)
        )

    async def _read_cards(self, rows: Sequence[Row]) -> Readable[AppointmentCard]:
        # A patient may have several visits: decrypt each patient once. A visit may be seen by two cards: list it once.
        seen = {row["id"]: row for row in reversed(rows)}
        decrypted = await self._own_patients(rows)
        known = [
            self._card(row, decrypted[row["own_id"]]) for row in reversed(seen.values()) if row["own_id"] in decrypted
        ]
        return Readable(known, unreadable=len(seen) - len(known))

    async def _own_patients(self, rows: Sequence[Row]) -> dict[PatientId, Patient]:
        """Return the patients that can be read, by the card of the account that looks."""
        found = {}
        for row in {row["own_id"]: row for row in rows}.values():
            with suppress(CannotOpen):
                found[PatientId(row["own_id"])] = await self._own_patient(row)
        return found

    async def _own_patient(self, row: Row) -> Patient:
        """Return the patient by the card of the account that looks, also for a visit of a card shared with it."""
        if row["own_id"] == row["patient_id"]:
            return read_patient(row, self._cipher)
        return read_patient(await queries.find_own_patient(self._connection, patient=row["own_id"]), self._cipher)

    async def planned(self, account: AccountId, now: datetime) -> Sequence[Appointment]:
        """Return the visits of ``upcoming`` without patients, doctors and clinics: for rules."""
        rows = await queries.list_planned(self._connection, account=account, now=seconds(now))
        return [read_appointment(row, PatientId(row["own_id"])) for row in rows]

    async def been(self, patient: PatientId) -> Sequence[tuple[ClinicId, SpecialtyId]]:
        """Return clinic and specialty of the card's last visits, past and ahead, the latest first."""
        rows = await queries.list_been(self._connection, patient=patient, limit=MOST_BEEN)
        return [(ClinicId(row["clinic_id"]), SpecialtyId(row["specialty_id"])) for row in rows]

    async def find_booked(self, system: SystemName, booking: BookingRef) -> Appointment | None:
        """Find the newest appointment with the clinic's reference, of any account."""
        row = await queries.find_appointment_by_booking(self._connection, system=system, booking=booking)
        return None if row is None else read_appointment(row)

    async def find_of_order(self, account: AccountId, key: Key) -> Appointment | None:
        """Find the account's appointment by the key of its order."""
        row = await queries.find_own_appointment_by_key(self._connection, account=account, key=key)
        return None if row is None else read_appointment(row)

    async def find_of_key(self, key: Key) -> Appointment | None:
        """Find an appointment of any account: for the clinic's answers and changes."""
        row = await queries.find_appointment_by_key(self._connection, key=key)
        return None if row is None else read_appointment(row)

    async def of_keys(self, keys: Iterable[Key]) -> Mapping[Key, Appointment]:
        """Return the appointments of ``find_of_key`` for a list of keys; a key that has none is left out."""
        found = {}
        for some in in_places(keys):
            for row in await queries.list_appointments_by_key(self._connection, **some):
                found[Key(row["key"])] = read_appointment(row)
        return found

    async def settle(
        self,
        appointment: AppointmentId,
        status: BookingStatus,
        booking: Booking | None,
        reason: CancelReason | None = None,
        *,
        expected: Appointment | None = None,
    ) -> bool:
        """Record the clinic's answer: the status, and from ``booking`` its reference, doctor, times, room and kind.

        No request is open afterwards: ``cancelling`` is off, and a retry is due only while the status is PENDING.
        Returns False and records nothing if ``expected`` is given and its status or ``cancelling`` is out of date.
        """
        changed = clinic_columns(booking) if booking else dict.fromkeys(FROM_CLINIC)
        row = await queries.settle_appointment(
            self._connection,
            appointment=appointment,
            status=status,
            reason=reason,
            expected=expected and expected.status,
            expected_cancelling=expected and int(expected.cancelling),
            **changed,
        )
        return row is not None

    async def record_change(
        self,
        appointment: AppointmentId,
        booking: Booking,
        *,
        room: str,
        doctor: Doctor,
        specialty: SpecialtyId,
        clinic: Clinic,
    ) -> None:
        """Record what the clinic states of a visit that is not cancelled; a visit that was off is on again."""
        await queries.record_clinic_change(
            self._connection,
            appointment=appointment,
            status=booking.status,
            booking=booking.ref,
            starts_at=seconds(booking.starts_at),
            ends_at=seconds(booking.ends_at),
            visit_type=booking.visit_type,
            room=room,
            doctor=doctor.id,
            specialty=specialty,
            clinic=clinic.id,
            told_doctor=doctor.name.full,
            told_address=clinic.address,
            told_zone=clinic.zone.key,
        )

    async def save_told(self, appointment: AppointmentId, doctor: str, address: str, zone: str) -> None:
        """Store what people have been told of a visit that an earlier release has stored without it."""
        await queries.save_told(self._connection, appointment=appointment, doctor=doctor, address=address, zone=zone)

    async def request_cancellation(self, appointment: AppointmentId, late: bool, next_try: datetime) -> None:
        """Record that a cancellation is open; the job retries it at ``next_try``."""
        await queries.request_cancellation(
            self._connection, appointment=appointment, late=int(late), next_try=seconds(next_try)
        )

    async def set_confirmed(self, appointment: AppointmentId) -> None:
        await queries.set_confirmed(self._connection, appointment=appointment)

    async def claim_unsettled(self, now: datetime, until: datetime, limit: int) -> Sequence[AppointmentId]:
        """Claim, until that moment, appointments with an open request that are due for a retry; lower ids first."""
        rows = await queries.claim_due_appointments(
            self._connection, now=seconds(now), until=seconds(until), limit=limit
        )
        return sorted(AppointmentId(row["id"]) for row in rows)

    async def list_live(self, after: AppointmentId, now: datetime, limit: int) -> Sequence[AppointmentId]:
        """Return live visits of all accounts that have not ended and have a higher id than ``after``, by id."""
        rows = await queries.list_live_appointments(self._connection, after=after, now=seconds(now), limit=limit)
        return [AppointmentId(row["id"]) for row in rows]

    async def list_patients_to_compare(
        self, system: SystemName, zone: str, before: datetime, now: datetime, limit: int
    ) -> Sequence[PatientId]:
        """Return patients with visits ahead in that zone that were not compared since ``before``, oldest first."""
        rows = await queries.list_patients_to_compare(
            self._connection, system=system, zone=zone, before=seconds(before), now=seconds(now), limit=limit
        )
        return [PatientId(row["patient_id"]) for row in rows]

    async def list_visits_to_compare(
        self, patient: PatientId, system: SystemName, now: datetime
    ) -> Sequence[AppointmentId]:
        """Return the visits of a card that have a booking in that system and have not ended, cancelled ones too."""
        rows = await queries.list_visits_to_compare(self._connection, patient=patient, system=system, now=seconds(now))
        return [AppointmentId(row["id"]) for row in rows]

    async def mark_compared(self, patient: PatientId, system: SystemName, now: datetime) -> None:
        await queries.mark_compared(self._connection, patient=patient, system=system, now=seconds(now))

    async def forget(self, before: datetime) -> None:
        """Delete visits that ended before that moment."""
        await queries.delete_old_appointments(self._connection, before=seconds(before))

    def _card(self, row: Row, patient: Patient | None = None) -> AppointmentCard:
        whose = patient or read_patient(row, self._cipher)
        return AppointmentCard(
            appointment=read_appointment(row, whose.id),
            patient=whose,
            is_shared=whose.id != row["patient_id"],
            doctor=read_doctor(row),
            specialty=read_specialty(row),
            clinic=read_clinic(row),
        )
