"""Refs: what is generated, and what is parsed from typed text."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, strategies as st

from bot.core.refs import draw_ref, read_ref

CYRILLIC = str.maketrans("ABCEHKMPTX", "АВСЕНКМРТХ")


@given(st.randoms(use_true_random=False), st.sampled_from(["", "-", " ", " - ", "—", "\u2011"]))
def test_ref_is_parsed_from_either_alphabet_and_any_case(chance: Random, separator: str) -> None:
    ref = draw_ref(chance.choice)
    assert len(ref) == 7
    assert ref[4] == "-"
    assert ref[0].isalpha()
    typed = ref.replace("-", separator)
    for spelling in (
        typed,
        typed.lower(),
        typed.translate(CYRILLIC),
        typed.translate(CYRILLIC).lower(),
        f" № {typed}. ",
    ):
        assert read_ref(spelling) == ref


def test_ref_never_contains_an_unfit_word() -> None:
    letters = iter("XEP111A7KM9X")
    assert draw_ref(lambda _: next(letters)) == "A7KM-9X"


def test_letters_o_and_ze_are_parsed_as_zero_and_three() -> None:
    assert read_ref("А7КМ-О3") == read_ref("a7km 0з") == "A7KM-03"


@pytest.mark.parametrize(
    "typed", ["", "A7KM", "A7KM-9XX", "123456", "1234-56", "A7KM-9Q", "7796189784000014", "к врачу"]
)
def test_other_text_is_not_parsed_as_a_ref(typed: str) -> None:
    assert read_ref(typed) is None
