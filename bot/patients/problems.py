"""What may be wrong with text or a file about a patient.

The comment beside a member names the facts that its sentence needs, then the case.
"""

from __future__ import annotations

from bot.core.errors import Problem


class FileProblem(Problem):
    """Why no policy can be read from a photo or a file."""

    TOO_BIG = "FILE_TOO_BIG"  # limit (megabytes)
    TOO_LARGE = "FILE_TOO_LARGE"  # the picture has too many points
    TOO_HARD = "FILE_TOO_HARD"  # opening it takes too much time or memory
    UNREADABLE = "FILE_UNREADABLE"  # no file can be opened now
    KIND = "FILE_KIND"  # by its content it is no JPEG, PNG or PDF
    HEIC = "FILE_HEIC"  # the format of photos of an iPhone
    BROKEN = "FILE_BROKEN"  # it does not open: damaged or locked
    LOST = "FILE_LOST"  # Telegram did not deliver it
    CODE_NOT_FOUND = "CODE_NOT_FOUND"  # there is no readable policy code
    CODE_NOT_IN_FILE = "CODE_NOT_IN_FILE"  # the same for a file without compression
    SCREENSHOT = "CODE_NOT_IN_SCREENSHOT"  # there is none in the picture of a screen
    PAGES = "CODE_NOT_IN_PAGES"  # limit (pages that are looked at); the file has more
    CODE_SEVERAL = "CODE_SEVERAL"  # there are codes of different policies


class PolicyProblem(Problem):
    """What may be wrong with a policy number, as ``rules.policy_number`` and ``rules.corrections`` raise it."""

    EMPTY = "POLICY_EMPTY"
    CHARACTERS = "POLICY_CHARACTERS"  # at (place, from 1), found, hint (the digit that looks like it, or "")
    LENGTH = "POLICY_LENGTH"  # length, groups (the digits by fours; by threes where nine may be meant)
    ELEVEN = "POLICY_ELEVEN"  # 11 digits: a SNILS or the number of the form
    OLD_FORM = "POLICY_OLD_FORM"  # 13 digits, or two letters and six to ten digits
    AND_WORDS = "POLICY_AND_WORDS"  # 16 digits with letters after them
    CHECK_DIGIT = "POLICY_CHECK_DIGIT"  # groups
    REGION = "POLICY_REGION"  # groups; regions are 01 to 99
    DATE = "POLICY_DATE"  # groups; the number encodes no date of birth
    ADULT = "POLICY_ADULT"
    OF_ANOTHER = "POLICY_OF_ANOTHER"  # the number encodes another date of birth or sex than this patient's
    ON_OTHER_CARD = "POLICY_ON_OTHER_CARD"  # another card of this account has the number


class OldPolicyProblem(Problem):
    """What may be wrong with the series and number of a policy from before 2011."""

    EMPTY = "OLD_POLICY_EMPTY"
    PARTS = "OLD_POLICY_PARTS"  # the series or the number is missing, or the border between them is not visible
    SERIES = "OLD_POLICY_SERIES"  # found
    NUMBER = "OLD_POLICY_NUMBER"  # at, found, hint
    NEW = "OLD_POLICY_NEW"  # 16 digits: the number of a new policy


class SnilsProblem(Problem):
    """What may be wrong with a SNILS."""

    EMPTY = "SNILS_EMPTY"
    CHARACTERS = "SNILS_CHARACTERS"  # at, found, hint
    LENGTH = "SNILS_LENGTH"  # length, groups (the digits by threes)
    SAME = "SNILS_SAME"  # the same digit eleven times
    CHECK = "SNILS_CHECK"  # groups


class CertificateProblem(Problem):
    """What may be wrong with the series and number of a birth certificate."""

    FORM = "CERTIFICATE_FORM"  # the numeral, the letters or the number is missing
    ROMAN = "CERTIFICATE_ROMAN"  # found, hint (the numeral that may be meant, or "")
    LETTERS = "CERTIFICATE_LETTERS"  # found
    CHARACTERS = "CERTIFICATE_CHARACTERS"  # at (place in the number), found, hint
    NUMBER = "CERTIFICATE_NUMBER"  # found, length


class DateProblem(Problem):
    """What may be wrong with a date; ``found`` is the date."""

    FORM = "DATE_FORM"  # found
    NO_DAY = "DATE_NO_DAY"  # found; the calendar has no such day
    EITHER_ORDER = "DATE_EITHER_ORDER"  # found; with slashes the month may stand first
    SWAPPED = "DATE_SWAPPED"  # found, hint (the date with day and month exchanged)
    EARLY = "DATE_EARLY"  # found, earliest (a year)
    BIRTH_FUTURE = "BIRTH_FUTURE"  # found
    BIRTH_ADULT = "BIRTH_ADULT"  # found
    ISSUED_FUTURE = "ISSUED_FUTURE"  # found
    ISSUED_EARLY = "ISSUED_EARLY"  # found, born; the policy would be older than its holder
    VALID_OVER = "VALID_OVER"  # found


class AddressProblem(Problem):
    """What may be wrong with a postal address."""

    EMPTY = "ADDRESS_EMPTY"
    LETTERS = "ADDRESS_LETTERS"  # found; there is no place name in Russian letters
    HOUSE = "ADDRESS_HOUSE"  # there is no house number
    INDEX = "ADDRESS_INDEX"  # found, length
    LENGTH = "ADDRESS_LENGTH"  # limit


class NameProblem(Problem):
    """What may be wrong with a name or a part of it."""

    PARTS = "NAME_PARTS"  # found, expected (numbers of parts)
    CHARACTERS = "NAME_CHARACTERS"  # at, found, word
    MIXED_ALPHABETS = "NAME_MIXED_ALPHABETS"  # at, found, word
    LENGTH = "NAME_LENGTH"  # word, limit
    FORM = "NAME_FORM"  # word; it begins or ends with a hyphen, or the like
    NO_WORD = "NAME_NO_WORD"  # word («нет» or «-», typed instead of the button)
    PATRONYMIC_SEX = "NAME_PATRONYMIC_SEX"  # word; its ending does not fit the sex in the policy number


class AnswerProblem(Problem):
    """Typed text does not answer a question that has buttons."""

    YES_OR_NO = "YES_OR_NO"
    GIRL_OR_BOY = "GIRL_OR_BOY"
