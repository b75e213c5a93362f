"""One attack: its chat, its score, and what the attackers know of the attacked mother."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from aiogram.filters.callback_data import CallbackData

from storage.registry.seed.examples import Example
from tests.attack.score import Score, secrets_of
from tests.attack.true_parents import TrueParent
from tests.chat.actions import say
from tests.chat.client import ChatClient
from tests.chat.forged_buttons import OwnedIds
from tests.chat.message import ChatMessage
from tests.chat.person import Person

FIRST_STRANGER = 40_001
MOTHERS_PHONE = "79161234567"
CODE = "580213"
"""the access code of everybody who has one"""


@dataclass(slots=True)
class Attack:
    """One run: its chat, its score, the attacked mother and what she owns."""

    client: ChatClient
    score: Score
    mother: TrueParent
    child: Example
    ids: OwnedIds
    ref: str
    clinic: str
    """that the register names for the child, as the mother's visit shows it"""
    strangers: count[int]
    database: Path
    number: int
    """of the mother's visit at the clinic's desk"""
    locked: TrueParent
    """a parent with an access code"""
    photographer: TrueParent
    """a parent who sends a photo of a policy while others send hostile files"""
    last_alert: str = ""

    def stranger(self) -> Person:
        return self.client.person(next(self.strangers))

    @property
    def secrets(self) -> list[str]:
        return secrets_of(self.child, self.ref)

    async def open(self, who: Person, link: CallbackData) -> ChatMessage:
        await who.press_data((await who.screen()).id, link.pack())
        return await who.screen()

    async def forge(self, who: Person, data: str, where: str, secrets: Sequence[str] | None = None) -> ChatMessage:
        """Press a button with any data, and look for secrets in the alert and on the screen."""
        answer = await who.press_data((await who.screen()).id, data)
        seen = await who.screen()
        self.last_alert = answer.alert or answer.toast or ""
        self.look(self.last_alert, f"{where}: alert of {data}", secrets)
        self.look(seen.text + " ".join(seen.labels), f"{where}: screen of {data}", secrets)
        return seen

    async def write(self, who: Person, text: str, where: str, secrets: Sequence[str] | None = None) -> ChatMessage:
        seen = await say(who, text)
        self.look(seen.text + " ".join(seen.labels), f"{where}: answer to a text", secrets)
        return seen

    def look(self, seen: str, where: str, secrets: Sequence[str] | None) -> None:
        self.score.acts += 1
        self.score.look_for(self.secrets if secrets is None else secrets, seen, where)
