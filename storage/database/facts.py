"""What a clinic says of itself and of a doctor, as the JSON of one column: a fact that is not known has no key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any

from bot.core.clinic import ClinicFacts, DoctorFacts, OpeningHours, PapersAsked

KEYS = {
    "district": "district",
    "metro": "metro",
    "latitude": "latitude",
    "longitude": "longitude",
    "licence": "licence",
    "inn": "inn",
    "ogrn": "ogrn",
    "mo_code": "mo_code",
    "oms": "takes_oms",
    "attaches_online": "enrolls_online",
    "min_age": "min_age",
    "max_age": "max_age",
    "places": "places",
    "rating": "rating",
    "late_after": "late_after",
    "late_cancels": "late_cancels",
    "block_days": "block_days",
    "counts_missed": "counts_missed",
}
"""The field of ClinicFacts for each key but ``places_since``, ``papers`` and ``hours``.

``hours``: {"1": ["08:00", "20:00"]} by ISO weekday.
"""


def read_facts(text: str) -> ClinicFacts:
    """Return the facts; keys that are not known here are left out."""
    found: Mapping[str, Any] = json.loads(text)
    hours = tuple(
        OpeningHours(int(day), time.fromisoformat(opens), time.fromisoformat(closes))
        for day, (opens, closes) in sorted(found.get("hours", {}).items())
    )
    since, papers = found.get("places_since"), found.get("papers")
    return ClinicFacts(
        **{field: found[key] for key, field in KEYS.items() if key in found},
        places_since=None if since is None else datetime.fromisoformat(since),
        papers=None if papers is None else PapersAsked(papers),
        hours=hours,
    )


def write_facts(facts: ClinicFacts) -> str:
    unknown = ClinicFacts()
    every: dict[str, Any] = {key: getattr(facts, field) for key, field in KEYS.items()}
    kept = {key: value for key, value in every.items() if value != getattr(unknown, KEYS[key])}
    if facts.places_since is not None:
        kept["places_since"] = facts.places_since.isoformat()
    if facts.papers is not None:
        kept["papers"] = facts.papers
    if facts.hours:
        kept["hours"] = {str(each.weekday): [f"{each.opens:%H:%M}", f"{each.closes:%H:%M}"] for each in facts.hours}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def read_doctor_facts(text: str) -> DoctorFacts:
    found: Mapping[str, Any] = json.loads(text)
    return DoctorFacts(
        found.get("position", ""),
        found.get("since_year"),
        found.get("category", ""),
        _day(found.get("sees_from")),
        _day(found.get("sees_until")),
    )


def write_doctor_facts(facts: DoctorFacts) -> str:
    kept = {key: value for key, value in asdict(facts).items() if value not in (None, "")}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, default=date.isoformat)


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)
