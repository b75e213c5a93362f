"""Read typed words at a screen: which buttons they may mean there, and the sentence if it is not certain."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from html import escape

from aiogram.filters.callback_data import CallbackData

from bot.core.i18n import gettext as _
from bot.core.matching import Choice, Match, is_thanks, match, match_named, match_whole, unmet_wish, words_of
from bot.core.meant_days import Unmet
from bot.core.people import Operator
from bot.core.refs import read_ref
from bot.core.synonyms import MENU_WORDS, NAMES_SOMEBODY, TO_DOCTOR, WITHOUT_MEANING
from bot.core.timing import MOSCOW, local_day
from bot.core.typed_times import PartOfDay
from bot.delivery.screen import Colour, Screen
from dialogs.account.links import ChooseLanguage, Help, Home
from dialogs.applications.links import ClinicForPatient, DocumentsForWhom, MyApplications
from dialogs.appointments.links import AppointmentList
from dialogs.booking.links import (
    ChooseClinic,
    ChoosePatient,
    ClinicsFound,
    Days,
    Doctors,
    FindClinic,
    OtherTime,
    Review,
    Specialties,
    Times,
)
from dialogs.kit.flow import Visitor
from dialogs.kit.link import Action, Link, Page
from dialogs.kit.newest import Shown
from dialogs.kit.screen import text
from dialogs.patients.links import PatientList
from dialogs.privacy.links import MyData

ON_THE_WAY_TO_A_TIME = (ChoosePatient, ChooseClinic, ClinicsFound, Specialties, Doctors, Days, Times, Review)
"""the screens on which people write the day or the time that they wish"""

ParseButton = Callable[[str], CallbackData | None]

DIGITS_OF_A_NUMBER = 9
"""A text with so many digits may be a personal number."""

_LONG_NUMBER = re.compile(rf"\d(?:[\s-]*\d){{{DIGITS_OF_A_NUMBER - 1},}}")

MOST_PAGES_READ = 4
"""pages of a list that are searched for a typed text"""

MOST_NAMED = 3
"""labels in the question which button is meant"""

MOST_TIMES_NAMED = 8
"""times in the sentence about a part of the day"""

MANY_MISSES = 3
"""texts in a row that were not accepted: from then on each refusal says whom to ask"""

MENU: dict[str, Link] = {
    "home": Home(),
    "book": ChoosePatient(),
    "visits": AppointmentList(),
    "children": PatientList(),
    "data": MyData(),
    "language": ChooseLanguage(),
    "documents": DocumentsForWhom(),
    "applications": MyApplications(),
    "enrollment": ClinicForPatient(),
    "clinics": FindClinic(),
    "help": Help(),
}

MENU_AT_PROMPTS = ("home", "book", "visits", "language", "help")
"""what also opens where a prompt has refused the words: «полис» and «данные» may be meant for the prompt"""


def digits_in(typed: str) -> int:
    return sum(character.isdigit() for character in typed)


def has_personal_number(typed: str) -> bool:
    """Return whether a text may contain a policy number, a SNILS or a telephone, which must not stay in the chat."""
    return digits_in(typed) >= DIGITS_OF_A_NUMBER


def number_in(caption: str | None) -> str:
    """Return the first long number in a caption, as typed, or "" if there is none."""
    found = _LONG_NUMBER.search(caption or "")
    return found[0] if found else ""


# --- which button -----------------------------------------------------------------------------------------------------


def choices_of(screen: Screen, parse: ParseButton, *, is_newest: bool) -> list[Choice]:
    """Return the buttons of a screen for the matcher; red ones only if no other screen stands below it."""
    found: list[Choice] = []
    for button in (button for row in screen.rows for button in row):
        link = parse(button.data)
        is_red = isinstance(link, Action) and link.colour is Colour.RED
        if link is not None and (is_newest or not is_red):
            is_main = isinstance(link, Action) and link.is_main
            leads_out = _leads_out(button.text, link)
            found.append(Choice(button.text, button.data, is_red, leads_out, _day_of(link), is_main, button.up))
    return found


def _leads_out(label: str, link: CallbackData) -> bool:
    return isinstance(link, Home) or label == _("Back")


def _day_of(link: CallbackData) -> date | None:
    day = getattr(link, "day", None)
    return day if type(day) is date else None


def whole_label(shown: Shown | None, typed: str, parse: ParseButton) -> Match:
    """Return the buttons of the screen whose whole label was typed."""
    if shown is None:
        return Match()
    return match_whole(typed, choices_of(shown.screen, parse, is_newest=shown.is_newest))


def any_words(shown: Shown | None, typed: str, parse: ParseButton, visitor: Visitor) -> Match:
    """Return the buttons of the screen that the words may mean."""
    if shown is None:
        return Match()
    today = local_day(visitor.now, MOSCOW)
    return match(typed, choices_of(shown.screen, parse, is_newest=shown.is_newest), today)


def named_button(screen: Screen, typed: str, parse: ParseButton, visitor: Visitor) -> Choice | None:
    """Return the button that the words name on a screen that is not shown now, None if it is not certain."""
    today = local_day(visitor.now, MOSCOW)
    return match_named(typed, choices_of(screen, parse, is_newest=False), today).pressed


def button_instead(shown: Shown | None, prompt: CallbackData, typed: str, parse: ParseButton, visitor: Visitor) -> str:
    """Return the data of the button that was meant by an answer that a prompt has refused, "" if none was.

    An answer with digits is a number with a slip.
    """
    if shown is None or shown.at != prompt or any(character.isdigit() for character in typed):
        return ""
    pressed = any_words(shown, typed, parse, visitor).pressed
    return pressed.data if pressed is not None else ""


def menu_link(typed: str, among: Collection[str] = MENU.keys()) -> Link | None:
    """Return the screen that a text such as «мои записи» opens from anywhere, or None."""
    words = words_of(typed)
    if "book" in among and TO_DOCTOR.intersection(words) and WITHOUT_MEANING.issuperset(words):
        return MENU["book"]
    said = {" ".join(words), " ".join(word for word in words if word not in WITHOUT_MEANING)}
    return next((MENU[name] for name in among if not said.isdisjoint(MENU_WORDS[name])), None)


def means_elsewhere(typed: str, among: Collection[str] = MENU.keys()) -> bool:
    """Return whether a text is a number of the bot's own, thanks, or the name of a screen of the menu."""
    return read_ref(typed) is not None or is_thanks(typed) or menu_link(typed, among) is not None


