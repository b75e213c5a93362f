"""Which readings of a policy's code are believed."""

from __future__ import annotations

import pytest

from bot.core.errors import InvalidInput
from bot.core.people import PersonName
from bot.patients.problems import FileProblem
from bot.patients.records import PolicyCode
from bot.patients.rules.barcode import agrees, read_barcode
from bot.patients.rules.readings import Reading, Readings
from tests.barcodes import barcode

NUMBER, ANOTHER = "7796189784000014", "7888489747123450"
MARIA = PersonName("ИВАНОВА", "МАРИЯ", "СЕРГЕЕВНА")
CODE = PolicyCode(NUMBER, MARIA)
NAMELESS = PolicyCode(NUMBER)
GARBLED = PolicyCode(NUMBER, PersonName("ИВЪ4", "ЩЩ", ""))


def sure(code: PolicyCode) -> Reading:
    return Reading(code, agrees=True)


def unsure(code: PolicyCode) -> Reading:
    return Reading(code, agrees=False)


def read(*attempts: list[Reading]) -> PolicyCode | None:
    """Return what is believed after these attempts, the last of which is the last possible."""
    readings = Readings()
    for attempt in attempts:
        certain = readings.add(attempt)
        if certain is not None:
            return certain
    return readings.last()


# --- attempts ---------------------------------------------------------------------------------------------------------


def test_reading_that_agrees_in_itself_is_believed_at_once() -> None:
    assert Readings().add([sure(CODE)]) == CODE


def test_other_reading_is_believed_when_it_is_repeated() -> None:
    readings = Readings()
    assert readings.add([unsure(CODE)]) is None
    assert readings.add([]) is None
    assert readings.add([unsure(CODE)]) == CODE


def test_single_reading_that_does_not_agree_is_not_believed() -> None:
    assert read([unsure(GARBLED)], []) is None


def test_two_codes_of_one_attempt_do_not_confirm_each_other() -> None:
    assert read([unsure(GARBLED), unsure(NAMELESS)]) is None


def test_number_alone_is_believed_where_only_it_is_repeated() -> None:
    assert read([unsure(GARBLED)], [unsure(CODE)]) == NAMELESS


def test_code_with_name_is_preferred() -> None:
    assert read([unsure(NAMELESS), sure(CODE)]) == CODE


def test_misread_number_beside_a_sure_one_does_not_win() -> None:
    misread = unsure(PolicyCode(ANOTHER))
    assert read([misread], [sure(CODE)]) == CODE
    assert read([misread, sure(CODE)], []) == CODE


def test_two_believed_policies_are_refused() -> None:
    for second in ([sure(PolicyCode(ANOTHER, MARIA))], [unsure(PolicyCode(ANOTHER))]):
        with pytest.raises(InvalidInput) as refused:
            read([sure(CODE), *second], second)
        assert refused.value.problem is FileProblem.CODE_SEVERAL


# --- one barcode ------------------------------------------------------------------------------------------------------

SEX = {1: 51, 2: 60}
"""place of the byte, by the type of the policy"""


def changed(kind: int, at: int, value: bytes) -> bytes:
    payload = barcode(NUMBER, MARIA, kind)
    return payload[:at] + value + payload[at + len(value) :]


def does_agree(payload: bytes) -> bool:
    code = read_barcode(payload)
    assert code is not None
    return agrees(payload, code)


@pytest.mark.parametrize("kind", [1, 2])
def test_barcode_agrees_with_itself(kind: int) -> None:
    assert does_agree(barcode(NUMBER, MARIA, kind))
    assert does_agree(changed(kind, SEX[kind] + 3, b"\xff\xff"))


@pytest.mark.parametrize("kind", [1, 2])
@pytest.mark.parametrize(("at", "value"), [(0, b"\x01"), (0, b"\x07"), (1, b"\xa8\xa5"), (3, b"\x00\x01")])
def test_barcode_with_another_sex_or_date_does_not_agree(kind: int, at: int, value: bytes) -> None:
    assert not does_agree(changed(kind, SEX[kind] + at, value))


@pytest.mark.parametrize("kind", [1, 2])
@pytest.mark.parametrize("name", [PersonName("007", "МАРИЯ"), PersonName("ИВАНОВА", "-"), PersonName("", "МАРИЯ")])
def test_barcode_with_a_name_that_no_document_has_does_not_agree(kind: int, name: PersonName) -> None:
    assert not does_agree(barcode(NUMBER, name, kind))
