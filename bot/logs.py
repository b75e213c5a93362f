"""Configure the log: lines for people or JSON for a collector, without anything that a person has typed."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from bot.core.redaction import redact_exception

QUIET = {"aiogram": logging.ERROR, "apscheduler": logging.ERROR, "asyncio": logging.WARNING}
"""These libraries log every update, every run and every slow step."""

OURS = ("bot", "dialogs", "storage")
"""Only these write lines of level DEBUG: the driver of the database would write statements with their parameters."""


def configure_logs(level: str, *, as_json: bool) -> None:
    """Send our own log lines and those of the libraries through the same processors; call it once, at the start."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact_exception,
    ]
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler()
    handler.addFilter(is_allowed)
    handler.addFilter(without_quotes)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name, at_least in QUIET.items():
        logging.getLogger(name).setLevel(at_least)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def is_allowed(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.INFO or record.name.partition(".")[0] in OURS


def without_quotes(record: logging.LogRecord) -> bool:
    """Filter a library's line: replace each exception by its type, and keep only the first line."""
    if isinstance(record.msg, str) and isinstance(record.args, tuple):
        args = tuple(type(arg).__name__ if isinstance(arg, BaseException) else arg for arg in record.args)
        record.msg, record.args = (record.msg % args if args else record.msg).partition("\n")[0], ()
    return True
