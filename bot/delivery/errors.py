"""Errors of delivery."""

from __future__ import annotations


class MessengerError(Exception):
    """A channel did not deliver; the class says whether waiting helps."""


class RecipientGone(MessengerError):
    pass


class CannotDeliver(MessengerError):
    pass


class SlowDown(MessengerError):
    def __init__(self, retry_after: float) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class DeliveryFailed(MessengerError):
    def __init__(self, text: str = "", *, uncertain: bool = False) -> None:
        super().__init__(text)
        self.uncertain = uncertain


class NotYet(Exception):
    pass
