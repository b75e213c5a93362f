"""Children whom the register knows and no doctor has seen yet: as many as a test wants."""

from __future__ import annotations

from collections.abc import Sequence

from bot.app import Store
from bot.core.ages import age_on
from bot.patients.rules.policy_number import make_policy_number
from storage.database.crypto import make_uid
from storage.registry.rows import Seals
from storage.registry.seed.people import Townsman, list_crowd
from storage.registry.store import queries
from tests.builders import MONDAY

FIRST_SERIAL = 5000
"""Serials below it belong to the town."""


def list_newcomers(count: int) -> list[Townsman]:
    """With a patronymic, so that every prompt has one answer."""
    today = MONDAY.date()
    likes = [p for p in list_crowd() if p.name.patronymic and 3 <= age_on(p.birth_date, today) <= 14]
    pairs = zip(range(count), likes * (count // len(likes) + 1), strict=False)
    return [
        like._replace(policy_number=make_policy_number("77", like.birth_date, like.sex, FIRST_SERIAL + number))
        for number, like in pairs
    ]


async def insure(store: Store, people: Sequence[Townsman]) -> None:
    seals = Seals(store.cipher, store.index)
    await store.database.write(
        lambda connection: queries.add_person(connection, [_row(seals, person) for person in people])
    )


def _row(seals: Seals, person: Townsman) -> dict[str, object]:
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
