"""The keys of visits: each tells, to this bot alone, whose account has booked."""

from __future__ import annotations

import hmac
import secrets

from bot.core.people import Account
from bot.glossary import Key
from storage.database.crypto import BlindIndex

NONCE = 8
"""bytes that make each key another one; as many bytes of a digest follow"""


class SqlVisitKeys:
    """A key is a random number with its digest for the account, keyed by the index key.

    So an account that has removed a card, or everything, and kept its visits finds them when it adds the child again,
    and nothing is stored about it meanwhile. To the clinic, which keeps the key, it is a random number. A key that was
    made before the index key or its form was changed is nobody's.
    """

    def __init__(self, index: BlindIndex) -> None:
        self._index = index

    def make(self, account: Account) -> Key:
        """Return a new key for a visit that the account books."""
        nonce = secrets.token_hex(NONCE)
        return Key(nonce + self._mark(account, nonce))

    def is_of(self, account: Account, key: Key) -> bool:
        """Whether the key was made for this account, or for one that its Telegram user had before."""
        nonce, mark = key[: 2 * NONCE], key[2 * NONCE :]
        return bool(account.mark) and hmac.compare_digest(mark.encode(), self._mark(account, nonce).encode())

    def _mark(self, account: Account, nonce: str) -> str:
        return self._index.of("visit key", f"{nonce}{account.mark.hex()}")[:NONCE].hex()
