"""What every command does: load the settings, and end with an exit code and one sentence if something is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfoNotFoundError

import structlog
import typer

from bot.logs import configure_logs
from bot.settings import Settings, SettingsError, load_settings

log = structlog.get_logger(__name__)

FAILED, MISCONFIGURED, INTERRUPTED = 1, 2, 130
INSTALL_ZONES = "install the time zone data anew, the package tzdata of the system or of pip"


@contextmanager
def exit_on_error() -> Iterator[None]:
    """End the command with an exit code, and with a sentence if the operator can correct the error.

    Any other error is logged without its text, which may quote personal data.
    """
    try:
        yield
    except (typer.Exit, typer.BadParameter):
        raise
    except (KeyboardInterrupt, asyncio.CancelledError, typer.Abort):  # typer's own: at a question
        raise typer.Exit(INTERRUPTED) from None
    except ZoneInfoNotFoundError as missing:  # as soon as the bot is imported, if there is no zone at all
        typer.echo(f"{missing.args[0]}: {INSTALL_ZONES}.", err=True)
        raise typer.Exit(FAILED) from None
    except SettingsError as wrong:
        typer.echo(wrong, err=True)
        raise typer.Exit(MISCONFIGURED) from None
    except Exception as error:
        from bot.start_errors import sentence_for_operator

        sentence = sentence_for_operator(error)
        if sentence is None:
            log.exception("stopped by an error of the program")
        else:
            typer.echo(sentence, err=True)
        raise typer.Exit(FAILED) from None


async def migrate_database(settings: Settings) -> str:
    """Bring the database to the newest schema, and return the sentence that says so."""
    from bot.app import open_store
    from storage.migrations import list_applied

    async with open_store(settings) as store:
        applied = await list_applied(store.database)
    return f"The database is at its newest schema, {applied[-1].name}."


def load_and_configure() -> Settings:
    """Load the settings and configure the logs by them. Raises SettingsError."""
    settings = load_settings()
    configure_logs(settings.log_level, as_json=settings.log_json)
    return settings
