"""Define Link and Action, the typed contents of a button, and how their fields are packed into 64 bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from enum import EnumType
from itertools import zip_longest
from operator import call
from types import NoneType
from typing import Any, ClassVar, NamedTuple, NewType, Self, TypeVar, get_args

from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State
from pydantic import BaseModel, PrivateAttr

from bot.core.pages import MOST_PAGES
from bot.delivery.screen import Colour

LONGEST_DATA = 64
"""bytes of a button's data: Telegram's limit"""

WAY = ":~"
"""stands before each screen to which the way leads back, behind the fields of a button"""

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
    """The typed contents of a button: its code and its fields, in the order in which the class names them.

    Behind them stand the ways back: the screens from which the way has led to this one and that «Назад» shows as they
    were, the nearest first, each with its page and its filters. Those that do not fit are left out, the last first.
    """

    colour: ClassVar[Colour] = Colour.NONE
    writers: ClassVar[tuple[Callable[[Any], str], ...]] = ()
    readers: ClassVar[tuple[Callable[[str], Any], ...]] = ()
    later: ClassVar[int] = 0
    """how many fields, the last ones, a later release has added: they are written only if one has no default value"""
    unwritten: ClassVar[tuple[str, ...]] = ()
    """the packed default values of those fields"""
    left_out: ClassVar[str] = ""
    """the end of the data that is not written: those values, each after its colon"""
    _ways: tuple[Link, ...] = PrivateAttr(default=())

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        packings = [packing_of(field.annotation) for field in cls.model_fields.values()]
        cls.writers = tuple(packing.write for packing in packings)
        cls.readers = tuple(packing.read for packing in packings)
        added = list(cls.model_fields.values())[len(packings) - cls.later :]
        cls.unwritten = tuple(packing_of(field.annotation).write(field.default) for field in added)
        cls.left_out = "".join(f":{value}" for value in cls.unwritten)

    # --- ways back ----------------------------------------------------------------------------------------------------

    @property
    def ways(self) -> tuple[Link, ...]:
        """The screens to which the way leads back, the nearest first; they have no ways of their own."""
        return self._ways

    def led_by(self, ways: Sequence[Link]) -> Self:
        """Return the same with other ways back: those that fit into a button."""
        led = self.model_copy()
        led._ways = tuple(ways)
        return self.unpack(led.pack()) if ways else led

    def after(self, link: Link) -> Self:
        """Return the same with the way back to a screen, and on to what that one leads back to; no kind comes twice."""
        further = [each for each in link.ways if type(each) is not type(link)]
        left = link.led_by(())
        return self.led_by([left.model_copy(update={"up": False}) if hasattr(left, "up") else left, *further])

    def from_list(self, listed: Link) -> Self:
        """Return the same with the way back to a list; to a first page without filters every screen knows the way."""
        if not listed.is_plain or listed.kept:
            return self.after(listed)
        return self.led_by(listed.ways)

    @property
    def is_plain(self) -> bool:
        """Whether it says no more than it must: a list is on its first page and without filters."""
        fields = type(self).model_fields.items()
        return all(
            field.is_required() or getattr(self, name) == field.default for name, field in fields if name != "up"
        )

    def is_like(self, other: Link) -> bool:
        """Return whether it is the screen of another link of its kind, which may leave out the page and the filters."""
        fields = type(self).model_fields.items()
        said = [name for name, field in fields if field.is_required() or getattr(other, name) != field.default]
        return all(getattr(self, name) == getattr(other, name) for name in said if name != "up")

    def came_from(self, *kinds: type[Way]) -> Way | None:
        """Return the nearest way back of one of these kinds, with its own ways, None if there is none."""
        for place, way in enumerate(self._ways):
            if isinstance(way, kinds):
                return way.led_by(self._ways[place + 1 :])
        return None

    # --- in a button --------------------------------------------------------------------------------------------------

    # A screen packs a dozen buttons: aiogram's own pack() would go through pydantic for each of them.
    def pack(self) -> str:
        """Return the data of a button. Raises ValueError if it is too long or a value contains a colon."""
        data = ":".join((self.__prefix__, *map(call, self.writers, vars(self).values())))
        if data.count(":") != len(self.writers) or len(data.encode()) > LONGEST_DATA:
            raise ValueError(f"{type(self).__name__} does not fit into a button")
        data = data.removesuffix(self.left_out)
        return _with_ways(data, self, self._ways) if self._ways else data

    @classmethod
    def unpack(cls, value: str) -> Self:
        """Return the link or action in a button's data. Raises ValueError for data that ``pack`` never writes."""
        value, *ways = value.split(WAY)
        code, *parts = value.split(":")
        if cls.unwritten and len(parts) == len(cls.readers) - cls.later:
            parts += cls.unwritten
        if code != cls.__prefix__ or len(parts) != len(cls.readers):
            raise ValueError(f"no {cls.__name__}")
        try:
            read = cls(**dict(zip(cls.model_fields, map(call, cls.readers, parts), strict=True)))
            read._ways = tuple(_read_way(way, read) for way in ways)
        except KeyError as position:
            raise ValueError(f"{position} is no position in a set") from None
        return read


