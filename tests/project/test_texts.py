"""``make texts`` prints every text of the code with its facts."""

from __future__ import annotations

from bot.core.i18n import LANGUAGES
from tests.texts import COUNTS, HOLE, spoken, texts_by_file


def test_every_text_is_printed_with_its_facts() -> None:
    """A placeholder without an example raises KeyError with its name."""
    printed = [
        (message, line)
        for _path, messages in texts_by_file()
        for message in messages
        for language in LANGUAGES
        for line in spoken(message, language)
    ]
    assert len(printed) > 1_500
    assert [message for message, line in printed if HOLE.search(line)] == []


def test_counted_text_is_printed_in_each_form() -> None:
    assert spoken(("{n} visit ahead", "{n} visits ahead"), "ru") == [
        "1 предстоящая запись",
        "2 предстоящие записи",
        "5 предстоящих записей",
        "21 предстоящая запись",
    ]
    assert len(spoken(("{n} visit ahead", "{n} visits ahead"), "en")) == len(COUNTS)
