"""Every refusal has a sentence and a way out, found by its class."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.account.problems import CodeProblem
from bot.core.errors import InvalidInput, NotYours, RuleError
from bot.glossary import PatientId
from bot.patients.errors import NotOwner, TooManyPatients
from dialogs.account.links import Home
from dialogs.kit.problems import problem_sentences
from dialogs.kit.refusals import Explanation, explain, explained_as, refusal
from dialogs.patients.links import ChooseWay, PatientCard

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def subclasses(kind: type[RuleError]) -> Iterator[type[RuleError]]:
    for subclass in kind.__subclasses__():
        # Tests define classes of their own.
        if subclass.__module__.partition(".")[0] in {"bot", "dialogs", "storage"}:
            yield subclass
        yield from subclasses(subclass)


def test_every_rule_error_has_a_sentence() -> None:
    kinds = list(subclasses(RuleError))
    assert len(kinds) > 30
    missing = [kind.__name__ for kind in kinds if explained_as(kind) is RuleError]
    assert missing == [], "add a sentence to dialogs/<slice>/refusals.py"


def test_refusal_names_sentence_and_way_out() -> None:
    assert explain(NotYours(), NOW).way_out == Home()
    answer = explain(NotOwner(PatientId(5)), NOW)
    assert answer.sentence.startswith("Это может только владелец карточки")
    assert answer.way_out == PatientCard(patient=5)


def test_refusal_at_the_limit_of_cards_leads_to_the_screen_with_a_phone() -> None:
    """A policy that was found before the limit was reached is refused when it is taken or checked."""
    assert explain(TooManyPatients(5), NOW).way_out == ChooseWay()


def test_subclass_without_explanation_uses_that_of_its_base() -> None:
    class NotThisOwner(NotOwner):
        pass

    assert explain(NotThisOwner(PatientId(5)), NOW) == explain(NotOwner(PatientId(5)), NOW)


def test_unknown_refusal_gets_general_sentence() -> None:
    class Unexplained(RuleError):
        pass

    assert explain(Unexplained(), NOW) == explain(RuleError(), NOW)
    assert explain(RuleError(), NOW).way_out is None


def test_invalid_input_stays_at_its_prompt() -> None:
    answer = explain(InvalidInput(CodeProblem.DIFFERS), NOW)
    assert answer.way_out is None
    assert answer.sentence


def test_second_explanation_of_one_class_is_an_error() -> None:
    with pytest.raises(ValueError, match="NotYours"):
        refusal(NotYours)(lambda refusal, now: Explanation(""))
    with pytest.raises(ValueError, match="CodeProblem"):
        problem_sentences(CodeProblem)(lambda problem, facts: "")
