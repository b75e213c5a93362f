"""A start with wrong keys: it stops with a sentence before anybody is answered, and says what would help."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.app import open_store
from bot.patients.records import Relationship
from bot.settings import Settings
from bot.start_errors import sentence_for_operator
from tests.builders import some_settings
from tests.pure_builders import MONDAY
from tests.storage.stored import CLAIM

SettingsOf = Callable[..., Settings]
OLD, NEW, WRONG = (base64.b64encode(letter * 32).decode() for letter in (b"o", b"n", b"w"))
MOTHER = 1001


@pytest.fixture
async def settings_of(tmp_path: Path) -> SettingsOf:
    """Return settings for a database that a child was linked in; named settings replace them."""

    def given(**named: str) -> Settings:
        keys = {"secret_keys": f"old:{OLD}", "index_keys": f"old:{OLD}"}
        return some_settings(database_url=f"sqlite:///{tmp_path}/one.sqlite3", **(keys | named))

    async with open_store(given()) as store:
        mother = await store.storage.write(lambda uow: uow.accounts.add(MOTHER, MONDAY))
        await store.storage.write(lambda uow: uow.patients.add(mother.id, Relationship.PARENT, CLAIM, MONDAY))
    return given


async def refusal_of(settings: Settings) -> str:
    """Try to start, and return the sentence for the operator."""
    try:
        async with open_store(settings):
            return ""
    except Exception as refusal:
        return sentence_for_operator(refusal) or type(refusal).__name__


async def test_start_with_a_missing_secret_key_is_refused(settings_of: SettingsOf) -> None:
    sentence = await refusal_of(settings_of(secret_keys=f"new:{NEW}"))
    assert "SECRET_KEYS" in sentence
    assert "«old»" in sentence


async def test_start_with_another_key_under_the_same_id_is_refused(settings_of: SettingsOf) -> None:
    sentence = await refusal_of(settings_of(secret_keys=f"old:{WRONG}"))
    assert "SECRET_KEYS" in sentence
    assert WRONG not in sentence


@pytest.mark.parametrize("keys", [f"old:{WRONG}", f"new:{NEW}"])
async def test_start_with_a_wrong_index_key_is_refused(keys: str, settings_of: SettingsOf) -> None:
    assert "INDEX_KEYS" in await refusal_of(settings_of(index_keys=keys))
