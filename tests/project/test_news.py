"""Every news class has a function that renders it, and queued messages of older releases are still read."""

from __future__ import annotations

import inspect
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import bot
from bot.account.news import CodeDropped, CodeDropPlanned
from bot.applications.news import (
    ApplicationAnswered,
    ApplicationByOther,
    ApplicationLate,
    ApplicationLeft,
    ApplicationStuck,
    ApplicationWanted,
    DocumentWanted,
    EnrollmentOpened,
    PolicyRequestAnswered,
    PolicyRequestLate,
)
from bot.appointments.news import (
    CancelledByClinic,
    CancelledByOther,
    DoctorIsLate,
    MarkedByClinic,
    MovedByClinic,
    OfferChanged,
    PresenceDenied,
    PutBackByClinic,
)
from bot.booking.news import (
    BlockLifted,
    BookedByOther,
    BookingAnswered,
    CancellationAnswered,
    MovedByOther,
    ReferralEnds,
    ReferralGiven,
    ReferralWithdrawn,
    VisitReminder,
)
from bot.core.i18n import speak
from bot.core.people import Purpose, Role
from bot.delivery.news import News, OutboxMessage, Urgency
from bot.family.news import (
    AccessGiven,
    AccessRefused,
    AccessRequested,
    AccessRevoked,
    BecameOwner,
    InvitationRecalled,
    OtherJoined,
    OtherLeft,
    SharingEnded,
)
from bot.glossary import (
    AccountId,
    ApplicationId,
    AppointmentId,
    ClinicId,
    DeskCheckId,
    DocumentId,
    InvitationId,
    OutboxId,
    PatientId,
    PolicyRequestId,
    ReferralRef,
    RequestId,
    SpecialtyId,
    TakeoverId,
)
from bot.patients.news import (
    CardClosed,
    CardToConfirm,
    CheckAnswered,
    CheckLate,
    CorrectionDue,
    DeskAnswered,
    DeskCheckLate,
    MatterDeclined,
    OtherProved,
    PapersSeen,
    PatientGrown,
    PolicyChanged,
    PolicyEnds,
    PolicyWanted,
)
from bot.patients.rules.watch import Occasion
from bot.privacy.news import (
    ConsentWithdrawn,
    NothingToTakeOver,
    TakeoverAsked,
    TakeoverLapsed,
    TakeoverMovedAway,
    TakeoverMovedHere,
    TakeoverPapersDeclined,
    TakeoverRefused,
    TakeoverUndone,
)
from bot.staff.news import (
    ApplicationIsLate,
    ApplicationNotDone,
    DeskIsLate,
    DigitsGuessed,
    MorningDigest,
    PolicyRequestIsLate,
    PostTaken,
)
from dialogs.kit.news import KINDS
from dialogs.privacy.export_codes import word
from tests.storage.stored import NOW

ME, MASHA, VISIT, TAKEOVER = AccountId(3), PatientId(5), AppointmentId(7), TakeoverId(9)
CHECK, APPLICATION, REQUEST = DeskCheckId(8), ApplicationId(6), PolicyRequestId(4)
WAS = datetime(2026, 11, 26, 5, tzinfo=UTC)

