"""Read hours as they are typed at the desk: «12», «с 12:30», «12-14», «с 9 до 11:30»."""

from __future__ import annotations

import re

from bot.core.typed_times import read_time

END_OF_DAY = 24 * 60
_SPAN = re.compile(r"^(?:с|со|from)?\s*(?P<first>.+?)\s*(?:-|–|—|до|по|to|till|until)\s*(?P<last>.+)$", re.IGNORECASE)
_FROM = re.compile(r"^(?:с|со|from)\s+", re.IGNORECASE)


def read_hours(text: str) -> tuple[int, int | None] | None:
    """Return the first and the last minute of the day; the last is None if one time was typed. None for other text."""
    typed = text.strip().rstrip(".")
    if found := _SPAN.match(typed):
        first, last = _minute(found["first"]), _minute(found["last"])
        return (first, last) if first is not None and last is not None and first < last else None
    one = _minute(_FROM.sub("", typed))
    return None if one is None else (one, None)


def _minute(text: str) -> int | None:
    known = read_time(text)
    if known is None:
        return None
    hour, minute = known
    at = hour * 60 + (minute or 0)
    return at if hour < 24 and (minute or 0) < 60 and at < END_OF_DAY else None
