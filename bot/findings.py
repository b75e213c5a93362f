"""What `registratura check` says of one part: in order, worth a warning, or wrong."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from rich.console import Console
from rich.markup import escape
from rich.table import Table


class Outcome(StrEnum):
    """How a part is marked; only a wrong one makes the exit status fail."""

    FINE = "✓"
    WARNING = "⚠"
    WRONG = "✗"


COLOURS = {Outcome.FINE: "green", Outcome.WARNING: "yellow", Outcome.WRONG: "red"}
LEGEND = {Outcome.WARNING: "⚠ does not stop the bot, but look at it.", Outcome.WRONG: "✗ must be put right."}


class Finding(NamedTuple):
    """The result of a check; ``text`` contains no secret."""

    part: str
    outcome: Outcome
    text: str


class CheckFailed(Exception):
    """A part is not in order; the text says why, and what to do."""


class CheckWarns(Exception):
    """A part works, but the operator should do something; the text says what."""


def is_sound(findings: Sequence[Finding]) -> bool:
    """Return whether nothing is wrong; warnings are allowed."""
    return all(finding.outcome is not Outcome.WRONG for finding in findings)


def show(findings: Sequence[Finding]) -> None:
    """Print the findings as a table, and what the marks mean that are in it."""
    table = Table("", "part", "what was found", title_justify="left")
    for part, outcome, text in findings:
        table.add_row(f"[{COLOURS[outcome]}]{outcome}[/]", part, escape(text))
    console = Console()
    console.print(table)
    for outcome, meaning in LEGEND.items():
        if any(finding.outcome is outcome for finding in findings):
            console.print(meaning)
