"""Referrals in tests of the chat: as the clinic has them, and what it knows of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.clinics.port import PolicyClaim, Referral
from bot.glossary import PersonRef
from storage.database.connection import Connection
from storage.database.crypto import make_uid
from storage.registry.rows import RegistryCipher
from storage.registry.seed.examples import Example
from storage.registry.system import Registry
from tests.chat.actions import MARIA, children_of, choose, say
from tests.chat.person import Person
from tests.chat.town import Town

ADD = """
INSERT INTO registry_referrals (uid, number_index, referral, person_id, specialty_id, issued_on, valid_until)
SELECT :uid, :index, :referral, :person, id, :issued_on, :valid_until FROM registry_specialties WHERE code = :code
"""
NUMBER = "Н-7К4М9Х"


def registry_of(town: Town) -> Registry:
    store = town.app.store
    return Registry(store.database, store.cipher, store.index, town.clock)


async def person_of(town: Town, child: Example = MARIA) -> PersonRef:
    claim = PolicyClaim(child.policy_number, child.name, child.birth_date, child.sex)
    return (await registry_of(town).check_policy(claim)).ref


async def refer(
    town: Town,
    number: str = NUMBER,
    *,
    child: Example = MARIA,
    until: date = date(2026, 12, 12),
    since: date = date(2026, 11, 20),
    code: str = "neurologist",
) -> None:
    """Let the clinic have a referral of the child, as an import brings it."""
    store, uid = town.app.store, make_uid()
    cipher = RegistryCipher(store.cipher, store.index)
    values = {
        "uid": uid,
        "index": cipher.referral_index(number),
        "referral": cipher.seal_referral(uid, number, "Петрова А. С."),
        "person": int(await person_of(town, child)),
        "issued_on": since.isoformat(),
        "valid_until": until.isoformat(),
        "code": code,
    }

    async def add(connection: Connection) -> None:
        await connection.execute(ADD, values)

    await store.database.write(add)


async def free_referrals(town: Town, child: Example = MARIA) -> Sequence[Referral]:
    """Return the child's referrals that no visit has spent."""
    return await registry_of(town).referrals(await person_of(town, child))


async def free_numbers(town: Town, child: Example = MARIA) -> list[str]:
    return [each.number for each in await free_referrals(town, child)]


async def share_phone(town: Town, person: Person) -> None:
    """Let the person share the telephone; the clinic has the mother's on file."""
    await say(person, "/data")
    await choose(person, "Телефон и почта", "Оставить телефон", "Поделиться номером")
    for child in await children_of(town, person):
        await town.app.services.elsewhere.look(child.id, at_once=True)
