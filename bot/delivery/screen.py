"""What a chat shows: screens, buttons and files."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Colour(StrEnum):
    """The colour of a button: green books or agrees, red loses something, every other button has none."""

    NONE = ""
    GREEN = "success"
    RED = "danger"


class Button(NamedTuple):
    """One inline button: a plain label, and one of 64 bytes of callback data, a URL to open and a text to copy."""

    text: str
    data: str = ""
    url: str = ""
    copied: str = ""
    """1 to 256 characters that a press puts into the clipboard; the bot is not told of the press"""
    colour: Colour = Colour.NONE
    up: bool = False
    """it leads one step up, whatever its label"""


@dataclass(frozen=True, slots=True)
class Screen:
    """A message: HTML text and rows of buttons."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
    asks: bool = False
    """the next typed text is the answer to this screen"""
    shares_phone: bool = False
    """while this screen is open, a reply keyboard offers to share the phone number"""
    shares_place: bool = False
    """the same to share the place where the person is"""
    shows: str = ""
    """deduplication key of the outbox message that this screen replaces"""
    replies_to: int | None = None
    """the id of the message that this one replies to, if it is sent as a new one and that message still stands"""


@dataclass(frozen=True, slots=True)
class File:
    """A document sent beside a screen, or a picture that the chat shows; ``caption`` is plain text."""

    name: str
    data: bytes
    caption: str = ""
    is_picture: bool = False
    """a PNG that the chat shows at once"""


class Venue(NamedTuple):
    """A pin on the map, in degrees; ``title`` and ``address`` are plain text."""

    latitude: float
    longitude: float
    title: str
    address: str
