"""Parts of the slice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from operator import call
from types import NoneType
from typing import Any, ClassVar, NamedTuple, NewType, Self, get_args

from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State

LONGEST_DATA = 64
"""bytes of a button's data"""


Day = date
"""packed as an ordinal"""


Moment = datetime
"""packed as epoch seconds, read as UTC"""


Page = NewType("Page", int)
"""of a list, from 0"""


class Packing(NamedTuple):
    """How a field stands in a button; ``read`` raises ValueError or KeyError for what we could not have written."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]


def _number(within: range, meaning: Callable[[int], Any] = int) -> Callable[[str], Any]:
    """Read a whole number, or what one stands for; a forged one fits into no column and no calendar."""

    def read(text: str) -> Any:
        number = int(text)
        if number not in within:
            raise ValueError(f"{number} is out of range")
        return meaning(number)

    return read


def _one_of(members: Iterable[Any]) -> Packing:
    """Of a closed set: each member by its place, so new ones go to the end."""
    places = {member: str(place) for place, member in enumerate(members)}
    return Packing(places.__getitem__, {place: member for member, place in places.items()}.__getitem__)


def _perhaps(packing: Packing) -> Packing:
    """Of what may be absent, which is written as 0."""
    write, read = packing
    return Packing(
        lambda value: "0" if value is None else write(value), lambda text: None if text == "0" else read(text)
    )


IDS, PAGES, SECONDS = range(2**53), range(1000), range(2**33)


DAYS = range(date(2020, 1, 1).toordinal(), date(2200, 1, 1).toordinal())


PACKINGS: dict[Any, Packing] = {
    int: Packing(str, _number(IDS)),
    bool: _one_of((False, True)),
    str: Packing(str, str),
    Page: Packing(str, _number(PAGES)),
    Day: Packing(lambda day: str(day.toordinal()), _number(DAYS, date.fromordinal)),
    Moment: Packing(
        lambda moment: str(int(moment.timestamp())),
        _number(SECONDS, lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    ),
}
"""Ids are of ``int``; a closed set is packed by ``_one_of``."""


def packing_of(kind: Any) -> Packing:
    """How fields of a type are packed: an id as its number, ``X | None`` with 0 for None, a StrEnum by places."""
    if kind in PACKINGS:
        return PACKINGS[kind]
    if hasattr(kind, "__supertype__"):
        return packing_of(kind.__supertype__)
    kinds = get_args(kind) or (kind,)
    if NoneType in kinds:
        (present,) = (each for each in kinds if each is not NoneType)
        return _perhaps(packing_of(present))
    return _one_of(member for each in kinds for member in each)


class Data(CallbackData, prefix="?", strict=True):
    writers: ClassVar[tuple[Callable[[Any], str], ...]] = ()
    readers: ClassVar[tuple[Callable[[str], Any], ...]] = ()
    """of the fields, in their order"""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        packings = [packing_of(field.annotation) for field in cls.model_fields.values()]
        cls.writers = tuple(packing.write for packing in packings)
        cls.readers = tuple(packing.read for packing in packings)

    def pack(self) -> str:
        """The data of a button, without asking pydantic for what lies at hand: a screen has a dozen of them."""
        data = ":".join((self.__prefix__, *map(call, self.writers, vars(self).values())))
        if data.count(":") != len(self.writers) or len(data.encode()) > LONGEST_DATA:
            raise ValueError(f"{type(self).__name__} does not fit into a button")
        return data

    @classmethod
    def unpack(cls, value: str) -> Self:
        """The link or action in a button's data. Raises ValueError for data that we could not have written."""
        code, *parts = value.split(":")
        if code != cls.__prefix__ or len(parts) != len(cls.readers):
            raise ValueError(f"no {cls.__name__}")
        try:
            return cls(**dict(zip(cls.model_fields, map(call, cls.readers, parts), strict=True)))
        except KeyError as place:
            raise ValueError(f"{place} is no place in a set") from None


class Link(Data, prefix="-"):
    """Opens a screen, whose state it is; where it waits for an answer, ``state`` is aiogram's."""

    state: ClassVar[State | None] = None

    def __init_subclass__(cls, code: str, state: State | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(prefix=code, **kwargs)
        cls.state = state


class Action(Data, prefix="!"):
    """Does one thing, and shows what has come of it or leads to the screen of a link."""

    def __init_subclass__(cls, code: str, **kwargs: Any) -> None:
        super().__init_subclass__(prefix=code, **kwargs)
