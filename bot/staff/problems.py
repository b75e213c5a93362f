"""What may be wrong with text that is typed at the desk.

The comment beside a member names the facts that its sentence needs, then the case.
"""

from __future__ import annotations

from bot.core.errors import Problem


class DeskProblem(Problem):
    SEARCH = "DESK_SEARCH"  # neither a Ref nor three letters of a family name
    NO_TICKET = "DESK_NO_TICKET"  # no QR code is in the photo
    UNREADABLE = "DESK_UNREADABLE"  # the photo is too large, broken or no picture
    SEVERAL_TICKETS = "DESK_SEVERAL_TICKETS"  # more than one ticket is in the photo


class DigitsProblem(Problem):
    FORM = "DIGITS_FORM"  # not the last four characters of a policy


class MatterProblem(Problem):
    FORM = "MATTER_FORM"  # example; the text is no Ref
