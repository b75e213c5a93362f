"""Whom a clinic takes at present, as its head switches it: one part at a time."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class EnrollmentLimits(NamedTuple):
    """What the head of a clinic has set about new enrollments."""

    is_full: bool = False
    """no child is taken at present"""
    own_area_only: bool = False
    """only children of the clinic's own districts are taken"""


class LimitPart(StrEnum):
    """Which limit a switch sets; the other one stays as it is now. Buttons have the positions."""

    EITHER = "EITHER"
    """a button of an earlier release does not say which"""
    PLACES = "PLACES"
    DISTRICTS = "DISTRICTS"


def with_part(current: EnrollmentLimits, wanted: EnrollmentLimits, part: LimitPart) -> EnrollmentLimits:
    """Return the limits after a switch of one part; a button that does not say which has switched what differs."""
    if part is LimitPart.EITHER:
        part = LimitPart.PLACES if wanted.own_area_only == current.own_area_only else LimitPart.DISTRICTS
    if part is LimitPart.PLACES:
        return current._replace(is_full=wanted.is_full)
    return current._replace(own_area_only=wanted.own_area_only)
