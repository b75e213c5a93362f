"""Which of the cards of one policy is limited."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from bot.glossary import AccountId, PatientId
from bot.patients.rules.claims import CardClaim, Sharing, Standing, standing_of

START = datetime(2026, 11, 23, 9, tzinfo=UTC)


def claim(card: int, *, papers: bool = False) -> CardClaim:
    """A card that was confirmed ``card`` hours after the start."""
    return CardClaim(PatientId(card), AccountId(card), START + timedelta(hours=card), papers)


def share(card: int, other: int) -> Sharing:
    return Sharing(PatientId(card), PatientId(other), START)


def standing(card: int, claims: list[CardClaim], *shared: Sharing) -> Standing:
    return standing_of(PatientId(card), claims, shared)


def limited(claims: list[CardClaim], *shared: Sharing) -> list[int]:
    return [each.card for each in claims if standing(each.card, claims, *shared).is_limited]


def test_only_card_of_a_policy_is_not_limited() -> None:
    alone = standing(1, [claim(1)])
    assert (alone.is_limited, alone.is_contested, alone.is_vouched_for, alone.others) == (False, False, False, [])


def test_first_confirmed_card_is_not_limited() -> None:
    for order in permutations([claim(1), claim(2), claim(3)]):
        assert sorted(limited(list(order))) == [2, 3]


def test_papers_are_better_than_being_first() -> None:
    claims = [claim(1), claim(2, papers=True), claim(3)]
    assert limited(claims) == [1, 3]
    assert standing(2, claims).is_vouched_for


def test_two_cards_with_papers_do_not_limit_each_other() -> None:
    assert limited([claim(1, papers=True), claim(2, papers=True)]) == []


def test_card_is_as_good_as_the_best_that_vouches_for_it() -> None:
    claims = [claim(1), claim(2), claim(3)]
    assert limited(claims, share(1, 2)) == [3]
    assert limited(claims, share(1, 2), share(2, 3)) == []


def test_sharing_does_not_help_the_card_that_shares() -> None:
    """The second account shares with the first: the second stays limited."""
    claims = [claim(1), claim(2)]
    assert limited(claims, share(2, 1)) == [2]
    assert standing(1, claims, share(2, 1)).is_vouched_for


def test_papers_shown_by_one_of_a_family_help_those_it_vouches_for() -> None:
    """A stranger came first, then the mother, then the father; she shows papers and shares with him."""
    claims = [claim(1), claim(2, papers=True), claim(3)]
    assert limited(claims, share(2, 3)) == [1]


def test_agreement_of_the_first_does_not_lift_limits_after_papers() -> None:
    """A stranger who came first vouches for a friend: the mother's papers limit both."""
    claims = [claim(1), claim(2), claim(3, papers=True)]
    assert limited(claims, share(1, 2)) == [1, 2]


@pytest.mark.parametrize("shared", [(), (share(1, 2),), (share(1, 2), share(2, 1))])
def test_unconfirmed_card_learns_of_no_other(shared: tuple[Sharing, ...]) -> None:
    """Any number can be typed into it."""
    found = standing(9, [claim(1), claim(2)], *shared)
    assert found == Standing(is_limited=False, is_contested=False, is_vouched_for=False)


def test_cards_that_share_are_not_contested() -> None:
    claims = [claim(1), claim(2)]
    assert standing(1, claims).is_contested
    assert not standing(1, claims, share(1, 2)).is_contested
    assert not standing(2, claims, share(1, 2)).is_contested
