"""What people read, and where they go next, when an account may not do something; also the refusals of all slices."""

from __future__ import annotations

from datetime import datetime

from bot.account.errors import CodePaused, OfferGone, ProofNeeded, TakeoverPaused, WrongCode
from bot.core.errors import ClinicSilent, ConsentRequired, NotYours
from bot.core.i18n import MOSCOW, ngettext, spoken_moment
from bot.core.i18n import gettext as _
from bot.delivery.paper import NotPrinted
from dialogs.account.links import AskPin, Home, NewPin
from dialogs.kit.refusals import Explanation, refusal
from dialogs.privacy.links import AskConsent, MyContacts

# --- of all slices ----------------------------------------------------------------------------------------------------


@refusal(NotYours)
def not_yours(refusal: NotYours, now: datetime) -> Explanation:
    return Explanation(_("This is not here any more. Here is what there is now."), Home())


@refusal(ClinicSilent)
def clinic_silent(refusal: ClinicSilent, now: datetime) -> Explanation:
    return Explanation(_("The clinic's system does not answer. Please try again in a minute."))


@refusal(NotPrinted)
def not_printed(refusal: NotPrinted, now: datetime) -> Explanation:
    return Explanation(_("The file was not ready in time. Please try again in a minute."))


# --- of the account ---------------------------------------------------------------------------------------------------


@refusal(ConsentRequired)
def consent_required(refusal: ConsentRequired, now: datetime) -> Explanation:
    return Explanation(_("Your consent is needed first."), AskConsent(step=1))


@refusal(WrongCode)
def wrong_code(refusal: WrongCode, now: datetime) -> Explanation:
    sentence = ngettext("The code is wrong. {n} try is left.", "The code is wrong. {n} tries are left.", refusal.left)
    return Explanation(sentence.format(n=refusal.left))


@refusal(CodePaused)
def code_paused(refusal: CodePaused, now: datetime) -> Explanation:
    until = spoken_moment(refusal.until, MOSCOW, now)
    return Explanation(_("There were too many wrong codes. Next try: {until}.").format(until=until))


@refusal(ProofNeeded)
def proof_needed(refusal: ProofNeeded, now: datetime) -> Explanation:
    return Explanation(_("Enter the present code first."), AskPin())


@refusal(OfferGone)
def offer_gone(refusal: OfferGone, now: datetime) -> Explanation:
    sentence = _("More than ten minutes have passed. Enter the new code from the beginning.")
    return Explanation(sentence, NewPin())


@refusal(TakeoverPaused)
def takeover_paused(refusal: TakeoverPaused, now: datetime) -> Explanation:
    sentence = _("The other account has refused, or is being asked already. You can ask it again: {when}.")
    return Explanation(sentence.format(when=spoken_moment(refusal.until, MOSCOW, now)), MyContacts())
