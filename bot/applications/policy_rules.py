"""Rules of applications for a policy; their statuses, deadlines and refusals are those of any application."""

from __future__ import annotations

from datetime import datetime

from bot.applications.records import ApplicationKind, PolicyDecision, PolicyRequest, Verdict
from bot.applications.rules import CORRECTION_DAYS, PARTS_OF, REFUSALS_OF

KIND = ApplicationKind.POLICY


def is_complete(decision: PolicyDecision) -> bool:
    """Return whether a decision says what it has to: how to get the policy, why not, or what to correct and when."""
    match decision.verdict:
        case Verdict.APPROVE:
            return decision.ready is not None and decision.reason is None and not decision.fields
        case Verdict.REFUSE:
            return decision.reason in REFUSALS_OF[KIND] and decision.ready is None
        case Verdict.RETURN:
            fits = bool(decision.fields) and set(decision.fields) <= {*PARTS_OF[KIND]}
            return fits and decision.days in CORRECTION_DAYS and decision.ready is None
    return False


def is_late(request: PolicyRequest, now: datetime) -> bool:
    return request.awaits_desk and request.due_at <= now
