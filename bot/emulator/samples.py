"""What the chat page offers to try the bot with: texts to insert, and files to send."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.emulator.params import Upload


@dataclass(frozen=True, slots=True)
class Sample:
    """One invented thing to try: what it is, what happens with it, texts by the label of their button, and a file."""

    title: str
    about: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    file: Upload | None = None

    def as_json(self) -> dict[str, Any]:
        name = self.file.name if self.file else None
        return {"title": self.title, "about": self.about, "texts": dict(self.texts), "file": name}
