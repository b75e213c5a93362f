"""Send an application of any kind; one that is sent too often keeps the screen where it was written."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

from bot.applications.errors import SentTooOften
from bot.core.budgets import Budget, OverBudget
from dialogs.kit.flow import Reply, Visitor
from dialogs.kit.link import Link
from dialogs.kit.refusals import explain

Sent = TypeVar("Sent")


async def sent_or_kept(visitor: Visitor, sending: Awaitable[Sent], here: Link) -> Sent | Reply:
    """Return what a sending returns; over the limit of a day, the screen ``here`` with from when it is possible."""
    try:
        return await sending
    except SentTooOften as refusal:
        return Reply(here, alert=explain(refusal, visitor.now).sentence)
    except OverBudget as refusal:
        if refusal.budget is not Budget.POLICY_REQUEST:
            raise
        return Reply(here, alert=explain(refusal, visitor.now).sentence)
