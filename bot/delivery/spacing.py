"""Put no-break spaces where a line must not end.

They keep together «30 минут», «кабинет 101», «в 10:30», «Петрова А. С.», «вт 24 ноября».
"""

from __future__ import annotations

import re

NO_BREAK = "\u00a0"

_UNITS = (
    r"час|минут|секунд|дн[яей]|день|сут|недел|месяц|лет\b|год|цифр|знак|букв|МБ"
    r"|январ|феврал|март|апрел|ма[йя]\b|июн|июл|август|сентябр|октябр|ноябр|декабр"
    r"|hour|minute|second|day|week|month|year|digit|character|letter|MB"
    r"|January|February|March|April|May\b|June|July|August|September|October|November|December"
)
_BEFORE_NUMBERS = (
    r"№|кабинет|кв\.|[вксу]|до|от|на|за|по|пн|вт|ср|чт|пт|сб|вс"
    r"|room|No\.|at|until|by|from|Mon|Tue|Wed|Thu|Fri|Sat|Sun"
)
_PLACES = re.compile(
    rf"(?<=\d) (?={_UNITS})"
    rf"|(?<![\w-])(?P<word>{_BEFORE_NUMBERS}) (?=\d)"
    r"|(?<=[а-яё]) (?=[А-ЯЁ]\.)|(?<=[А-ЯЁ]\.) (?=[А-ЯЁ]\.)"
    r"|(?<=\+7) (?=\d{3})|(?<=\+7 \d{3}) (?=\d{3}-)"
)
_LEFT_ALONE = re.compile(r"(<pre>.*?</pre>|<code>.*?</code>|<[^<>]+>)", re.DOTALL)
"""Tags, and texts that are copied."""


def keep_together(html: str) -> str:
    """Return the HTML text with no-break spaces; tags and what is copied stay as they are."""
    parts = _LEFT_ALONE.split(html)
    return "".join(part if at % 2 else _PLACES.sub(_no_break, part) for at, part in enumerate(parts))


def _no_break(place: re.Match[str]) -> str:
    return (place["word"] or "") + NO_BREAK
