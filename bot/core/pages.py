"""Pages of a list, counted from 0."""

from __future__ import annotations

MOST_PAGES = 1000
"""a button names no later page"""


def count_pages(total: int, size: int) -> int:
    """Return how many pages ``total`` items fill: at least 1, at most MOST_PAGES."""
    return min(max(1, -(-total // size)), MOST_PAGES)


def last_page(page: int, total: int, size: int) -> int:
    """Return the page, or the last one if there are not so many, as after an item was removed."""
    return min(page, count_pages(total, size) - 1)
