"""Attackers who were let in once: a parent whose access ended, the holder of a locked phone, the staff."""

from __future__ import annotations

import re

from bot.glossary import PatientId
from dialogs.family.links import MakeInvitation, WhoKeeps
from dialogs.staff.links import DeskDay, DeskMove, DeskVisit
from tests.attack.attack import CODE, Attack
from tests.chat.actions import choose, consent, say
from tests.chat.forged_buttons import forged, of_desk
from tests.chat.person import Person

LINK = re.compile(r"\?start=(inv_[\w-]+)")
REGISTRAR, DISMISSED = 1003, 1004


async def revoked_parent_uses_old_buttons(attack: Attack) -> None:
    """A parent whose access was revoked presses old buttons, and a stranger opens the link that was used."""
    mother, revoked, late = attack.mother.person, attack.stranger(), attack.stranger()
    newest = (await mother.screen()).id
    await mother.press_data(newest, MakeInvitation(patient=PatientId(attack.ids.patient)).pack())
    # News may stand below the answer at any moment.
    payload = LINK.findall((await mother.wait_for(LINK)).text)[-1]
    await consent(revoked)
    await say(revoked, f"/start {payload}")
    await choose(revoked, "Принять")
    await consent(late)
    await attack.write(late, f"/start {payload}", "used invitation")
    await mother.press_data((await mother.screen()).id, WhoKeeps(patient=PatientId(attack.ids.patient)).pack())
    await mother.press("Убрать доступ", await mother.wait_for("Кто ведёт карточку: "))
    await mother.press("Убрать доступ", await mother.wait_for("Убрать доступ к карточке"))
    await mother.wait_for("Кто ведёт карточку: ")
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


async def set_code(member: Person) -> None:
    """Set the access code that the desk demands."""
    await say(member, "/data")
    if (await choose(member, "Код доступа")).button("Поставить код"):
        await choose(member, "Поставить код")
        for _time in range(2):
            await say(member, CODE)


async def dismissed_registrar_opens_the_desk(attack: Attack) -> None:
    """A registrar who was dismissed presses the buttons of the desk."""
    dismissed = attack.client.person(DISMISSED)
    await say(dismissed, "/start")
    await set_code(dismissed)
    await attack.forge(dismissed, DeskDay().pack(), "dismissed registrar")
    if "Этого здесь больше нет" not in attack.last_alert:
        attack.score.leaks.append("dismissed registrar: the desk opens")
    for button in of_desk(attack.number):
        await attack.forge(dismissed, button.pack(), "dismissed registrar")


async def registrar_reads_another_clinic(attack: Attack) -> None:
    """A registrar presses buttons with the number of a visit at another clinic."""
    registrar = attack.client.person(REGISTRAR)
    await say(registrar, "/start")
    await set_code(registrar)
    for link in (DeskVisit(number=attack.number), DeskMove(number=attack.number)):
        # The own clinic's list may have another child with the same short name.
        await attack.forge(registrar, link.pack(), "other clinic's registrar", [attack.child.name.full, attack.ref])
