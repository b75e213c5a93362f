"""Steps of parents and of the desk on the way of an application."""

from __future__ import annotations

from bot.core.people import Role
from storage.registry.seed.clinics import FIELD, GARDEN, URAL
from tests.chat.actions import MARIA, choose, say, settle_in, with_code
from tests.chat.message import ChatMessage, Pattern
from tests.chat.person import Person
from tests.chat.town import Town

LINES = {GARDEN: "заречный 12", FIELD: "северный 7", URAL: "на луговой"}
"""what finds a clinic and is no button of the screen"""
CHOICE, SEND, AGREE = "По нашему выбору", "Отправить", "Даю согласие, отправить"


async def to_clinic(person: Person, clinic: str = GARDEN) -> ChatMessage:
    """Open the card of a clinic for the person's only child."""
    await say(person, "/book")
    if "К какому врачу?" in (await person.screen()).text:
        await choose(person, "Другая поликлиника")
    await say(person, LINES[clinic])
    return await choose(person, clinic)


async def review(person: Person, clinic: str = GARDEN, reason: Pattern = CHOICE) -> ChatMessage:
    await to_clinic(person, clinic)
    return await choose(person, "Прикрепиться", reason)


async def apply(person: Person, clinic: str = GARDEN, reason: Pattern = CHOICE) -> ChatMessage:
    """File an application with the consent that it needs."""
    await review(person, clinic, reason)
    return await choose(person, SEND, AGREE)


async def mother_applies(town: Town, clinic: str = GARDEN) -> ChatMessage:
    await settle_in(town.mother, MARIA)
    return await apply(town.mother, clinic)


async def open_queue(town: Town, member: Person) -> ChatMessage:
    await with_code(town, member)
    await say(member, "/start")
    return await choose(member, "Заявления")


async def open_first(town: Town, member: Person) -> ChatMessage:
    await open_queue(town, member)
    return await choose(member, "срок")


async def appoint(town: Town, number: int, role: Role, clinic: int = 0) -> Person:
    """Return a new member of the staff of a clinic, by its place in the list."""
    member = town.chat.person(number, first_name="Сотрудник")
    await member.start()
    clinics = await town.app.services.directory.clinics()
    await town.app.services.accounts.appoint(number, role, clinics[clinic].id)
    return await with_code(town, member)
