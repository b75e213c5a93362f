"""Sentences and ways out for refusals about access to a patient."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.core.i18n import MOSCOW, N_, gettext as _, spoken_moment
from bot.family.errors import AskedRecently, InvitationGone, InvitationTrouble, RequestGone
from bot.patients.errors import NotOwner
from dialogs.family.links import AskAccess, WhoKeeps
from dialogs.kit.refusals import Explanation, refusal
from dialogs.patients.links import PatientCard

INVITATIONS: Mapping[InvitationTrouble, str] = {
    InvitationTrouble.UNKNOWN: N_("This link does not work. Ask for a new one."),
    InvitationTrouble.OWN: N_("This is your own link: send it to the other parent."),
    InvitationTrouble.ALREADY: N_("You keep this child's card already."),
    InvitationTrouble.USED: N_("This link has been used already. Ask for a new one."),
    InvitationTrouble.RECALLED: N_("The invitation was taken back. If you still need it, ask for a new link."),
    InvitationTrouble.EXPIRED: N_("This link has expired. Ask for a new one."),
}


@refusal(NotOwner)
def not_owner(refusal: NotOwner, now: datetime) -> Explanation:
    sentence = _("Only the owner of the card can do this. You may look, book, move and cancel.")
    return Explanation(sentence, PatientCard(patient=refusal.patient))


@refusal(AskedRecently)
def asked_recently(refusal: AskedRecently, now: datetime) -> Explanation:
    sentence = _("The other account has refused not long ago. You can ask once more {when}.")
    when = spoken_moment(refusal.until, MOSCOW, now)
    return Explanation(sentence.format(when=when), AskAccess(patient=refusal.card))


@refusal(RequestGone)
def request_gone(refusal: RequestGone, now: datetime) -> Explanation:
    return Explanation(_("This request is answered already, or too old."), WhoKeeps(patient=refusal.patient))


@refusal(InvitationGone)
def invitation_gone(refusal: InvitationGone, now: datetime) -> Explanation:
    return Explanation(_(INVITATIONS[refusal.trouble]))
