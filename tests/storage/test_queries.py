"""Every named query of every slice finds its rows by an index, and says nothing that only one database understands."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database.queries import QUERIES, load_queries
from storage.migrations import list_migrations

SLICES = sorted(path.stem for path in QUERIES.glob("*.sql"))
PARAMETER = re.compile(r"(?<![:\w]):(\w+)")
CONSTANT = "CONSTANT ROW"
SQLITE_ONLY = re.compile(
    r"\b(insert or|update or|replace into|ifnull|group_concat|json_\w+|strftime|unixepoch|rowid|glob|pragma)\b", re.I
)


def list_queries() -> Iterator[tuple[str, str]]:
    for name in SLICES:
        queries = load_queries(name)
        for query in queries.available_queries:
            if not query.endswith("_cursor"):
                yield f"{name}.{query}", getattr(queries, query).sql


QUERY = dict(list_queries())


@pytest.fixture(scope="module")
def schema() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    for migration in list_migrations():
        connection.executescript(migration.sql)
    yield connection
    connection.close()


def list_plan(schema: sqlite3.Connection, sql: str) -> list[str]:
    values = dict.fromkeys(PARAMETER.findall(sql), 1)
    return [row[3] for row in schema.execute(f"EXPLAIN QUERY PLAN {sql}", values)]


def list_scans(plan: list[str]) -> set[str]:
    """Names read from end to end; a covering index read so is no better than the table."""
    found = (re.match(r"SCAN (\S+)", step) for step in plan if CONSTANT not in step)
    return {match[1] for match in found if match}


@pytest.mark.parametrize("name", QUERY)
def test_no_query_reads_a_table_from_end_to_end(schema: sqlite3.Connection, name: str) -> None:
    scans = list_scans(list_plan(schema, QUERY[name]))
    assert not scans, f"{name} reads all of {', '.join(sorted(scans))}"


def test_a_scan_would_be_noticed(schema: sqlite3.Connection) -> None:
    assert list_scans(list_plan(schema, "SELECT id FROM accounts WHERE language = :language")) == {"accounts"}
    assert list_scans(list_plan(schema, "SELECT telegram_id FROM accounts")) == {"accounts"}
    assert list_scans(list_plan(schema, "SELECT id FROM accounts WHERE telegram_id = :id")) == set()


def test_the_outbox_is_claimed_in_the_order_of_its_index(schema: sqlite3.Connection) -> None:
    assert not [step for step in list_plan(schema, QUERY["outbox.claim"]) if "TEMP B-TREE" in step]


@pytest.mark.parametrize("name", QUERY)
def test_the_text_serves_another_database_too(name: str) -> None:
    own = SQLITE_ONLY.search(QUERY[name])
    assert own is None, f"{name} says {own and own[0]}, which is SQLite's own"


@pytest.mark.parametrize("path", sorted(QUERIES.glob("*.sql")), ids=lambda path: path.stem)
def test_what_a_statement_returns_is_read_as_rows(path: Path) -> None:
    assert "<!" not in path.read_text()


def test_every_table_is_strict(schema: sqlite3.Connection) -> None:
    rows = schema.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    assert [name for name, sql in rows if not sql.rstrip().endswith("STRICT")] == []


def test_what_hangs_on_a_person_is_found_by_an_index_when_he_is_erased(schema: sqlite3.Connection) -> None:
    """Deleting a row looks for its children: without an index that is a walk through the whole table each time."""
    for table in ("accounts", "patients", "appointments"):
        for child, column in list_children(schema, table):
            plan = list_plan(schema, f"SELECT 1 FROM {child} WHERE {column} = :id")  # noqa: S608 - our own schema
            assert not list_scans(plan), f"{child}.{column} has no index"


def list_children(schema: sqlite3.Connection, parent: str) -> Iterator[tuple[str, str]]:
    for (table,) in schema.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        for key in schema.execute(f"PRAGMA foreign_key_list({table})").fetchall():
            if key[2] == parent:
                yield table, key[3]
