"""Places on the map, and how far they are from one another."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

EARTH = 6371.0
"""the mean radius in kilometres"""


class Place(NamedTuple):
    """Degrees: north and east are positive."""

    latitude: float
    longitude: float

    def kilometres_to(self, other: Place) -> float:
        """Return the distance along a great circle."""
        mine, theirs = radians(self.latitude), radians(other.latitude)
        across = radians(other.longitude - self.longitude)
        half = sin((theirs - mine) / 2) ** 2 + cos(mine) * cos(theirs) * sin(across / 2) ** 2
        return 2 * EARTH * asin(sqrt(half))
