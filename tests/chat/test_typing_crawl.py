"""A crawl that types at each screen: every text is answered visibly.

``TYPE_EVERYTHING=1 make test ARGS=tests/chat/test_typing_crawl.py`` types each label of each screen, in a minute.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.chat.actions import MARIA
from tests.chat.test_crawler import link, press, settle_in
from tests.stress.crawl_typing import TypingCrawl
from tests.stress.fuzz import ANNA, STRANGER
from tests.stress.in_process import InProcessChat, open_chat

EVERYTHING = "TYPE_EVERYTHING" in os.environ


@pytest.fixture
async def town(template: Path, tmp_path: Path) -> AsyncIterator[InProcessChat]:
    async with open_chat(template, tmp_path) as everything:
        yield everything


def typing(town: InProcessChat, person: int, screens: int) -> TypingCrawl:
    return TypingCrawl(town, person, labels=9, most=200) if EVERYTHING else TypingCrawl(town, person, 1, screens)


async def crawled(crawl: TypingCrawl) -> None:
    with capture_logs() as lines:
        await crawl.run()
    print(f"typing crawl screens={len(crawl.kinds)} texts={crawl.typed}")
    assert not crawl.wrong, "\n".join(crawl.wrong[:20])
    assert not [line for line in lines if line["log_level"] in {"error", "exception"}]
    assert crawl.town.refusals() == []


async def test_every_text_of_a_newcomer_is_answered(town: InProcessChat) -> None:
    await crawled(typing(town, STRANGER, screens=10))


async def test_every_text_of_a_mother_is_answered(town: InProcessChat) -> None:
    await settle_in(town, ANNA)
    await link(town, ANNA, MARIA)
    await town.say(ANNA, "/book")
    await press(town, ANNA, "Детская № 12", "Педиатр", "Петрова", "вт 24", ":", "Записаться")
    await crawled(typing(town, ANNA, screens=25))
