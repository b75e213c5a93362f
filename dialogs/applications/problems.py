"""Sentences for text and files that an application cannot use."""

from __future__ import annotations

from collections.abc import Mapping

from bot.applications.problems import ApplicationProblem, PaperProblem
from bot.core.errors import Problem
from bot.core.i18n import N_, gettext as _
from dialogs.kit.problems import Facts, problem_sentences

SENTENCES: Mapping[Problem, str] = {
    ApplicationProblem.SAID: N_("Write it in one short line, at most {longest} characters."),
    ApplicationProblem.NUMBER: N_(
        "The numbers of the policy and the SNILS are not needed here. Write only what is asked."
    ),
    PaperProblem.TOO_BIG: N_(
        "This file is too big: {limit} MB at most. Send the paper as an ordinary photo, not as a file: Telegram makes "
        "it smaller."
    ),
    PaperProblem.TOO_LARGE: N_(
        "This picture has too many points for me. Send it as an ordinary photo, not as a file: Telegram makes it "
        "smaller."
    ),
    PaperProblem.TOO_HARD: N_(
        "This file is too complicated: I could not open it in time. Send an ordinary photo of the paper."
    ),
    PaperProblem.UNREADABLE: N_("I cannot open files right now. Bring the paper to the reception, or send it later."),
    PaperProblem.KIND: N_(
        "Inside this is no PDF and no JPG, whatever the name of the file says. Send a PDF, a JPG or an ordinary photo."
    ),
    PaperProblem.HEIC: N_("I cannot open HEIC files. Send the picture as an ordinary photo, not as a file."),
    PaperProblem.BROKEN: N_("This file does not open: it is damaged or locked. Send another one."),
    PaperProblem.LOST: N_("The file has not reached me. Send it once more."),
    PaperProblem.PAGES: N_("This file has more than {limit} pages. Send only the pages with the paper."),
}


@problem_sentences(ApplicationProblem, PaperProblem)
def application_problem(problem: Problem, facts: Facts) -> str:
    return _(SENTENCES[problem]).format(**facts)
