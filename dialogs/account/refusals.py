"""Sentences and ways out for refusals of the account slice and for those that any slice may raise."""

from __future__ import annotations

from datetime import datetime

from bot.account.errors import CodePaused, CurrentCodeNeeded, NewCodeExpired, TakeoverPaused, WrongCode
from bot.core.errors import ClinicSilent, ConsentRequired, NotYours
from bot.core.i18n import MOSCOW, gettext as _, ngettext, spoken_moment
from bot.delivery.paper import NotPrinted
from dialogs.account.links import EnterCurrentCode, Home, NewCode
from dialogs.kit.refusals import Explanation, refusal
from dialogs.privacy.links import AskConsent, MyContacts

# --- any slice --------------------------------------------------------------------------------------------------------


@refusal(NotYours)
def not_yours(refusal: NotYours, now: datetime) -> Explanation:
    return Explanation(_("This is not here any more. Here is what there is now."), Home())


@refusal(ClinicSilent)
def clinic_silent(refusal: ClinicSilent, now: datetime) -> Explanation:
    return Explanation(_("The clinic's system does not answer. Please try again in a minute."))


@refusal(NotPrinted)
def not_printed(refusal: NotPrinted, now: datetime) -> Explanation:
    return Explanation(_("The file was not ready in time. Please try again in a minute."))


# --- the account ------------------------------------------------------------------------------------------------------


@refusal(ConsentRequired)
def consent_required(refusal: ConsentRequired, now: datetime) -> Explanation:
    return Explanation(_("Your consent is needed first."), AskConsent(step=1))


@refusal(WrongCode)
def wrong_code(refusal: WrongCode, now: datetime) -> Explanation:
    left = refusal.tries_left
    sentence = ngettext("The code is wrong. {n} try is left.", "The code is wrong. {n} tries are left.", left)
    return Explanation(sentence.format(n=left))


@refusal(CodePaused)
def code_paused(refusal: CodePaused, now: datetime) -> Explanation:
    until = spoken_moment(refusal.until, MOSCOW, now)
    return Explanation(_("There were too many wrong codes. Next try: {until}.").format(until=until))


@refusal(CurrentCodeNeeded)
def current_code_needed(refusal: CurrentCodeNeeded, now: datetime) -> Explanation:
    return Explanation(_("Enter the present code first."), EnterCurrentCode())


@refusal(NewCodeExpired)
def new_code_expired(refusal: NewCodeExpired, now: datetime) -> Explanation:
    sentence = _("More than ten minutes have passed. Enter the new code from the beginning.")
    return Explanation(sentence, NewCode())


@refusal(TakeoverPaused)
def takeover_paused(refusal: TakeoverPaused, now: datetime) -> Explanation:
    sentence = _("The other account has refused, or is being asked already. You can ask it again: {when}.")
    return Explanation(sentence.format(when=spoken_moment(refusal.until, MOSCOW, now)), MyContacts())
