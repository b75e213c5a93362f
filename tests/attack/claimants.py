"""Attackers who know all data of the child, as many leaks of papers do."""

from __future__ import annotations

import re

from dialogs.patients.links import PatientCard, ShowNumber
from storage.registry.seed.examples import Example
from tests.attack.attack import Attack
from tests.attack.true_parents import DOCTOR
from tests.chat.actions import DAY, TIME, choose, consent, data_of, labels, say, settle_in
from tests.chat.insured_children import make_children
from tests.chat.message import ChatMessage
from tests.chat.patients.test_find import search
from tests.chat.person import Person

VISITED = make_children(7)[-1]
"""a child for whom the clinic has booked a visit by telephone"""
SAID = "её сделали не вы"
"""all that is told of that visit"""

DIRECT = ("Окулист", "Хирург")
"""specialties without a referral"""
VISIT = re.compile(" · Окулист · ")
END = re.compile("Выберите время|Проверьте запись")


async def claimant_with_the_snils(attack: Attack) -> None:
    """Name, birth date and SNILS give a card of one's own, and not the number that the bot has found."""
    claimant, child = attack.stranger(), attack.child
    await consent(claimant)
    await search(claimant, child.name.full, f"{child.birth_date:%d.%m.%Y}", child.snils)
    await choose(claimant, "Да, добавить")
    await say(claimant, "/children")
    card = PatientCard.unpack(data_of(await claimant.screen(), child.name.short))
    secrets = [child.policy_number, attack.ref, attack.clinic]
    await attack.forge(claimant, PatientCard(patient=card.patient).pack(), "claimant by SNILS", secrets)
    await attack.forge(claimant, ShowNumber(patient=card.patient).pack(), "claimant by SNILS", secrets)
    for command in ("/visits", "/data"):
        await attack.write(claimant, command, "claimant by SNILS", secrets)


async def claimant_holds_a_time(attack: Attack) -> None:
    """The hold of a second account neither drops the mother's nor becomes more than one visit."""
    claimant = attack.stranger()
    await settle_in(claimant, attack.child)
    theirs, ours = DIRECT
    mother, clinic = attack.mother, attack.clinic
    held = await mother.review(ours)
    assert held, attack.score.harmed
    reviewed = await review(claimant, theirs, clinic)
    assert reviewed, "second account: no review"
    offered = await review(attack.photographer.person, ours, clinic, steps=3)
    assert offered, "second account: nothing is offered to others"
    if any(label.startswith(time_of(held)) for label in offered.labels):
        attack.score.harmed.append("second account: the time that the mother holds is offered to others")
    if booked := await mother.confirm(held):
        await mother.cancel(booked)
    await claimant.press("Записаться", reviewed)
    first = await claimant.screen()
    attack.look(first.text, "second account", [attack.ref])
    second = await review(claimant, ours, clinic)
    if second and second.button("Записаться") and "записан" in (await choose(claimant, "Записаться")).text:
        attack.score.leaks.append("second account: has two visits of a child whom it has not proved")
    await cancel_all(claimant)


async def claimant_looks_for_a_visit(attack: Attack) -> None:
    """A visit that the clinic has made by telephone is told of, and neither shown nor changed."""
    claimant = attack.stranger()
    await settle_in(claimant, Example(VISITED.policy_number, VISITED.name, "", VISITED.birth_date, VISITED.sex))
    await say(claimant, "/data")
    await choose(claimant, "Телефон и почта", "Указать телефон", "Поделиться номером")
    for _look in range(20):
        seen = await say(claimant, "/visits")
        if SAID in seen.text or seen.button("Отменить"):
            break
    else:
        attack.score.harmed.append("visit made elsewhere: nothing is told of it")
    attack.score.acts += 1
    if seen.button("Отменить"):
        attack.score.leaks.append(f"visit made elsewhere: a claimant sees it: {seen.text}")


async def review(person: Person, specialty: str, clinic: str, steps: int = 4) -> ChatMessage | None:
    """Go towards the review of a time, as far as the bot lets this person go; return the last screen if it is reached.

    News may come at any moment: the screen of a step is the answer with its button, not the newest message.
    """
    await person.say("/book")
    for step in (clinic, specialty, DOCTOR, DAY, TIME)[: steps + 1]:
        shown = next((each for each in reversed(await person.answers()) if each.button(step)), None)
        if shown is None and step == clinic:
            continue  # the card has a clinic
        if shown is None:
            return None
        found = labels(shown, step if isinstance(step, re.Pattern) else re.compile(re.escape(step)))
        await person.press(found[:2][-1] if step is DAY else found[0], shown)
    return next((each for each in reversed(await person.answers()) if END.search(each.text)), None)


def time_of(reviewed: ChatMessage) -> str:
    found = re.search(r"\b\d\d:\d\d\b", reviewed.text)
    return found[0] if found else "no time"


async def cancel_all(person: Person) -> None:
    """Leave the town as it was, so that the scene can be played again."""
    visits = await say(person, "/visits")
    if visits.button("Отменить") is None:  # a list: there is also a visit that the claimant does not see
        visits = await choose(person, labels(visits, VISIT)[0])
    if visits.button("Отменить"):
        await choose(person, "Отменить", "Да, отменить")
