"""Cards of one policy on several accounts: which of them is limited, and why.

A card is as good as the best card that vouches for it. Papers that a desk has seen are better than none; without papers
the card that the register confirmed first is better. A card is limited while a better one does not vouch for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bot.glossary import AccountId, PatientId

MOST_VISITS = 1
"""live visits that a limited card may have"""


@dataclass(frozen=True, slots=True)
class CardClaim:
    """A card that the register has confirmed for a policy; ``held_at`` is when it did so first."""

    card: PatientId
    owner: AccountId
    held_at: datetime
    has_papers: bool
    """a desk has seen the papers of a representative of this card"""


class Sharing(NamedTuple):
    """``card`` shares its visits with the representatives of ``with_card``, and vouches for them."""

    card: PatientId
    with_card: PatientId
    since: datetime


class Standing(NamedTuple):
    """What a card is among the cards of its policy."""

    is_limited: bool
    """a better card does not vouch for it: one live visit until papers or consent"""
    is_contested: bool
    """there are cards of the policy that neither vouch for it nor are vouched for by it"""
    is_vouched_for: bool
    """papers were seen, or another card agrees"""
    others: Sequence[CardClaim] = ()
    """the cards of other accounts that do not vouch for it"""


def standing_of(card: PatientId, claims: Sequence[CardClaim], shared: Sequence[Sharing]) -> Standing:
    """Return the standing of a card. A card that the register has not confirmed has no claim and is not limited."""
    known = {claim.card: claim for claim in claims}
    mine = known.get(card)
    if mine is None:
        return Standing(is_limited=False, is_contested=False, is_vouched_for=any(s.with_card == card for s in shared))
    vouching = _vouching_for(card, known, shared)
    others = [claim for claim in claims if claim.card not in vouching]
    apart = [claim for claim in others if card not in _vouching_for(claim.card, known, shared)]
    best = _rank(card, known, shared)
    return Standing(
        is_limited=any(_rank(other.card, known, shared) < best for other in others),
        is_contested=bool(apart),
        is_vouched_for=mine.has_papers or len(vouching) > 1,
        others=others,
    )


def _rank(card: PatientId, known: dict[PatientId, CardClaim], shared: Sequence[Sharing]) -> tuple[bool, datetime, int]:
    """Return what orders the cards of a policy, the best first. All cards with papers are equally good."""
    best = min(_own_rank(known[each]) for each in _vouching_for(card, known, shared))
    return best if best[0] else (False, datetime.min.replace(tzinfo=best[1].tzinfo), 0)


def _own_rank(claim: CardClaim) -> tuple[bool, datetime, int]:
    return not claim.has_papers, claim.held_at, claim.card


def _vouching_for(
    card: PatientId, known: dict[PatientId, CardClaim], shared: Sequence[Sharing]
) -> frozenset[PatientId]:
    """Return the card itself and every card that vouches for it, directly or through another."""
    found, waiting = {card}, [card]
    while waiting:
        current = waiting.pop()
        new = {each.card for each in shared if each.with_card == current and each.card in known} - found
        found |= new
        waiting += new
    return frozenset(found)
