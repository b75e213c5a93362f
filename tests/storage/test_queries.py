"""Checks every named query: it has a verb, finds its rows by an index and uses portable SQL."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

import pytest

from storage.database.queries import QUERIES, load_queries
from storage.migrations import list_migrations
from tests.project_files import ROOT, modules

FILES = {path.stem: path.read_text() for path in sorted(QUERIES.glob("*.sql"))}
HEADER = re.compile(r"^-- name: (\w+)", re.M)
VERB = re.compile(
    r"(add|answer|cancel|claim|clear|close|copy|count|delete|demote|find|finish|hasten|index|list|lock|mark|merge|move"
    r"|occupy|open|pause|promote|propose|record|refresh|release|request|restore|revoke|save|schedule|set|settle|take|unlock"
    r"|upsert|use|wait|withdraw)_"
)
PARAMETER = re.compile(r"(?<![:\w]):(\w+)")
CONSTANT = "CONSTANT ROW"
SQLITE_ONLY = re.compile(
    r"\b(insert or|update or|replace into|ifnull|group_concat|json_\w+|strftime|unixepoch|rowid|glob|pragma)\b", re.I
)
LOADED = re.compile(r'load_queries\("(\w+)"\)')
USED = re.compile(r"\bqueries\.(\w+)")
BY_SECTION = "privacy."
"""The queries of this file are found by the name of their section."""

QUERY = {
    f"{file}.{name}": getattr(load_queries(file), name).sql
    for file, text in FILES.items()
    for name in HEADER.findall(text)
}


def queries_of(file: str) -> list[tuple[str, str]]:
    """Return the queries of a file; a test for each of them takes longer to collect than to run."""
    return [(name, sql) for name, sql in QUERY.items() if name.partition(".")[0] == file]


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
    """Return the tables that are read from end to end; a scan of a covering index counts too.

    The rows of a subquery are a result, not a table: what the subquery reads has its own steps.
    """
    subqueries = {match[2] for step in plan if (match := re.match(r"(CO-ROUTINE|MATERIALIZE) (\S+)", step))}
    found = (re.match(r"SCAN (\S+)", step) for step in plan if CONSTANT not in step)
    return {match[1] for match in found if match} - subqueries


@pytest.mark.parametrize("file", FILES)
def test_query_scans_no_table(schema: sqlite3.Connection, file: str) -> None:
    plans = {name: list_scans(list_plan(schema, sql)) for name, sql in queries_of(file)}
    assert {name: scans for name, scans in plans.items() if scans} == {}, "these queries read whole tables"


def test_table_scan_is_detected(schema: sqlite3.Connection) -> None:
    assert list_scans(list_plan(schema, "SELECT id FROM accounts WHERE language = :language")) == {"accounts"}
    assert list_scans(list_plan(schema, "SELECT uid FROM accounts")) == {"accounts"}
    assert list_scans(list_plan(schema, "SELECT id FROM accounts WHERE telegram_index = :id")) == set()


def test_outbox_claim_sorts_by_its_index(schema: sqlite3.Connection) -> None:
    assert not [step for step in list_plan(schema, QUERY["delivery.claim_due"]) if "TEMP B-TREE" in step]


@pytest.mark.parametrize("file", FILES)
def test_query_uses_no_sqlite_only_syntax(file: str) -> None:
    own = {name: SQLITE_ONLY.findall(sql) for name, sql in queries_of(file)}
    assert {name: words for name, words in own.items() if words} == {}, "only SQLite understands these words"


@pytest.mark.parametrize("file", FILES)
def test_query_file_reads_returned_values_as_rows(file: str) -> None:
    """``<!`` of aiosql returns a single value, which our adapter does not have."""
    assert "<!" not in FILES[file]


@pytest.mark.parametrize("file", FILES)
def test_query_name_begins_with_verb(file: str) -> None:
    assert [name for name, _sql in queries_of(file) if not VERB.match(name.partition(".")[2])] == []


def test_query_file_is_named_after_the_modules_that_load_it() -> None:
    for path in modules("storage"):
        for file in LOADED.findall(path.read_text()):
            assert file in path.relative_to(ROOT).with_suffix("").parts, f"{path.name} loads {file}.sql"


def test_every_query_exists_and_is_used() -> None:
    used: set[str] = set()
    for path in modules("storage"):
        text = path.read_text()
        for file in LOADED.findall(text) or (["registry"] if "registry" in path.parts else []):
            used |= {f"{file}.{name}" for name in USED.findall(text)}
    assert used == {name for name in QUERY if not name.startswith(BY_SECTION)}


@pytest.mark.requirement("D20")
def test_journal_is_only_added_to() -> None:
    """An entry is never changed; it is deleted by its age alone."""
    changing = re.compile(r"\b(UPDATE\s+audit|DELETE\s+FROM\s+audit|INTO\s+audit)\b.*", re.I)
    found = [match[0] for text in FILES.values() for match in changing.finditer(text)]
    assert sorted(" ".join(each.split()[:3]) for each in found) == ["DELETE FROM audit", "INTO audit (account_id,"]


def test_every_table_is_strict(schema: sqlite3.Connection) -> None:
    rows = schema.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    assert [name for name, sql in rows if not sql.rstrip().endswith("STRICT")] == []


def test_rows_to_erase_with_a_parent_are_found_by_an_index(schema: sqlite3.Connection) -> None:
    """Deleting a row looks for its children: without an index each deletion scans the child table."""
    for table in ("accounts", "patients", "appointments"):
        for child, column in list_children(schema, table):
            plan = list_plan(schema, f"SELECT 1 FROM {child} WHERE {column} = :id")  # noqa: S608 - our own schema
            assert not list_scans(plan), f"{child}.{column} has no index"


def list_children(schema: sqlite3.Connection, parent: str) -> Iterator[tuple[str, str]]:
    for (table,) in schema.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        for key in schema.execute(f"PRAGMA foreign_key_list({table})").fetchall():
            if key[2] == parent:
                yield table, key[3]
