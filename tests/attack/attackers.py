"""The attackers: each scene acts in the chat and looks whether a guard gave way."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import count

from aiogram.filters.callback_data import CallbackData

from bot.core.people import PersonName
from bot.glossary import PatientId
from dialogs.account.links import Home
from dialogs.family.links import MakeInvitation, WhoKeeps
from storage.registry.seed.examples import Example
from tests.attack.score import Score, secrets_of
from tests.attack.true_parents import TrueParent
from tests.chat.actions import choose, consent, data_of, link, say
from tests.chat.client import ChatClient
from tests.chat.forged_buttons import OwnedIds, forged, of_desk, of_invitation, of_request, of_takeover
from tests.chat.message import ChatMessage
from tests.chat.person import Person

FIRST_STRANGER = 40_001
CODE = "580213"
TRIES = 5
"""wrong checks in an hour after which an account waits"""
FLOOD = 150
LINK = re.compile(r"\?start=(inv_[\w-]+)")
FAMILIES = ("Антонов", "Борисов", "Власов", "Громов", "Денисов", "Ершов", "Жуков")
GUESSED = [PersonName(family, "Пётр", "Ильич") for family in FAMILIES]
LOW_IDS = range(1, 7)
"""ids of the first rows, which belong to the attacked people"""


@dataclass(slots=True)
class Attack:
    """One run: its chat, its score, the attacked mother and what she owns."""

    client: ChatClient
    score: Score
    mother: TrueParent
    child: Example
    ids: OwnedIds
    ref: str
    strangers: count[int]
    locked: TrueParent
    """a parent with an access code"""

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
        self.look(answer.alert or answer.toast or "", f"{where}: alert of {data}", secrets)
        self.look(seen.text + " ".join(seen.labels), f"{where}: screen of {data}", secrets)
        return seen

    async def write(self, who: Person, text: str, where: str, secrets: Sequence[str] | None = None) -> ChatMessage:
        seen = await say(who, text)
        self.look(seen.text + " ".join(seen.labels), f"{where}: answer to a text", secrets)
        return seen

    def look(self, seen: str, where: str, secrets: Sequence[str] | None) -> None:
        self.score.acts += 1
        self.score.look_for(self.secrets if secrets is None else secrets, seen, where)


async def stranger_presses_everything(attack: Attack) -> None:
    """Somebody who has agreed and has no child presses every button with the mother's ids."""
    stranger = attack.stranger()
    await consent(stranger)
    for button in forged(attack.ids):
        await attack.forge(stranger, button.pack(), "stranger")
    for number in LOW_IDS:
        for button in (*of_request(number), *of_invitation(number), *of_takeover(number), *of_desk(number)):
            await attack.forge(stranger, button.pack(), "stranger")


async def stranger_types_everything(attack: Attack) -> None:
    """A stranger types what only the mother's screens know."""
    stranger = attack.stranger()
    await consent(stranger)
    for text in (attack.ref, "/visits", "/children", "/data", f"/start {attack.ref}", "' OR 1=1 --", "/book"):
        await attack.write(stranger, text, "stranger types", secrets_of(attack.child))


async def stranger_forges_a_contact(attack: Attack) -> None:
    """A telephone is believed only if Telegram says that it is the sender's own."""
    stranger = attack.stranger()
    await consent(stranger)
    await stranger.share_contact(phone="+79160000000", user_id=attack.mother.person.id)
    await stranger.screen()
    seen = await attack.write(stranger, "/data", "forged contact")
    seen = await choose(stranger, "Телефон и почта")
    if "Телефон не указан" not in seen.text:
        attack.score.leaks.append("forged contact: a telephone of somebody else is believed")


async def revoked_parent_uses_old_buttons(attack: Attack) -> None:
    """A parent whose access was revoked presses old buttons, and a stranger opens the link that was used."""
    mother, revoked, late = attack.mother.person, attack.stranger(), attack.stranger()
    newest = (await mother.screen()).id
    await mother.press_data(newest, MakeInvitation(patient=PatientId(attack.ids.patient)).pack())
    payload = LINK.findall((await mother.screen()).text)[-1]
    await consent(revoked)
    await say(revoked, f"/start {payload}")
    await choose(revoked, "Принять")
    await consent(late)
    await attack.write(late, f"/start {payload}", "used invitation")
    seen = await attack.open(mother, WhoKeeps(patient=PatientId(attack.ids.patient)))
    await mother.press_data(seen.id, data_of(seen, "Убрать доступ"))
    await choose(mother, "Убрать доступ")
    await say(revoked, "/menu")
    # The news that the access was revoked names the child, whom this parent knows.
    secrets = [attack.child.policy_number, attack.child.policy_number[-4:], attack.ref]
    for button in forged(attack.ids):
        await attack.forge(revoked, button.pack(), "revoked parent", secrets)
    for command in ("/visits", "/children", "/book"):
        await attack.write(revoked, command, "revoked parent", secrets)


async def thief_holds_a_locked_phone(attack: Attack) -> None:
    """Whoever holds the phone of a parent with an access code sees nothing until the code is typed."""
    owner = attack.locked
    await say(owner.person, "/data")
    await choose(owner.person, "Код доступа", "Закрыть сейчас")
    secrets = [owner.child.policy_number[-4:], owner.child.name.short]
    for command in ("/menu", "/visits", "/children", "/data", "/book"):
        await attack.write(owner.person, command, "locked phone", secrets)
    for button in forged(attack.ids):
        await attack.forge(owner.person, button.pack(), "locked phone", secrets)
    await say(owner.person, "/menu")
    await say(owner.person, CODE)


async def stranger_guesses_names(attack: Attack) -> None:
    """Who knows a number and guesses the name is stopped after five answers of the register."""
    stranger = attack.stranger()
    await consent(stranger)
    seen = await link(stranger, attack.child._replace(name=GUESSED[0]))
    refused = int("Данные не сошлись" in seen.text)
    for name in GUESSED[1:]:
        if seen.button("Исправить имя") is None:
            break
        await choose(stranger, "Исправить имя")
        seen = await attack.write(stranger, name.full, "guessed name", secrets_of(attack.child)[2:])
        if seen.button("Проверить"):
            seen = await choose(stranger, "Проверить")
        refused += "Данные не сошлись" in seen.text
    if refused > TRIES:
        attack.score.leaks.append(f"guessed name: the register answered {refused} guesses")


async def flood(attack: Attack) -> None:
    """One account writes and presses as fast as it can, without waiting for an answer."""
    stranger = attack.stranger()
    await consent(stranger)
    newest = (await stranger.screen()).id
    for number in range(FLOOD):
        attack.score.acts += 1
        if number % 3:
            await stranger.press_only(newest, Home().pack())
        else:
            await stranger.say(f"сообщение {number}")


SCENES: dict[str, Callable[[Attack], Awaitable[None]]] = {
    "stranger presses": stranger_presses_everything,
    "stranger types": stranger_types_everything,
    "forged contact": stranger_forges_a_contact,
    "revoked parent": revoked_parent_uses_old_buttons,
    "locked phone": thief_holds_a_locked_phone,
    "guessed names": stranger_guesses_names,
    "flood": flood,
}
