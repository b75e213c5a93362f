"""Whether the bot is busy: updates to take, calls in progress, presses to answer."""

import time

from bot.emulator.changes import ChangeSignal


class BotActivity:
    """What the bot still has to do in one chat; every change is added to the parent, which counts all chats."""

    def __init__(self, parent: "BotActivity | None" = None) -> None:
        self.parent = parent
        self.waiting = 0
        self.running = 0
        self.spinning = 0
        self.unanswered = 0
        self.unanswered_since = 0.0
        self.last = 0.0
        self.changed = ChangeSignal()

    def count(self, *, waiting: int = 0, running: int = 0, spinning: int = 0, unanswered: int = 0) -> None:
        """Add to the numbers of waiting updates, running calls, spinning presses and unanswered updates."""
        self.waiting += waiting
        self.running += running
        self.spinning += spinning
        self.last = time.monotonic()
        if unanswered:
            self.unanswered += unanswered
            self.unanswered_since = self.last
        self.changed.notify()
        if self.parent is not None:
            self.parent.count(waiting=waiting, running=running, spinning=spinning, unanswered=unanswered)

    def expect_reaction(self) -> None:
        """Record that the bot has taken an update and has made no call in this chat since.

        An update taken while an earlier one is unanswered has the whole patience too.
        """
        if self.unanswered:
            self._restart_patience()
        else:
            self.count(unanswered=1)

    def note_reaction(self) -> None:
        if self.unanswered:
            self.count(unanswered=-1)

    def _restart_patience(self) -> None:
        self.unanswered_since = time.monotonic()
        self.changed.notify()
        if self.parent is not None:
            self.parent._restart_patience()

    def detach(self) -> None:
        """Subtract this chat from its parent; the chat is being removed."""
        self.count(waiting=-self.waiting, running=-self.running, spinning=-self.spinning, unanswered=-self.unanswered)
        self.parent = None

    def seconds_until_idle(self, quiet: float, patience: float) -> float | None:
        """Return the seconds until the bot counts as idle if nothing else happens; None while it is busy."""
        if self.waiting or self.running or self.spinning:
            return None
        ready = self.last + quiet
        if self.unanswered:
            ready = max(ready, self.unanswered_since + patience)
        return max(0.0, ready - time.monotonic())

    async def wait_idle(self, quiet: float, patience: float, limit: float) -> bool:
        """Wait until the bot is idle. Returns False after `limit` seconds."""
        deadline = time.monotonic() + limit
        while (wait := self.seconds_until_idle(quiet, patience)) != 0.0:
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            await self.changed.wait(left if wait is None else min(wait, left))
        return True

    def as_json(self) -> dict[str, int]:
        return {
            "waiting": self.waiting,
            "running": self.running,
            "spinning": self.spinning,
            "changes": self.changed.revision,
        }
