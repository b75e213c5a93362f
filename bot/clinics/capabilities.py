"""What a clinic system can do beyond the rest of the port."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a system can do beyond the rest of the port; the product does not call what a system lacks."""

    holds: bool
    """``hold`` and ``release``"""
    explains_mismatch: bool
    """``check_policy`` names the fields that differ"""
    finds_by_person: bool
    """``find_policies``"""
    feeds_changes: bool
    """``changes``"""
    knows_phones: bool
    """``knows_phone``"""
    knows_referrals: bool
    """``referrals``; without it no specialty that needs a referral can be booked"""
    tells_enrollment: bool
    """``enrolled_at``"""
    holds_groups: bool
    """``hold_group``"""
    reserves: bool
    """``reserve`` and ``release_reservation``; without it an offer says that the slot may go to somebody else"""
    feeds_openings: bool
    """``openings``; without it what has become free is found by looking again"""
    takes_applications: bool = False
    """applications for enrollment are decided at its desk in the bot; without it the bot says where to apply"""
