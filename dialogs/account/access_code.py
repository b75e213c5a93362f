"""Screens of the access code."""

from __future__ import annotations

from bot.account.rules.access_code import is_in_force, is_paused, may_change_code
from bot.core.i18n import MOSCOW, clock_time, gettext as _, spoken_moment
from bot.delivery.screen import Screen
from dialogs.account.links import (
    CodeSettings,
    EnterCode,
    EnterCurrentCode,
    ForgetCode,
    ForgottenCode,
    Help,
    LockNow,
    NewCode,
    RepeatNewCode,
)
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.link import Link
from dialogs.kit.screen import Row, button, lines, text, ways_out
from dialogs.privacy.links import MyData
from dialogs.staff.links import Desk

flow = Flow("access code", open=True)


# --- entering it ------------------------------------------------------------------------------------------------------


@flow.screen(EnterCode)
async def enter_code(visitor: Visitor, link: EnterCode) -> Screen:
    return Screen(
        lines(_("<b>Enter your access code</b>"), _("I delete the message with it at once."), code_warnings(visitor)),
        ((button(_("Forgot the code?"), ForgottenCode(then=link.then)), button(_("Help"), Help())),),
        asks=True,
    )


def code_warnings(visitor: Visitor) -> list[str]:
    """Return the lines about a pause after wrong codes and about a forgotten code that will be dropped."""
    lock = visitor.account.lock
    if lock is None:
        return []
    warnings: list[str] = []
    if is_paused(lock, visitor.now) and lock.paused_until is not None:
        until = spoken_moment(lock.paused_until, MOSCOW, visitor.now)
        warnings.append(text(_("There were too many wrong codes. Next try: {until}."), until=until))
    if lock.drops_at is not None:
        until = spoken_moment(lock.drops_at, MOSCOW, visitor.now)
        warnings.append(text(_("The code is switched off {when}. Enter it before then, and it stays."), when=until))
    return warnings


@flow.answer(EnterCode)
async def on_code(visitor: Visitor, prompt: EnterCode, typed: str) -> Outcome:
    if is_paused(visitor.account.lock, visitor.now):
        return prompt  # Its screen says when the pause ends.
    visitor.account = await visitor.services.access_codes.unlock(visitor.account.id, typed)
    return prompt


@flow.screen(ForgottenCode)
async def forgotten_code(visitor: Visitor, link: ForgottenCode) -> Screen:
    back, lock = EnterCode(then=link.then), visitor.account.lock
    if lock is not None and lock.drops_at is not None:
        return Screen(lines(_("<b>Forgot the code?</b>"), code_warnings(visitor)), (ways_out(back),), asks=True)
    return Screen(
        lines(
            _("<b>Forgot the code?</b>"),
            _("I can switch it off, but not at once: only after a day, in case it is not you who is asking."),
            _("If you remember the code before then, just enter it: it stays."),
        ),
        ((button(_("Switch off in a day"), ForgetCode(then=link.then)),), ways_out(back)),
        asks=True,
    )


@flow.answer(ForgottenCode)
async def on_remembered_code(visitor: Visitor, prompt: ForgottenCode, typed: str) -> Outcome:
    return await on_code(visitor, EnterCode(then=prompt.then), typed)


@flow.action(ForgetCode)
async def on_forget_code(visitor: Visitor, link: ForgetCode) -> Outcome:
    visitor.account = await visitor.services.access_codes.forget(visitor.account.id)
    return ForgottenCode(then=link.then)


@flow.action(LockNow)
async def on_lock_now(visitor: Visitor, link: LockNow) -> Outcome:
    visitor.account = await visitor.services.access_codes.lock(visitor.account.id)
    return EnterCode()


# --- setting it -------------------------------------------------------------------------------------------------------


def code_buttons(visitor: Visitor) -> Row:
    """Return the buttons of the access code for «Настройки и данные»."""
    settings = button(_("Access code"), CodeSettings())
    if not is_in_force(visitor.account.lock, visitor.now):
        return (settings,)
    return settings, button(_("Close now"), LockNow())


def above(desk: bool) -> Link:
    """Return the screen one step above the settings of the code: the one where they were opened."""
    return Desk() if desk else MyData()


