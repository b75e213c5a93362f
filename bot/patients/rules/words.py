"""Words typed where a question has buttons: yes and no, a girl and a boy, in Russian and English."""

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
    """None for what is neither."""
    words = _words(typed)
    if words[:1] == ["не"]:
        return False if len(words) > 1 and words[1] in _YES else None
    said = {True for word in words if word in _YES} | {False for word in words if word in _NO}
    return said.pop() if len(said) == 1 and len(words) <= 2 else None


def sex_said(typed: str) -> Sex | None:
    """None for what names neither or both."""
    said = {_SEXES[word] for word in _words(typed) if word in _SEXES}
    return said.pop() if len(said) == 1 else None


def _words(typed: str) -> list[str]:
    return _WORD.findall(typed.casefold())
