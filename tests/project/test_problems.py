"""Sentences for refused typed answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given

import dialogs  # noqa: F401 - the flows register the sentences
from bot.account.rules.contacts import parse_email, parse_phone
from bot.core.errors import InvalidInput, Problem
from bot.core.i18n import speak
from bot.core.people import Sex
from bot.patients.rules.papers import parse_address, parse_certificate, parse_snils
from bot.patients.rules.policy_number import make_policy_number, parse_old_policy
from dialogs.kit.problems import sentence_for
from dialogs.patients import examples
from tests.typed_fields import (
    TEXTS,
    TODAY,
    born,
    issued,
    parsed_or_refused,
    policy,
    refused,
    typed_dates,
    typed_texts,
    until,
)


@pytest.mark.parametrize("parse", TEXTS)
@given(typed_texts)
def test_refusal_of_any_text_has_a_sentence(parse: Callable[[str], str], text: str) -> None:
    answer = parsed_or_refused(parse, text)
    assert not isinstance(answer, InvalidInput) or sentence_for(answer)


@pytest.mark.parametrize("parse", [born, issued, until])
@given(typed_dates)
def test_refusal_of_any_date_has_a_sentence(parse: Callable[[str], object], text: str) -> None:
    answer = parsed_or_refused(parse, text)
    assert not isinstance(answer, InvalidInput) or sentence_for(answer)


@pytest.mark.parametrize("parse", [*TEXTS, born])
def test_refusal_shortens_a_very_long_text(parse: Callable[[str], object]) -> None:
    for piece in ("1", "V", "Я", "а ", "1.", "-", "№", "@"):
        assert len(sentence_for(refused(parse, piece * 4000))) < 400


@pytest.mark.requirement("E34")
@pytest.mark.parametrize(
    ("language", "parse", "typed", "day"),
    [
        ("ru", born, "22.11.2036", "22 ноября 2036 года"),
        ("ru", born, "03.15.2018", "15 марта 2018 года"),
        ("ru", until, "20.11.2026", "20 ноября 2026 года"),
        ("en", born, "22.11.2036", "22 November 2036"),
        ("en", issued, "22/11/2036", "22 November 2036"),
    ],
)
def test_refusal_names_a_day_as_people_say_it(
    language: str, parse: Callable[[str], object], typed: str, day: str
) -> None:
    with speak(language):
        assert day in sentence_for(refused(parse, typed))


@pytest.mark.requirement("E28")
def test_refusal_of_an_expired_policy_says_to_renew_it() -> None:
    assert "Сначала продлите его в страховой компании" in sentence_for(refused(until, "20.11.2026"))


TYPICAL: dict[str, tuple[Callable[[str], object], str, str]] = {
    "a SNILS with a letter": (parse_snils, "112-2З3-445 95", "цифра 3"),
    "a SNILS without a digit": (parse_snils, "112-233-445 9", "112-233-445 95"),
    "a SNILS that does not add up": (parse_snils, "112-233-445 96", "112-233-445 96"),
    "month before day": (born, "03.15.2018", "15 марта 2018 года"),
    "slashes around two small numbers": (born, "05/06/2018", "15 марта 2018"),
    "no such day": (born, "31.02.2020", "15.03.2018"),
    "an end that is past": (until, "01.01.2020", "1 января 2020 года"),
    "an address without a house": (parse_address, "Москва, Садовая", "Садовая, 5"),
    "an index of five digits": (parse_address, "10100, Москва, Садовая, 5", "10100"),
    "a numeral nobody writes": (parse_certificate, "IIII-АБ 123456", "IV"),
    "Latin letters in a series": (parse_certificate, "II-ZF 123456", "II-МЮ 123456"),
    "a telephone without a digit": (parse_phone, "+7 916 123-45-6", "+7 916 123-45-67"),
    "a telephone of Kazakhstan": (parse_phone, "+77011234567", "+7 916 123-45-67"),
    "mail without @": (parse_email, "anna.example.org", "anna@example.org"),
    "a policy with a slip": (policy, "7796 1897 8400 0015", "7796 · 1897 · 8400 · 0015"),
    "an adult's policy": (policy, make_policy_number("77", TODAY - timedelta(days=9000), Sex.MALE, 1), "18"),
}


@pytest.mark.requirement("C39")
def test_every_typical_mistake_has_its_own_message() -> None:
    messages = {}
    for mistake, (parse, typed, shown) in TYPICAL.items():
        messages[mistake] = sentence_for(refused(parse, typed))
        assert shown in messages[mistake], mistake
    assert len(set(messages.values())) == len(TYPICAL)


@pytest.mark.parametrize(
    ("parse", "typed", "example"),
    [
        (parse_snils, "112", examples.SNILS),
        (parse_certificate, "МЮ", examples.CERTIFICATE),
        (parse_address, "Садовая", examples.ADDRESS),
        (parse_address, "", examples.ADDRESS),
        (parse_old_policy, "АБ", examples.OLD_POLICY),
    ],
)
def test_refusal_shows_the_example_of_its_prompt(parse: Callable[[str], object], typed: str, example: str) -> None:
    assert example in sentence_for(refused(parse, typed))
    assert parse(example)


def test_likely_meaning_is_offered_not_assumed() -> None:
    assert sentence_for(refused(parse_snils, "112-233-445 9З")) == (
        "Знак 11 — «З»: может быть, это цифра 3? Здесь бывают только цифры."
    )
    assert sentence_for(refused(parse_certificate, "5-МЮ 123456")).startswith(
        "Римского числа «5» нет: может быть, это V?"
    )
    assert sentence_for(refused(parse_email, "аnna@example.org")).startswith(
        "Знак 1 — русская «а»: может быть, это латинская a?"
    )
    assert "304 517 82" in sentence_for(refused(policy, "30451782"))


def test_every_problem_has_its_own_sentence() -> None:
    facts: dict[str, int | str] = {"at": 3, "found": "x", "hint": "", "word": "x", "limit": 5, "groups": "1 2"}
    facts |= {"length": 3, "expected": 3, "earliest": 1900, "born": "15.03.2018", "shortest": 4, "longest": 6}
    facts |= {"example": "A7KM-9X"}
    problems = [problem for parser in Problem.__subclasses__() for problem in parser]
    sentences = [sentence_for(InvalidInput(problem, **facts)) for problem in problems]
    assert len(set(sentences)) == len(set(problems)) == len(problems) > 70
