"""The keys of the settings: made ready for use, and what the database still needs the older ones for, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot.settings import Settings
from storage.database.connection import Connection, Database
from storage.database.crypto import BlindIndex, Cipher
from storage.database.rows import seconds
from storage.keys.canaries import IndexKeyState, list_index_canaries, marks
from storage.keys.needs import count_bare_codes, index_needs, secret_needs

WORDS = {
    "pins": "access codes (each moves when it is typed)",
    "offered_pins": "access codes that are being set",
    "invitations": "invitations (they expire in a day)",
    "dialogs": "open prompts (they are forgotten in a day)",
    "failed_checks": "failed checks (they count for an hour)",
    "registry_persons": "persons of the register whose SNILS was not stored to be read (import them anew)",
}
"""What people call the rows of a table that an older index key still finds; others are named by their table."""


def cipher_of(settings: Settings) -> Cipher:
    keys = {key.id: key.key.get_secret_value() for key in settings.secret_keys}
    return Cipher(keys, active=settings.secret_keys[0].id)


def index_of(settings: Settings) -> BlindIndex:
    return BlindIndex({key.id: key.key.get_secret_value() for key in settings.index_keys})


async def tell_older_secret_keys(database: Database, cipher: Cipher) -> Sequence[str]:
    """Return a sentence for each older secret key, and one for what no key opens and for what is not encrypted yet."""
    needs = await database.read(lambda connection: secret_needs(connection, cipher))
    return list(_secret_sentences(needs, await database.read(count_bare_codes)))


def _secret_sentences(needs: Mapping[str, int], bare: int) -> Iterator[str]:
    if bare:
        yield f"{bare} access codes of an earlier release are not encrypted yet: `registratura reseal` does it"
    for key, count in needs.items():
        if not key:
            if count:
                yield f"{count} values were encrypted with keys that SECRET_KEYS lacks"
        elif count:
            yield f"the key «{key}» of SECRET_KEYS still opens {count} values: `registratura reseal` moves them"
        else:
            yield f"nothing needs the key «{key}» of SECRET_KEYS any more: take it out, keep it apart for older backups"


async def tell_older_index_keys(database: Database, cipher: Cipher, index: BlindIndex, now: datetime) -> Sequence[str]:
    """Return a sentence for each index key that was active before."""

    async def tell(connection: Connection) -> Sequence[str]:
        known = {canary.canary: canary for canary in await list_index_canaries(connection)}
        told = []
        for mark, key in list(zip(marks(index), index.ids, strict=True))[1:]:
            canary = known.get(mark)
            if canary is None or canary.state is not IndexKeyState.OLD:
                told.append(f"the key «{key}» of INDEX_KEYS has indexed nothing here: take it out")
                continue
            needs = await index_needs(connection, cipher, index, canary.moved_at or 0, seconds(now))
            told.append(_index_sentence(key, needs))
        return told

    return await database.read(tell)


def _index_sentence(key: str, needs: Mapping[str, int]) -> str:
    if not needs:
        return f"nothing needs the key «{key}» of INDEX_KEYS any more: take it out, keep it apart for older backups"
    listed = ", ".join(f"{count} {WORDS.get(table, f'rows of {table}')}" for table, count in sorted(needs.items()))
    return f"the key «{key}» of INDEX_KEYS must stay, it still finds {listed}"