def way_up(shown: Shown | None, parse: ParseButton) -> Link | None:
    """Return the link of the screen one step above the shown one, None if it has no such button."""
    rows = () if shown is None else shown.screen.rows
    links = (parse(button.data) for row in rows for button in row if button.up)
    return next((link for link in links if isinstance(link, Link)), None)


def other_pages(shown: Shown, parse: ParseButton) -> list[Link]:
    """Return the pages of a list that are beside the shown one, the next ones first; none if it has one page."""
    at = shown.at
    links = (parse(button.data) for row in shown.screen.rows for button in row)
    turned = {
        link.page for link in links if isinstance(link, Link) and type(link) is type(at) and hasattr(link, "page")
    }
    here = getattr(at, "page", 0)
    if not isinstance(at, Link) or turned <= {here}:
        return []
    ahead = range(here + 1, here + 1 + MOST_PAGES_READ) if max(turned) > here else range(0)
    return [at.model_copy(update={"page": Page(page)}) for page in (*ahead, *range(min(here, MOST_PAGES_READ)))]


# --- sentences: HTML --------------------------------------------------------------------------------------------------


def emergency_line() -> str:
    return _("<b>If the child is unwell, call 103 or 112.</b>")


def not_certain_line(found: Match) -> str:
    """Return the question which button is meant."""
    if found.part is not None:
        return part_of_day_line(found, found.part)
    if found.needs_whole_label:
        return text(_("To do this, press the button or write it whole: “{label}”."), label=found.choices[0].label)
    labels = ", ".join(f"«{choice.label}»" for choice in found.choices[:MOST_NAMED])
    return text(_("Which button do you mean: {labels}? Press it, please:"), labels=labels)


