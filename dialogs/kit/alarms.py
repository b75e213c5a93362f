"""The operator's messages about alarms."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.i18n import N_, gettext as _, speak
from bot.delivery.alarms import Alarm, Fact
from bot.delivery.operator_news import Describe
from bot.delivery.screen import Screen
from dialogs.kit.screen import lines, text

WORDS: Mapping[Alarm, str] = {
    Alarm.REGISTER_REFUSALS: N_(
        "The register refuses many more checks than usual: somebody may be guessing policies. Until it is over, new "
        "accounts wait in one line, a check every ten seconds; accounts whose card was confirmed a day ago do not."
    ),
    Alarm.JOB_FAILS: N_(
        "A job of the bot fails again and again, and what it does is not done. The log says where; the job is tried "
        "on, and people are served meanwhile."
    ),
    Alarm.CLINIC_SILENT: N_(
        "A clinic system does not answer. Its parents are told so at once, and it is asked again every few seconds; "
        "other systems are not affected. Bookings whose outcome is unknown are settled when it answers."
    ),
    Alarm.DESK_READING: N_(
        "A member of the staff reads many patients' names in an hour. More than 300 are not shown. The command "
        "<code>staff list</code> says who it is, <code>staff remove</code> dismisses."
    ),
    Alarm.ROWS_FAIL: N_(
        "Some rows cannot be read or handled: damaged data, or a key that is missing in SECRET_KEYS. Everything else "
        "is served; the person is told that a card cannot be read. Look into the log, run the command check, and "
        "restore the rows from a copy of the database."
    ),
    Alarm.INVARIANT_BROKEN: N_(
        "Rows of the database contradict one another: something was written that must not be. People are served. The "
        "log says which rows; tell the developers before you change anything."
    ),
    Alarm.STREAM_STOPPED: N_(
        "The log of the database grows: the stream of copies does not run, or cannot reach their place. People are "
        "served until the disk is full, but what they do is in no copy. Start the command <code>backup</code> again "
        "as a stream."
    ),
    Alarm.FILES_NOT_OPENED: N_(
        "The program that opens photos and prints PDF files does not start: there may be no memory left for it. "
        "People are asked to write the policy number instead."
    ),
}
"""what is wrong, and what the bot does about it; HTML"""


def describe_in(language: str) -> Describe:
    """Return the function that writes the messages in this language."""

    def describe(alarm: Alarm, facts: Mapping[str, Fact] | None) -> Screen:
        with speak(language):
            if facts is None:
                return Screen(text(_("✅ The alarm is over: <code>{alarm}</code>"), alarm=alarm.value))
            named = ", ".join(f"{name}={fact}" for name, fact in facts.items())
            title = text(_("⚠️ Alarm: <code>{alarm}</code>"), alarm=alarm.value)
            return Screen(lines(title, _(WORDS[alarm]), text("<code>{facts}</code>", facts=named) if named else ""))

    return describe