QUEUED = [
    (CodeDropPlanned(ME), "PIN_DROPS", {}, "pin_drops:3"),
    (CodeDropped(ME), "PIN_DROPPED", {}, "pin_dropped:3"),
    (CheckAnswered(ME, MASHA), "VERIFICATION", {"patient": 5}, "check:5:3"),
    (CheckLate(ME, MASHA), "CHECK_LATE", {"patient": 5}, "late:5"),
    (CorrectionDue(ME, MASHA, WAS), "CORRECTION_DUE", {"patient": 5, "checked": 1795669200}, "correct:5"),
    (PolicyChanged(ME, MASHA), "POLICY_CHANGED", {"patient": 5}, "policy:5:3"),
    (
        PolicyEnds(ME, MASHA, Occasion.ENDS, date(2027, 1, 31)),
        "POLICY_ENDS",
        {"patient": 5, "occasion": "ends", "until": "2027-01-31"},
        "ends:5:3",
    ),
    (CardToConfirm(ME, MASHA, Occasion.CONFIRM), "CONFIRM_CARD", {"patient": 5, "occasion": "asked"}, "asked:5:3"),
    (PatientGrown(ME, MASHA, Occasion.PASSPORT), "GROWN", {"patient": 5, "occasion": "passport"}, "passport:5:3"),
    (CardClosed(ME, MASHA), "CARD_CLOSED", {"patient": 5}, "closed:5:3"),
    (PolicyWanted(ME, 2), "GET_POLICY", {"cards": 2}, "get policy:3"),
    (AccessRequested(ME, RequestId(4)), "ACCESS_ASKED", {"request": 4}, "access:4:3"),
    (AccessGiven(ME, MASHA), "ACCESS_GIVEN", {"patient": 5}, "access_given:5:3"),
    (AccessRefused(ME, MASHA), "ACCESS_REFUSED", {"patient": 5}, "access_refused:5:3"),
    (
        AccessRevoked(ME, "Мария И.", "2015", MASHA),
        "ACCESS_REVOKED",
        {"name": "Мария И.", "mark": "2015"},
        "revoked:5:3",
    ),
    (SharingEnded(ME, MASHA), "SHARING_ENDED", {"patient": 5}, "sharing_ended:5:3"),
    (OtherJoined(ME, MASHA), "OTHER_JOINED", {"patient": 5}, "other_joined:5:3"),
    (OtherLeft(ME, MASHA), "OTHER_LEFT", {"patient": 5}, "other_left:5:3"),
    (BecameOwner(ME, MASHA), "BECAME_OWNER", {"patient": 5}, "became_owner:5:3"),
    (
        PostTaken(ME, AccountId(9), Role.REGISTRAR),
        "POST_TAKEN",
        {"member": 9, "role": "REGISTRAR"},
        "post:3:9:REGISTRAR",
    ),
    (
        MorningDigest(ME, ClinicId(1), date(2026, 11, 24)),
        "MORNING_DIGEST",
        {"clinic": 1, "day": "2026-11-24"},
        "digest:1:2026-11-24:3",
    ),
    (InvitationRecalled(ME, InvitationId(6)), "INVITATION_RECALLED", {"invitation": 6}, "recalled:6"),
    (BookingAnswered(ME, VISIT), "BOOKING", {"appointment": 7}, "booking:7"),
    (CancellationAnswered(ME, VISIT), "CANCELLATION", {"appointment": 7}, "cancellation:7"),
    (VisitReminder(ME, VISIT), "REMINDER", {"appointment": 7}, "reminder:7:3"),
    (
        BlockLifted(ME, MASHA, ClinicId(1), "ILLNESS"),
        "BLOCK_LIFTED",
        {"patient": 5, "clinic": 1, "why": "ILLNESS"},
        "block-lifted:1:5:3",
    ),
    (
        ReferralGiven(ME, MASHA, ClinicId(1), SpecialtyId(2), ReferralRef("9")),
        "REFERRAL_GIVEN",
        {"patient": 5, "clinic": 1, "specialty": 2, "referral": "9"},
        "referral:1:9:3",
    ),
    (
        ReferralEnds(ME, MASHA, ClinicId(1), SpecialtyId(2), ReferralRef("9")),
        "REFERRAL_ENDS",
        {"patient": 5, "clinic": 1, "specialty": 2, "referral": "9"},
        "referral-ends:1:9:3",
    ),
    (
        ReferralWithdrawn(ME, MASHA, ClinicId(1), SpecialtyId(2), ReferralRef("9")),
        "REFERRAL_WITHDRAWN",
        {"patient": 5, "clinic": 1, "specialty": 2, "referral": "9"},
        "referral-withdrawn:1:9:3",
    ),
    (BookedByOther(ME, VISIT), "BOOKED_BY_OTHER", {"appointment": 7}, "other:7:3"),
    (MovedByOther(ME, VISIT, WAS), "MOVED_BY_OTHER", {"appointment": 7, "was": 1795669200}, "other:7:3"),
    (CancelledByOther(ME, VISIT, WAS), "CANCELLED_BY_OTHER", {"appointment": 7, "was": 1795669200}, "other:7:3"),
    (DeskAnswered(ME, MASHA, CHECK), "DESK_ANSWERED", {"patient": 5, "check": 8}, "desk_answered:5:3"),
    (DeskCheckLate(ME, MASHA, CHECK), "DESK_CHECK_LATE", {"patient": 5, "check": 8}, "desk_check_late:5:3"),
    (DeskIsLate(ME, CHECK), "DESK_IS_LATE", {"check": 8}, "desk_is_late:8:3"),
    (DigitsGuessed(ME, CHECK), "DIGITS_GUESSED", {"check": 8}, "digits_guessed:8:3"),
    (
        ApplicationAnswered(ME, APPLICATION),
        "APPLICATION_ANSWERED",
        {"application": 6},
        "application_answered:6:3",
    ),
    (ApplicationLate(ME, APPLICATION), "APPLICATION_LATE", {"application": 6}, "application_late:6:3"),
    (
        ApplicationStuck(ME, APPLICATION, "7f3a90c1"),
        "APPLICATION_STUCK",
        {"application": 6, "error": "7f3a90c1"},
        "application_stuck:6:3",
    ),
    (ApplicationLeft(ME, APPLICATION), "APPLICATION_LEFT", {"application": 6}, "application_left:6:3"),
    (ApplicationByOther(ME, APPLICATION), "APPLICATION_BY_OTHER", {"application": 6}, "application_by_other:6:3"),
    (
        ApplicationWanted(ME, MASHA, ClinicId(1)),
        "APPLICATION_WANTED",
        {"patient": 5, "clinic": 1},
        "application_wanted:5:1:3",
    ),
    (
        DocumentWanted(ME, MASHA, ClinicId(1), DocumentId(7)),
        "DOCUMENT_WANTED",
        {"patient": 5, "clinic": 1, "document": 7},
        "document_wanted:5:7:3",
    ),
    (PolicyRequestAnswered(ME, REQUEST), "POLICY_REQUEST_ANSWERED", {"request": 4}, "policy_request_answered:4:3"),
    (PolicyRequestLate(ME, REQUEST), "POLICY_REQUEST_LATE", {"request": 4}, "policy_request_late:4:3"),
    (PolicyRequestIsLate(ME, REQUEST), "POLICY_REQUEST_IS_LATE", {"request": 4}, "policy_request_is_late:4:3"),
    (
        EnrollmentOpened(ME, MASHA, ClinicId(1), 9),
        "ENROLLMENT_OPENED",
        {"patient": MASHA, "clinic": 1, "wait": 9},
        "enrollment_opened:9",
    ),
    (ApplicationNotDone(ME, APPLICATION), "APPLICATION_NOT_DONE", {"application": 6}, "application_not_done:6:3"),
    (ApplicationIsLate(ME, APPLICATION), "APPLICATION_IS_LATE", {"application": 6}, "application_is_late:6:3"),
    (PapersSeen(ME, MASHA), "PAPERS_SEEN", {"patient": 5}, "papers:5:3"),
    (OtherProved(ME, MASHA), "OTHER_PROVED", {"patient": 5}, "proved:5:3"),
    (
        MatterDeclined(ME, MASHA, "PAPERS"),
        "MATTER_DECLINED",
        {"patient": 5, "matter": "PAPERS"},
        "declined:PAPERS:5:3",
    ),
    (
        CancelledByClinic(ME, VISIT, WAS, "DOCTOR_ILL"),
        "CANCELLED_BY_CLINIC",
        {"appointment": 7, "was": 1795669200, "why": "DOCTOR_ILL", "told": ""},
        "clinic:7:3",
    ),
    (
        MovedByClinic(ME, VISIT, WAS, told='{"room": "101"}'),
        "MOVED_BY_CLINIC",
        {"appointment": 7, "was": 1795669200, "why": "", "told": '{"room": "101"}'},
        "clinic:7:3",
    ),
    (
        PutBackByClinic(ME, VISIT, WAS),
        "PUT_BACK_BY_CLINIC",
        {"appointment": 7, "was": 1795669200, "why": "", "told": ""},
        "clinic:7:3",
    ),
    (
        DoctorIsLate(ME, VISIT, 25, WAS),
        "DOCTOR_IS_LATE",
        {"appointment": 7, "minutes": 25, "at": 1795669200},
        "late:7:3:1795669200",
    ),
    (
        MarkedByClinic(ME, VISIT, WAS),
        "MARKED_BY_CLINIC",
        {"appointment": 7, "was": 1795669200, "why": "", "told": ""},
        "clinic:7:3",
    ),
    (OfferChanged(ME, VISIT, WAS), "OFFER_CHANGED", {"appointment": 7, "at": 1795669200}, "offer:7:3:1795669200"),
    (PresenceDenied(ME, VISIT), "PRESENCE_DENIED", {"appointment": 7}, "presence:7:3"),
    (TakeoverAsked(ME, TAKEOVER), "TAKEOVER_ASKED", {"takeover": 9}, "takeover:9"),
    (TakeoverRefused(ME, TAKEOVER), "TAKEOVER_REFUSED", {"takeover": 9}, "refused:9"),
    (TakeoverMovedHere(ME, TAKEOVER), "TAKEOVER_MADE", {}, "made:9"),
    (TakeoverPapersDeclined(ME, TAKEOVER), "TAKEOVER_PAPERS_DECLINED", {"takeover": 9}, "papers_declined:9"),
    (TakeoverLapsed(ME, TAKEOVER), "TAKEOVER_LAPSED", {}, "lapsed:9"),
    (ConsentWithdrawn(ME, Purpose.REMINDERS), "CONSENT_WITHDRAWN", {"purpose": "REMINDERS"}, "withdrawn:3:REMINDERS"),
    (TakeoverUndone(ME, TAKEOVER, back=True), "TAKEOVER_UNDONE", {"back": 1}, "undone:9:1"),
    (TakeoverMovedAway(ME, TAKEOVER), "TAKEN_OVER", {"takeover": 9}, "taken:9"),
    (NothingToTakeOver(ME, TAKEOVER), "NOTHING_TO_TAKE_OVER", {}, "nothing:9"),
]
"""One of every class with its stored kind, facts and deduplication key."""


