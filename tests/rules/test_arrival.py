"""What the desk says of the messages about a change that it has made."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.delivery.news import OutboxStatus, SentNews
from bot.glossary import AccountId
from bot.staff.keepers import Arrival, what_became

DUE, SENT = datetime(2026, 11, 23, 9, 1, tzinfo=UTC), datetime(2026, 11, 23, 9, 2, tzinfo=UTC)


def message(status: OutboxStatus, *, reachable: bool = True) -> SentNews:
    return SentNews(AccountId(1), status, DUE, SENT if status is OutboxStatus.SENT else None, reachable)


@pytest.mark.parametrize(
    ("messages", "arrival", "at"),
    [
        ([], Arrival.NONE, None),
        ([message(OutboxStatus.QUEUED)], Arrival.WAITS, DUE),
        ([message(OutboxStatus.CLAIMED)], Arrival.WAITS, DUE),
        ([message(OutboxStatus.QUEUED, reachable=False)], Arrival.FAILED, None),
        ([message(OutboxStatus.FAILED), message(OutboxStatus.EXPIRED)], Arrival.FAILED, None),
        ([message(OutboxStatus.FAILED), message(OutboxStatus.QUEUED)], Arrival.WAITS, DUE),
        ([message(OutboxStatus.FAILED), message(OutboxStatus.SENT)], Arrival.ARRIVED, SENT),
    ],
)
def test_one_parent_who_was_told_is_enough(messages: list[SentNews], arrival: Arrival, at: datetime | None) -> None:
    assert what_became(messages) == (arrival, at)
