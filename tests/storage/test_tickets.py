"""Tickets: what this bot has made it reads, under an older key too; everything else is no ticket."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode

import pytest

from bot.appointments.tickets import start_word, ticket_in
from bot.glossary import AppointmentId
from storage.booking.tickets import SqlTickets
from storage.database.crypto import BlindIndex

VISIT = AppointmentId(77)
OURS, NEWER, FOREIGN = b"i" * 32, b"n" * 32, b"f" * 32
TICKETS = SqlTickets(BlindIndex(OURS))
TICKET = TICKETS.make(VISIT)


def started(ticket: str) -> str:
    return f"https://t.me/registratura_bot?start={start_word(ticket)}"


LINK = started(TICKET)


def read(text: str) -> AppointmentId | None:
    ticket = ticket_in(text)
    return None if ticket is None else TICKETS.read(ticket)


@pytest.mark.requirement("B41")
def test_ticket_fits_a_deep_link_and_names_nothing() -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", start_word(TICKET))
    assert read(LINK) == read(start_word(TICKET)) == VISIT
    others = {TICKETS.make(AppointmentId(number)) for number in range(1, 200)}
    assert len(others) == 199
    assert len({each[:4] for each in others}) > 190, "no two visits look alike"


WRONG = {
    "no link": "7796189784000014",
    "a foreign page": "https://example.org/?visit=77",
    "another word": f"https://t.me/registratura_bot?start=staff_{TICKET}",
    "cut": LINK[:-1],
    "longer": f"{LINK}A",
    "another letter": f"{LINK[:-9]}{'A' if LINK[-9] != 'A' else 'B'}{LINK[-8:]}",
    "two letters swapped": LINK.replace(TICKET, TICKET[1] + TICKET[0] + TICKET[2:]),
    "the id in clear": started(urlsafe_b64encode(bytes(16) + VISIT.to_bytes(6)).decode()[:30]),
    "of another bot": started(SqlTickets(BlindIndex(FOREIGN)).make(VISIT)),
    "of a key that was taken out": started(SqlTickets(BlindIndex(NEWER)).make(VISIT)),
    "not canonical": f"{LINK[:-1]}{chr(ord(LINK[-1]) + 1)}",
    "nothing": "",
}


@pytest.mark.requirement("B41")
@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG.keys())
def test_what_this_bot_has_not_made_is_no_ticket(text: str) -> None:
    assert read(text) is None


def test_ticket_survives_a_new_index_key() -> None:
    both = SqlTickets(BlindIndex({"2": NEWER, "1": OURS}))
    assert both.read(TICKET) == VISIT
    assert both.make(VISIT) != TICKET
    assert TICKETS.read(both.make(VISIT)) is None
