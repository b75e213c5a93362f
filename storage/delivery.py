"""The outbox in the database: messages are enqueued with the change they report and claimed with a lease."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.core.timing import MOSCOW, PROMPT_QUIET
from bot.delivery.news import Fact, News, Notice, OutboxMessage, OutboxStatus, SentNews, Urgency
from bot.glossary import AccountId, AppointmentId, OutboxId
from storage.database.connection import Connection, Row
from storage.database.crypto import CannotOpen, Cipher, make_uid
from storage.database.places import in_places
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds
from storage.database.telegram_ids import unseal

queries = load_queries("delivery")

TABLE, FACTS = "outbox", "sealed_facts"

REMINDER = "REMINDER"
"""the kind of which a partial unique index allows one live message per visit and account"""

WAIT_FOR_KEY = timedelta(minutes=10)
"""before a message that no key opens is looked at again; its other messages do not wait for it"""

log = structlog.get_logger(__name__)


class SqlOutbox:
    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection, self._cipher = connection, cipher

    async def add(self, notice: Notice, now: datetime) -> None:
        """Enqueue a message; a live one with the same deduplication key is withdrawn, also while it is being sent."""
        values = self._values(notice, now)
        if await queries.add_message(self._connection, **values) is not None:
            return
        await queries.withdraw_message(self._connection, dedup=notice.dedup)
        if notice.kind == REMINDER:
            await queries.withdraw_reminder(self._connection, appointment=notice.appointment, account=notice.account)
        await queries.add_message(self._connection, **values)

    async def replace_of(
        self, appointments: Iterable[AppointmentId], news: type[News], notices: Iterable[Notice], now: datetime
    ) -> None:
        """Withdraw the live messages of this kind of all these visits, and enqueue new ones in one statement."""
        for some in in_places(appointments):
            await queries.withdraw_messages_of_appointments(self._connection, kind=news.kind, **some)
        if rows := [self._values(notice, now) for notice in notices]:
            await queries.add_messages(self._connection, rows)

    async def find_untold(self, dedup: str) -> Mapping[str, Fact] | None:
        """Return the facts of the message with this deduplication key that surely nobody has read yet.

        None if there is none, if sending it was tried, for then it may have arrived, or if no key opens it.
        """
        row = await queries.find_untried_message(self._connection, dedup=dedup)
        try:
            return None if row is None else self._facts(row)
        except CannotOpen:
            return None

    async def sent_of(self, account: AccountId, kind: str, dedup: str) -> Sequence[tuple[datetime, Mapping[str, Fact]]]:
        """Return when the messages with this deduplication key were sent to an account, with their facts.

        Those that are kept still; one that no key opens has no facts.
        """
        rows = await queries.list_sent_of_key(self._connection, account=account, kind=kind, dedup=dedup)
        return [(moment(row["sent_at"]), self._known_facts(row)) for row in rows]

    async def change_facts(
        self, appointment: AppointmentId, change: Callable[[Mapping[str, Fact]], Mapping[str, Fact]]
    ) -> None:
        """Change the facts of the visit's live messages; one that no key opens stays as it is."""
        for row in await queries.list_live_facts(self._connection, appointment=appointment):
            with suppress(CannotOpen):
                was = self._facts(row)
                if (will := change(was)) != was:
                    facts = self._seal(row["uid"], will)
                    await queries.set_facts(self._connection, message=row["id"], facts=facts)

    async def withdraw(self, dedup: str) -> bool:
        """Withdraw the live message with this deduplication key; return whether there was one."""
        return await queries.withdraw_message(self._connection, dedup=dedup) is not None

    async def mark_shown(self, dedup: str, message: int, now: datetime) -> None:
        """End the live message with this key: the message with this id says the same, and stays in the chat."""
        await queries.mark_shown(self._connection, dedup=dedup, message=message, now=seconds(now))

    async def list_of(self, appointment: AppointmentId, news: Collection[type[News]]) -> Sequence[SentNews]:
        """Return what became of the newest message of these kinds about a visit, for each account that gets one."""
        rows = await queries.list_messages_of_appointment(self._connection, appointment=appointment)
        kinds = {each.kind for each in news}
        newest = {row["account_id"]: row for row in rows if row["kind"] in kinds}
        return [
            SentNews(
                account,
                OutboxStatus(row["status"]),
                moment(row["due_at"]),
                moment(row["sent_at"]),
                bool(row["reachable"]),
            )
            for account, row in newest.items()
        ]

    async def hasten(self, dedup: str, now: datetime) -> None:
        """Make a message due now if it waits for its next attempt; a message never tried keeps its time."""
        await queries.hasten_retry(self._connection, dedup=dedup, now=seconds(now))

    async def detach(self, appointment: AppointmentId) -> None:
        """Send the visit's live messages as new ones: the message that they would edit shows something else now."""
        await queries.clear_edits(self._connection, appointment=appointment)

    async def withdraw_of(self, appointment: AppointmentId, news: type[News]) -> None:
        """Withdraw the visit's live messages of this kind."""
        await queries.withdraw_messages_of_appointment(self._connection, appointment=appointment, kind=news.kind)

    async def withdraw_kind(self, account: AccountId, news: type[News]) -> None:
        """Withdraw the account's live messages of this kind."""
        await queries.withdraw_messages_of_account(self._connection, account=account, kind=news.kind)

    async def due_of(self, news: News) -> datetime | None:
        """Return when the live message of this kind about this visit, to this account, is due."""
        return _due_at(
            await queries.find_due_time(self._connection, appointment=news.visit, account=news.account, kind=news.kind)
        )

    async def is_planned(self, news: News) -> bool:
        """Return whether a message of this kind about this visit waits for this account, or was sent to it."""
        found = await queries.find_planned(
            self._connection, appointment=news.visit, account=news.account, kind=news.kind
        )
        return found is not None

    async def claim(self, now: datetime, wall: datetime, lease: timedelta, limit: int) -> Sequence[OutboxMessage]:
        """Claim due messages, urgent ones first, one per chat; the lease runs on real time.

        An account that is answering a prompt gets only edits for two minutes. ``attempts`` includes this one, so that a
        message which kills its worker is counted too.
        """
        _log_expired(await queries.refresh_queue(self._connection, now=seconds(now), wall=seconds(wall)))
        rows = await queries.claim_due(
            self._connection,
            now=seconds(now),
            prompted_since=seconds(now - PROMPT_QUIET),
            until=seconds(wall + lease),
            limit=limit,
        )
        rows.sort(key=lambda row: (row["urgency"], row["due_at"], row["id"]))
        return [message for row in rows if (message := await self._readable(row, now))]

    async def _readable(self, row: Row, now: datetime) -> OutboxMessage | None:
        """Return the message. If no key opens it, let it wait and return None: its key may come back."""
        try:
            return self._message(row)
        except CannotOpen:
            log.error("a message waits for its key", message=row["id"], kind=row["kind"])
            await self.postpone(OutboxId(row["id"]), now + WAIT_FOR_KEY, "no key opens it")
            return None

    async def reclaim(self) -> None:
        """Release all claims: the worker that made them has stopped."""
        await queries.release_all_leases(self._connection)

    async def mark_sent(self, message: OutboxId, message_id: int, now: datetime) -> None:
        await queries.mark_sent(self._connection, message=message, message_id=message_id, now=seconds(now))

    async def retry(self, message: OutboxId, due_at: datetime, error: str) -> None:
        await queries.schedule_retry(self._connection, message=message, due_at=seconds(due_at), error=error)

    async def postpone(self, message: OutboxId, due_at: datetime, error: str) -> None:
        """Let a claimed message wait; that it was claimed does not count as an attempt."""
        await queries.schedule_again(self._connection, message=message, due_at=seconds(due_at), error=error)

    async def expire(self, message: OutboxId) -> None:
        """End a message that is not worth telling any more."""
        row = await queries.finish_late_message(self._connection, message=message)
        _log_expired([] if row is None else [row])

    async def give_up(self, message: OutboxId, error: str) -> None:
        await queries.finish_message(self._connection, message=message, status=OutboxStatus.FAILED, error=error)

    async def drop(self, message: OutboxId, error: str) -> None:
        """Withdraw a claimed message that has become needless."""
        await queries.finish_message(self._connection, message=message, status=OutboxStatus.WITHDRAWN, error=error)

    async def has_news_after(self, account: AccountId, message: int) -> bool:
        """Return whether a message of the outbox stands below this message in the chat."""
        return await queries.find_later_message(self._connection, account=account, message=message) is not None

    async def forget(self, before: datetime) -> None:
        """Delete messages that were due before that moment and are not live."""
        await queries.delete_old_messages(self._connection, before=seconds(before))

    async def forget_unsent(self, before: datetime) -> None:
        """Delete queued messages that were due before that moment: their readers cannot be reached."""
        await queries.delete_unsent_messages(self._connection, before=seconds(before))

    async def next_due(self) -> datetime | None:
        """Return when the next queued message is due."""
        return _due_at(await queries.find_next_due_time(self._connection))

    def _values(self, notice: Notice, now: datetime) -> dict[str, object]:
        uid = make_uid()
        return {
            "uid": uid,
            "account": notice.account,
            "appointment": notice.appointment,
            "kind": notice.kind,
            "facts": self._seal(uid, notice.facts),
            "urgency": notice.urgency,
            "dedup": notice.dedup,
            "due_at": seconds(notice.due_at),
            "expires_at": seconds(notice.expires_at),
            "edits": notice.edits,
            "now": seconds(now),
        }

    def _seal(self, uid: bytes, facts: Mapping[str, Fact]) -> bytes:
        return self._cipher.seal(TABLE, FACTS, uid, json.dumps(dict(facts), ensure_ascii=False))

    def _known_facts(self, row: Row) -> Mapping[str, Fact]:
        try:
            return self._facts(row)
        except CannotOpen:
            return {}

    def _facts(self, row: Row) -> Mapping[str, Fact]:
        facts: dict[str, Fact] = json.loads(self._cipher.open(TABLE, FACTS, row["uid"], row["sealed_facts"]))
        return facts

    def _message(self, row: Row) -> OutboxMessage:
        return OutboxMessage(
            id=OutboxId(row["id"]),
            account=AccountId(row["account_id"]),
            chat=unseal(row["account_uid"], row["sealed_telegram"], self._cipher),
            language=row["language"],
            kind=row["kind"],
            facts=self._facts(row),
            due_at=moment(row["due_at"]),
            attempts=row["attempts"],
            edits=row["edits"],
            urgency=Urgency(row["urgency"]),
            planned_at=moment(row["planned_at"]),
            replies_to=row["replies_to"],
            starts_at=moment(row["starts_at"]),
            zone=MOSCOW if row["zone"] is None else ZoneInfo(row["zone"]),
        )


def _log_expired(rows: Sequence[Row]) -> None:
    """Log each message that nobody was told in time, with the reason of its last failed attempt."""
    for row in rows:
        if row["status"] == OutboxStatus.EXPIRED:
            log.warning(
                "a message expired", message=row["id"], kind=row["kind"], attempts=row["attempts"], why=row["error"]
            )


def _due_at(row: Row) -> datetime | None:
    value: int | None = row["due_at"]
    return moment(value)
