"""The screen after a decision of a desk's queue, which can be undone for a minute."""

from __future__ import annotations

from bot.core.i18n import gettext as _
from bot.delivery.screen import Screen
from dialogs.kit.link import Action, Link
from dialogs.kit.screen import Row, button, ways_out


def decided_screen(undo: Action, queue: Link, *more: Row) -> Screen:
    return Screen(
        _("Recorded. I tell the parent in a minute; until then it can be undone."),
        ((button(_("Undo"), undo),), *more, ways_out(queue)),
    )
