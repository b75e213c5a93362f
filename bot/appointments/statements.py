"""What a clinic states of the bot's visits: its bookings beside the visits, with our ids of what they name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog

from bot.appointments.rules import STATES, KnownVisit, VisitState
from bot.booking.records import AppointmentCard
from bot.clinics.directory import Directory
from bot.clinics.port import Booking, BookingStatus, ClinicError, ClinicSystem, Refused
from bot.core.clinic import Clinic, Doctor, Specialty
from bot.core.clock import Clock
from bot.core.readable import CannotOpen
from bot.core.transactions import Storage, UnitOfWork, reads
from bot.glossary import AppointmentId, BookingRef, ClinicId, PersonRef, SpecialtyId, SystemName

LISTED_FOR = timedelta(hours=6)
"""for which a list of doctors is believed when visits are compared: each is asked for once a night"""
MOST_LISTS = 10_000
"""remembered lists; what is forgotten is only asked for again"""
MOST_TRIES = 20
"""to ask about one booking of a feed, each 5 seconds after the last"""

log = structlog.get_logger(__name__)


class Stated(NamedTuple):
    """A booking, and the visit that it is about as it was before the clinic was asked."""

    booking: Booking
    before: AppointmentCard
    doctor: Doctor
    specialty: Specialty
    clinic: Clinic
    room: str

    @property
    def told(self) -> KnownVisit:
        """What people know of the visit once they are told."""
        booking = self.booking
        return KnownVisit(
            starts_at=booking.starts_at,
            length=booking.ends_at - booking.starts_at,
            visit_type=booking.visit_type,
            doctor=self.doctor.id,
            doctor_name=self.doctor.name.full,
            specialty=self.specialty.id,
            clinic=self.clinic.id,
            address=self.clinic.address,
            zone=self.clinic.zone,
            room=self.room,
            state=STATES[booking.status],
        )


class Statements:
    """Reads clinics and the directory, and changes neither visits nor messages."""

    def __init__(self, storage: Storage, directory: Directory, clock: Clock) -> None:
        self._storage, self._directory, self._clock = storage, directory, clock
        self._tries: Counter[BookingRef] = Counter()
        self._listed: dict[tuple[ClinicId, SpecialtyId], datetime] = {}

    async def of_feed(self, system: ClinicSystem, bookings: Sequence[Booking]) -> dict[BookingRef, Stated]:
        """Return the statements of the bookings that are visits of ours.

        Raises ClinicError, but not for ever: a booking about which the clinic does not answer is left to the night, so
        that it does not hold up the feed of all others.
        """
        found = {}
        for booking, card in await self._list_known(system.name, bookings):
            try:
                fresh = await self._require_fresh(system, card, booking)
                if fresh is not None:
                    found[booking.ref] = await self._locate(card, fresh)
            except ClinicError as trouble:
                self._tries[booking.ref] += 1
                if not isinstance(trouble, Refused) and self._tries[booking.ref] < MOST_TRIES:
                    raise
                log.error(
                    "a change is left to the night", appointment=card.appointment.id, trouble=type(trouble).__name__
                )
            self._tries.pop(booking.ref, None)
        return found

    async def of_person(
        self, system: ClinicSystem, visits: Sequence[AppointmentId]
    ) -> tuple[Sequence[Stated], Sequence[Booking]]:
        """Ask for the bookings of a person; return the statements of the visits, and all that the clinic has listed.

        A visit that the clinic lists no more is cancelled. Raises ClinicError.
        """
        cards = await self._list_cards(visits)
        if await self._list_doctors(cards):
            cards = await self._list_cards(visits)  # their doctors may have other names now
        person = next((card.person for card in cards if card.person is not None), None)
        if person is None:
            return [], []
        since = min(self._clock.now(), *(card.appointment.starts_at for card in cards))
        listed = await system.bookings(person, since)
        known = {booking.ref: booking for booking in listed}
        found = []
        for card in cards:
            ref = card.appointment.booking
            booking = known.get(ref) if ref else None
            booking = booking or await self._find_unlisted(system, card, person)
            if booking is not None:
                found.append(await self._locate(card, booking))
        return found, listed

    async def _list_doctors(self, cards: Sequence[AppointmentCard]) -> bool:
        """Let the clinics of the visits list their doctors, unless they did of late; return whether any has."""
        now, has_listed = self._clock.now(), False
        if len(self._listed) >= MOST_LISTS:
            self._listed.clear()
        for place, card in {(card.clinic.id, card.specialty.id): card for card in cards}.items():
            if place in self._listed and now - self._listed[place] < LISTED_FOR:
                continue
            try:
                await self._directory.doctors(card.clinic, card.specialty)
            except ClinicError as trouble:  # the known names are compared
                log.warning("doctors cannot be listed", system=card.clinic.system, trouble=type(trouble).__name__)
                continue
            self._listed[place], has_listed = now, True
        return has_listed

    # --- our visits ---------------------------------------------------------------------------------------------------

    @reads
    async def _list_known(
        self, view: UnitOfWork, system: SystemName, bookings: Sequence[Booking]
    ) -> list[tuple[Booking, AppointmentCard]]:
        """Find visits by the clinic's reference, or by our key while the reference is not recorded yet.

        A visit that no key opens is left out: its change is lost, those of others are not.
        """
        known = []
        for booking in bookings:
            found = await view.appointments.find_booked(system, booking.ref)
            if found is None and booking.key is not None:
                found = await view.appointments.find_of_key(booking.key)
            card = None if found is None else await _get(view, found.id)
            if card is not None:
                known.append((booking, card))
        return known

    @reads
    async def _list_cards(self, view: UnitOfWork, visits: Sequence[AppointmentId]) -> list[AppointmentCard]:
        return [card for visit in visits if (card := await _get(view, visit)) is not None]

    # --- the clinic ---------------------------------------------------------------------------------------------------

    async def _require_fresh(self, system: ClinicSystem, card: AppointmentCard, booking: Booking) -> Booking | None:
        """Return the booking to believe.

        A feed that was read before a representative cancelled says that the visit is on. So a visit that is off is put
        back only by an answer that was asked for after that.
        """
        is_off = STATES[card.appointment.status] is VisitState.CANCELLED
        if not is_off or STATES[booking.status] is VisitState.CANCELLED:
            return booking
        listed = await system.bookings(booking.person, min(self._clock.now(), booking.starts_at))
        return next((each for each in listed if each.ref == booking.ref), None)

    async def _find_unlisted(self, system: ClinicSystem, card: AppointmentCard, person: PersonRef) -> Booking | None:
        """Return the booking of a visit that was not listed: it may be another person's now, or at an earlier time."""
        visit = card.appointment
        if visit.booking is None or not visit.is_live:
            return None
        try:
            found = await system.recover(visit.key, person, visit.slot)
        except Refused:
            log.warning("a clinic has a visit under another person", appointment=visit.id)
            return None
        if found is not None:
            return found
        times = (visit.starts_at, visit.ends_at, visit.visit_type)
        return Booking(visit.booking, visit.key, person, card.doctor.ref, *times, BookingStatus.CANCELLED, visit.room)

    # --- the directory ------------------------------------------------------------------------------------------------

    async def _locate(self, card: AppointmentCard, booking: Booking) -> Stated:
        """Return the booking with our ids; what is new to us is listed by the clinic first."""
        if booking.status is BookingStatus.CANCELLED:  # nothing else of it is told
            return Stated(booking, card, card.doctor, card.specialty, card.clinic, card.appointment.room)
        clinic = await self._clinic_of(card, booking)
        specialty = await self._specialty_of(card, booking, clinic)
        is_moved = (clinic.id, specialty.id) != (card.clinic.id, card.specialty.id)
        has_room = bool(booking.room) or not card.doctor.room
        if booking.doctor == card.doctor.ref and has_room and not is_moved:
            return Stated(booking, card, card.doctor, specialty, clinic, booking.room)
        doctor = await self._doctor_of(booking, clinic, specialty)
        return Stated(booking, card, doctor, specialty, clinic, booking.room or doctor.room)

    async def _clinic_of(self, card: AppointmentCard, booking: Booking) -> Clinic:
        if booking.clinic in {"", card.clinic.ref}:
            return card.clinic
        found = await self._directory.find_clinic(card.clinic.system, booking.clinic)
        if found is None:
            log.error("a booking is of a clinic that its system does not list", appointment=card.appointment.id)
        return found or card.clinic

    async def _specialty_of(self, card: AppointmentCard, booking: Booking, clinic: Clinic) -> Specialty:
        if booking.specialty in {"", card.specialty.ref}:
            return card.specialty
        listed = await self._directory.specialties(clinic)
        found = next((each for each in listed if each.ref == booking.specialty), None)
        if found is None:
            log.error("a booking is of a specialty that its clinic does not list", appointment=card.appointment.id)
        return found or card.specialty

    async def _doctor_of(self, booking: Booking, clinic: Clinic, specialty: Specialty) -> Doctor:
        """Return the doctor as the clinic lists one now; one that is not listed has no name or the name we know."""
        listed = await self._directory.doctors(clinic, specialty)
        found = next((each for each in listed if each.ref == booking.doctor), None)
        if found is not None:
            return found
        known = await self._storage.read(lambda view: view.directory.find_doctor(clinic.system, booking.doctor))
        if known is not None:
            return known
        return await self._directory.add_unnamed(booking, clinic, specialty)


async def _get(view: UnitOfWork, visit: AppointmentId) -> AppointmentCard | None:
    try:
        return await view.appointments.get(visit)
    except CannotOpen:
        return None