def _with_ways(data: str, of: ButtonData, ways: Iterable[Link]) -> str:
    """Return a button's data with as many of the ways back behind it as fit."""
    for way in ways:
        longer = f"{data}{WAY}{_brief(way, of)}"
        if len(longer.encode()) > LONGEST_DATA:
            break
        data = longer
    return data


def _brief(way: Link, of: ButtonData) -> str:
    """Pack a way back: an id that its button has too is left empty, and default values at the end are left out."""
    parts = [write(value) for write, value in zip(way.writers, vars(way).values(), strict=True)]
    for place, (name, described) in enumerate(type(way).model_fields.items()):
        if described.is_required() and getattr(of, name, None) == getattr(way, name):
            parts[place] = ""
    defaults = _packed_defaults(type(way))
    while parts and parts[-1] == defaults[len(parts) - 1]:
        parts.pop()
    return ":".join((way.__prefix__, *parts))


def _read_way(packed: str, of: ButtonData) -> Link:
    """Return the link that ``_brief`` has packed. Raises ValueError or KeyError for anything else."""
    code, *parts = packed.split(":")
    kind = KINDS[code]
    if not issubclass(kind, Link):
        raise ValueError(f"{code} is no screen")
    defaults = _packed_defaults(kind)
    if len(parts) > len(defaults) or None in defaults[len(parts) :]:
        raise ValueError(f"no {kind.__name__}")
    said: dict[str, Any] = {}
    for name, read, part, usual in zip_longest(kind.model_fields, kind.readers, parts, defaults):
        is_of_button = part == "" and usual is None
        said[name] = getattr(of, name, None) if is_of_button else read(part if part is not None else usual or "")
    return kind(**said)


def _packed_defaults(kind: type[Link]) -> list[str | None]:
    """Return the packed default value of each field, None for one without."""
    fields = zip(kind.model_fields.values(), kind.writers, strict=True)
    return [None if described.is_required() else write(described.default) for described, write in fields]


KINDS: dict[str, type[ButtonData]] = {}
"""the links and actions by their code"""
BELOW: set[str] = set()
"""codes of the links that open their screen in a new message"""


def opens_below(data: str) -> bool:
    """Return whether a button with this data opens its screen in a new message."""
    return data.partition(":")[0] in BELOW


class Link(ButtonData, prefix="-"):
    """Open a screen: ``class Times(Link, code="bt")`` names the screen, its code in buttons and its fields.

    ``state`` is aiogram's state of a screen that waits for a typed answer. ``below`` says that the screen always comes
    as a new message: a message with such a button stays, whatever is pressed on it. ``later=1`` says that the last
    field was added by a later release than the link. ``kept`` says of a list that its items lead back to it even from
    its first page: they stand in other lists too. ``choice`` says that something is looked for or answered on the
    screen: no way leads back to it once a visit was booked or an application sent.
    """

    state: ClassVar[State | None] = None
    below: ClassVar[bool] = False
    kept: ClassVar[bool] = False
    choice: ClassVar[bool] = False

    def __init_subclass__(
        cls,
        code: str,
        state: State | None = None,
        below: bool = False,
        later: int = 0,
        kept: bool = False,
        choice: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init_subclass__(prefix=code, **kwargs)
        cls.state, cls.below, cls.later = state, below, later
        cls.kept, cls.choice = kept, choice
        KINDS[code] = cls
        if below:
            BELOW.add(code)


Way = TypeVar("Way", bound=Link)


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
        KINDS[code] = cls
