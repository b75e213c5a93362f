"""The columns of a clinic's file and what reads them."""

from __future__ import annotations

from bot.clinic_file.columns import DETAILS
from storage.database.facts import KEYS

OF_THE_JOB_DAY_END = "marks_no_show"


def test_every_detail_of_a_clinic_is_read() -> None:
    """A column that nothing reads promises what does not happen."""
    assert [column.header for column in DETAILS if column.field not in {*KEYS, OF_THE_JOB_DAY_END}] == []
