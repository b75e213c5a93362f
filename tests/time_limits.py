"""Time limits of the bot that no test may reach by chance, for a busy machine can hold it up, and real pauses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

BUSY = 60.0
"""seconds after which a test that waits is taken to hang"""


def relax(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give everything that answers at once a minute for it, and have no second between two messages in a chat.

    A test of a time limit or of that second sets it itself.
    """
    from bot import web
    from bot.clinics import systems
    from bot.core import limits
    from bot.delivery import outbox
    from bot.documents import pdf_printer, policy_reader, programs
    from dialogs.kit import reading_sign

    monkeypatch.setattr(outbox, "CHAT_GAP", 0.0)
    monkeypatch.setattr(systems, "BACKGROUND_TIMEOUT", BUSY)
    monkeypatch.setattr(web, "REQUEST_TIMEOUT", BUSY)
    monkeypatch.setattr(reading_sign, "SIGN_AFTER", BUSY)
    monkeypatch.setattr(programs, "START_WITHIN", BUSY)
    monkeypatch.setattr(policy_reader, "WAIT_WITHIN", BUSY)
    # Programs have limits of processor time besides, which a busy machine does not use up.
    monkeypatch.setattr(policy_reader, "READ_WALL", int(BUSY))
    monkeypatch.setattr(pdf_printer, "PRINT_WALL", int(BUSY))
    for name in ("TAP_TIMEOUT", "REQUEST_TIMEOUT", "LOCK_TIMEOUT", "DRAIN_TIMEOUT"):
        monkeypatch.setattr(limits, name, BUSY)


@contextmanager
def short_limits(background: float = 0.3) -> Iterator[None]:
    """Shorten the limits of clinic calls for a press that gets no answer; others have time on a busy machine."""
    from bot.clinics import systems
    from bot.core import limits

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(systems, "BACKGROUND_TIMEOUT", background)
        patch.setattr(limits, "TAP_TIMEOUT", 0.3)
        yield