def concrete() -> set[type[News]]:
    """Return all concrete news classes."""
    root = Path(bot.__file__).parent
    names = [".".join(("bot", *path.relative_to(root).with_suffix("").parts)) for path in root.rglob("news*.py")]
    known = {each for name in names for each in vars(import_module(name)).values() if inspect.isclass(each)}
    return {each for each in known if issubclass(each, News) and hasattr(each, "kind")}


def queued(kind: str, facts: dict[str, int | str]) -> OutboxMessage:
    return OutboxMessage(OutboxId(1), ME, 1001, "ru", kind, facts, NOW)


def test_every_news_class_has_a_function_and_a_title() -> None:
    missing = concrete() - {kind.news for kind in KINDS.values()}
    assert missing == set(), "write a function with @news(Class, title) in dialogs/<slice>/news.py"
    assert len({news.kind for news in concrete()}) == len(concrete())
    with speak("ru"):
        untranslated = [kind for kind in KINDS if word(kind) in (kind, KINDS[kind].title)]
    assert untranslated == [], "run make messages and translate the titles"


def test_every_news_class_is_in_the_table_of_what_is_stored() -> None:
    assert concrete() - {type(news) for news, *_stored in QUEUED} == set(), "add a row to QUEUED in this file"


@pytest.mark.parametrize(("news", "kind", "facts", "dedup"), QUEUED)
def test_news_is_stored_as_before_and_read_back(news: News, kind: str, facts: dict[str, int | str], dedup: str) -> None:
    notice = news.due(NOW)
    assert (notice.account, notice.kind, notice.facts, notice.dedup) == (ME, kind, facts, dedup)
    assert {type(fact) for fact in notice.facts.values()} <= {int, str}
    assert notice.appointment == (VISIT if "appointment" in facts else None)
    key_only: dict[str, Any] = {each.name: each.default for each in fields(news) if each.metadata.get("key_only")}
    assert type(news).read(queued(kind, facts)) == replace(news, **key_only)


