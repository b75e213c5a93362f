"""Attackers who have nothing to do with the child: forged buttons, typed texts, guesses, a telephone got again."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bot.core.people import PersonName
from bot.core.timing import MOSCOW
from tests.attack.attack import MOTHERS_PHONE, Attack
from tests.attack.score import secrets_of
from tests.chat.actions import CHECK, choose, consent, to_review
from tests.chat.forged_buttons import forged, of_invitation, of_request, of_takeover
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.time_limits import BUSY

TRIES = 5
"""wrong checks in an hour after which an account waits"""
FAMILIES = ("Антонов", "Борисов", "Власов", "Громов", "Денисов", "Ершов", "Жуков")
GUESSED = [PersonName(family, "Пётр", "Ильич") for family in FAMILIES]
LOW_IDS = range(1, 7)
"""ids of the first rows, which belong to the attacked people"""
EIGHT_DAYS = timedelta(days=8)
REFUSED = "Данные не сошлись с реестром"
TAKEN = re.compile("спрошу реестр|Правка записана")
ANSWERED = re.compile(f"{REFUSED}|Следующая попытка")
ENDED_WITHIN = 40
"""real seconds in which the bot notices that a question has lapsed"""


async def stranger_presses_everything(attack: Attack) -> None:
    """Somebody who has agreed and has no child presses every button of a parent with the mother's ids."""
    stranger = attack.stranger()
    await consent(stranger)
    for button in forged(attack.ids):
        await attack.forge(stranger, button.pack(), "stranger")
    for number in LOW_IDS:
        for button in (*of_request(number), *of_invitation(number), *of_takeover(number)):
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


async def stranger_guesses_names(attack: Attack) -> None:
    """Who knows a number and guesses the name is stopped after five answers of the register."""
    stranger = attack.stranger()
    await consent(stranger)
    await to_review(stranger, attack.child._replace(name=GUESSED[0]))
    seen = await verdict(stranger)
    refused = int(REFUSED in seen.text)
    for name in GUESSED[1:]:
        if seen.button("Исправить имя") is None:
            break
        await choose(stranger, "Исправить имя")
        await attack.write(stranger, name.full, "guessed name", secrets_of(attack.child)[2:])
        seen = await stranger.wait_for(TAKEN, BUSY)
        if seen.button(CHECK):
            seen = await verdict(stranger)
        refused += REFUSED in seen.text
    if refused > TRIES:
        attack.score.leaks.append(f"guessed name: the register answered {refused} guesses")


async def verdict(person: Person) -> ChatMessage:
    """Ask the register, and return its answer or the pause, however busy the machine is."""
    await person.press(CHECK)
    return await person.wait_for(ANSWERED, BUSY)


async def thief_has_the_mothers_telephone_number(attack: Attack) -> None:
    """A number that was given to somebody else moves nothing, however long the mother says nothing."""
    thief = attack.client.person(next(attack.strangers), phone=MOTHERS_PHONE)
    await consent(thief)
    await thief.share_contact()
    await choose(thief, "Перенести")
    late = datetime.fromtimestamp(await attack.client.clock(), MOSCOW) + EIGHT_DAYS
    await attack.client.set_clock(late.replace(hour=12).timestamp())  # news of the end keeps quiet hours
    await thief.wait_for(re.compile("не ответил за неделю|30 дней"), ENDED_WITHIN)
    for command in ("/menu", "/children", "/visits", "/data"):
        await attack.write(thief, command, "telephone thief")
