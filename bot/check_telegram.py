"""Check the bot at Telegram: whether it answers, how @BotFather has set it, and whether another program has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from aiogram.types import User, WebhookInfo

from bot.findings import CheckFailed, CheckWarns, Finding, Outcome
from bot.settings import Settings
from bot.start_errors import sentence_for_operator
from bot.telegram.session import make_bot

PATIENCE = 10
"""seconds for each of the two questions"""


async def examine_telegram(settings: Settings) -> list[Finding]:
    """Ask Telegram for the bot and its webhook, and return a finding for each of the three parts."""
    try:
        me, webhook = await _ask(settings)
    except Exception as error:  # the parts after this one are looked at all the same
        return _not_tried(sentence_for_operator(error) or type(error).__name__, "see Telegram")
    return [
        Finding("Telegram", Outcome.FINE, f"answers, the bot is @{me.username}"),
        _judge("bot settings", lambda: examine_bot(me)),
        _judge("webhook", lambda: examine_webhook(webhook)),
    ]


def leave_telegram_out(needed: str) -> list[Finding]:
    """Return the findings where settings that are needed to ask Telegram are wrong."""
    return _not_tried(f"not tried: {needed}", needed)


def _not_tried(trouble: str, needed: str) -> list[Finding]:
    later = [Finding(part, Outcome.WRONG, f"not tried: {needed}") for part in ("bot settings", "webhook")]
    return [Finding("Telegram", Outcome.WRONG, trouble), *later]


async def _ask(settings: Settings) -> tuple[User, WebhookInfo]:
    bot = make_bot(settings)
    try:
        return await bot.get_me(request_timeout=PATIENCE), await bot.get_webhook_info(request_timeout=PATIENCE)
    finally:
        await bot.session.close()


def _judge(part: str, examine: Callable[[], str]) -> Finding:
    try:
        return Finding(part, Outcome.FINE, examine())
    except CheckFailed as failed:
        return Finding(part, Outcome.WRONG, str(failed))
    except CheckWarns as warning:
        return Finding(part, Outcome.WARNING, str(warning))


def examine_bot(me: User) -> str:
    """Look at what @BotFather has set. Raises CheckFailed, CheckWarns."""
    if wrong := list(_wrong_settings(me)):
        raise CheckFailed("; ".join(wrong))
    if me.has_topics_enabled:
        raise CheckWarns(
            "topics in private chats are on, and the bot does not use them: switch them off in @BotFather, in the "
            "settings of the bot"
        )
    return "joins no groups, reads nothing there, has no topics"


def _wrong_settings(me: User) -> Iterator[str]:
    if me.can_join_groups:
        yield "anybody can add the bot to a group: send @BotFather /setjoingroups, choose the bot, then Disable"
    if me.can_read_all_group_messages:
        yield "the bot receives all that its groups write: send @BotFather /setprivacy, choose the bot, then Enable"


def examine_webhook(webhook: WebhookInfo) -> str:
    """Look for the webhook of another program; only its host is named: the rest may be a secret. Raises CheckWarns."""
    if not webhook.url:
        return "none, nothing stands in the way of `run`"
    host = urlsplit(webhook.url).hostname or "an unreadable address"
    raise CheckWarns(
        f"another program has set one, to {host}. Is it in use? Stop it, or give this bot a token of its own. `run` "
        "deletes the webhook, and two programs with one token take updates from each other"
    )