def test_facts_of_a_newer_release_are_left_out() -> None:
    message = queued("REMINDER", {"appointment": 7, "room": "12"})
    assert VisitReminder.read(message) == VisitReminder(ME, VISIT)


def test_facts_that_came_later_have_their_defaults() -> None:
    assert PolicyWanted.read(queued("GET_POLICY", {})) == PolicyWanted(ME, 0)


def test_answers_go_first_and_reminders_last() -> None:
    assert BookingAnswered(ME, VISIT).due(NOW).urgency is Urgency.PERSONAL
    assert MovedByClinic(ME, VISIT, WAS).due(NOW).urgency is Urgency.NEWS
    assert VisitReminder(ME, VISIT).due(NOW).urgency is Urgency.ROUTINE


def test_only_news_of_the_account_itself_need_no_consent() -> None:
    needless = {news for news in concrete() if not news.needs_consent}
    made = {TakeoverMovedHere, TakeoverMovedAway, TakeoverUndone}
    takeovers = {TakeoverAsked, TakeoverRefused, TakeoverPapersDeclined, TakeoverLapsed, NothingToTakeOver, *made}
    late = {ApplicationIsLate, PolicyRequestIsLate}
    of_staff = {MorningDigest, PostTaken, DeskIsLate, DigitsGuessed, ApplicationNotDone, *late}
    assert needless == {InvitationRecalled, CodeDropPlanned, CodeDropped, ConsentWithdrawn, *takeovers, *of_staff}
