"""What /metrics says of a bot at work; no figure names a person."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families

from bot.app import serving
from bot.delivery.alarms import Alarm
from tests.builders import some_settings
from tests.chat.actions import MARIA, book, settle_in
from tests.chat.town import MOTHER, Town

Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]


async def figures_of(port: int) -> tuple[str, Figures]:
    async with ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as answer:
        assert answer.status == 200
        written = await answer.text()
    samples = (sample for family in text_string_to_metric_families(written) for sample in family.samples)
    return written, {(sample.name, tuple(sorted(sample.labels.items()))): sample.value for sample in samples}


def value(figures: Figures, name: str, **labels: str) -> float:
    return figures[name, tuple(sorted(labels.items()))]


async def test_bot_at_work_is_measured(town: Town, unused_tcp_port: int) -> None:
    async with serving(town.app, some_settings(web_port=unused_tcp_port)):
        await settle_in(town.mother, MARIA)
        await book(town.mother)
        written, figures = await figures_of(unused_tcp_port)
    assert value(figures, "registratura_update_seconds_count", kind="callback_query") >= 5
    assert value(figures, "registratura_telegram_requests_total", method="editMessageText", outcome="ok") >= 5
    assert value(figures, "registratura_update_failures_total") == 0
    assert value(figures, "registratura_clinic_system_silent", system="registry") == 0
    assert value(figures, "process_resident_memory_bytes") > 0
    assert [word for word in (str(MOTHER), "Мария", MARIA.policy_number) if word in written] == []


async def test_failures_alarms_and_late_messages_are_shown(town: Town, unused_tcp_port: int) -> None:
    async with serving(town.app, some_settings(web_port=unused_tcp_port)):
        await settle_in(town.mother, MARIA)
        await book(town.mother)
        _written, figures = await figures_of(unused_tcp_port)
        assert value(figures, "registratura_outbox_late_seconds") == 0
        await town.app.services.alarms.start(Alarm.ROWS_FAIL)
        await town.chat.fault("500", method="sendMessage")
        await town.mother.say("/menu")
        await town.chat.wait_idle()
        town.clock.advance(timedelta(days=3))
        _written, figures = await figures_of(unused_tcp_port)
    assert value(figures, "registratura_alarm", alarm="ROWS_FAIL") == 1
    assert value(figures, "registratura_alarm", alarm="JOB_FAILS") == 0
    failed = {"method": "sendMessage", "outcome": "TelegramServerError"}
    assert value(figures, "registratura_telegram_requests_total", **failed) == 1
    assert value(figures, "registratura_update_failures_total") == 1
    assert value(figures, "registratura_outbox_late_seconds") > 3600, "the reminder of the day before is due"
