"""Sentences and ways out for refusals of the privacy slice."""

from __future__ import annotations

from datetime import datetime

from bot.core.i18n import MOSCOW, gettext as _, ngettext, spoken_moment
from bot.privacy.errors import GuessesSpent, WrongOldCode
from dialogs.kit.refusals import Explanation, refusal
from dialogs.privacy.links import TakeoverPapers


@refusal(WrongOldCode)
def wrong_old_code(refusal: WrongOldCode, now: datetime) -> Explanation:
    left = refusal.tries_left
    sentence = ngettext(
        "The code does not fit, or that account has none. {n} try is left.",
        "The code does not fit, or that account has none. {n} tries are left.",
        left,
    )
    return Explanation(sentence.format(n=left))


@refusal(GuessesSpent)
def guesses_spent(refusal: GuessesSpent, now: datetime) -> Explanation:
    sentence = _("There were too many wrong codes. Next try: {when}. Papers can be shown at any time.")
    return Explanation(
        sentence.format(when=spoken_moment(refusal.until, MOSCOW, now)), TakeoverPapers(takeover=refusal.takeover)
    )
