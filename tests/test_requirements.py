"""Every requirement of the release is proven by a test that names it."""

from __future__ import annotations

from tests.requirements import Mark, Row, marks_in, read_marks, read_rows, summary, unproven


def test_every_mark_names_a_row_of_the_table() -> None:
    rows = read_rows()
    strays = [f"{mark.place}: {mark.id or 'an id is a plain string'}" for mark in read_marks() if mark.id not in rows]
    assert not strays, "marks that tests/requirements.toml has no row for:\n" + "\n".join(strays)


def test_every_row_that_is_not_open_is_proven() -> None:
    missing = unproven(read_rows(), read_marks())
    for row in missing:
        print(f"{row.id} {'(open) ' if row.open else ''}{row.text}")
    owed = [f"{row.id} {row.text}" for row in missing if not row.open]
    assert not owed, "rows that no test proves:\n" + "\n".join(owed)


def test_rows_are_one_sentence_each() -> None:
    untidy = [row.id for row in read_rows().values() if not row.text[:1].isupper() or not row.text.endswith(".")]
    assert not untidy


def test_marks_are_read_wherever_pytest_takes_them() -> None:
    source = """
pytestmark = [pytest.mark.requirement("A1")]

@pytest.mark.requirement("B1", "B2")
class TestBooking:
    @mark.requirement("C1")
    async def test_it(self): ...
"""
    assert {mark.id for mark in marks_in(source, "test_x.py")} == {"A1", "B1", "B2", "C1"}


def test_a_mark_that_cannot_be_read_is_seen() -> None:
    source = "@pytest.mark.requirement(ROWS)\ndef test_it(): ..."
    assert list(marks_in(source, "test_x.py")) == [Mark("", "test_x.py:1")]


def test_a_row_without_a_mark_is_unproven() -> None:
    rows = {id: Row(id, "Something.", open=False) for id in ("A1", "A2")}
    marks = [Mark("A1", "test_x.py:1")]
    assert [row.id for row in unproven(rows, marks)] == ["A2"]
    assert summary(rows, marks) == "requirements: 1 of 2 rows proven"
