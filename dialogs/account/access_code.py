"""The access code: asking for it, setting and changing it, switching it off, and the way of whoever forgot it."""

from __future__ import annotations

from bot.account.rules.access_code import is_in_force, is_paused, is_proved
from bot.core.i18n import MOSCOW, clock_time, spoken_moment
from bot.core.i18n import gettext as _
from bot.delivery.screen import Screen
from dialogs.account.links import (
    AskPin,
    ClosePin,
    EnterPin,
    ForgetPin,
    ForgottenPin,
    Help,
    NewPin,
    NewPinAgain,
    PinSettings,
)
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.screen import Row, button, lines, text, ways_out
from dialogs.privacy.links import MyData

flow = Flow("pin", open=True)


# --- asking for it ----------------------------------------------------------------------------------------------------


@flow.screen(EnterPin)
async def enter(visitor: Visitor, link: EnterPin) -> Screen:
    return Screen(
        lines(_("<b>Enter your access code</b>"), _("I delete the message with it at once."), standing(visitor)),
        ((button(_("Forgot the code?"), ForgottenPin(then=link.then)), button(_("Help"), Help())),),
        asks=True,
    )


def standing(visitor: Visitor) -> list[str]:
    """What else is to be known of the code: a pause after wrong ones, and a forgotten one that ends."""
    lock = visitor.account.lock
    if lock is None:
        return []
    told: list[str] = []
    if is_paused(lock, visitor.now) and lock.paused_until is not None:
        until = spoken_moment(lock.paused_until, MOSCOW, visitor.now)
        told.append(text(_("There were too many wrong codes. Next try: {until}."), until=until))
    if lock.drops_at is not None:
        until = spoken_moment(lock.drops_at, MOSCOW, visitor.now)
        told.append(text(_("The code is switched off {when}. Enter it before then, and it stays."), when=until))
    return told


@flow.answer(EnterPin)
async def on_enter(visitor: Visitor, prompt: EnterPin, typed: str) -> Outcome:
    if is_paused(visitor.account.lock, visitor.now):
        return prompt  # it says until when
    visitor.account = await visitor.services.pins.open(visitor.account.id, typed)
    return prompt


@flow.screen(ForgottenPin)
async def forgotten(visitor: Visitor, link: ForgottenPin) -> Screen:
    back, lock = EnterPin(then=link.then), visitor.account.lock
    if lock is not None and lock.drops_at is not None:
        return Screen(lines(_("<b>Forgot the code?</b>"), standing(visitor)), (ways_out(back),), asks=True)
    return Screen(
        lines(
            _("<b>Forgot the code?</b>"),
            _("I can switch it off, but not at once: only after a day, in case it is not you who is asking."),
            _("If you remember the code before then, just enter it: it stays."),
        ),
        ((button(_("Switch off in a day"), ForgetPin(then=link.then)),), ways_out(back)),
        asks=True,
    )


@flow.answer(ForgottenPin)
async def on_remembered(visitor: Visitor, prompt: ForgottenPin, typed: str) -> Outcome:
    return await on_enter(visitor, EnterPin(then=prompt.then), typed)


@flow.action(ForgetPin)
async def on_forget(visitor: Visitor, link: ForgetPin) -> Outcome:
    visitor.account = await visitor.services.pins.forget(visitor.account.id)
    return ForgottenPin(then=link.then)


@flow.action(ClosePin)
async def on_close(visitor: Visitor, link: ClosePin) -> Outcome:
    visitor.account = await visitor.services.pins.close(visitor.account.id)
    return EnterPin()


# --- setting it -------------------------------------------------------------------------------------------------------


def entrance(visitor: Visitor) -> Row:
    """The way here from «Мои данные»."""
    settings = button(_("Access code"), PinSettings())
    if not is_in_force(visitor.account.lock, visitor.now):
        return (settings,)
    return settings, button(_("Close now"), ClosePin())


@flow.screen(PinSettings)
async def settings(visitor: Visitor, link: PinSettings) -> Screen:
    lock = visitor.account.lock
    if lock is None or lock.open_until is None or not is_in_force(lock, visitor.now):
        return Screen(
            lines(
                _("<b>Access code</b>"),
                _("If you are not the only one who takes your telephone, set a code of 4 to 6 digits."),
                _("Without it I show neither children nor policies nor visits."),
                [
                    _("News and reminders come without the code: they name the child, the doctor and the time."),
                    _("Messages that are in the chat already are not hidden: delete them if need be."),
                ],
            ),
            ((button(_("Set a code"), NewPin()),), ways_out(MyData())),
        )
    return Screen(
        lines(
            _("<b>Access code</b>"),
            text(_("✅ The code is on. I ask for it again at {time}."), time=clock_time(lock.open_until, MOSCOW)),
        ),
        (
            (button(_("Close now"), ClosePin()),),
            (button(_("Change the code"), AskPin()), button(_("Switch it off"), AskPin(off=True))),
            ways_out(MyData()),
        ),
    )


@flow.screen(NewPin)
async def new(visitor: Visitor, link: NewPin) -> Outcome:
    if not is_proved(visitor.account.lock, visitor.now):
        return AskPin()
    return Screen(
        lines(
            _("<b>Think of a code: 4 to 6 digits</b>"),
            _("Write it here. I delete the message at once and keep the code so that nobody can read it."),
        ),
        (ways_out(PinSettings()),),
        asks=True,
    )


@flow.answer(NewPin)
async def on_new(visitor: Visitor, prompt: NewPin, typed: str) -> Outcome:
    return NewPinAgain(weak=await visitor.services.pins.offer(visitor.account, typed))


@flow.screen(NewPinAgain)
async def again(visitor: Visitor, link: NewPinAgain) -> Screen:
    return Screen(
        lines(
            _("<b>Enter the same code once more</b>"),
            _("⚠️ Such a code is easy to guess. You can take another one.") if link.weak else "",
        ),
        ((button(_("Another code"), NewPin()),), ways_out(PinSettings())),
        asks=True,
    )


@flow.answer(NewPinAgain)
async def on_again(visitor: Visitor, prompt: NewPinAgain, typed: str) -> Outcome:
    visitor.account = await visitor.services.pins.confirm(visitor.account, typed)
    return Screen(
        lines(
            _("✅ <b>The access code is set.</b>"),
            _("I ask for it in 15 minutes, or at once if you press “Close now”."),
        ),
        ((button(_("Close now"), ClosePin()),), ways_out(MyData())),
    )


@flow.screen(AskPin)
async def ask(visitor: Visitor, link: AskPin) -> Outcome:
    if not is_in_force(visitor.account.lock, visitor.now):
        return PinSettings()
    why = _("<b>Enter the present code to switch it off</b>") if link.off else _("<b>Enter the present code</b>")
    return Screen(
        lines(why, _("I delete the message with it at once."), standing(visitor)),
        ((button(_("Forgot the code?"), ForgottenPin()),), ways_out(PinSettings())),
        asks=True,
    )


@flow.answer(AskPin)
async def on_ask(visitor: Visitor, prompt: AskPin, typed: str) -> Outcome:
    if not prompt.off:
        visitor.account = await visitor.services.pins.open(visitor.account.id, typed)
        return NewPin()
    visitor.account = await visitor.services.pins.switch_off(visitor.account.id, typed)
    return switched_off()


def switched_off() -> Screen:
    return Screen(
        lines(
            _("✅ <b>The access code is off.</b>"),
            _("Everything is shown without it. You can set a new one in “My data”."),
        ),
        ((button(_("Set a new code"), NewPin()),), ways_out(MyData())),
    )
