"""Notices for the head of a clinic's desk."""

from __future__ import annotations

from bot.core.i18n import N_, gettext as _, spoken_moment
from bot.delivery.screen import Screen
from bot.staff.news import DeskIsLate, DigitsGuessed
from dialogs.kit.flow import Visitor
from dialogs.kit.news import news
from dialogs.kit.screen import button, lines, text
from dialogs.staff.links import PolicyQueue


@news(DeskIsLate, N_("a policy check is late"))
async def desk_is_late(visitor: Visitor, message: DeskIsLate) -> Screen | None:
    found = await visitor.services.policy_checks.about(message)
    if found is None:
        return None
    due = spoken_moment(found.check.due_at, found.clinic.zone, visitor.now)
    return Screen(
        lines(
            text(_("⚠️ A policy waits for your reception since {when}."), when=due),
            _("The parent is told to call. Let somebody answer it now."),
        ),
        ((button(_("Policies to check"), PolicyQueue()),),),
    )


@news(DigitsGuessed, N_("wrong digits at a policy check"))
async def digits_guessed(visitor: Visitor, message: DigitsGuessed) -> Screen | None:
    if await visitor.services.policy_checks.about(message) is None:
        return None
    return Screen(
        lines(
            _("⚠️ At a policy check the last digits were typed wrong three times."),
            _("The check was taken from that colleague: somebody else has to compare it with your own system."),
        ),
        ((button(_("Policies to check"), PolicyQueue()),),),
    )
