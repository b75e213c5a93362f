"""What may be wrong with a file that should show a policy.

The comment beside a member names the facts that its sentence needs, then the case.
"""

from __future__ import annotations

from bot.errors import Problem


class FileProblem(Problem):
    """Why no policy can be read from a photo or a file."""

    TOO_BIG = "FILE_TOO_BIG"  # limit (megabytes)
    KIND = "FILE_KIND"  # by its content it is no JPEG, PNG or PDF
    BROKEN = "FILE_BROKEN"  # it does not open: damaged, locked or unreasonably large inside
    LOST = "FILE_LOST"  # Telegram did not deliver it
    CODE_NOT_FOUND = "CODE_NOT_FOUND"  # there is no readable policy code
    CODE_SEVERAL = "CODE_SEVERAL"  # there are codes of different policies
