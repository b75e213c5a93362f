"""Problems of a typed contact or access code.

The comment beside a member names the facts that its sentence needs, then the case.
"""

from __future__ import annotations

from bot.core.errors import Problem


class PhoneProblem(Problem):
    EMPTY = "PHONE_EMPTY"
    CHARACTERS = "PHONE_CHARACTERS"  # at, found, hint
    LENGTH = "PHONE_LENGTH"  # length
    FOREIGN = "PHONE_FOREIGN"
    KAZAKHSTAN = "PHONE_KAZAKHSTAN"  # +7 belongs to Kazakhstan too
    FREE = "PHONE_FREE"  # 8 800
    LANDLINE = "PHONE_LANDLINE"
    TYPED = "PHONE_TYPED"  # only a shared contact proves that the number is one's own
    NOT_YOURS = "PHONE_NOT_YOURS"  # another person's contact was shared


class EmailProblem(Problem):
    EMPTY = "EMAIL_EMPTY"
    SPACE = "EMAIL_SPACE"
    AT = "EMAIL_AT"  # found; there is not exactly one @
    CHARACTERS = "EMAIL_CHARACTERS"  # at, found, hint (the Latin letter that looks like it, or "")
    NAME = "EMAIL_NAME"  # found (the part before @)
    DOMAIN = "EMAIL_DOMAIN"  # found (the part after @)
    LENGTH = "EMAIL_LENGTH"  # limit


class CodeProblem(Problem):
    FORM = "PIN_FORM"  # shortest, longest
    NEW_FORM = "PIN_NEW_FORM"  # length
    TRIVIAL = "PIN_TRIVIAL"  # what is tried first: a row, a repetition, a date
    DIFFERS = "PIN_DIFFERS"
