"""Every requirement is proven by a test with its mark."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reporting import Requirements
from tests.requirements import Mark, Row, marks_of, read_rows, summary, unproven


@pytest.fixture
def collected(request: pytest.FixtureRequest) -> Requirements:
    plugin = request.config.pluginmanager.get_plugin(Requirements.NAME)
    assert isinstance(plugin, Requirements)
    return plugin


def test_every_mark_names_a_row(collected: Requirements) -> None:
    rows = read_rows()
    strays = [
        f"{mark.place}: {mark.id or 'an id is a plain string'}" for mark in collected.marks if mark.id not in rows
    ]
    assert not strays, "marks that tests/requirements.toml has no row for:\n" + "\n".join(strays)


def test_every_row_that_is_not_open_is_proven(collected: Requirements) -> None:
    if not collected.whole:
        pytest.skip("a part of the tests proves a part of the rows: run them all")
    missing = unproven(read_rows(), collected.proven)
    for row in missing:
        print(f"{row.id} {'(open) ' if row.open else ''}{row.text}")
    owed = [f"{row.id} {row.text}" for row in missing if not row.open]
    assert not owed, "rows that no test proves:\n" + "\n".join(owed)


def test_rows_are_one_sentence_each() -> None:
    untidy = [row.id for row in read_rows().values() if not row.text[:1].isupper() or not row.text.endswith(".")]
    assert not untidy


class Marked(pytest.Item):
    """A collected test with given marks."""

    def __init__(self, *, marks: tuple[pytest.MarkDecorator, ...], **given: Any) -> None:
        super().__init__(**given)
        for mark in marks:
            self.add_marker(mark)

    def runtest(self) -> None:
        raise NotImplementedError


def marked(session: pytest.Session, name: str, *marks: pytest.MarkDecorator) -> pytest.Item:
    item = Marked.from_parent(session, name=name, nodeid=f"test_x.py::{name}", marks=marks)
    assert isinstance(item, pytest.Item)
    return item


def test_each_id_of_each_mark_is_read(request: pytest.FixtureRequest) -> None:
    first = marked(request.session, "test_it", pytest.mark.requirement("A1"), pytest.mark.requirement("B1", "B2"))
    other = marked(request.session, "test_other", pytest.mark.requirement("C1"))
    assert {mark.id for mark in marks_of([first, other])} == {"A1", "B1", "B2", "C1"}


def test_parametrized_test_counts_once(request: pytest.FixtureRequest) -> None:
    cases = [marked(request.session, f"test_it[{case}]", pytest.mark.requirement("A1")) for case in range(3)]
    assert marks_of(cases) == [Mark("A1", "test_x.py::test_it")]


UNREADABLE = [pytest.mark.requirement(5), pytest.mark.requirement(), pytest.mark.requirement(id="A1")]


@pytest.mark.parametrize("mark", UNREADABLE, ids=["number", "none", "keyword"])
def test_mark_without_a_plain_string_is_found(request: pytest.FixtureRequest, mark: pytest.MarkDecorator) -> None:
    assert marks_of([marked(request.session, "test_it", mark)]) == [Mark("", "test_x.py::test_it")]


def test_row_without_a_mark_is_unproven() -> None:
    rows = {id: Row(id, "Something.", open=False) for id in ("A1", "A2")}
    assert [row.id for row in unproven(rows, {"A1"})] == ["A2"]
    assert summary(rows, {"A1"}) == "requirements: 1 of 2 rows proven"
