"""The share of photos of policies that are not read: 240 random ones of a realistic mix, within the limits of time."""

from __future__ import annotations

from bot.core.errors import InvalidInput
from bot.documents.reading import read_codes
from bot.patients.records import PolicyCode
from tests.bench.figures import Bench, Figure, Measure
from tests.policy_photos import random_photo

MOST_UNREAD = 0.05
"""of all photos"""


async def unread(bench: Bench, name: str) -> Figure:
    """Measure the share of unread photos. Raises AssertionError for a policy that is not the one in the photo."""
    missed = 0
    for seed in range(bench.effort.photos):
        data, code, shot = random_photo(seed)
        read = _read(data)
        assert read in {None, code}, f"photo {seed} was misread: {shot}"
        missed += read is None
    return Figure(name, missed / bench.effort.photos, MOST_UNREAD, "all_photos", bench.effort.photos, decimals=4)


def _read(data: bytes) -> PolicyCode | None:
    try:
        return read_codes(data)
    except InvalidInput:
        return None


PHOTOS: dict[str, Measure] = {"photos_unread": unread}
