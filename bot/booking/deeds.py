"""The deed to record for each answer of a clinic to a booking."""

from __future__ import annotations

from collections.abc import Mapping

from bot.clinics.port import BookingStatus
from bot.core.deeds import Deed

BOOKING_SETTLED: Mapping[BookingStatus, Deed] = {
    BookingStatus.HELD: Deed.BOOKING_HELD,
    BookingStatus.PENDING: Deed.BOOKING_PENDING,
    BookingStatus.REFUSED: Deed.BOOKING_REFUSED,
    BookingStatus.BOOKED: Deed.BOOKING_BOOKED,
    BookingStatus.CHECKED_IN: Deed.BOOKING_CHECKED_IN,
    BookingStatus.FULFILLED: Deed.BOOKING_FULFILLED,
    BookingStatus.CANCELLED: Deed.BOOKING_CANCELLED,
    BookingStatus.NO_SHOW: Deed.BOOKING_NO_SHOW,
}
