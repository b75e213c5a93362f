"""Decide which of the codes that several attempts have read may be believed.

A library may find a valid barcode whose bytes are wrong. A reading is believed if its parts agree with one another, or
if two attempts have read the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from bot.core.errors import InvalidInput
from bot.patients.problems import FileProblem
from bot.patients.records import PolicyCode


class Reading(NamedTuple):
    """One code of a policy that one attempt has read."""

    code: PolicyCode
    agrees: bool
    """whether its name is plausible, and its sex and dates are those of its number"""


class Readings:
    """All readings of one file."""

    def __init__(self) -> None:
        self._attempts: Counter[PolicyCode | str] = Counter()
        """how many attempts have read a code, and how many its number"""
        self._believed: set[PolicyCode] = set()

    def add(self, attempt: Sequence[Reading]) -> PolicyCode | None:
        """Add what one attempt has read; return the policy of the file once it is certain, else None: go on.

        Raises InvalidInput, CODE_SEVERAL, if different policies are believed.
        """
        numbers = {reading.code.number for reading in attempt}
        self._attempts.update({reading.code for reading in attempt} | numbers)
        self._believed |= {reading.code for reading in attempt if reading.agrees or self._attempts[reading.code] > 1}
        return self._only_believed() if numbers and numbers <= {code.number for code in self._believed} else None

    def last(self) -> PolicyCode | None:
        """Return the policy after the last attempt; only its number where attempts agree in nothing more.

        None if nothing may be believed. Raises InvalidInput, CODE_SEVERAL.
        """
        found = self._only_believed()
        if found is not None:
            return found
        repeated = [read for read, attempts in self._attempts.items() if attempts > 1 and isinstance(read, str)]
        return PolicyCode(repeated[0]) if len(repeated) == 1 else None

    def _only_believed(self) -> PolicyCode | None:
        if len({code.number for code in self._believed}) > 1:
            raise InvalidInput(FileProblem.CODE_SEVERAL)
        return max(self._believed, key=lambda code: (code.name is not None, self._attempts[code]), default=None)
