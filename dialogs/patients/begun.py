"""The way back from a card to the application whose review has led there."""

from __future__ import annotations

from bot.core.i18n import gettext as _
from dialogs.applications.links import ApplicationBegun
from dialogs.kit.link import ButtonData
from dialogs.kit.screen import Row, button


def begun_row(at: ButtonData) -> list[Row]:
    """Return the row that goes on with the application that was begun, none if none was."""
    begun = at.came_from(ApplicationBegun)
    return [] if begun is None else [(button(_("To the application"), begun),)]
