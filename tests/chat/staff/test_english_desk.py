"""A registrar who works in English: a visit, a schedule, a patient; only names stay in Russian."""

from __future__ import annotations

import re

from tests.chat.actions import MARIA, PETROVA, THURSDAY, book, choose, say, settle_in, with_code
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.town import Town

RUSSIAN = re.compile(r"(?<![А-Яа-яё])[а-яё]{3,}|Педиатр")
"""a Russian word that is no name"""
OF_THE_CLINIC = ("Кабинет вакцинации", "Врач-педиатр участковый")
"""what the clinic calls a room and a post"""


def in_russian(shown: ChatMessage) -> list[str]:
    """Return the lines of a screen with Russian words; the specialty in brackets is to be said at the clinic."""
    said = [re.sub(r"\([а-яё ]+\)", "", line) for line in (*shown.text.splitlines(), *shown.labels)]
    return [line for line in said if RUSSIAN.search(re.sub("|".join(OF_THE_CLINIC), "", line))]


async def in_english(town: Town) -> Person:
    registrar = await with_code(town, town.registrar)
    await say(registrar, "/language")
    await choose(registrar, "English")
    return registrar


async def test_registrar_works_in_english(town: Town) -> None:
    """Find a visit, move it and undo that, look at a schedule, close an hour, look for a patient."""
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    registrar = await in_english(town)
    shown = [await say(registrar, "/desk")]
    for step in (
        "Visits today",
        MARIA.name.family,
        re.compile(r"08:00 · Мария И\."),
        "Move",
        re.compile(r"^\d\d:\d\d$"),
        "Yes, move",
        "Undo",
        "/desk",
        "Figures",
        "/desk",
        "Schedules",
        PETROVA,
        re.compile(r"^Fri 27\.11$"),
        "Close hours",
        "The whole day",
        "The doctor is ill",
        "Yes, close",
        "Open again",
        "Yes, open",
        "Another room",
        "/desk",
        "Patients",
        MARIA.name.family,
        re.compile(r"^Мария И\., 2018"),
        "Merge double records",
    ):
        is_typed = step == MARIA.name.family or str(step).startswith("/")
        shown.append(await (say(registrar, str(step)) if is_typed else choose(registrar, step)))
    assert [line for screen in shown for line in in_russian(screen)] == []
    assert "No record" in shown[-1].text or "There are no similar records." in shown[-1].text
