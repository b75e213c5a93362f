"""Answer typed words: press the button they mean, ask which one is meant, or repeat the screen under a sentence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from aiogram.filters.callback_data import CallbackData
from aiogram.types import Message

from bot.core.errors import RuleError
from bot.core.i18n import clock_time, gettext as _
from bot.core.matching import Match, is_emergency, is_thanks, names_specialist
from bot.core.refs import read_ref
from bot.core.timing import MOSCOW
from bot.delivery.screen import Screen
from bot.telegram.direct import request, text_sent
from dialogs.account.links import EnterCode, Home
from dialogs.applications.links import ApplicationPage, PolicyRequestPage
from dialogs.appointments.links import AppointmentDetails
from dialogs.kit.access_code import code_prompt
from dialogs.kit.flow import ReadLine, ReadRef, Reply, Visitor
from dialogs.kit.link import Link, opens_below
from dialogs.kit.newest import Shown
from dialogs.kit.render import Turn, delete_answer, show_reply
from dialogs.kit.screen import text, unbroken, ways_out
from dialogs.kit.staying import leave_lasting_row, stays
from dialogs.kit.typed import (
    MENU,
    ParseButton,
    any_words,
    emergency_line,
    means_elsewhere,
    menu_link,
    named_button,
    not_certain_line,
    not_understood_line,
    other_pages,
    said_line,
    try_line,
    unmet_line,
    way_up,
)

Resolve = Callable[[Visitor, CallbackData], Awaitable[tuple[Reply, CallbackData]]]
"""Returns the reply to a press, whose ``then`` is a screen, and the link of that screen."""


class Words:
    """Answer the texts that are no answer to a prompt."""

    def __init__(
        self, resolve: Resolve, parse: ParseButton, lines: Mapping[str, ReadLine[Any]], refs: Sequence[ReadRef]
    ) -> None:
        self._resolve, self._parse, self._lines, self._refs = resolve, parse, lines, refs

    async def on_line(self, message: Message, turn: Turn) -> bool:
        """Open what a line means on a screen that reads lines; return False if it is none, or means a button."""
        visitor, typed = turn.visitor, message.text or ""
        if not typed or typed.startswith("/") or is_emergency(typed):
            return False
        await self.recall(visitor)
        at = None if visitor.shown is None else visitor.shown.at
        read = None if at is None else self._lines.get(at.__prefix__)
        if read is None or means_elsewhere(typed):
            return False
        if any_words(visitor.shown, typed, self._parse, visitor).pressed is not None:
            return False
        link = await self._read_line(read, visitor, at, typed)
        if link is not None:
            await self._press_for(message, link, turn)
        return link is not None

    async def _read_line(
        self, read: ReadLine[Any], visitor: Visitor, at: CallbackData | None, typed: str
    ) -> CallbackData | None:
        try:
            return await read(visitor, at, typed)
        except RuleError:
            return at  # the screen itself says what is in the way

    async def on_words(self, message: Message, turn: Turn) -> None:
        """Press the button that a typed text means; ask which one, or repeat the screen, if it is not certain.

        Raises RuleError for a Ref that may not be opened.
        """
        visitor, typed = turn.visitor, message.text or ""
        if is_emergency(typed):
            await self.answer_emergency(turn)
            return
        await self.recall(visitor)
        numbered = await numbered_screen(visitor, typed) or await self._screen_of_ref(visitor, typed)
        found = any_words(visitor.shown, typed, self._parse, visitor)
        if numbered is not None:
            await self._press_for(message, numbered, turn)
        elif found.choices or found.part is not None:
            await self.answer_match(message, found, turn)
        elif (link := menu_link(typed) or await self._beyond(visitor, typed)) is not None:
            await self._press_for(message, link, turn)
        elif line := unmet_line(visitor.shown, typed, self._parse, visitor):
            await self.repeat(turn, line, message)
        elif is_thanks(typed):
            await self.repeat(turn, _("You are welcome."), message, is_miss=False)
        elif visitor.account.may_link and (ref := read_ref(typed)) is not None:
            await self.repeat(turn, text(_("You have no visit with the number {ref}."), ref=unbroken(ref)), message)
        else:
            line = not_understood_line(typed, misses_of(visitor) + 1, visitor.operator)
            await self.repeat(turn, line, message)

    async def _screen_of_ref(self, visitor: Visitor, typed: str) -> Link | None:
        """Return what a flow finds under the Ref that was typed, None if it is none or nothing is found."""
        for read in self._refs if read_ref(typed) is not None else ():
            if (found := await read(visitor, typed)) is not None:
                return found
        return None

    async def _beyond(self, visitor: Visitor, typed: str) -> Link | None:
        """Return what a text means that fits no button, None if nothing.

        It may mean a button on another page of the list, one of the screen above, or a doctor to book. Nothing is done
        for such a text: only links are followed.
        """
        if (found := await self._on_other_pages(visitor, typed)) is not None:
            return found
        above = way_up(visitor.shown, self._parse)
        if above is not None and (found := await self._found_at(visitor, above, typed)) is not None:
            return found
        if not names_specialist(typed) or not visitor.account.may_link:
            return None
        return await self._found_at(visitor, MENU["book"], typed) or MENU["book"]

    async def _on_other_pages(self, visitor: Visitor, typed: str) -> Link | None:
        """Return the link of the button that the text means on another page of the list that is shown."""
        shown = visitor.shown
        pages = () if shown is None else other_pages(shown, self._parse)
        for page in pages:
            if (found := await self._found_at(visitor, page, typed)) is not None:
                return found
        return None

    async def _found_at(self, visitor: Visitor, link: Link, typed: str) -> Link | None:
        """Return the link of the button that the text means on another screen, None if it is not certain."""
        reply, _at = await self._resolve(visitor, link)
        if reply.alert or not isinstance(reply.then, Screen):
            return None
        pressed = named_button(reply.then, typed, self._parse, visitor)
        found = None if pressed is None or pressed.leads_out else self._parse(pressed.data)
        return found if isinstance(found, Link) else None

    async def answer_emergency(self, turn: Turn) -> None:
        """Send the numbers to call, in a message of their own, and repeat the screen below it."""
        await request(turn.bot, text_sent(turn.chat, emergency_line()))
        await self.recall(turn.visitor)
        reply, at = await self._screen_again(turn.visitor)
        await show_reply(turn, None, reply, at)

    async def repeat(self, turn: Turn, line: str, message: Message | None = None, *, is_miss: bool = True) -> None:
        """Show the newest screen again under a line, in place of ``message`` if there is one, else below.

        Texts that were not understood are counted; one that is none (``is_miss``) begins the count anew.
        """
        visitor = turn.visitor
        await self.recall(visitor)
        reply, at = await self._screen_again(visitor)
        misses = misses_of(visitor) + 1 if is_miss else 0
        if is_miss and visitor.shown is not None and visitor.shown.line.endswith(line):
            line = f"{try_line(misses)} {line}"
        if isinstance(at, EnterCode):
            line = _("⚠️ The code first, please. Then send it once more.")  # labels are personal data too
        reply = replace(reply, line=line, misses=misses)
        place = None
        if message is not None:
            await delete_answer(turn.bot, message)
            place = await self._place_of_answer(visitor)
        await self.show_answer(turn, place, reply, at)

    async def recall(self, visitor: Visitor) -> None:
        """Find the open prompt's screen if the newest screen is not remembered, as after a restart."""
        prompt = self._parse(visitor.open_prompt.get("prompt", ""))
        if visitor.shown is None and isinstance(prompt, Link):
            reply, at = await self._resolve(visitor, prompt)
            if isinstance(reply.then, Screen):
                visitor.shown = Shown(visitor.open_prompt.get("message", 0), reply.then, at)

    async def answer_match(self, message: Message, found: Match, turn: Turn) -> None:
        pressed = found.pressed
        link = None if pressed is None else self._parse(pressed.data)
        if link is None:
            await self.repeat(turn, not_certain_line(found), message)
        else:
            await self._press_for(message, link, turn, is_button=True)

    async def _press_for(self, message: Message, link: CallbackData, turn: Turn, *, is_button: bool = False) -> None:
        """Do what a button does, for a person who has typed it; an alert becomes a line.

        A message that stays loses its other buttons, a notice only if one of its own buttons was meant.
        """
        visitor = turn.visitor
        visitor.message = await self._place_of_answer(visitor)
        reply, at = await self._resolve(visitor, link)
        await delete_answer(turn.bot, message)
        await self.show_answer(turn, visitor.message, as_said(reply), at)
        above = visitor.shown
        if visitor.message is None and above is not None and above.message:
            is_notice = above.at is None
            if is_button if is_notice else stays(above.screen):
                await leave_lasting_row(turn.bot, turn.chat, above.message, above.screen)

    async def _place_of_answer(self, visitor: Visitor) -> int | None:
        """Return the message to edit: the newest screen's, None if it is a notice, stays or has something below it."""
        shown = visitor.shown
        if shown is None or shown.at is None or not shown.is_newest or stays(shown.screen):
            return None
        return await visitor.services.shown_news.if_newest(visitor.account.id, shown.message or None)

    async def _screen_again(self, visitor: Visitor) -> tuple[Reply, CallbackData]:
        """Return the newest screen as it is now; the menu if it is a notice or not remembered.

        A screen that an action or an answer has led to is repeated as it was: the action is not done again. Of a
        message that stays only the buttons are repeated.
        """
        shown = visitor.shown
        if shown is None or (shown.at is None and not stays(shown.screen)):
            return await self._resolve(visitor, Home())
        screen, at = shown.screen, shown.at or Home()
        if isinstance(at, Link) and not stays(screen) and not shown.is_own:
            return await self._resolve(visitor, at)
        if not visitor.account.consents_in_force:
            return await self._resolve(visitor, Home())
        locked = code_prompt(visitor, at)
        if locked is not None:
            return await self._resolve(visitor, locked)
        return Reply(buttons_of(screen) if stays(screen) else screen, is_own=shown.is_own), at

    async def show_answer(self, turn: Turn, place: int | None, reply: Reply, at: CallbackData, kept: str = "") -> None:
        """Show what follows a typed text; a screen that looks as before gets a line that says so."""
        if not (await show_reply(turn, place, reply, at, kept)).is_changed:
            same = same_line(turn.visitor)
            await show_reply(turn, place, replace(reply, line=f"{same}\n{reply.line}".strip(), files=()), at, kept)


