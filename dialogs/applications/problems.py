"""Sentences for text that is typed into an application and cannot be used."""

from __future__ import annotations

from collections.abc import Mapping

from bot.applications.problems import ApplicationProblem
from bot.core.errors import Problem
from bot.core.i18n import N_, gettext as _
from dialogs.kit.problems import Facts, problem_sentences

SENTENCES: Mapping[Problem, str] = {
    ApplicationProblem.SAID: N_("Write it in one short line, at most {longest} characters."),
}


@problem_sentences(ApplicationProblem)
def application_problem(problem: Problem, facts: Facts) -> str:
    return _(SENTENCES[problem]).format(**facts)