def part_of_day_line(found: Match, part: PartOfDay) -> str:
    """Return which of the shown times are in a part of the day; that there is none, or that a day is chosen first."""
    if found.unmet is Unmet.DAY_FIRST:
        return _("First choose a day, then a time on it:")
    if not found.choices:
        return {
            PartOfDay.MORNING: _("No free time is shown here for the morning. Choose another time:"),
            PartOfDay.AFTERNOON: _("No free time is shown here for the afternoon. Choose another time:"),
            PartOfDay.AFTER_LUNCH: _("No free time is shown here after lunch. Choose another time:"),
            PartOfDay.EVENING: _("No free time is shown here for the evening. Choose another time:"),
        }[part]
    offered = {
        PartOfDay.MORNING: _("In the morning there is: {times}. Press a time:"),
        PartOfDay.AFTERNOON: _("In the afternoon there is: {times}. Press a time:"),
        PartOfDay.AFTER_LUNCH: _("After lunch there is: {times}. Press a time:"),
        PartOfDay.EVENING: _("In the evening there is: {times}. Press a time:"),
    }[part]
    named = [choice.label.partition(" ·")[0] for choice in found.choices[:MOST_TIMES_NAMED]]
    return text(offered, times=", ".join(named) + ("…" if len(found.choices) > len(named) else ""))


def unmet_line(shown: Shown | None, typed: str, parse: ParseButton, visitor: Visitor) -> str:
    """Return the sentence for a day or a time that no button has, "" where neither is ever chosen."""
    if shown is None or not isinstance(shown.at, ON_THE_WAY_TO_A_TIME):
        return ""
    links = {button.text: parse(button.data) for row in shown.screen.rows for button in row}
    unmet = unmet_wish(typed, choices_of(shown.screen, parse, is_newest=False), local_day(visitor.now, MOSCOW))
    other = next((label for label, link in links.items() if isinstance(link, OtherTime)), None)
    if unmet is not None and other is not None:
        return text(_("A time is chosen already. For another one press “{label}”:"), label=other)
    if unmet is None:
        return ""
    if unmet is Unmet.NO_SUCH_DAY and isinstance(shown.at, Times):
        return _("First choose a day: press “Another day”.")
    return {
        Unmet.DAY_FIRST: _("First choose a day, then a time on it:"),
        Unmet.NO_SUCH_DAY: _("There is no free time on that day. Choose another day:"),
        Unmet.NO_SUCH_TIME: _("There is no free time then. Choose another time:"),
        Unmet.CHOSEN_LATER: _("The day and the time come later. First answer this:"),
    }[unmet]


def not_understood_line(typed: str, misses: int, operator: Operator) -> str:
    """Return the sentence for words that fit no button; ``misses`` counts them, from 1.

    Such words may tell of an emergency in a way that the bot does not know; somebody's name does not.
    """
    if misses == 1:
        line = _("I did not understand. Press a button or write what is on it:")
    elif operator.phone:
        again = _("I still do not understand ({n} times in a row). Press a button or call {phone}:")
        line = text(again, n=misses, phone=operator.phone)
    else:
        line = text(_("I still do not understand ({n} times in a row). Press a button:"), n=misses)
    is_name = NAMES_SOMEBODY.fullmatch(" ".join(words_of(typed))) is not None
    return line if is_name else f"{emergency_line()} {line}"


def try_line(misses: int) -> str:
    return text(_("⚠️ Try {n}."), n=misses)


def refused_line(sentence: str, misses: int, operator: Operator) -> str:
    """Return the line for a refused answer: its number from the second on, and whom to ask from the third on."""
    shown = escape(sentence, quote=False)
    if misses == 1:
        return f"⚠️ {shown}"
    line = f"{try_line(misses)} {shown}"
    if misses < MANY_MISSES:
        return line
    if operator.phone:
        return line + "\n" + text(_("If it does not work, call: {phone}"), phone=operator.phone)
    return line + "\n" + _("If it does not work: /help")


def said_line(alert: str) -> str:
    """Return the line for what an alert would say; a personal number stays in alerts only."""
    if has_personal_number(alert):
        return _("I show numbers only when the button is pressed.")
    return escape(alert, quote=False)
