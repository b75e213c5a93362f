"""What a screen says of rows that cannot be read, instead of leaving them out without a word."""

from __future__ import annotations

from bot.core.i18n import gettext as _, ngettext


def unreadable_cards(number: int) -> list[str]:
    """Return the lines about cards that no key opens; [] if there are none."""
    if not number:
        return []
    found = ngettext("⚠️ {n} card cannot be read.", "⚠️ {n} cards cannot be read.", number)
    return [found.format(n=number), _rest()]


def unreadable_visits(number: int) -> list[str]:
    """Return the lines about visits whose cards no key opens; [] if there are none."""
    if not number:
        return []
    return [_visits(number), _("What is booked at the clinic stays valid: ask its reception about it."), _rest()]


def unreadable_at_desk(number: int) -> list[str]:
    """Return the lines about visits of a day whose patients no key opens; [] if there are none."""
    return [_visits(number), _rest()] if number else []


def _visits(number: int) -> str:
    return ngettext("⚠️ {n} visit cannot be read.", "⚠️ {n} visits cannot be read.", number).format(n=number)


def _rest() -> str:
    return _("Everything else works. The operator of the bot knows of it.")
