"""Any number of children with a policy in the register and without visits."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.ages import age_on
from bot.patients.rules.policy_number import make_policy_number
from bot.wiring import Store
from storage.database.crypto import make_uid
from storage.registry.rows import Seals
from storage.registry.seed.people import Townsman, list_crowd
from storage.registry.store import queries
from tests.builders import MONDAY

FIRST_SERIAL = 5000
"""Lower serials belong to the seeded town."""


def make_children(count: int) -> list[Townsman]:
    """Return children with a patronymic, so that the prompts are the same for all of them."""
    today = MONDAY.date()
    models = [p for p in list_crowd() if p.name.patronymic and 3 <= age_on(p.birth_date, today) <= 14]
    pairs = zip(range(count), models * (count // len(models) + 1), strict=False)
    return [
        model._replace(policy_number=make_policy_number("77", model.birth_date, model.sex, FIRST_SERIAL + number))
        for number, model in pairs
    ]


async def insure(store: Store, people: Sequence[Townsman]) -> None:
    """Add people to the register."""
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
