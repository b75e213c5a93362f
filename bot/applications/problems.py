"""What may be wrong with text that is typed into an application."""

from __future__ import annotations

from bot.core.errors import Problem


class ApplicationProblem(Problem):
    SAID = "APPLICATION_SAID"  # longest; the answer of a document is empty, or too long
