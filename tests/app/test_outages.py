"""Outages of any length and kind, clocks set back: a message arrives in its time, or is over; none in quiet hours."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from bot.appointments.news import CancelledByClinic
from bot.booking.news import BookingAnswered, MovedByOther, VisitReminder
from bot.core.timing import in_quiet_hours
from bot.delivery import outbox as delivery
from bot.delivery.news import News, Notice
from bot.delivery.telling import EARLY, SOON
from bot.glossary import AccountId, PatientId
from bot.patients.news import PolicyChanged
from tests.app.outages import CALM, MINUTE, Outage, Plan, Run, Trouble, make_template, run, visit_of_template
from tests.builders import MONDAY

NEWS: list[type[News]] = [VisitReminder, CancelledByClinic, MovedByOther, BookingAnswered, PolicyChanged]
ZONES = [ZoneInfo(name) for name in ("Europe/Kaliningrad", "Europe/Moscow", "Asia/Omsk", "Asia/Kamchatka")]
ACCOUNT = AccountId(1)


def minutes(least: int, most: int) -> st.SearchStrategy[timedelta]:
    return st.integers(least, most).map(lambda number: number * MINUTE)


def _outage(trouble: Trouble, begins: timedelta, lasts: timedelta) -> Outage:
    return Outage(trouble, begins, MINUTE if trouble in {Trouble.CUT_BEFORE, Trouble.CUT_AFTER} else lasts)


outages = st.builds(_outage, st.sampled_from(Trouble), minutes(0, 2880), minutes(1, 900))
plans = st.builds(
    Plan,
    st.dictionaries(st.sampled_from(NEWS), minutes(0, 2000), min_size=1),
    minutes(2, 2880),
    st.one_of(st.none(), minutes(0, 2880)),
    st.sampled_from(ZONES),
    st.lists(outages, max_size=4),
    st.one_of(st.none(), st.tuples(minutes(0, 2880), minutes(1, 180))),
)


def make(news: type[News], starts_at: datetime) -> News:
    """Return news of the visit of the template, or of its child."""
    if issubclass(news, PolicyChanged):
        return news(ACCOUNT, PatientId(1))
    if issubclass(news, (CancelledByClinic, MovedByOther)):
        return news(ACCOUNT, visit_of_template(), starts_at)
    assert issubclass(news, (VisitReminder, BookingAnswered))
    return news(ACCOUNT, visit_of_template())


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outages")
    asyncio.run(make_template(folder))
    return folder / "bot.sqlite3"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plans)
def test_each_message_arrives_in_its_time_whatever_fails(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plan: Plan
) -> None:
    monkeypatch.setattr(delivery, "CHAT_GAP", 0.0)
    shutil.copy(template, tmp_path / "run.sqlite3")
    played = run(tmp_path / "run.sqlite3", plan, make)
    arrivals = Counter(kind for kind, _at in played.telegram.arrived)
    assert sum(arrivals.values()) - len(arrivals) <= played.telegram.repeatable, "doubles only where a send was cut"
    for kind, at in played.telegram.arrived:
        [notice] = [each for each in played.notices if each.kind == kind]
        assert may_ring(plan, notice, played.starts_at, at)
    for notice in played.notices:
        times = [at for kind, at in played.telegram.arrived if kind == notice.kind]
        if (latest := must_have_rung_by(plan, notice, played)) is not None:
            assert times, f"{notice.kind} is lost"
            assert times[0] <= latest, f"{notice.kind} is late"
        assert played.statuses[notice.kind] in {"SENT", "EXPIRED", "WITHDRAWN"}


def may_ring(plan: Plan, notice: Notice, starts_at: datetime, at: datetime) -> bool:
    """Return whether a message may ring at that moment, as the design says."""
    assert notice.expires_at is not None
    if not notice.due_at <= at < notice.expires_at:
        return False
    if notice.kind == VisitReminder.kind and plan.cancelled is not None and at >= MONDAY + plan.cancelled:
        return False
    if not in_quiet_hours(at, plan.zone):
        return True
    if notice.kind == CancelledByClinic.kind:
        local = at.astimezone(plan.zone)
        morning = local.replace(hour=8, minute=0, second=0) + timedelta(days=local.hour >= 22)
        return at <= starts_at < morning + EARLY
    return notice.kind == BookingAnswered.kind and at - notice.due_at <= SOON


def must_have_rung_by(plan: Plan, notice: Notice, played: Run) -> datetime | None:
    """Return the end of the first calm time in which the message may ring all the while."""
    assert notice.expires_at is not None
    at, calm = notice.due_at, timedelta()
    end = min(notice.expires_at, MONDAY + timedelta(days=4))
    while at < end:
        is_calm = not any(each.is_on(at) for each in plan.outages)
        calm = calm + MINUTE if is_calm and may_ring(plan, notice, played.starts_at, at) else timedelta()
        at += MINUTE
        if calm >= CALM:
            return at
    return None
