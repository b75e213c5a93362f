"""What is shown in a chat: screens, buttons and files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Button(NamedTuple):
    """One inline button: a plain label and at most 64 bytes of data, or an address to open."""

    text: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """What a person sees: HTML text and rows of buttons."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
    asks: bool = False
    """the next typed text is the answer to this screen"""
    shares_phone: bool = False
    """a key under the input field, there as long as this screen, shares the telephone"""
    shows: str = ""
    """``dedup`` of the outbox message that this screen makes needless"""


@dataclass(frozen=True, slots=True)
class File:
    """What is sent beside a screen to be kept; ``caption`` is plain text."""

    name: str
    data: bytes
    caption: str = ""
