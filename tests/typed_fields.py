"""Parsers of a card's fields on the day of the tests, random texts for them, and their refusals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

import pytest
from hypothesis import strategies as st

from bot.account.rules.contacts import parse_email, parse_phone
from bot.core.errors import InvalidInput
from bot.patients.rules.papers import (
    parse_address,
    parse_birth_date,
    parse_certificate,
    parse_issued_on,
    parse_snils,
    parse_valid_until,
)
from bot.patients.rules.policy_number import parse_old_policy, parse_policy

TODAY = date(2026, 11, 21)

Written = TypeVar("Written")


def refused(parse: Callable[[str], object], text: str) -> InvalidInput:
    with pytest.raises(InvalidInput) as refusal:
        parse(text)
    return refusal.value


def parsed_or_refused(parse: Callable[[str], Written], text: str) -> Written | InvalidInput:
    try:
        return parse(text)
    except InvalidInput as refusal:
        return refusal


def born(text: str) -> date:
    return parse_birth_date(text, TODAY)


def issued(text: str) -> date:
    return parse_issued_on(text, TODAY)


def until(text: str) -> date:
    return parse_valid_until(text, TODAY)


def policy(text: str) -> str:
    return parse_policy(text, TODAY)


TEXTS: list[Callable[[str], str]] = [
    policy,
    parse_old_policy,
    parse_snils,
    parse_certificate,
    parse_address,
    parse_phone,
    parse_email,
]

near_misses = st.text("0123456789 -–.+@№()VIXLСУХІМЮAaбо/,ё\u200b", max_size=24)
typed_texts = st.one_of(st.text(max_size=40), near_misses)
typed_dates = st.one_of(typed_texts, st.from_regex(r"\A[0-9]{2}[./][0-9]{2}[./][0-9]{2,4}\Z"))
