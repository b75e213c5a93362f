"""Words of an export for stored codes."""

from __future__ import annotations

import re
from datetime import date

from bot.core.i18n import N_, gettext as _, numeric_date
from dialogs.kit.news import KINDS

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

CODES = {
    "YOU": N_("you"),
    "ANOTHER_REPRESENTATIVE": N_("another representative"),
    "CLINIC": N_("the clinic"),
    "OPERATOR": N_("the operator"),
    "OLD_ACCOUNT": N_("the old one"),
    "NEW_ACCOUNT": N_("the new one"),
    "ru": N_("Russian"),
    "en": N_("English"),
    # Sex, Relationship, Rights, Role, Purpose
    "F": N_("female"),
    "M": N_("male"),
    "SELF": N_("the patient in person"),
    "PARENT": N_("parent"),
    "GUARDIAN": N_("guardian"),
    "OWNER": N_("owner of the card"),
    "CO_REPRESENTATIVE": N_("co-representative"),
    "REGISTRAR": N_("registrar"),
    "HEAD": N_("head"),
    "ADMIN": N_("administrator"),
    "REPRESENTATIVE": N_("your data"),
    "PATIENT": N_("the child's data"),
    "REMINDERS": N_("reminders"),
    # NameField
    "FAMILY": N_("family name"),
    "GIVEN": N_("given name"),
    "PATRONYMIC": N_("patronymic"),
    # VerificationStatus, OutboxStatus
    "QUEUED": N_("waits"),
    "CHECKING": N_("is being checked"),
    "VERIFIED": N_("confirmed"),
    "NEEDS_CORRECTION": N_("needs a correction"),
    "REJECTED": N_("not confirmed"),
    "UNAVAILABLE": N_("the register does not answer"),
    "CLAIMED": N_("is being sent"),
    "SENT": N_("sent"),
    "FAILED": N_("not delivered"),
    "WITHDRAWN": N_("not needed any more"),
    "EXPIRED": N_("the term is over"),
    # RejectionReason
    "NOT_MATCHED": N_("the data do not agree with the register"),
    "SUSPENDED": N_("the policy is suspended"),
    "LINKED_ELSEWHERE": N_("the policy is with another representative"),
    "ADULT": N_("a grown-up's policy"),
    "AT_CLINIC": N_("papers of this form are looked at in the clinic"),
    # BookingStatus, CancelReason, VisitType
    "HELD": N_("held"),
    "PENDING": N_("waits for the clinic's answer"),
    "REFUSED": N_("refused"),
    "BOOKED": N_("booked"),
    "CHECKED_IN": N_("at the clinic"),
    "FULFILLED": N_("has taken place"),
    "CANCELLED": N_("cancelled"),
    "NO_SHOW": N_("nobody came"),
    "DENIED": N_("the reception does not agree"),
    "BY_REPRESENTATIVE": N_("by a representative"),
    "BY_CLINIC": N_("by the clinic"),
    "RESCHEDULED": N_("moved to another time"),
    "CHECKUP": N_("examination"),
    "CERTIFICATE": N_("certificate"),
    "EXTENDED": N_("long visit"),
    "PLANNED": N_("planned visit"),
    "SHORT": N_("short visit"),
    "DIAGNOSTICS": N_("diagnostics"),
    "TREATMENT": N_("treatment"),
    "VACCINATION": N_("vaccination"),
    # RequestStatus, TakeoverStatus, DeskMatter
    "ASKED": N_("waits for an answer"),
    "APPROVED": N_("allowed"),
    "CONFIRMED": N_("the papers are right"),
    "DECLINED": N_("the papers did not do"),
    "OUR_VISITS": N_("your visits are shared with another account"),
    "THEIR_VISITS": N_("another account shares its visits with you"),
    "OFFERED": N_("may be asked for"),
    "MOVED": N_("made, can still be undone"),
    "DISPUTE": N_("who acts for the child"),
    "PAPERS": N_("show the papers"),
    "OLD_POLICY": N_("check a policy of the old form"),
    # DeskDecision
    "MATCHED": N_("the policy is right"),
    "FIX_NUMBER": N_("the number has to be corrected"),
    "FIX_FAMILY": N_("the family name has to be corrected"),
    "FIX_GIVEN": N_("the given name has to be corrected"),
    "FIX_PATRONYMIC": N_("the patronymic has to be corrected"),
    "NOT_FOUND": N_("the policy is not found"),
    # of an application and its history
    "ENROLLMENT": N_("enrollment at a clinic"),
    "DOCUMENT": N_("a document of a clinic"),
    "APPLICATION_SUBMITTED": N_("sent"),
    "APPLICATION_IN_REVIEW": N_("in review"),
    "APPLICATION_NEEDS_CORRECTION": N_("to correct"),
    "APPLICATION_APPROVED": N_("approved"),
    "APPLICATION_REFUSED": N_("refused"),
    "APPLICATION_WITHDRAWN": N_("withdrawn"),
    "REASON_REGISTERED": N_("Registered nearby"),
    "REASON_LIVES": N_("Lives nearby"),
    "REASON_MOVED": N_("We have moved"),
    "REASON_CHOICE": N_("By choice"),
    "CHANGE_UNKNOWN": N_("I do not remember"),
    "CHANGE_LONG_AGO": N_("Over a year ago or never"),
    "CHANGE_THIS_YEAR": N_("Less than a year ago"),
    "REFUSAL_DATA_DIFFER": N_("the data do not agree"),
    "REFUSAL_NO_RIGHT": N_("no right to act for the child"),
    "REFUSAL_NO_PLACES": N_("no places"),
    "REFUSAL_OTHER_AREA": N_("another district"),
    "REFUSAL_AGE": N_("the age"),
    "REFUSAL_ALREADY_CHANGED": N_("the clinic was changed this year"),
    "REFUSAL_POLICY_INACTIVE": N_("the policy is not in force"),
    "REFUSAL_PAPERS_MISSING": N_("papers are missing"),
    "REFUSAL_OTHER": N_("another reason"),
    "REFUSAL_DOCTOR_FIRST": N_("a doctor has to see the child first"),
    "REFUSAL_HAS_POLICY": N_("the child has a policy already"),
    "REFUSAL_NOT_IN_SYSTEM": N_("the desk agreed, but the clinic's system does not find the child"),
    "READY_RECEPTION": N_("at the reception"),
    "READY_GOSUSLUGI": N_("on Gosuslugi"),
    "STEP_SUBMITTED": N_("sent"),
    "STEP_OPENED": N_("the reception has begun to look at it"),
    "STEP_RETURNED": N_("to correct"),
    "STEP_RESENT": N_("sent again"),
    "STEP_APPROVED": N_("approved"),
    "STEP_REFUSED": N_("refused"),
    "STEP_WITHDRAWN": N_("withdrawn"),
    "STEP_LAPSED": N_("closed: it was not corrected in time"),
    "STEP_LATE": N_("the clinic has not answered in time"),
    "STEP_STUCK": N_("the clinic's system does not answer"),
    "PAPER_BIRTH_CERTIFICATE": N_("birth certificate"),
    "PAPER_RESIDENCE": N_("proof of residence"),
    # matters of messages that a patient's representatives get once
    "passport": N_("a passport is due at 14"),
    "consent": N_("from 15 the patient decides"),
    "ends": N_("the policy ends"),
    "referral": N_("a referral ends"),
    "asked": N_("is everything still right"),
    "late": N_("the check takes long"),
    "confirmed": N_("the card is found right"),
    # Way, kind of a draft
    "NUMBER": N_("policy number"),
    "OLD": N_("policy of the old form"),
    "PERSON": N_("name, birth date and SNILS"),
    "policy": N_("adding a child"),
    "policy request": N_("an application for a policy"),
}


def word(code: str) -> str:
    """Return the word for a code, for ``code:day`` or for a referral's reference; an unknown code as it is."""
    known, _colon, day = code.partition(":")
    if known == "referral":
        return _(CODES[known])
    title = KINDS[known].title if known in KINDS else CODES.get(known)
    if title is None or (day and not ISO_DAY.fullmatch(day)):
        return code
    return f"{_(title)} {numeric_date(date.fromisoformat(day))}" if day else _(title)
