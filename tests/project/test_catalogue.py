"""The catalogues have every text of the code with its placeholders and tags, in good style and within limits."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot.core.i18n import LANGUAGES, LOCALES, ngettext, speak
from dialogs.kit.screen import LONGEST_BESIDE_AN_ICON, copying
from tests.project_files import ROOT

FORMS = {"ru": 3, "en": 2}
LONGEST_BUTTON = 30
HALF_A_ROW = 24
LONGEST_ALERT = 200

TAG = re.compile(r"</?[a-z]+>")
HOLE = re.compile(r"\{\w+\}")
MARKERS = {"_": 1, "gettext": 1, "N_": 1, "ngettext": 2}
"""The functions that mark texts, with the number of their arguments that are texts."""

TYPICAL = {
    "ru": {
        "bot": "registratura_bot",
        "error": "7f3a90c1",
        "found": "Щ",
        "groups": "7796 · 1897 · 8401 · 0014",
        "specialty": "Гастроэнтеролог",
        "title": "данные ребёнка",
        "when": "чт 14 января 2027 года, 10:30 по Екатеринбургу",
        "word": "Константинова-Задунайская",
    },
    "en": {
        "bot": "registratura_bot",
        "error": "7f3a90c1",
        "found": "Q",
        "groups": "7796 · 1897 · 8401 · 0014",
        "specialty": "Гастроэнтеролог",
        "title": "the child's data",
        "when": "Thu 14 January 2027, 10:30 Yekaterinburg time",
        "word": "Константинова-Задунайская",
    },
}
SHORT_MOMENT = {"ru": "чт 26 ноя 10:30", "en": "Thu 26 Nov 10:30"}


# --- reading ----------------------------------------------------------------------------------------------------------


@cache
def catalogue(language: str) -> Catalog:
    with (LOCALES / language / "LC_MESSAGES" / "bot.po").open("rb") as text:
        return read_po(text, locale=language, abort_invalid=True)


@cache
def template() -> Catalog:
    with (LOCALES / "bot.pot").open("rb") as text:
        return read_po(text)


def messages(catalogue: Catalog) -> list[Message]:
    """Return the messages without the header."""
    return [message for message in catalogue if message.id]


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ("",))


def known(catalogue: Catalog) -> set[tuple[str | None, tuple[str, ...]]]:
    return {(message.context, forms(message.id)) for message in messages(catalogue)}


def texts(language: str) -> list[tuple[str, str]]:
    """Return pairs of a message and each of its translations; a missing English one is the message itself."""
    return [
        (forms(message.id)[-1], shown or forms(message.id)[-1])
        for message in messages(catalogue(language))
        for shown in forms(message.string)
        if shown or language == "en"
    ]


def russian() -> list[str]:
    """Return the Russian texts without tags and with a letter for each placeholder."""
    return [HOLE.sub("Х", TAG.sub("", shown)) for _message, shown in texts("ru")]


def sources() -> list[Path]:
    return sorted(path for folder in ("bot", "dialogs") for path in (ROOT / folder).rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            if called in names:
                yield node


def marked(tree: ast.AST) -> set[str]:
    """Return the texts marked for translation in a piece of code."""
    return {
        argument.value
        for call in calls(tree, *MARKERS)
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


def labels() -> set[str]:
    """Return the labels of buttons: the first argument of ``button``, or the texts assigned to that variable."""
    found = set[str]()
    for path in sources():
        functions = [
            node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        for function in functions:
            found |= {label for call in calls(function, "button") for label in label_texts(call.args[0], function)}
    return found


def labels_of_pairs() -> set[str]:
    """Return the labels of buttons that stand with others in a row that is written in the code."""
    found = set[str]()
    for path in sources():
        for row in (node for node in ast.walk(parsed(path)) if isinstance(node, ast.Tuple)):
            drawn = [each for each in row.elts if isinstance(each, ast.Call) and each in list(calls(each, "button"))]
            if len(drawn) > 1:
                found |= {text for call in drawn for text in marked(call.args[0])}
    return found


def label_texts(label: ast.expr, function: ast.AST) -> set[str]:
    if not isinstance(label, ast.Name):
        return marked(label)
    return {
        text
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and any(getattr(target, "id", "") == label.id for target in node.targets)
        for text in marked(node.value)
    }


def alerts() -> set[str]:
    """Return the texts that may be an alert: refusals, the apology and the alerts of actions."""
    files = [path for path in sources() if path.stem.partition("_")[0] in {"refusals", "problems"}]
    files += [ROOT / "bot/telegram" / name for name in ("failures.py", "middlewares.py")]
    found = {text for path in files for text in marked(parsed(path))}
    for path in sources():
        for call in calls(parsed(path), "answer"):
            found |= {text for argument in call.args for text in marked(argument)}
        for call in calls(parsed(path), "Reply"):
            found |= {text for argument in call.args[1:2] for text in marked(argument)}
            found |= {text for keyword in call.keywords if keyword.arg == "alert" for text in marked(keyword.value)}
    return found


def told_to_press(shown: str) -> list[str]:
    """Return the labels that a sentence tells the reader to press: «нажмите «Не мы»», "press “Not us”"."""
    return re.findall(r"(?:[Нн]ажмите|[Нн]ажать|[Кк]нопк[аеиу]|[Pp]ress) (?:на )?[«“]([^»”{]+)[»”]", shown)


def filled(shown: str, language: str, **instead: str) -> str:
    values = TYPICAL[language] | instead
    return TAG.sub("", HOLE.sub(lambda hole: values.get(hole[0][1:-1], "24"), shown))


def sentences(language: str, chosen: set[str]) -> list[str]:
    return [shown for message, shown in texts(language) if message in chosen]


def placeholders(text: str) -> list[str]:
    return sorted(name for _before, name, _format, _conversion in Formatter().parse(text) if name is not None)


# --- complete ---------------------------------------------------------------------------------------------------------


def test_template_has_exactly_the_texts_of_the_code() -> None:
    extracted = {
        (context, forms(text))
        for folder in ("bot", "dialogs")
        for _path, _line, text, _comments, context in extract_from_dir(ROOT / folder)
    }
    assert len(extracted) > 200
    assert known(template()) == extracted, "run: make messages"


def test_no_f_string_contains_a_text_to_translate() -> None:
    """Babel on Python 3.11 does not find it."""
    hidden = [
        f"{path.name}:{call.lineno}"
        for path in sources()
        for string in ast.walk(parsed(path))
        if isinstance(string, ast.JoinedStr)
        for call in calls(string, *MARKERS)
        if any(isinstance(argument, ast.Constant) for argument in call.args)
    ]
    assert hidden == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_has_exactly_the_texts_of_the_template(language: str) -> None:
    assert known(catalogue(language)) == known(template()), "run: make messages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_fuzzy_or_obsolete(language: str) -> None:
    assert [message.id for message in messages(catalogue(language)) if message.fuzzy] == []
    assert list(catalogue(language).obsolete) == []


def test_every_text_is_translated_into_russian() -> None:
    assert [message.id for message in messages(catalogue("ru")) if not all(forms(message.string))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_has_all_forms_of_the_language(language: str) -> None:
    counted = [message for message in messages(catalogue(language)) if message.pluralizable]
    assert counted
    for message in counted:
        assert len(forms(message.string)) == FORMS[language], message.id
        assert all(forms(message.string)), message.id


def test_only_literals_are_marked_for_translation() -> None:
    """A variable is translated only if its possible values are marked in the same module."""
    loose = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sources()
        for call in calls(parsed(path), *MARKERS)
        if isinstance(call.func, ast.Name)
        and not all(isinstance(argument, ast.Constant) for argument in call.args[: MARKERS[call.func.id]])
        and not any(True for _mark in calls(parsed(path), "N_"))
    ]
    assert loose == []


# --- placeholders and tags --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_translation_keeps_placeholders_and_tags(language: str) -> None:
    for message, shown in texts(language):
        assert placeholders(shown) == placeholders(message), message
        assert TAG.findall(shown) == TAG.findall(message), message
        assert shown == shown.strip(), message


def test_every_placeholder_has_a_name() -> None:
    """A translator must see what stands there, and may need another order."""
    nameless = [text for message in messages(template()) for text in forms(message.id) if "" in placeholders(text)]
    assert nameless == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_tag_is_closed(language: str) -> None:
    for message, shown in texts(language):
        assert re.fullmatch(r"([^<>&]|<(b|i|u|s|code)>[^<>&]+</\2>)*", shown), message


# --- style ------------------------------------------------------------------------------------------------------------


def test_russian_text_has_russian_quotes_dashes_and_spaces() -> None:
    for shown in russian():
        assert not re.search(r"[\"'“”„]|  | - |--|\.\.\.| [,.:;?!]", shown), shown
        assert shown.count("«") == shown.count("»"), shown


def test_russian_word_has_no_latin_letter() -> None:
    for message, shown in texts("ru"):
        bare = HOLE.sub(" ", TAG.sub(" ", shown))
        assert not re.search(r"[A-Za-z][А-Яа-яЁё]|[А-Яа-яЁё][A-Za-z]", bare), shown
        latin = set(re.findall(r"[A-Za-z]+", bare))
        foreign = {word for word in re.findall(r"[A-Za-z]+", message) if len(word) > 1} | {"ID"}
        assert latin <= foreign, shown


def test_only_the_greeting_has_an_exclamation_mark() -> None:
    assert [shown for message, shown in texts("ru") if "!" in shown and not message.startswith("Hello!")] == []


def test_yo_is_written_with_its_own_letter() -> None:
    without = re.compile(
        r"\b(еще|ее|нее|мое|свое|чье|ребен(ок|к)\w*|прием\w*|учетн\w*|придет\w*|идет|найдем|"
        r"трех|четырех|начнем|займет|истек|отзовете|подтвержден|отменен|перенесен|вернете\w*|зайдете|придете)\b",
        re.IGNORECASE,
    )
    assert [shown for shown in russian() if without.search(shown)] == []


def test_texts_have_no_officialese() -> None:
    officialese = re.compile(
        r"осуществ|произвест|произвед|посредств|надлежащ|вышеуказ|является|необходимо|во избежание"
    )
    # These words are those of a document on purpose.
    mark = "не является полисом"
    assert [shown for shown in russian() if officialese.search(shown.lower().replace(mark, ""))] == []


@pytest.mark.parametrize(
    ("count", "ahead", "late"),
    [
        (1, "1 предстоящая запись", "меньше 1 часа."),
        (2, "2 предстоящие записи", "меньше 2 часов."),
        (5, "5 предстоящих записей", "меньше 5 часов."),
        (11, "11 предстоящих записей", "меньше 11 часов."),
        (21, "21 предстоящая запись", "меньше 21 часа."),
        (24, "24 предстоящие записи", "меньше 24 часов."),
    ],
)
def test_russian_plurals_have_the_right_case(count: int, ahead: str, late: str) -> None:
    with speak("ru"):
        assert ngettext("{n} visit ahead", "{n} visits ahead", count).format(n=count) == ahead
        hours = ngettext(
            "Less than {n} hour is left: you can cancel, but it will count as late.",
            "Less than {n} hours are left: you can cancel, but it will count as late.",
            count,
        )
    assert late in hours.format(n=count)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentence_names_a_button_by_its_label(language: str) -> None:
    """A label may go on: «Старый полис» for «Старый полис: серия и номер»."""
    shown = sentences(language, labels() | {"Share my number"})
    named = [label for _message, sentence in texts(language) for label in told_to_press(sentence)]
    assert len(named) > 5
    assert [label for label in named if not any(each.startswith(label) for each in shown)] == []


# --- length -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_fits_a_phone(language: str) -> None:
    shown = sentences(language, labels())
    assert len(shown) > 50
    assert [
        label for label in shown if len(filled(label, language, when=SHORT_MOMENT[language])) > LONGEST_BUTTON
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_buttons_of_one_row_fit_beside_each_other(language: str) -> None:
    """Telegram shows one line and cuts the rest."""
    shown = sentences(language, labels_of_pairs())
    assert len(shown) > 50
    assert [label for label in shown if len(filled(label, language, when=SHORT_MOMENT[language])) > HALF_A_ROW] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_copying_buttons_of_one_row_leave_room_for_their_icon(language: str) -> None:
    with speak(language):
        rows = copying("A7KM-9X", "+7 000 000-00-00", "Садовая, 5")
    assert len(rows) == 2
    beside = [button.text for row in rows if len(row) > 1 for button in row]
    assert [label for label in beside if len(label) > LONGEST_BESIDE_AN_ICON] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_fits_an_alert(language: str) -> None:
    shown = sentences(language, alerts())
    assert len(shown) > 40
    assert [line for line in shown if len(filled(line, language)) > LONGEST_ALERT] == []
