"""The part of the clinic port about slots that are kept or have opened: groups of holds, reservations, the feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from bot.core.clinic import Slot
from bot.glossary import ClinicRef, HolderRef, Key, PersonRef, SlotRef, SpecialtyRef

NO_RESERVATION = Key("")
MOST_IN_GROUP = 7
"""slots that a group of holds has at most"""
GROUP_LASTS = timedelta(minutes=5)


class WantedSlot(NamedTuple):
    """One slot of a group of holds; ``key`` releases or books it."""

    key: Key
    slot: SlotRef


@dataclass(frozen=True, slots=True)
class Reservation:
    """A slot that is kept for an offer until ``expires_at``; it names nobody: whoever brings ``key`` may take it."""

    key: Key
    slot: Slot
    expires_at: datetime


class Instead(NamedTuple):
    """What is kept for a visit that a closing has called off; ``slot`` is None if nothing was left.

    ``key`` takes the slot until a moment.
    """

    slot: Slot | None
    key: Key = NO_RESERVATION
    until: datetime | None = None


class Opening(NamedTuple):
    """A slot that can be booked now: it is new, or somebody has given it up; ``clinic`` and ``specialty`` are its."""

    slot: Slot
    clinic: ClinicRef
    specialty: SpecialtyRef


class Openings(NamedTuple):
    """The slots that have opened since a cursor and can still be booked, oldest first."""

    openings: Sequence[Opening]
    cursor: str
    more: bool


class KeepsSlots(Protocol):
    """What a system may lack of it is said in its ``Capabilities``; then these raise Unsupported."""

    async def hold_group(self, person: PersonRef, wanted: Sequence[WantedSlot], holder: HolderRef) -> datetime:
        """Hold all of these slots for GROUP_LASTS, or none; at most MOST_IN_GROUP. Booking one keeps the others held.

        Return when they expire. It releases the old holds of this holder for the person. Raises SlotIsTaken,
        SlotIsGone, Refused for too many, Unsupported.
        """
        ...

    async def reserve(self, key: Key, slot: SlotRef, until: datetime) -> Reservation:
        """Keep a free slot until a moment before it begins: lists leave it out, and only with this key it is taken.

        The same key changes the moment. The reservation survives restarts; whatever takes the slot ends it. Raises
        SlotIsTaken, SlotIsGone, Refused for a moment that is over or after the start, Unsupported.
        """
        ...

    async def release_reservation(self, key: Key) -> None:
        """Let a reserved slot go; a reservation that has ended and an unknown key are no error. Raises Unsupported."""
        ...

    async def openings(self, cursor: str | None) -> Openings:
        """Return the slots that have opened after the cursor; None starts from now. Raises Unsupported.

        A slot opens when it is published, when its visit is cancelled or moved away, when the desk opens it and when
        its reservation ends; the end of a hold opens nothing.
        """
        ...
