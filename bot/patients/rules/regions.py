"""The clock of the region that a policy number names."""

from __future__ import annotations

from zoneinfo import ZoneInfo

MOSCOW = "Europe/Moscow"

_ZONES = {
    "Europe/Kaliningrad": "39",
    "Europe/Samara": "18 30 63 64 73",
    "Asia/Yekaterinburg": "02 45 56 59 66 72 74 86 89",
    "Asia/Omsk": "55",
    "Asia/Krasnoyarsk": "04 17 19 22 24 42 54 70",
    "Asia/Irkutsk": "03 38",
    "Asia/Yakutsk": "14 28 75",
    "Asia/Vladivostok": "25 27 79",
    "Asia/Magadan": "49 65",
    "Asia/Kamchatka": "41 87",
}
"""A zone for each clock of the country; the regions that are not named here have Moscow's."""

_ZONE_OF = {region: zone for zone, regions in _ZONES.items() for region in regions.split()}


def zone_of_region(region: str) -> ZoneInfo:
    """Return a zone with the clock of a region's main town; ``region`` is two digits, «66»."""
    return ZoneInfo(_ZONE_OF.get(region, MOSCOW))
