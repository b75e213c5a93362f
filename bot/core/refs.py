"""Refs: the numbers that people read aloud are generated, parsed and kept unique here."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from bot.core.errors import RefCollision
from bot.glossary import Ref

T = TypeVar("T")

MOST_COLLISIONS = 4

_LETTERS = "ABCEHKMPTX"
_ALPHABET = "0123456789" + _LETTERS
_REF = re.compile(rf"(?=.*[{_LETTERS}])[{_ALPHABET}]{{6}}")
_AROUND = ' .,;:!?«»"()№#'
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—−]+")
# A Ref has neither O nor З: a zero or a three was meant.
_TO_ALPHABET = str.maketrans("АВСЕНКМРТХОOЗ", "ABCEHKMPTX003")
# What a Ref must not spell in either language; in a hospital also an illness and death.
_UNFIT = re.compile("EB|E6|XEP|XPEH|XAM|CPA|TPAX|CEKC|PAK|CMEP|HATE|666")


def draw_ref(choose: Callable[[str], str]) -> Ref:
    """Return a random Ref, XXXX-XX, whose first character is a letter. ``choose`` picks one character of a string."""
    while True:
        drawn = choose(_LETTERS) + "".join(choose(_ALPHABET) for _ in range(5))
        if not _UNFIT.search(drawn):
            return Ref(f"{drawn[:4]}-{drawn[4:]}")


def read_ref(text: str) -> Ref | None:
    """Parse a Ref typed in either alphabet and any case, with or without separators. Return None for any other text.

    Punctuation and «№» around it are no part of it.
    """
    typed = _SEPARATORS.sub("", text.strip(_AROUND)).upper().translate(_TO_ALPHABET)
    return Ref(f"{typed[:4]}-{typed[4:]}") if _REF.fullmatch(typed) else None


async def with_new_ref(write: Callable[[Ref], Coroutine[Any, Any, T]]) -> T:
    """Call ``write`` with a new Ref, again with another one if that is in use, and return its result.

    Raises what ``write`` raises; RefCollision only after five Refs in use.
    """
    for _collision in range(MOST_COLLISIONS):
        with suppress(RefCollision):
            return await write(draw_ref(secrets.choice))
    return await write(draw_ref(secrets.choice))
