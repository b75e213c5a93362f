"""What a person quotes to the operator is read in every way in which it can be meant."""

from __future__ import annotations

import pytest

from bot.glossary import AccountId, AppointmentId, PatientId, Ref
from bot.privacy.records import Quoted
from bot.privacy.rules import read_quoted


@pytest.mark.parametrize(
    ("typed", "quoted"),
    [
        ("A7KM-9X", Quoted(ref=Ref("A7KM-9X"))),
        ("а7км\u20119х\n", Quoted(ref=Ref("A7KM-9X"))),
        ("+7 (916) 123-45-67", Quoted(phone="+79161234567")),
        ("7796 1897 8400 0014", Quoted(policy_number="7796189784000014")),
        ("АБ № 123456", Quoted(policy_number="АБ № 123456")),
        ("5123456789012", Quoted(telegram_id=5123456789012)),
        ("1001", Quoted(telegram_id=1001)),
        ("account 12", Quoted(account=AccountId(12))),
        ("Карточка № 7", Quoted(card=PatientId(7))),
        ("запись №9", Quoted(visit=AppointmentId(9))),
        ("visit No. 9", Quoted(visit=AppointmentId(9))),
        ("0a1b2c3d", Quoted(is_failure=True)),
        ("Мария Иванова", Quoted()),
        ("", Quoted()),
    ],
)
def test_each_kind_of_number_is_read(typed: str, quoted: Quoted) -> None:
    assert read_quoted(typed) == quoted
    assert quoted.is_unreadable is (quoted == Quoted())


def test_text_that_can_be_read_in_two_ways_has_both_readings() -> None:
    assert read_quoted("123456789") == Quoted(policy_number="123456789", telegram_id=123456789)
    assert read_quoted("9161234567") == Quoted(phone="+79161234567", telegram_id=9161234567)
    assert read_quoted("12345678") == Quoted(telegram_id=12345678, is_failure=True)
