"""Define Link and Action, the typed contents of a button, and how their fields are packed into 64 bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from enum import EnumType
from operator import call
from types import NoneType
from typing import Any, ClassVar, NamedTuple, NewType, Self, get_args

from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State
from pydantic import BaseModel

from bot.core.pages import MOST_PAGES
from bot.delivery.screen import Colour

LONGEST_DATA = 64
"""bytes of a button's data: Telegram's limit"""

# --- types of fields --------------------------------------------------------------------------------------------------

Day = date
"""a date, packed as its ordinal"""

Moment = datetime
"""a moment, packed as epoch seconds and unpacked as UTC"""

Page = NewType("Page", int)
"""the number of a page in a list, from 0"""


class Packing(NamedTuple):
    """How a field is written into a button; ``read`` raises ValueError or KeyError for what ``write`` never writes."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]


def _number(within: range, meaning: Callable[[int], Any] = int) -> Callable[[str], Any]:
    """Return a function that reads a whole number and converts it.

    A number out of range is forged: it would fit into no column of the database and no calendar.
    """

    def read(text: str) -> Any:
        number = int(text)
        if number not in within:
            raise ValueError(f"{number} is out of range")
        return meaning(number)

    return read


def _member_of(members: Iterable[Any]) -> Packing:
    """Pack a member of a closed set as its position, so new members must be added at the end."""
    positions = {member: str(position) for position, member in enumerate(members)}
    return Packing(positions.__getitem__, {position: member for member, position in positions.items()}.__getitem__)


def _optional(packing: Packing) -> Packing:
    """Pack None as 0 and any other value with ``packing``."""
    write, read = packing
    return Packing(
        lambda value: "0" if value is None else write(value), lambda text: None if text == "0" else read(text)
    )


IDS, PAGES, SECONDS = range(2**53), range(MOST_PAGES), range(2**33)
DAYS = range(date(2020, 1, 1).toordinal(), date(2200, 1, 1).toordinal())

PACKINGS: dict[Any, Packing] = {
    int: Packing(str, _number(IDS)),
    bool: _member_of((False, True)),
    str: Packing(str, str),
    Page: Packing(str, _number(PAGES)),
    Day: Packing(lambda day: str(day.toordinal()), _number(DAYS, date.fromordinal)),
    Moment: Packing(
        lambda moment: str(int(moment.timestamp())),
        _number(SECONDS, lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    ),
}
"""Packings of the basic types; ``packing_of`` derives those of ids, enums, literals and optional fields."""


def packing_of(kind: Any) -> Packing:
    """Return the packing of a field's type.

    An id (NewType of ``int``) is packed as its number, ``X | None`` with 0 for None, a StrEnum (or a union of them) as
    the position of the member, and beside None as the position from 1: 0 is None.
    """
    if kind in PACKINGS:
        return PACKINGS[kind]
    if hasattr(kind, "__supertype__"):
        return packing_of(kind.__supertype__)
    kinds = get_args(kind) or (kind,)
    if NoneType in kinds:
        (present,) = (each for each in kinds if each is not NoneType)
        return _member_of((None, *present)) if isinstance(present, EnumType) else _optional(packing_of(present))
    return _member_of(member for each in kinds for member in each)


# --- links and actions ------------------------------------------------------------------------------------------------


class Fields(BaseModel):
    """Fields that several links and actions share, before their own: ``class Review(Form, Link, code="ea")``."""


class ButtonData(CallbackData, prefix="?", strict=True):
    """The typed contents of a button: its code and its fields, in the order in which the class names them."""

    colour: ClassVar[Colour] = Colour.NONE
    writers: ClassVar[tuple[Callable[[Any], str], ...]] = ()
    readers: ClassVar[tuple[Callable[[str], Any], ...]] = ()
    later: ClassVar[int] = 0
    """how many fields, the last ones, a later release has added: they are written only if one has no default value"""
    unwritten: ClassVar[tuple[str, ...]] = ()
    """the packed default values of those fields"""
    left_out: ClassVar[str] = ""
    """the end of the data that is not written: those values, each after its colon"""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        packings = [packing_of(field.annotation) for field in cls.model_fields.values()]
        cls.writers = tuple(packing.write for packing in packings)
        cls.readers = tuple(packing.read for packing in packings)
        added = list(cls.model_fields.values())[len(packings) - cls.later :]
        cls.unwritten = tuple(packing_of(field.annotation).write(field.default) for field in added)
        cls.left_out = "".join(f":{value}" for value in cls.unwritten)

    # A screen packs a dozen buttons: aiogram's own pack() would go through pydantic for each of them.
    def pack(self) -> str:
        """Return the data of a button. Raises ValueError if it is too long or a value contains a colon."""
        data = ":".join((self.__prefix__, *map(call, self.writers, vars(self).values())))
        if data.count(":") != len(self.writers) or len(data.encode()) > LONGEST_DATA:
            raise ValueError(f"{type(self).__name__} does not fit into a button")
        return data.removesuffix(self.left_out)

    @classmethod
    def unpack(cls, value: str) -> Self:
        """Return the link or action in a button's data. Raises ValueError for data that ``pack`` never writes."""
        code, *parts = value.split(":")
        if cls.unwritten and len(parts) == len(cls.readers) - cls.later:
            parts += cls.unwritten
        if code != cls.__prefix__ or len(parts) != len(cls.readers):
            raise ValueError(f"no {cls.__name__}")
        try:
            return cls(**dict(zip(cls.model_fields, map(call, cls.readers, parts), strict=True)))
        except KeyError as position:
            raise ValueError(f"{position} is no position in a set") from None


BELOW: set[str] = set()
"""codes of the links that open their screen in a new message"""


def opens_below(data: str) -> bool:
    """Return whether a button with this data opens its screen in a new message."""
    return data.partition(":")[0] in BELOW


class Link(ButtonData, prefix="-"):
    """Open a screen: ``class Times(Link, code="bt")`` names the screen, its code in buttons and its fields.

    ``state`` is aiogram's state of a screen that waits for a typed answer. ``below`` says that the screen always comes
    as a new message: a message with such a button stays, whatever is pressed on it. ``later=1`` says that the last
    field was added by a later release than the link.
    """

    state: ClassVar[State | None] = None
    below: ClassVar[bool] = False

    def __init_subclass__(
        cls, code: str, state: State | None = None, below: bool = False, later: int = 0, **kwargs: Any
    ) -> None:
        super().__init_subclass__(prefix=code, **kwargs)
        cls.state, cls.below, cls.later = state, below, later
        if below:
            BELOW.add(code)


class Action(ButtonData, prefix="!"):
    """Do one thing, then show its result or follow a link.

    ``class Book(Action, code="Bb", colour=Colour.GREEN)``: the act that books or agrees is green, the one that loses
    something is red. ``main`` says that a typed «да» means this action on its screen, as it does every green one.
    """

    is_main: ClassVar[bool] = False

    def __init_subclass__(
        cls, code: str, colour: Colour = Colour.NONE, main: bool = False, later: int = 0, **kwargs: Any
    ) -> None:
        super().__init_subclass__(prefix=code, **kwargs)
        cls.colour, cls.is_main, cls.later = colour, main or colour is Colour.GREEN, later
