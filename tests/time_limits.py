"""Time limits of the bot that no test may reach by chance: a busy machine can hold a test up for seconds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

BUSY = 60.0
"""seconds after which a test that waits is taken to hang"""


def relax(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give everything that answers at once a minute for it. A test of a time limit sets that limit itself."""
    from bot.clinics import systems
    from bot.core import limits
    from bot.documents import pdf_printer, policy_reader, programs

    monkeypatch.setattr(systems, "BACKGROUND_TIMEOUT", BUSY)
    monkeypatch.setattr(programs, "START_WITHIN", BUSY)
    monkeypatch.setattr(policy_reader, "WAIT_WITHIN", BUSY)
    # Programs have limits of processor time besides, which a busy machine does not use up.
    monkeypatch.setattr(policy_reader, "READ_WALL", int(BUSY))
    monkeypatch.setattr(pdf_printer, "PRINT_WALL", int(BUSY))
    for name in ("TAP_TIMEOUT", "REQUEST_TIMEOUT", "LOCK_TIMEOUT", "DRAIN_TIMEOUT"):
        monkeypatch.setattr(limits, name, BUSY)


@contextmanager
def short_limits(tap: float = 0.3, background: float = 0.3) -> Iterator[None]:
    """Shorten the limits of clinic calls for a press that gets no answer; others have time on a busy machine."""
    from bot.clinics import systems
    from bot.core import limits

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(systems, "BACKGROUND_TIMEOUT", background)
        patch.setattr(limits, "TAP_TIMEOUT", tap)
        yield
