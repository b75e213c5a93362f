"""Help: pages on the policy, the choice of a clinic and a doctor, referrals and the bot, open to everybody."""

from __future__ import annotations

import re

import pytest

from bot.core.i18n import gettext, speak
from dialogs.account.help_pages import PAGES
from dialogs.account.links import HelpTopic
from tests.chat.actions import choose, looks, say
from tests.chat.town import Town

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
MOST_LETTERS = 900
"""of a page: it is read on a phone without scrolling far"""


@pytest.mark.requirement("C1", "E13", "E26")
async def test_pages_are_read_before_any_consent_and_lead_back(town: Town) -> None:
    mother = town.mother
    await mother.start()
    first = await choose(mother, "Помощь")
    facts = {
        "Что даёт полис": ("Бесплатно", "14 рабочих дней", "24 часа", "страховую компанию"),
        "Как выбрать поликлинику": ("раз в год", "здесь, в боте", "два рабочих дня", "руководителя", "В 18 лет"),
        "Направление: нужно ли": ("педиатр, хирург, ЛОР", "невролог", "чужую поликлинику"),
        "Что делает и хранит бот": ("заявления", "зашифрованным", "•••• 0014", "код доступа", "удалить всё"),
    }
    assert len(facts) == len(HelpTopic) == len(PAGES)
    for label, words in facts.items():
        page = await choose(mother, label)
        for word in words:
            assert word in page.text, label
        assert len(page.text) <= MOST_LETTERS, label
        assert looks(await choose(mother, "Назад")) == looks(first)


async def test_page_is_found_by_its_words(town: Town) -> None:
    mother = town.mother
    await mother.start()
    await choose(mother, "Помощь")
    assert "Бесплатно" in (await say(mother, "что даёт полис")).text


def test_pages_speak_both_languages() -> None:
    """A catalogue without a page would show its English in a Russian chat."""
    for page in PAGES.values():
        for line in (page.label, page.heading, *(line for block in page.paragraphs for line in block)):
            with speak("ru"):
                assert gettext(line) != line
            with speak("en"):
                assert not CYRILLIC.search(gettext(line))
