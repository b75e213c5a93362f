"""Read words typed at a question with buttons: yes or no, a girl or a boy, in Russian and English."""

from __future__ import annotations

import re

from bot.core.people import Sex

_WORD = re.compile(r"[^\W\d_]+")
_YES = frozenset({"да", "ага", "угу", "верно", "правильно", "ок", "окей", "yes", "ok", "right"})
_NO = frozenset({"нет", "неверно", "неправильно", "no", "wrong"})
_SEXES = {
    **dict.fromkeys(("девочка", "девочку", "дочка", "дочь", "женский", "ж", "girl", "female", "f"), Sex.FEMALE),
    **dict.fromkeys(("мальчик", "мальчика", "сын", "сынок", "мужской", "м", "boy", "male", "m"), Sex.MALE),
}


def yes_or_no(typed: str) -> bool | None:
    """Return None for a text that is neither."""
    words = _words(typed)
    if words[:1] == ["не"]:
        return False if len(words) > 1 and words[1] in _YES else None
    found = {True for word in words if word in _YES} | {False for word in words if word in _NO}
    return found.pop() if len(found) == 1 and len(words) <= 2 else None


def parse_sex(typed: str) -> Sex | None:
    """Return None for a text that names neither or both."""
    found = {_SEXES[word] for word in _words(typed) if word in _SEXES}
    return found.pop() if len(found) == 1 else None


def _words(typed: str) -> list[str]:
    return _WORD.findall(typed.casefold())
