"""The rule of each kind of news: until when a message is worth telling, and at which hours it may ring."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from bot.appointments.news import CancelledByClinic, MovedByClinic
from bot.booking.news import BookingAnswered, MovedByOther, VisitReminder
from bot.core.timing import MOSCOW, in_quiet_hours
from bot.delivery.errors import NotNow, TooLate
from bot.delivery.news import News, OutboxMessage
from bot.delivery.telling import SOON, Hours, Telling
from bot.glossary import AccountId, AppointmentId, OutboxId, PatientId
from bot.patients.news import CheckAnswered, PatientGrown
from bot.patients.rules.watch import Occasion

ME, VISIT, MASHA = AccountId(3), AppointmentId(7), PatientId(5)
URAL = ZoneInfo("Asia/Yekaterinburg")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

moments = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + minutes * MINUTE)


def moscow(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=MOSCOW)


def verdict(
    news: News, now: datetime, planned: datetime, starts: datetime | None = None, zone: ZoneInfo = MOSCOW
) -> datetime | str:
    """Return when the news may ring: now, later, or "too late"."""
    message = OutboxMessage(
        OutboxId(1), ME, 1001, "ru", news.kind, news.facts, now, planned_at=planned, starts_at=starts, zone=zone
    )
    try:
        news.require_moment(message, now)
    except NotNow as later:
        return later.at
    except TooLate:
        return "too late"
    return now


REMINDER = VisitReminder(ME, VISIT)


@pytest.mark.parametrize(
    ("now", "starts", "rings"),
    [
        (moscow(25, 18), moscow(26, 10), moscow(25, 18)),
        (moscow(25, 22), moscow(26, 10), moscow(26, 8)),
        (moscow(26, 2, 40), moscow(26, 10), moscow(26, 8)),
        (moscow(26, 9), moscow(26, 10), moscow(26, 9)),
        (moscow(26, 10), moscow(26, 10), "too late"),
        (moscow(26, 0), moscow(25, 23), "too late"),
    ],
)
def test_reminder_goes_in_waking_hours_before_the_visit(now: datetime, starts: datetime, rings: datetime | str) -> None:
    assert verdict(REMINDER, now, moscow(25, 18), starts) == rings


@pytest.mark.parametrize(
    ("was", "starts", "rings"),
    [
        (moscow(26, 9, 59), moscow(30, 12), moscow(26, 1)),
        (moscow(30, 12), moscow(26, 9, 59), moscow(26, 1)),
        (moscow(26, 10), moscow(30, 12), moscow(26, 8)),
        (moscow(27, 9), moscow(30, 12), moscow(26, 8)),
    ],
)
def test_early_visit_that_the_clinic_changes_is_told_in_the_night(
    was: datetime, starts: datetime, rings: datetime
) -> None:
    now = moscow(26, 1)
    assert verdict(MovedByClinic(ME, VISIT, was), now, now, starts) == rings
    assert verdict(MovedByOther(ME, VISIT, was), now, now, starts) == moscow(26, 8), "only the clinic's changes"


def test_change_is_worth_telling_until_both_times_are_over() -> None:
    moved = MovedByClinic(ME, VISIT, moscow(26, 10))
    assert verdict(moved, moscow(27, 11), moscow(25, 12), moscow(27, 12)) == moscow(27, 11)
    assert verdict(moved, moscow(27, 12), moscow(25, 12), moscow(27, 12)) == "too late"
    cancelled = CancelledByClinic(ME, VISIT, moscow(26, 10))
    assert verdict(cancelled, moscow(26, 10, 30), moscow(26, 9, 50)) == moscow(26, 10, 30), "at least an hour"
    assert verdict(cancelled, moscow(26, 10, 50), moscow(26, 9, 50)) == "too late"


def test_answer_rings_in_the_night_only_soon_after_the_act() -> None:
    pressed = moscow(25, 23, 30)
    for news in (BookingAnswered(ME, VISIT), CheckAnswered(ME, MASHA)):
        assert verdict(news, pressed + SOON, pressed) == pressed + SOON
        assert verdict(news, pressed + SOON + MINUTE, pressed) == moscow(26, 8)


def test_quiet_hours_are_those_of_the_zone() -> None:
    news = PatientGrown(ME, MASHA, Occasion.PASSPORT)
    assert verdict(news, moscow(25, 21), moscow(25, 21)) == moscow(25, 21)
    assert verdict(news, moscow(25, 21), moscow(25, 21), zone=URAL) == moscow(26, 6)
    assert verdict(news, moscow(25, 21) + timedelta(days=30), moscow(25, 21)) == "too late"


def test_an_edit_is_made_at_any_hour() -> None:
    message = OutboxMessage(OutboxId(1), ME, 1001, "ru", "BOOKING", {}, moscow(25, 1), edits=5)
    BookingAnswered(ME, VISIT).require_moment(message, moscow(25, 4))


def test_notice_expires_at_the_same_moment_by_which_it_is_judged() -> None:
    notice = REMINDER.due(moscow(25, 18), starts_at=moscow(26, 10))
    assert notice.expires_at == moscow(26, 10)
    cancelled = CancelledByClinic(ME, VISIT, moscow(26, 10)).due(moscow(25, 18))
    assert cancelled.expires_at == moscow(26, 10)
    sooner = moscow(25, 20)
    assert CheckAnswered(ME, MASHA).due(moscow(25, 18), expires_at=sooner).expires_at == sooner


@given(st.sampled_from(Hours), moments, moments, st.lists(moments, max_size=2), st.sampled_from([MOSCOW, URAL]))
def test_no_message_is_held_back_longer_than_a_night(
    hours: Hours, planned: datetime, now: datetime, starts: list[datetime], zone: ZoneInfo
) -> None:
    at = Telling(hours=hours).next_moment(planned, now, zone, starts)
    assert now <= at <= now + 10 * HOUR
    assert at == now or not in_quiet_hours(at, zone)
    if hours is Hours.WAKING:
        assert not in_quiet_hours(at, zone)
