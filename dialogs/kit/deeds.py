"""Words for each deed of the journal, with the side that did it; whole sentences stand in ``deed_sentences``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bot.core.deeds import ActorKind, Deed
from bot.core.i18n import N_, gettext as _
from dialogs.kit.deed_sentences import OTHERS, SENTENCES


class Doer(StrEnum):
    """The side that did a deed, as a journal names it to people."""

    PERSON = "PERSON"
    """the account whose journal it is"""
    REGISTER = "REGISTER"
    CLINIC = "CLINIC"
    BOT = "BOT"
    OPERATOR = "OPERATOR"
    """the person who runs the bot, by a command"""
    ACTOR = "ACTOR"
    """not fixed by the deed: the kind of actor decides"""


DEEDS: Mapping[Deed, tuple[Doer, str]] = {
    Deed.CONSENT_GIVEN: (Doer.PERSON, N_("consent given")),
    Deed.CONSENT_DECLINED: (Doer.PERSON, N_("consent not given")),
    Deed.CONSENT_REVOKED: (Doer.PERSON, N_("consent taken back")),
    Deed.DATA_EXPORTED: (Doer.PERSON, N_("a copy of the data is taken")),
    Deed.ACCOUNT_ERASED: (Doer.PERSON, N_("everything is erased")),
    Deed.STAFF_APPOINTED: (Doer.PERSON, N_("made a member of the staff")),
    Deed.STAFF_DISMISSED: (Doer.PERSON, N_("a member of the staff no longer")),
    Deed.STAFF_INVITED: (Doer.ACTOR, N_("a link to a post is made")),
    Deed.STAFF_INVITATION_WITHDRAWN: (Doer.PERSON, N_("a link to a post is withdrawn")),
    Deed.STAFF_INVITATION_DECLINED: (Doer.PERSON, N_("a post is declined")),
    Deed.COLLEAGUE_DISMISSED: (Doer.PERSON, N_("a colleague is dismissed")),
    Deed.LOOKED_UP: (Doer.ACTOR, N_("your data are looked at")),
    Deed.PHONE_SHARED: (Doer.PERSON, N_("the telephone is shared")),
    Deed.PHONE_REMOVED: (Doer.PERSON, N_("the telephone is removed")),
    Deed.EMAIL_GIVEN: (Doer.PERSON, N_("the e-mail is given")),
    Deed.EMAIL_REMOVED: (Doer.PERSON, N_("the e-mail is removed")),
    Deed.CODE_SET: (Doer.PERSON, N_("the access code is set")),
    Deed.CODE_SWITCHED_OFF: (Doer.PERSON, N_("the access code is switched off")),
    Deed.CODE_FORGOTTEN: (Doer.PERSON, N_("the access code is forgotten")),
    Deed.CODE_REMEMBERED: (Doer.PERSON, N_("the access code is remembered")),
    Deed.CODE_TRIED_TOO_OFTEN: (Doer.PERSON, N_("too many wrong codes")),
    Deed.POLICY_LINKED: (Doer.PERSON, N_("the card is added")),
    Deed.NAME_CORRECTED: (Doer.PERSON, N_("the name is corrected")),
    Deed.FAMILY_NAME_CORRECTED: (Doer.PERSON, N_("the family name is corrected")),
    Deed.GIVEN_NAME_CORRECTED: (Doer.PERSON, N_("the given name is corrected")),
    Deed.PATRONYMIC_CORRECTED: (Doer.PERSON, N_("the patronymic is corrected")),
    Deed.NUMBER_CORRECTED: (Doer.PERSON, N_("the policy number is changed")),
    Deed.BIRTH_DATE_CORRECTED: (Doer.PERSON, N_("the date of birth is corrected")),
    Deed.SEX_CORRECTED: (Doer.PERSON, N_("the sex is corrected")),
    Deed.CORRECTION_REFUSED: (Doer.REGISTER, N_("the correction is not confirmed")),
    Deed.SNILS_CHANGED: (Doer.PERSON, N_("the SNILS is written down")),
    Deed.CERTIFICATE_CHANGED: (Doer.PERSON, N_("the birth certificate is written down")),
    Deed.ISSUE_DAY_CHANGED: (Doer.PERSON, N_("the day of issue is written down")),
    Deed.LAST_DAY_CHANGED: (Doer.PERSON, N_("the last day of the policy is written down")),
    Deed.ADDRESS_CHANGED: (Doer.PERSON, N_("the address is written down")),
    Deed.SNILS_REMOVED: (Doer.PERSON, N_("the SNILS is removed")),
    Deed.CERTIFICATE_REMOVED: (Doer.PERSON, N_("the birth certificate is removed")),
    Deed.ISSUE_DAY_REMOVED: (Doer.PERSON, N_("the day of issue is removed")),
    Deed.LAST_DAY_REMOVED: (Doer.PERSON, N_("the last day of the policy is removed")),
    Deed.ADDRESS_REMOVED: (Doer.PERSON, N_("the address is removed")),
    Deed.NUMBER_SHOWN: (Doer.PERSON, N_("the numbers are shown")),
    Deed.CARD_PRINTED: (Doer.PERSON, N_("the file of the card is made")),
    Deed.OWN_CLINIC_PRINTED: (Doer.PERSON, N_("the file about the clinic is made")),
    Deed.CARD_REMOVED: (Doer.PERSON, N_("the card is removed from the own list")),
    Deed.CARD_CONFIRMED: (Doer.PERSON, N_("it is all still right")),
    Deed.CARD_CLOSED: (Doer.BOT, N_("the card is closed: the patient is 18")),
    Deed.CARD_ERASED: (Doer.BOT, N_("the card is erased")),
    Deed.POLICY_VERIFIED: (Doer.REGISTER, N_("the policy is confirmed")),
    Deed.POLICY_DIFFERS: (Doer.REGISTER, N_("a part of the name differs")),
    Deed.POLICY_REJECTED: (Doer.REGISTER, N_("the policy is not confirmed")),
    Deed.PAPERS_SEEN: (Doer.CLINIC, N_("the papers are seen at the reception")),
    Deed.MATTER_READ: (Doer.CLINIC, N_("the reception has opened the card by its number")),
    Deed.DOCUMENT_SEEN: (Doer.CLINIC, N_("the old document is seen at the reception")),
    Deed.MATTER_DECLINED: (Doer.CLINIC, N_("the papers are not accepted at the reception")),
    Deed.DESK_CHECK_SENT: (Doer.PERSON, N_("the policy is sent to the reception")),
    Deed.DESK_CHECK_URGENT: (Doer.PERSON, N_("the reception is told that it is urgent")),
    Deed.DESK_CHECK_READ: (Doer.CLINIC, N_("the reception has opened the check of the policy")),
    Deed.DESK_CHECK_DECIDED: (Doer.CLINIC, N_("the reception has checked the policy")),
    Deed.DESK_CHECK_UNDONE: (Doer.CLINIC, N_("the reception takes its answer back")),
    Deed.DESK_DIGITS_WRONG: (Doer.CLINIC, N_("the reception has typed wrong digits of the policy")),
    Deed.DESK_CHECK_AGAIN: (Doer.BOT, N_("the reception is asked again after a year")),
    Deed.APPLICATION_FILED: (Doer.PERSON, N_("an application to a clinic is sent")),
    Deed.APPLICATION_RESENT: (Doer.PERSON, N_("an application to a clinic is sent again")),
    Deed.APPLICATION_WITHDRAWN: (Doer.PERSON, N_("an application to a clinic is withdrawn")),
    Deed.APPLICATION_READ: (Doer.CLINIC, N_("the reception has opened the application")),
    Deed.APPLICATION_DECIDED: (Doer.CLINIC, N_("the reception has decided the application")),
    Deed.APPLICATION_UNDONE: (Doer.CLINIC, N_("the reception takes its decision back")),
    Deed.APPLICATION_LAPSED: (Doer.BOT, N_("the application is closed: it was not corrected in time")),
    Deed.PAPER_ADDED: (Doer.PERSON, N_("a paper is added to an application")),
    Deed.PAPER_REMOVED: (Doer.PERSON, N_("a paper is taken away again")),
    Deed.PAPERS_SHOWN: (Doer.CLINIC, N_("the papers of the application are shown at the reception")),
    Deed.PAPERS_ASKED: (Doer.PERSON, N_("it is changed which papers the clinic asks for")),
    Deed.ENROLLED: (Doer.CLINIC, N_("the child is enrolled")),
    Deed.CORRESPONDENCE_PRINTED: (Doer.PERSON, N_("the correspondence with the clinic is printed")),
    Deed.OPENING_AWAITED: (Doer.PERSON, N_("you are told when the clinic enrolls again")),
    Deed.OPENING_NOT_AWAITED: (Doer.PERSON, N_("nobody waits for the clinic to enroll any more")),
    Deed.PASSING_ALLOWED: (Doer.PERSON, N_("consent given: data for the clinic")),
    Deed.ENROLLMENT_LIMITED: (Doer.PERSON, N_("it is changed whom the clinic enrolls")),
    Deed.ACCESS_ASKED: (Doer.PERSON, N_("access to the policy is asked for")),
    Deed.ACCESS_GIVEN: (Doer.PERSON, N_("access is given")),
    Deed.ACCESS_REFUSED: (Doer.PERSON, N_("access is refused")),
    Deed.ACCESS_REVOKED: (Doer.PERSON, N_("access is taken away")),
    Deed.SHARING_ENDED: (Doer.PERSON, N_("the sharing of visits is ended")),
    Deed.INVITATION_MADE: (Doer.PERSON, N_("an invitation link is made")),
    Deed.INVITATION_CANCELLED: (Doer.PERSON, N_("the invitation link is cancelled")),
    Deed.INVITATION_ACCEPTED: (Doer.PERSON, N_("the invitation is accepted")),
    Deed.INVITATION_DECLINED: (Doer.PERSON, N_("the invitation is declined")),
    Deed.OWNERSHIP_HANDED_OVER: (Doer.PERSON, N_("the card is handed over")),
    Deed.OWNER_BECOME: (Doer.PERSON, N_("is the owner of the card now")),
    Deed.BOOKING_ASKED: (Doer.PERSON, N_("a visit is wanted")),
    Deed.BOOKING_HELD: (Doer.CLINIC, N_("held")),
    Deed.BOOKING_PENDING: (Doer.CLINIC, N_("waits for the clinic's answer")),
    Deed.BOOKING_REFUSED: (Doer.CLINIC, N_("the visit is refused")),
    Deed.BOOKING_BOOKED: (Doer.CLINIC, N_("the visit is booked")),
    Deed.BOOKING_CHECKED_IN: (Doer.CLINIC, N_("the visit is booked")),
    Deed.BOOKING_FULFILLED: (Doer.CLINIC, N_("the visit has taken place")),
    Deed.BOOKING_CANCELLED: (Doer.CLINIC, N_("the visit is cancelled")),
    Deed.BOOKING_NO_SHOW: (Doer.CLINIC, N_("nobody came to the visit")),
    Deed.VISIT_FOUND: (Doer.CLINIC, N_("a visit that was made elsewhere is shown")),
    Deed.REFERRAL_ENTERED: (Doer.PERSON, N_("the number of a referral is entered")),
    Deed.VISIT_MOVED: (Doer.PERSON, N_("the visit is moved")),
    Deed.CANCELLATION_ASKED: (Doer.PERSON, N_("cancelling the visit is wanted")),
    Deed.CANCELLATION_REFUSED: (Doer.CLINIC, N_("the visit is not cancelled")),
    Deed.VISIT_CANCELLED: (Doer.CLINIC, N_("the visit is cancelled")),
    Deed.COMING_CONFIRMED: (Doer.PERSON, N_("coming is confirmed")),
    Deed.PRESENCE_CLAIMED: (Doer.PERSON, N_("“we were there” is said of a missed visit")),
    Deed.CHANGED_BY_CLINIC: (Doer.CLINIC, N_("the visit is changed")),
    Deed.CANCELLED_AT_DESK: (Doer.PERSON, N_("a visit is cancelled for the clinic")),
    Deed.MOVED_AT_DESK: (Doer.PERSON, N_("a visit is moved for the clinic")),
    Deed.UNDONE_AT_DESK: (Doer.PERSON, N_("a change for the clinic is undone")),
    Deed.BOOKED_AT_DESK: (Doer.CLINIC, N_("a visit is booked at the reception")),
    Deed.CHECKED_IN_AT_DESK: (Doer.PERSON, N_("a patient is checked in at the reception")),
    Deed.BLOCK_LIFTED_ILLNESS: (Doer.CLINIC, N_("booking is open again: the child was ill")),
    Deed.BLOCK_LIFTED_MISTAKE: (Doer.CLINIC, N_("booking is open again: it was the clinic's mistake")),
    Deed.BLOCK_LIFTED_GOOD_REASON: (Doer.CLINIC, N_("booking is open again: there was a good reason")),
    Deed.BENEFIT_NOTED: (Doer.PERSON, N_("a benefit is noted after its papers")),
    Deed.BENEFIT_REMOVED: (Doer.PERSON, N_("the note of a benefit is removed")),
    Deed.PRESENCE_AGREED: (Doer.PERSON, N_("a missed visit is noted as one that took place")),
    Deed.PRESENCE_DENIED: (Doer.CLINIC, N_("the note that nobody came stays")),
    Deed.REFERRAL_GIVEN: (Doer.CLINIC, N_("a referral is given at the reception")),
    Deed.REFERRAL_WITHDRAWN: (Doer.CLINIC, N_("a referral is withdrawn at the reception")),
    Deed.HOURS_CLOSED: (Doer.PERSON, N_("a doctor's hours are closed")),
    Deed.HOURS_REOPENED: (Doer.PERSON, N_("a doctor's hours are open again")),
    Deed.HOURS_OPENED: (Doer.PERSON, N_("times of a doctor are added")),
    Deed.ROOM_CHANGED: (Doer.PERSON, N_("a doctor's room is changed")),
    Deed.STAND_IN_SET: (Doer.PERSON, N_("a doctor is replaced")),
    Deed.DELAY_TOLD: (Doer.PERSON, N_("parents are told that a doctor is late")),
    Deed.OFFER_DECLINED: (Doer.PERSON, N_("another time is not wanted")),
    Deed.FIGURES_TAKEN: (Doer.PERSON, N_("figures of the clinic are taken out as a file")),
    Deed.NAME_LISTED: (Doer.CLINIC, N_("the name is shown in a list of the reception")),
    Deed.NAME_FOUND: (Doer.CLINIC, N_("the name is found by a search of the reception")),
    Deed.VISIT_READ: (Doer.CLINIC, N_("the visit is opened at the reception")),
    Deed.DATA_SHOWN: (Doer.CLINIC, N_("the full data are shown at the reception")),
    Deed.PERSON_READ: (Doer.CLINIC, N_("the record of the patient is opened at the reception")),
    Deed.PERSON_ADDED: (Doer.CLINIC, N_("a patient is added to the clinic's list")),
    Deed.PERSON_POLICY_ADDED: (Doer.CLINIC, N_("the policy is added to the clinic's list")),
    Deed.PERSONS_MERGED: (Doer.CLINIC, N_("two records of the patient at the clinic are made one")),
    Deed.TAKEOVER_ASKED: (Doer.PERSON, N_("moving to a new account is asked for")),
    Deed.TAKEOVER_WITHDRAWN: (Doer.PERSON, N_("moving is not wanted any more")),
    Deed.TAKEOVER_REFUSED: (Doer.PERSON, N_("moving is refused")),
    Deed.TAKEN_OVER: (Doer.PERSON, N_("everything has moved to a new account")),
    Deed.TOOK_OVER: (Doer.PERSON, N_("everything has come from an old account")),
    Deed.TAKEOVER_LAPSED: (Doer.BOT, N_("moving to a new account was not answered: nothing has moved")),
    Deed.TAKEOVER_UNDONE: (Doer.ACTOR, N_("the move to a new account is undone")),
    Deed.TAKEOVER_CONFIRMED_AT_DESK: (Doer.CLINIC, N_("papers for a move to a new account are confirmed")),
    Deed.TAKEOVER_DECLINED_AT_DESK: (Doer.CLINIC, N_("papers for a move to a new account are declined")),
    Deed.CODE_GUESSED_ELSEWHERE: (Doer.BOT, N_("too many wrong codes were typed in a new account")),
    Deed.SUSPENDED_ERASED: (Doer.BOT, N_("what had moved to a new account is erased here")),
    Deed.UNKNOWN: (Doer.ACTOR, N_("another action")),
}

BY_KIND: Mapping[ActorKind, Doer] = {
    ActorKind.ACCOUNT: Doer.PERSON,
    ActorKind.STAFF: Doer.CLINIC,
    ActorKind.OPERATOR: Doer.OPERATOR,
    ActorKind.SYSTEM: Doer.BOT,
}


def words(deed: Deed) -> str:
    """Return the words for a deed, in the language of the reader."""
    return _(DEEDS[deed][1])


def doer_of(deed: Deed, kind: ActorKind) -> Doer:
    """Return the side that did it: the operator may do by a command what people do in the chat."""
    doer, _words = DEEDS[deed]
    return BY_KIND[kind] if doer is Doer.ACTOR or kind is ActorKind.OPERATOR else doer


def called(doer: Doer, person: str) -> str:
    """Return the name of a side; ``person`` is the name for the account. Return "" for ACTOR."""
    names = {
        Doer.PERSON: person,
        Doer.REGISTER: _("the register"),
        Doer.CLINIC: _("the clinic"),
        Doer.BOT: _("the bot"),
        Doer.OPERATOR: _("the operator"),
    }
    return names.get(doer, "")


def sentence(deed: Deed, kind: ActorKind, *, is_own: bool = True) -> str:
    """Return a whole sentence that says who did it, from a small letter: «вы добавили карточку».

    ``is_own``: the reader did what people do; otherwise another representative.
    """
    if kind is not ActorKind.OPERATOR:
        stored = SENTENCES if is_own or deed not in OTHERS else OTHERS
        if deed in stored and (is_own or deed in OTHERS or DEEDS[deed][0] is not Doer.PERSON):
            return _(stored[deed])
    doer = called(doer_of(deed, kind), "" if is_own else _("another representative"))
    return f"{doer}: {words(deed)}" if doer else words(deed)
