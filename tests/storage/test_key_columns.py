"""The registry of sealed columns and indexes lacks none of the schema, so that no command leaves one behind."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from storage.keys.columns import KEPT, RECOMPUTED, SEALED
from storage.migrations import list_migrations

OTHERWISE = {
    ("pins", "salt"): "is no secret and names the row",
    ("offered_pins", "salt"): "is no secret and names the row",
    ("pins", "keyed_by"): "names the key",
    ("offered_pins", "keyed_by"): "names the key",
    ("secret_canaries", "sealed_canary"): "is written by the start itself",
    ("index_canaries", "canary"): "is written by the start itself",
}
"""Columns of bytes that need no registry, each with the reason."""


@pytest.fixture
def schema() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    for migration in list_migrations():
        connection.executescript(migration.sql)
    yield connection
    connection.close()


def columns_of(schema: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """Return the type of each column by its table and name."""
    tables = [name for (name,) in schema.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
    return {
        (table, column): kind
        for table in tables
        for column, kind in schema.execute("SELECT name, type FROM pragma_table_info(?)", (table,)).fetchall()
    }


def in_registry() -> set[tuple[str, str]]:
    sealed = {(column.table, column.column) for column in SEALED}
    recomputed = {(column.table, column.column) for column in RECOMPUTED}
    return sealed | recomputed | {(column.table, column.column) for column in KEPT}


def missing(found: dict[tuple[str, str], str]) -> list[str]:
    """Return the columns that look sealed or indexed, or hold bytes, and are not in the registry."""
    kept = in_registry() | OTHERWISE.keys()
    return sorted(
        f"{table}.{column}"
        for (table, column), kind in found.items()
        if (kind == "BLOB" or column.startswith("sealed_") or column.endswith("_index"))
        and column != "uid"
        and (table, column) not in kept
    )


def test_every_sealed_column_and_index_is_in_the_registry(schema: sqlite3.Connection) -> None:
    assert missing(columns_of(schema)) == []


def test_column_that_was_forgotten_is_found(schema: sqlite3.Connection) -> None:
    schema.execute("ALTER TABLE clinics ADD COLUMN sealed_note TEXT")
    schema.execute("ALTER TABLE clinics ADD COLUMN note_index TEXT")
    schema.execute("ALTER TABLE drafts ADD COLUMN photo BLOB")
    assert missing(columns_of(schema)) == ["clinics.note_index", "clinics.sealed_note", "drafts.photo"]


def test_registry_names_only_columns_of_the_schema(schema: sqlite3.Connection) -> None:
    known = columns_of(schema).keys()
    uids = {(column.table, column.uid) for column in SEALED}
    assert in_registry() | uids <= known
    assert all(index.source in SEALED and index.source.table == index.table for index in RECOMPUTED)


def test_conditions_of_kept_indexes_are_valid_sql(schema: sqlite3.Connection) -> None:
    for kept in KEPT:
        known = {"now": 1, "moved_at": 1, "active": b""}
        schema.execute(f"SELECT 1 FROM {kept.table} WHERE {kept.needed} AND {kept.older}", known)  # noqa: S608 - of the registry