async def numbered_screen(visitor: Visitor, typed: str) -> Link | None:
    """Return the screen of the person's visit or application whose number was typed, None if there is none."""
    if not visitor.account.may_link or read_ref(typed) is None:
        return None
    application = await visitor.services.applications.find_numbered(visitor.account.id, typed)
    if application is not None:
        return ApplicationPage(application=application)
    request = await visitor.services.policy_requests.find_numbered(visitor.account.id, typed)
    if request is not None:
        return PolicyRequestPage(request=request)
    await visitor.services.elsewhere.look_at_new(visitor.account.id)
    found = await visitor.services.visits.find_numbered(visitor.account.id, typed)
    return None if found is None else AppointmentDetails(appointment=found)


def buttons_of(screen: Screen) -> Screen:
    """Return a screen with the buttons of a message that stays, but those that it keeps and those that copy."""
    rows = (tuple(each for each in row if each.data and not opens_below(each.data)) for row in screen.rows)
    return Screen(_("About the message above:"), (*filter(None, rows), ways_out()))


def misses_of(visitor: Visitor) -> int:
    return 0 if visitor.shown is None else visitor.shown.misses


def as_said(reply: Reply) -> Reply:
    """Return a reply to a typed text: a text has no alert, so the alert becomes a line."""
    if not reply.alert:
        return reply
    return replace(reply, alert="", line="\n".join(filter(None, (said_line(reply.alert), reply.line))))


def same_line(visitor: Visitor) -> str:
    return _("The same as before, checked at {time}.").format(time=clock_time(visitor.now, MOSCOW))