@flow.screen(CodeSettings)
async def code_settings(visitor: Visitor, link: CodeSettings) -> Screen:
    lock = visitor.account.lock
    if lock is None or lock.open_until is None or not is_in_force(lock, visitor.now):
        return Screen(
            lines(
                _("<b>Access code</b>"),
                _("If you are not the only one who takes your telephone, set a code of 6 digits."),
                _("Without it I show neither children nor policies nor visits."),
                [
                    _("News and reminders come without the code: they name the child, the doctor and the time."),
                    _("Messages that are in the chat already are not hidden: delete them if need be."),
                ],
            ),
            ((button(_("Set a code"), NewCode(desk=link.desk)),), ways_out(above(link.desk))),
        )
    return Screen(
        lines(
            _("<b>Access code</b>"),
            text(_("✅ The code is on. I ask for it again at {time}."), time=clock_time(lock.open_until, MOSCOW)),
        ),
        (
            (button(_("Close now"), LockNow()),),
            (
                button(_("Change the code"), EnterCurrentCode(desk=link.desk)),
                button(_("Switch it off"), EnterCurrentCode(off=True, desk=link.desk)),
            ),
            ways_out(above(link.desk)),
        ),
    )


@flow.screen(NewCode)
async def new_code(visitor: Visitor, link: NewCode) -> Outcome:
    if not may_change_code(visitor.account.lock, visitor.now):
        return EnterCurrentCode(desk=link.desk)
    return Screen(
        lines(
            _("<b>Think of a code: 6 digits</b>"),
            _("Write it here. I delete the message at once and keep the code so that nobody can read it."),
            _("Dates, repetitions and digits in a row do not fit: they are guessed first."),
        ),
        (ways_out(CodeSettings(desk=link.desk)),),
        asks=True,
    )


@flow.answer(NewCode)
async def on_new_code(visitor: Visitor, prompt: NewCode, typed: str) -> Outcome:
    await visitor.services.access_codes.propose(visitor.account, typed)
    return RepeatNewCode(desk=prompt.desk)


@flow.screen(RepeatNewCode)
async def repeat_new_code(visitor: Visitor, link: RepeatNewCode) -> Screen:
    return Screen(
        lines(_("<b>Enter the same code once more</b>")),
        ((button(_("Another code"), NewCode(desk=link.desk)),), ways_out(CodeSettings(desk=link.desk))),
        asks=True,
    )


@flow.answer(RepeatNewCode)
async def on_repeated_code(visitor: Visitor, prompt: RepeatNewCode, typed: str) -> Outcome:
    visitor.account = await visitor.services.access_codes.confirm(visitor.account, typed)
    return Screen(
        lines(
            _("✅ <b>The access code is set.</b>"),
            _("I ask for it in 15 minutes, or at once if you press “Close now”."),
        ),
        (*desk_row(visitor), (button(_("Close now"), LockNow()),), ways_out(above(prompt.desk))),
    )


def desk_row(visitor: Visitor) -> tuple[Row, ...]:
    """Return the row that leads to the desk, for members of the staff: their code is what opens it."""
    return ((button(_("Open the desk"), Desk()),),) if visitor.account.role is not None else ()


@flow.screen(EnterCurrentCode)
async def enter_current_code(visitor: Visitor, link: EnterCurrentCode) -> Outcome:
    if not is_in_force(visitor.account.lock, visitor.now):
        return CodeSettings(desk=link.desk)
    heading = _("<b>Enter the present code to switch it off</b>") if link.off else _("<b>Enter the present code</b>")
    return Screen(
        lines(heading, _("I delete the message with it at once."), code_warnings(visitor)),
        ((button(_("Forgot the code?"), ForgottenCode()),), ways_out(CodeSettings(desk=link.desk))),
        asks=True,
    )


@flow.answer(EnterCurrentCode)
async def on_current_code(visitor: Visitor, prompt: EnterCurrentCode, typed: str) -> Outcome:
    if not prompt.off:
        visitor.account = await visitor.services.access_codes.unlock(visitor.account.id, typed)
        return NewCode(desk=prompt.desk)
    visitor.account = await visitor.services.access_codes.switch_off(visitor.account.id, typed)
    return code_is_off(prompt.desk)


def code_is_off(desk: bool = False) -> Screen:
    return Screen(
        lines(
            _("✅ <b>The access code is off.</b>"),
            _("Everything is shown without it. You can set a new one in “My data”."),
        ),
        ((button(_("Set a new code"), NewCode(desk=desk)),), ways_out(above(desk))),
    )
