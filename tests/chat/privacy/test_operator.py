"""The operator finds a person by anything that the person can tell, and does what the consent promises."""

from __future__ import annotations

import pytest

from tests.chat.actions import MARIA, book, choose, ref_of, say, settle_in
from tests.chat.operator_tool import person
from tests.chat.town import Town

pytestmark = pytest.mark.xfail(strict=True, reason="the operator has no command for what the consent promises")


@pytest.fixture(autouse=True)
def logs_of_the_tests_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.__main__.configure_logs", lambda level, as_json: None)


async def test_person_is_found_by_the_number_of_a_visit(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    number = ref_of(await book(town.mother))
    told = await person(town, "find", "--show", typed=number)
    assert told.code == 0, told.err
    assert str(town.mother.id) in told.out


async def test_number_of_an_erasure_is_found(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await say(town.mother, "/data")
    number = ref_of(await choose(town.mother, "Удалить всё", "Да, удалить"))
    told = await person(town, "find", typed=number)
    assert told.code == 0, told.err
    assert "erased" in told.out
