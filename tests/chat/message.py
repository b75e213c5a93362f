"""What a person sees in the chat: messages, buttons, the answer to a press."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Self

Json = dict[str, Any]
Pattern = str | re.Pattern[str]
BREAKABLE = re.compile(r"(?<!•)\u00a0")
"""A no-break space looks like a space (``tests/rules/test_spacing.py``); that of a masked number stays."""


class ChatError(AssertionError):
    """The chat is not what the test expects, or the emulator refused an action."""


def fits(wanted: Pattern, text: str) -> bool:
    """Return whether the text contains the string or matches the pattern."""
    return wanted in text if isinstance(wanted, str) else wanted.search(text) is not None


@dataclass(frozen=True, slots=True)
class Button:
    text: str
    action: str
    value: Any
    style: str = ""

    @property
    def data(self) -> str | None:
        return str(self.value) if self.action == "callback_data" else None


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message as a person sees it."""

    id: int
    bot: bool
    mine: bool
    kind: str
    text: str
    html: str
    buttons: list[list[Button]]
    date: int
    edited: int | None
    changed: int
    raw: Json

    @classmethod
    def read(cls, view: Json) -> Self:
        buttons = [[Button(**button) for button in row] for row in view["buttons"]]
        names = ("id", "bot", "mine", "kind", "text", "html", "date", "edited", "changed")
        shown = {name: view[name] for name in names}
        shown |= {name: BREAKABLE.sub(" ", view[name]) for name in ("text", "html")}
        return cls(**shown, buttons=buttons, raw=view)

    @property
    def labels(self) -> list[str]:
        return [button.text for row in self.buttons for button in row]

    def button(self, wanted: Pattern) -> Button | None:
        """Return the button with this label, else the first one that fits, else None."""
        buttons = [button for row in self.buttons for button in row]
        exact = (button for button in buttons if button.text == wanted)
        return next(exact, None) or next((button for button in buttons if fits(wanted, button.text)), None)

    def __str__(self) -> str:
        rows = "\n".join(" ".join(f"[{button.text}]" for button in row) for row in self.buttons)
        return f"#{self.id} {'bot' if self.bot else 'person'}: {self.text or self.kind}\n{rows}".rstrip()


@dataclass(frozen=True, slots=True)
class PressAnswer:
    """The answer to a press: an alert, a toast, neither, or no answer at all."""

    answered: bool
    alert: str | None = None
    toast: str | None = None
    url: str | None = None

    @classmethod
    def read(cls, press: Json) -> Self:
        text = press["text"] or None
        alert = bool(press["alert"])
        return cls(press["answered"], text if alert else None, None if alert else text, press["url"] or None)
