"""What may be wrong with text that is typed into an application, and with the file of a paper that goes with it.

The comment beside a member names the facts that its sentence needs, then the case.
"""

from __future__ import annotations

from bot.core.errors import Problem


class ApplicationProblem(Problem):
    SAID = "APPLICATION_SAID"  # longest; the answer of a document is empty, or too long
    NUMBER = "APPLICATION_NUMBER"  # the answer of a document has the number of a policy or a SNILS


class PaperProblem(Problem):
    """Why a file is not taken as a paper."""

    TOO_BIG = "PAPER_TOO_BIG"  # limit (megabytes)
    TOO_LARGE = "PAPER_TOO_LARGE"  # the picture has too many points
    TOO_HARD = "PAPER_TOO_HARD"  # opening it takes too much time or memory
    UNREADABLE = "PAPER_UNREADABLE"  # no file can be opened now
    KIND = "PAPER_KIND"  # by its content it is no JPEG or PDF, whatever its name says
    HEIC = "PAPER_HEIC"  # the format of photos of an iPhone
    BROKEN = "PAPER_BROKEN"  # it does not open: damaged or locked
    LOST = "PAPER_LOST"  # Telegram did not deliver it
    PAGES = "PAPER_PAGES"  # limit (pages); the file has more
