"""Messages that Telegram refuses for a while: tried by date, in their hours, urgent ones first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.delivery.news import Urgency
from tests.app.post import ANNA, Post

SECOND = timedelta(seconds=1)


async def test_message_outlives_any_number_of_refusals(post: Post) -> None:
    await post.enqueue(ANNA, "Приём отменён")
    await post.telegram.fault("502", method="sendMessage", times=None)
    await post.sweep_for(timedelta(hours=6), timedelta(minutes=2))
    await post.telegram.clear_faults()
    await post.sweep_for(timedelta(minutes=20))
    assert await post.heard(ANNA) == ["Приём отменён"]


@pytest.mark.parametrize(("kind", "length"), [("502", 15), ("cut_before", 12)])
async def test_message_is_tried_again_within_seconds(post: Post, kind: str, length: int) -> None:
    await post.enqueue(ANNA, "Приём отменён")
    await post.telegram.fault(kind, method="sendMessage", times=3 if kind == "502" else 1)
    await post.sweep_for(length * SECOND, SECOND)
    assert await post.heard(ANNA) == ["Приём отменён"]


async def test_urgent_message_does_not_wait_behind_a_failed_one(post: Post) -> None:
    await post.enqueue(ANNA, "Напоминание", urgency=Urgency.ROUTINE)
    await post.telegram.fault("cut_before", method="sendMessage")
    await post.outbox.sweep()
    await post.enqueue(ANNA, "Приём отменён", urgency=Urgency.NEWS)
    post.clock.advance(SECOND)
    await post.outbox.sweep()
    assert await post.heard(ANNA) == ["Приём отменён"]


async def test_message_that_is_not_true_any_more_holds_up_nothing(post: Post) -> None:
    await post.enqueue(ANNA, "Приём перенесён")
    await post.telegram.fault("cut_before", method="sendMessage")
    await post.outbox.sweep()
    told = post.says
    post.says = lambda message: None if message.facts["text"] == "Приём перенесён" else told(message)
    await post.enqueue(ANNA, "Приём отменён")
    post.clock.advance(SECOND)
    await post.outbox.sweep()
    assert await post.heard(ANNA) == ["Приём отменён"]


async def test_message_that_meets_a_block_is_told_on_return(post: Post) -> None:
    await post.telegram.person(ANNA).block()
    await post.enqueue(ANNA, "Приём отменён")
    await post.sweep_for(timedelta(minutes=5))
    assert (await post.account(ANNA)).reachable is False
    await post.telegram.person(ANNA).unblock()
    account = await post.account(ANNA)
    await post.storage.write(lambda uow: uow.accounts.set_reachable(account.id, True))
    await post.sweep_for(timedelta(minutes=1))
    assert await post.heard(ANNA) == ["Приём отменён"]
