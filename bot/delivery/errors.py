"""The errors of a messenger, which decide whether the outbox retries a message.

MessengerError              a message was not delivered
├── RecipientGone           permanent: the account has blocked the bot, was deactivated or has never started it
├── CannotDeliver           permanent for this message alone
├── SlowDown                temporary: ``retry_after`` seconds
└── DeliveryFailed          temporary; ``uncertain`` if the message may have arrived

NotYet                      the facts of a message are not known yet: the outbox renders it again later
NotNow                      a message must not ring at this hour, but at the moment ``at``
TooLate                     a message is not worth telling any more
"""

from __future__ import annotations

from datetime import datetime


class MessengerError(Exception):
    """A message was not delivered; the class says whether a retry may help."""


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


class NotNow(Exception):
    def __init__(self, at: datetime) -> None:
        super().__init__(f"not before {at}")
        self.at = at


class TooLate(Exception):
    pass
