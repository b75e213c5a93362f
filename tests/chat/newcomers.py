"""Children whom the register knows and no doctor has seen yet: as many as a test wants."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.ages import age_on
from bot.patients.rules.policy_number import make_policy_number
from bot.wiring import Store
from storage.database.crypto import make_uid
from storage.registry.rows import RegistryCipher
from storage.registry.seed.people import DemoPerson, list_population
from storage.registry.store import queries
from tests.builders import MONDAY

FIRST_SERIAL = 5000
"""Serials below it belong to the town."""


def list_newcomers(count: int) -> list[DemoPerson]:
    """With a patronymic, so that every prompt has one answer."""
    today = MONDAY.date()
    likes = [p for p in list_population() if p.name.patronymic and 3 <= age_on(p.birth_date, today) <= 14]
    pairs = zip(range(count), likes * (count // len(likes) + 1), strict=False)
    return [
        like._replace(policy_number=make_policy_number("77", like.birth_date, like.sex, FIRST_SERIAL + number))
        for number, like in pairs
    ]


async def insure(store: Store, people: Sequence[DemoPerson]) -> None:
    cipher = RegistryCipher(store.cipher, store.index)
    await store.database.write(
        lambda connection: queries.add_persons(connection, [_row(cipher, person) for person in people])
    )


def _row(cipher: RegistryCipher, person: DemoPerson) -> dict[str, object]:
    uid = make_uid()
    return {
        "uid": uid,
        "number": cipher.policy_index(person.policy_number),
        "snils": cipher.snils_index(person.snils),
        "person": cipher.seal_person(uid, person.name, person.birth_date, person.policy_number),
        "sex": person.sex,
        "status": person.status,
        "valid_until": person.valid_until and person.valid_until.isoformat(),
        "clinic": person.clinic,
    }
