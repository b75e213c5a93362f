"""Fills the registry with a town to try: the same town every time, and only what is missing from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.core.clinic import ClinicRules
from bot.core.people import PersonName
from storage.database.connection import Connection, Database, Row
from storage.database.crypto import BlindIndex, Cipher, make_uid
from storage.database.rows import rules_row, seconds
from storage.registry.rows import Seals
from storage.registry.seed.people import Crowd, Townsman, list_crowd, list_examples
from storage.registry.seed.places import (
    CLINICS,
    DAYS_OFF,
    HOURS,
    MINUTES,
    POSTS,
    ROOMS,
    SATURDAY,
    SPECIALTIES,
    Band,
    Institution,
    Post,
)
from storage.registry.seed.places import EXAMPLES as EXAMPLES
from storage.registry.store import queries

RULES = ClinicRules(move_before=timedelta(hours=2))


class Seeded(NamedTuple):
    """What the town has, and how much of its timetable this run has added."""

    clinics: int
    specialties: int
    doctors: int
    persons: int
    new_slots: int
    new_visits: int


class Opening(NamedTuple):
    """A doctor's time in the timetable and who has taken it, if anybody."""

    doctor: Row
    day: date
    starts_at: int
    minutes: int
    visit_type: str
    visitor: Townsman | None


async def seed_town(database: Database, cipher: Cipher, index: BlindIndex, now: datetime) -> Seeded:
    """Add what is missing up to the clinics' horizon; nothing that is there is changed, visits least of all."""
    seals = Seals(cipher, index)
    crowd = list_crowd()
    people = [*list_examples(), *crowd]
    persons = [_person(seals, person) for person in people]

    async def build(connection: Connection) -> tuple[int, int]:
        await _add_directory(connection)
        await queries.add_persons(connection, persons)
        openings = await _missing(connection, Crowd(crowd), now)
        await queries.add_slots(connection, [_slot(opening) for opening in openings])
        taken = [_visit(seals, opening, opening.visitor) for opening in openings if opening.visitor]
        await queries.add_visits(connection, taken)
        return len(openings), len(taken)

    slots, visits = await database.write(build)
    return Seeded(len(CLINICS), len(SPECIALTIES), len(POSTS), len(people), slots, visits)


# --- rows -------------------------------------------------------------------------------------------------------------


async def _add_directory(connection: Connection) -> None:
    rules = rules_row(RULES)
    await queries.add_clinics(connection, [clinic._asdict() | rules for clinic in CLINICS])
    fields = [field._asdict() | {"place": place} for place, field in enumerate(SPECIALTIES)]
    await queries.add_specialties(connection, fields)
    await queries.add_doctors(connection, [_doctor(post) for post in POSTS])


def _doctor(post: Post) -> dict[str, object]:
    name = _post_name(post)
    return {
        "clinic": post.clinic,
        "specialty": post.specialty,
        "family": name.family,
        "given": name.given,
        "patronymic": name.patronymic,
        "room": post.room,
        "is_room": int(post.specialty in ROOMS),
    }


def _post_name(post: Post) -> PersonName:
    return PersonName(post.name, "") if post.specialty in ROOMS else PersonName(*post.name.split())


def _person(seals: Seals, person: Townsman) -> dict[str, object]:
    uid = make_uid()
    return {
        "uid": uid,
        "number": seals.number(person.policy_number),
        "snils": seals.snils(person.snils),
        "person": seals.person(uid, person.name, person.birth_date, person.policy_number),
        "sex": person.sex,
        "status": person.status,
        "valid_until": person.valid_until and person.valid_until.isoformat(),
        "clinic": person.clinic,
    }


def _slot(opening: Opening) -> dict[str, object]:
    return {
        "doctor": opening.doctor["id"],
        "clinic": opening.doctor["clinic_id"],
        "specialty": opening.doctor["specialty_id"],
        "starts_at": opening.starts_at,
        "ends_at": opening.starts_at + opening.minutes * 60,
        "local_day": opening.day.isoformat(),
        "visit_type": opening.visit_type,
        "status": "BUSY" if opening.visitor else "FREE",
    }


def _visit(seals: Seals, opening: Opening, visitor: Townsman) -> dict[str, object]:
    return {
        "uid": make_uid(),
        "doctor": opening.doctor["id"],
        "starts_at": opening.starts_at,
        "visit_type": opening.visit_type,
        "number": seals.number(visitor.policy_number),
    }


# --- the timetable ----------------------------------------------------------------------------------------------------


async def _missing(connection: Connection, crowd: Crowd, now: datetime) -> list[Opening]:
    """Times of the days that a doctor's timetable does not have at all yet."""
    openings: list[Opening] = []
    for clinic in CLINICS:
        today = now.astimezone(ZoneInfo(clinic.zone)).date()
        doctors = {_row_name(row): row for row in await queries.list_staff(connection, clinic=clinic.name)}
        published = await queries.list_published_days(connection, clinic=clinic.name, first_day=today.isoformat())
        known = {tuple(row) for row in published}
        for order, post in enumerate(POSTS):
            if post.clinic != clinic.name:
                continue
            doctor = doctors[post.specialty, _post_name(post)]
            for ahead in range(RULES.horizon.days + 1):
                day = today + timedelta(days=ahead)
                if (doctor["id"], day.isoformat()) not in known:
                    openings += _day_of(clinic, post, order, doctor, day, crowd, full=ahead < post.taken)
    return openings


def _row_name(row: Row) -> tuple[str, PersonName]:
    return row["code"], PersonName(row["family"], row["given"], row["patronymic"])


def _day_of(
    clinic: Institution, post: Post, order: int, doctor: Row, day: date, crowd: Crowd, *, full: bool
) -> Iterator[Opening]:
    chance = Random(f"{clinic.name}/{post.name}/{day}")  # noqa: S311 - a town to look at, not a secret
    taken = 1.0 if full else chance.uniform(0.1, 0.6)
    midnight = seconds(datetime.combine(day, time(), ZoneInfo(clinic.zone)).astimezone(UTC))
    for hour, minutes, visit_type in _times(_bands(post, order, day)):
        visitor = crowd.next(post.clinic, post.specialty, day) if chance.random() < taken else None
        yield Opening(doctor, day, midnight + round(hour * 3600), minutes, visit_type, visitor)


def _bands(post: Post, order: int, day: date) -> tuple[Band, ...]:
    week, weekday = day.isocalendar()[1:]
    if str(weekday) not in post.weekdays or (day.month, day.day) in DAYS_OFF:
        return ()
    if weekday == 6:
        return SATURDAY if week % 2 == 0 else ()
    shift = ("early", "late")[(weekday + order) % 2] if post.shift == "turn" else post.shift
    return HOURS[post.specialty][shift]


def _times(bands: Iterable[Band]) -> Iterator[tuple[float, int, str]]:
    for start, end, visit_type in bands:
        minutes = MINUTES[visit_type]
        for number in range(round((end - start) * 60) // minutes):
            yield start + number * minutes / 60, minutes, visit_type
