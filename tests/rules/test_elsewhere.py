"""Visits made elsewhere: who may see them, when a clinic is asked again, and which visit forbids another."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.booking.records import ClinicLook
from bot.booking.rules import LOOK_AGAIN_AFTER, find_same, is_look_due, may_see_elsewhere
from bot.clinics.port import BookingStatus
from bot.glossary import AccountId
from bot.patients.records import Relationship, Representation, Rights
from tests.rules.test_booking import FATHER, MARIA, MOTHER, NOW, PEDIATRICIAN, SURGEON, TOMORROW, visit

OWNER = Representation(MOTHER, MARIA.id, Relationship.PARENT, Rights.OWNER, NOW)
OTHER = Representation(FATHER, MARIA.id, Relationship.PARENT, Rights.CO_REPRESENTATIVE, NOW)
KNOWN, UNKNOWN = ClinicLook(MOTHER, True, NOW), ClinicLook(MOTHER, False, NOW)


@pytest.mark.parametrize(
    ("keepers", "look", "may_see"),
    [
        ([OWNER], None, None),
        ([OWNER], UNKNOWN, False),
        ([OWNER], KNOWN, True),
        ([OWNER, OTHER], KNOWN, True),
        ([replace(OWNER, papers_at=NOW)], None, True),
        ([replace(OWNER, papers_at=NOW)], UNKNOWN, True),
        ([OWNER, replace(OTHER, papers_at=NOW)], UNKNOWN, True),
        # The answer was about the telephone of another owner, or of one who owns the card no more.
        ([OWNER], ClinicLook(FATHER, True, NOW), None),
        ([OTHER], ClinicLook(FATHER, True, NOW), None),
        ([], KNOWN, None),
    ],
)
def test_visit_made_elsewhere_is_for_whoever_is_proved(
    keepers: list[Representation], look: ClinicLook | None, may_see: bool | None
) -> None:
    """Typing all data of a child proves nothing."""
    assert may_see_elsewhere(keepers, look) is may_see


@pytest.mark.parametrize(
    ("look", "ago", "due"),
    [
        (None, timedelta(), True),
        (KNOWN, timedelta(), False),
        (KNOWN, LOOK_AGAIN_AFTER - timedelta(seconds=1), False),
        (KNOWN, LOOK_AGAIN_AFTER, True),
        (ClinicLook(AccountId(9), True, NOW), timedelta(), True),
    ],
)
def test_clinic_is_asked_once_in_some_minutes(look: ClinicLook | None, ago: timedelta, due: bool) -> None:
    assert is_look_due(look, MOTHER, NOW + ago) is due


def test_visit_ahead_to_a_specialty_forbids_another() -> None:
    later, sooner = visit(TOMORROW + timedelta(days=1)), visit(TOMORROW)
    assert find_same([later, sooner], MARIA, PEDIATRICIAN.id, NOW) == sooner
    assert find_same([visit(status=BookingStatus.PENDING)], MARIA, PEDIATRICIAN.id, NOW) is not None
    for other in (
        visit(status=BookingStatus.CANCELLED),
        visit(specialty=SURGEON),
        visit(NOW - timedelta(minutes=1)),
        visit(patient=replace(MARIA, id=type(MARIA.id)(MARIA.id + 1))),
    ):
        assert find_same([other], MARIA, PEDIATRICIAN.id, NOW) is None
