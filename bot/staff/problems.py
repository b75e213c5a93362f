"""What may be wrong with text that is typed at the desk.

The comment beside a member names the facts that its sentence needs, then the case.
"""

from __future__ import annotations

from bot.core.errors import Problem


class DeskProblem(Problem):
    SEARCH = "DESK_SEARCH"  # neither a Ref nor three letters of a family name


class ScheduleProblem(Problem):
    HOURS = "SCHEDULE_HOURS"  # no hour, and no hours like 12:00-14:00
    ROOM = "SCHEDULE_ROOM"  # empty, or longer than a room is called
    MINUTES = "SCHEDULE_MINUTES"  # no number of minutes from 5 to 180
    DAY = "SCHEDULE_DAY"  # no day


class DigitsProblem(Problem):
    FORM = "DIGITS_FORM"  # not the last four characters of a policy


class MatterProblem(Problem):
    FORM = "MATTER_FORM"  # example; the text is no Ref
