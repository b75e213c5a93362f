"""Refs: numbers that people read aloud."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.glossary import Ref

_REF_LETTERS = "ABCEHKMPTX"


_REF_ALPHABET = "0123456789" + _REF_LETTERS


_REF = re.compile(rf"(?=.*[{_REF_LETTERS}])[{_REF_ALPHABET}]{{6}}")


_TYPED_REF = str.maketrans("АВСЕНКМРТХОOЗ", "ABCEHKMPTX003")  # a Ref has no O and no З: a zero or a three was meant


_BETWEEN = re.compile(r"[\s\-‐‑‒–—−]+")


# What a Ref must not spell in either language; in a hospital also an illness and death.
_UNFIT = re.compile("EB|E6|XEP|XPEH|XAM|CPA|TPAX|CEKC|PAK|CMEP|HATE|666")


def draw_ref(choose: Callable[[str], str]) -> Ref:
    """A new Ref, XXXX-XX, its first character a letter. ``choose`` picks one character of a string at random."""
    while True:
        drawn = choose(_REF_LETTERS) + "".join(choose(_REF_ALPHABET) for _ in range(5))
        if not _UNFIT.search(drawn):
            return Ref(f"{drawn[:4]}-{drawn[4:]}")


def read_ref(text: str) -> Ref | None:
    """The Ref that was typed in either alphabet and any case, with hyphens or spaces or none; None if it is not one."""
    typed = _BETWEEN.sub("", text).upper().translate(_TYPED_REF)
    return Ref(f"{typed[:4]}-{typed[4:]}") if _REF.fullmatch(typed) else None
