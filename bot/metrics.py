"""Measure this process for Prometheus; no label names a person, only kinds, methods, codes and systems."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Self

from aiogram import BaseMiddleware, Bot, Dispatcher
from aiogram.client.session.middlewares.base import BaseRequestMiddleware
from aiogram.methods import GetUpdates
from aiogram.types import TelegramObject, Update
from aiogram.types.update import UpdateTypeLookupError
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from bot.delivery.alarms import Alarm, Ringing
from bot.telegram.middlewares import Handler

SECONDS = (0.01, 0.03, 0.1, 0.3, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """One registry for each bot: the tests run several in one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        kind, request = ["kind"], ["method", "outcome"]
        self.updates = Histogram(
            "registratura_update_seconds",
            "updates by kind, and seconds until each was handled",
            kind,
            buckets=SECONDS,
            registry=self._registry,
        )
        self.failures = Counter("registratura_update_failures", "updates whose handler failed", registry=self._registry)
        self.requests = Counter(
            "registratura_telegram_requests",
            "requests to Telegram by method and outcome",
            request,
            registry=self._registry,
        )
        self.request_time = Histogram(
            "registratura_telegram_request_seconds",
            "seconds until Telegram answered, without long polls",
            buckets=SECONDS,
            registry=self._registry,
        )
        self._late = Gauge(
            "registratura_outbox_late_seconds", "for how long the oldest due message waits", registry=self._registry
        )
        self._alarms = Gauge("registratura_alarm", "1 while the alarm is on", ["alarm"], registry=self._registry)
        self._silent = Gauge(
            "registratura_clinic_system_silent",
            "1 while the clinic system does not answer",
            ["system"],
            registry=self._registry,
        )

    @classmethod
    def of(cls, bot: Bot) -> Self:
        """Return metrics that count the requests of this bot."""
        metrics = cls()
        bot.session.middleware(CountedRequests(metrics))
        return metrics

    def watch(self, dispatcher: Dispatcher) -> None:
        """Measure updates; middlewares that are added later are inside."""
        dispatcher.update.outer_middleware(TimedUpdates(self))
        dispatcher.errors.outer_middleware(CountedFailures(self))

    def text(self, late: float, ringing: Iterable[Ringing], systems: Iterable[str], silent: Iterable[str]) -> bytes:
        """Return all figures in the text format of Prometheus."""
        self._late.set(max(late, 0))
        on, quiet = {each.alarm for each in ringing}, set(silent)
        for alarm in Alarm:
            self._alarms.labels(alarm.value).set(alarm in on)
        for system in systems:
            self._silent.labels(system).set(system in quiet)
        return generate_latest(self._registry)


class TimedUpdates(BaseMiddleware):
    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        with self._metrics.updates.labels(_kind_of(event)).time():
            return await handler(event, data)


def _kind_of(event: TelegramObject) -> str:
    """Return the kind of an update; «other» for one that aiogram does not know."""
    try:
        return event.event_type if isinstance(event, Update) else "other"
    except UpdateTypeLookupError:
        return "other"


class CountedFailures(BaseMiddleware):
    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        self._metrics.failures.inc()
        return await handler(event, data)


class CountedRequests(BaseRequestMiddleware):
    """Count each attempt of a request; it must be the innermost middleware of the session."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    async def __call__(self, make_request: Any, bot: Bot, method: Any) -> Any:
        time = asyncio.get_running_loop().time
        since, outcome = time(), "ok"
        try:
            return await make_request(bot, method)
        except BaseException as trouble:
            outcome = type(trouble).__name__
            raise
        finally:
            self._metrics.requests.labels(method.__api_method__, outcome).inc()
            if not isinstance(method, GetUpdates):
                self._metrics.request_time.observe(time() - since)
