"""Show lists: page by page if their length depends on data, whole if the code names their items.

Every list of buttons or lines goes through this module (``tests/project/test_lists.py``), so that none outgrows a
message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, Self, TypeVar

from bot.core.i18n import gettext as _, ngettext
from bot.core.pages import count_pages, last_page
from bot.delivery.screen import Button
from dialogs.kit.link import Page
from dialogs.kit.way_back import from_list

Item = TypeVar("Item")
Row = tuple[Button, ...]

MOST = 14
"""items of a list that is shown whole"""
FIRST = 7
"""items of a list in a message"""

LONGEST_LABEL = {2: 18, 3: 14, 4: 8}
"""characters of a label that a phone shows whole, by the number of buttons in its row: Telegram cuts the rest"""


class PagedLink(Protocol):
    """A link whose screen shows one page of a list; ``page`` counts from 0 and is the link's last field."""

    page: Page

    def model_copy(self, *, update: Mapping[str, Any] | None = None) -> Self: ...

    def pack(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Pages(Generic[Item]):
    """One page of a list."""

    link: PagedLink
    items: Sequence[Item]
    """those of this page"""
    page: int
    """from 0"""
    count: int
    """of pages, at least 1"""

    @property
    def place(self) -> str:
        """«Стр. 2 из 7», for the text of the screen; "" if there is one page."""
        return _("Page {n} of {count}").format(n=self.page + 1, count=self.count) if self.count > 1 else ""

    @property
    def arrows(self) -> list[Row]:
        """The row that turns the pages; no row if there is one page."""
        before = [self._turn(_("‹ Page {n}").format(n=self.page), self.page - 1)] if self.page else []
        after = [self._turn(_("Further ›"), self.page + 1)] if self.page + 1 < self.count else []
        return [(*before, *after)] if before or after else []

    def _turn(self, label: str, page: int) -> Button:
        return Button(label, self.link.model_copy(update={"page": Page(page)}).pack())

    def _led(self, button: Button) -> Button:
        return from_list(button, self.link)

    def rows(self, draw: Callable[[Item], Button], width: int = 1) -> list[Row]:
        """Return a button for each item, ``width`` in a row, with the arrows below; each knows its list."""
        return [*grid((self._led(draw(item)) for item in self.items), width), *self.arrows]

    def blocks(self, draw: Callable[[Item], Iterable[Row]]) -> list[Row]:
        """Return the rows of each item, with the arrows below; each button knows its list."""
        return [*(tuple(map(self._led, row)) for item in self.items for row in draw(item)), *self.arrows]

    def lines(self, draw: Callable[[Item], str]) -> list[str]:
        """Return a line for each item, and the place of the page."""
        return [*map(draw, self.items), self.place]


def page_of(link: PagedLink, items: Sequence[Item], size: int) -> Pages[Item]:
    """Return the page that the link names; the last one if there are not so many, as after an item was removed."""
    page = last_page(link.page, len(items), size)
    return Pages(link, items[page * size : (page + 1) * size], page, count_pages(len(items), size))


def page_read(link: PagedLink, items: Sequence[Item], total: int, size: int) -> Pages[Item]:
    """Return a page whose ``items`` were read alone: those of ``last_page`` among ``total``."""
    return Pages(link, items, last_page(link.page, total, size), count_pages(total, size))


def few(items: Iterable[Item], draw: Callable[[Item], Button], width: int = 1) -> list[Row]:
    """Return a button for each of the items that the code names or limits. Raises ValueError for more than MOST."""
    return grid(map(draw, _few(items)), width)


def few_blocks(items: Iterable[Item], draw: Callable[[Item], Iterable[Row]]) -> list[Row]:
    """Return the rows of each of the items that the code names or limits. Raises ValueError for more than MOST."""
    return [row for item in _few(items) for row in draw(item)]


def few_lines(items: Iterable[Item], draw: Callable[[Item], str]) -> list[str]:
    """Return a line for each of the items that the code names or limits. Raises ValueError for more than MOST."""
    return list(map(draw, _few(items)))


def few_paragraphs(items: Iterable[Item], draw: Callable[[Item], list[str]]) -> list[list[str]]:
    """Return the lines of each of the items that the code names or limits. Raises ValueError for more than MOST."""
    return list(map(draw, _few(items)))


def first_lines(items: Sequence[Item], draw: Callable[[Item], str], most: int = FIRST) -> list[str]:
    """Return a line for each of the first items, and how many more there are: for a message, which has no pages."""
    left = len(items) - most
    more = ngettext("and {n} more", "and {n} more", left).format(n=left) if left > 0 else ""
    return [*map(draw, items[:most]), more]


def _few(items: Iterable[Item]) -> list[Item]:
    every = list(items)
    if len(every) > MOST:
        raise ValueError(f"{len(every)} items need pages")
    return every


def grid(buttons: Iterable[Button], width: int) -> list[Row]:
    """Return rows of ``width`` buttons each, and of one where a label would be cut; a row may be shorter."""
    rows: list[Row] = []
    is_open = False
    for each in buttons:
        fits = len(each.text) <= LONGEST_LABEL.get(width, LONGEST_LABEL[2])
        if fits and is_open and len(rows[-1]) < width:
            rows[-1] = (*rows[-1], each)
        else:
            rows.append((each,))
        is_open = fits
    return rows
