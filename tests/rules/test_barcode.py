"""The codes on a policy: both layouts of the barcode, the text of a QR code, and data that is neither."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from bot.core.people import PersonName
from bot.patients.records import PolicyCode
from bot.patients.rules.barcode import BARCODE_LENGTH, read_barcode, read_qr
from tests.barcodes import barcode

NUMBER = "7796189784000014"
ANOTHER = "7888489747123450"
MARIA = PersonName("ИВАНОВА", "МАРИЯ", "СЕРГЕЕВНА")

OF_TYPE_2 = bytes.fromhex("02001bb297e2ad460e5d039c7503bf6ce7d7bbf8137d14d341c380" + "00" * 33 + "02a8a4" + "00" * 67)
"""A genuine barcode with its signature set to zeros."""

NAMES = [
    MARIA,
    PersonName("АХМЕТОВА-БЕЛАЯ", "АЛИНА"),
    PersonName("О'КОННОР", "ПЁТР", "ИЛЬИЧ"),
    PersonName("ФОН ДЕР ЛЯЙЕН", "АННА МАРИЯ", "КАРЛОВНА"),
]


def test_genuine_barcode_has_number_and_name() -> None:
    assert read_barcode(OF_TYPE_2) == PolicyCode(NUMBER, MARIA)


def test_barcode_of_the_tests_equals_a_genuine_one() -> None:
    assert barcode(NUMBER, MARIA) == OF_TYPE_2


@pytest.mark.requirement("E8")
@pytest.mark.parametrize("kind", [1, 2])
@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.family)
def test_both_layouts_are_read(kind: int, name: PersonName) -> None:
    written = barcode(NUMBER, name, kind, signature=bytes(range(65)))
    assert len(written) == BARCODE_LENGTH
    assert read_barcode(written) == PolicyCode(NUMBER, name)


@pytest.mark.parametrize("kind", [1, 2])
def test_leading_zero_is_part_of_the_number(kind: int) -> None:
    code = read_barcode(barcode("0197579770543219", MARIA, kind))
    assert code is not None
    assert code.number == "0197579770543219"


@pytest.mark.parametrize("kind", [1, 2])
@pytest.mark.parametrize("name", [PersonName("", "МАРИЯ"), PersonName("ИВАНОВА", ""), PersonName("А|Б", "В", "Г")])
def test_number_is_read_beside_an_unreadable_name(kind: int, name: PersonName) -> None:
    assert read_barcode(barcode(NUMBER, name, kind)) == PolicyCode(NUMBER)


@pytest.mark.parametrize("kind", [1, 2])
@pytest.mark.parametrize("filler", [b"\x00", b"\xff", b"\xfb"])
def test_number_is_read_beside_an_empty_name(kind: int, filler: bytes) -> None:
    whole = barcode(NUMBER, MARIA, kind)
    assert read_barcode(whole[:9] + filler * (BARCODE_LENGTH - 9)) == PolicyCode(NUMBER)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        OF_TYPE_2[:-1],
        OF_TYPE_2 + b"\x00",
        b"\x03" + OF_TYPE_2[1:],
        b"\x02" + b"\xff" * 129,
        bytes(BARCODE_LENGTH),
        barcode("7796189784000015", MARIA),
        barcode("7786189784000016", MARIA),
    ],
    ids=["nothing", "short", "long", "of type 3", "all ones", "zeros", "a wrong check digit", "month 13"],
)
def test_other_payload_is_no_policy(payload: bytes) -> None:
    assert read_barcode(payload) is None


@given(st.binary(max_size=200) | st.binary(min_size=129, max_size=129).map(lambda rest: b"\x01" + rest))
def test_any_bytes_are_read_without_an_error(payload: bytes) -> None:
    code = read_barcode(payload)
    assert code is None or len(code.number) == 16


@given(st.binary(min_size=121, max_size=121), st.sampled_from([1, 2]))
def test_number_is_read_beside_any_name(rest: bytes, kind: int) -> None:
    code = read_barcode(bytes([kind]) + int(NUMBER).to_bytes(8) + rest)
    assert code is not None
    assert code.number == NUMBER


# --- the text of a QR -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        NUMBER,
        f"https://example.org/policy?number={NUMBER}&v=1",
        '{"enp": "7796 1897 8400 0014"}',
        f"{NUMBER}|{NUMBER}",
        f"1234567890123456 {NUMBER}",
        f"2026 {NUMBER[:4]} {NUMBER[4:8]} {NUMBER[8:12]} {NUMBER[12:]}",
    ],
)
def test_text_with_one_possible_number_is_a_policy(text: str) -> None:
    assert read_qr(text) == PolicyCode(NUMBER)


@pytest.mark.parametrize(
    "text", ["", "https://example.org", f"{NUMBER} {ANOTHER}", f"0{NUMBER}", f"{NUMBER}0", "7796189784000015"]
)
def test_text_with_no_or_several_numbers_is_no_policy(text: str) -> None:
    assert read_qr(text) is None


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    code = read_qr(text)
    assert code is None or code.number in "".join(char for char in text if char.isdigit())
