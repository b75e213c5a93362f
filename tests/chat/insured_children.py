"""Any number of children with a policy in the register and without visits."""

from __future__ import annotations

from collections.abc import Sequence

from bot.app import Store
from bot.core.ages import age_on
from bot.patients.rules.policy_number import make_policy_number
from storage.database.crypto import make_uid
from storage.registry.rows import RegistryCipher
from storage.registry.seed.people import DemoPerson, list_population
from tests.builders import MONDAY
from tests.registry_rows import add_persons

FIRST_SERIAL = 5000
"""Lower serials belong to the seeded town."""


def make_children(count: int) -> list[DemoPerson]:
    """Return children with a patronymic, so that the prompts are the same for all of them."""
    today = MONDAY.date()
    models = [p for p in list_population() if p.name.patronymic and 3 <= age_on(p.birth_date, today) <= 14]
    pairs = zip(range(count), models * (count // len(models) + 1), strict=False)
    return [
        model._replace(policy_number=make_policy_number("77", model.birth_date, model.sex, FIRST_SERIAL + number))
        for number, model in pairs
    ]


async def insure(store: Store, people: Sequence[DemoPerson]) -> None:
    """Add people to the register."""
    cipher = RegistryCipher(store.cipher, store.index)
    await store.database.write(lambda connection: add_persons(connection, [_row(cipher, person) for person in people]))


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
