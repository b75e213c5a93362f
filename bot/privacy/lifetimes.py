"""The lifetime of every table: how long its rows are kept, and what deletes them.

A row about a person is deleted with its account or its patient; most are deleted earlier, by the job ``retention``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.core.transactions import UnitOfWork
from bot.patients.rules.checks import FAILURE_COUNTS_FOR

ERASE_AFTER_WITHDRAWAL = timedelta(days=30)
"""from the withdrawal of a required consent; until then it may be given again"""
ERASE_WITHOUT_CONSENT = timedelta(days=1)
"""from the first message of a person who has given no consent"""

KEEP_DRAFTS = timedelta(days=30)
"""unfinished forms and open prompts, from the last answer"""
KEEP_CORRECTIONS = timedelta(days=30)
"""corrections that the register has not accepted"""
KEEP_ORDERS = timedelta(days=2)
KEEP_PASSING = timedelta(hours=48)
"""messages that could not be deleted: Telegram deletes no older ones"""
KEEP_REQUESTS = timedelta(days=30)
"""requests for access and invitations, after they have ended"""
KEEP_MATTERS = timedelta(days=365)
"""desk matters, settled or not, from the day on which they were opened"""
KEEP_DESK_CHECKS = timedelta(days=400)
"""policy checks at a desk: longer than the year after which the desk is asked again"""
KEEP_APPLICATIONS = timedelta(days=365)
"""applications, after they were closed, and enrollments after they have ended"""
KEEP_PAPERS = timedelta(days=30)
"""files of papers, after the decision about their application"""
KEEP_UNSENT_PAPERS = timedelta(days=2)
"""files of papers that were added to no application"""
KEEP_UNCHECKED = timedelta(days=180)
"""records of children whose policy was not checked: longer than a visit can be booked ahead"""
KEEP_MESSAGES = timedelta(days=30)
"""messages that are sent, withdrawn, failed or expired"""
KEEP_UNSENT = timedelta(days=365)
"""messages that wait for a person who has blocked the bot"""
KEEP_LOOKS = timedelta(days=7)
"""what a clinic answered about a card; it is asked again whenever the card is opened"""
KEEP_CLOSED = timedelta(days=30)
"""what a clinic kept instead of a visit, and entries of the waiting list after their end"""
KEEP_CODES = timedelta(days=7)
"""access codes that were dropped: longer than it may take to deliver the message that the code is off"""
KEEP_VISITS = timedelta(days=365)
"""after the visit"""
KEEP_RECORDS = timedelta(days=3 * 365)
"""journal entries, and consents after they were revoked or their account was erased"""

ACCOUNT, PATIENT = ("accounts",), ("patients",)
BOTH = (*ACCOUNT, *PATIENT)

Forget = Callable[[UnitOfWork, datetime], Awaitable[None]]
"""Deletes rows that are older than a moment."""


class Expiry(NamedTuple):
    """Rows are deleted when the moment in the column ``since`` is ``after`` ago."""

    since: str
    after: timedelta
    forget: Forget


class Lifetime(NamedTuple):
    """``parents`` are tables whose rows take the rows of this one along; ``kept`` is what else is to be known."""

    kept: str
    parents: tuple[str, ...] = ()
    expiries: tuple[Expiry, ...] = ()


OF_THE_PROGRAM = Lifetime("state of the program, about no person")
OF_THE_CLINIC = Lifetime("the clinic's own records: kept as the clinic keeps them")
DIRECTORY = Lifetime("public: as long as a clinic lists it")

LIFETIMES: Mapping[str, Lifetime] = {
    "accounts": Lifetime(
        "until «Удалить всё»; 30 days after a required consent was withdrawn; a day without any consent"
    ),
    "patients": Lifetime(
        "until its last representative is gone; a waiting correction for 30 days",
        expiries=(Expiry("correction_at", KEEP_CORRECTIONS, lambda uow, at: uow.patients.forget_corrections(at)),),
    ),
    "representations": Lifetime("while the account acts for the patient", BOTH),
    "told": Lifetime("with the card", PATIENT),
    "shared_cards": Lifetime("while both cards exist and nobody ends it", PATIENT),
    "contacts": Lifetime("until the owner removes them", ACCOUNT),
    "consents": Lifetime(
        "three years after the end",
        expiries=(Expiry("revoked_at", KEEP_RECORDS, lambda uow, at: uow.consents.forget(at)),),
    ),
    "audit": Lifetime("three years", expiries=(Expiry("at", KEEP_RECORDS, lambda uow, at: uow.audit.forget(at)),)),
    "drafts": Lifetime("30 days", ACCOUNT, (Expiry("changed_at", KEEP_DRAFTS, lambda uow, at: uow.drafts.forget(at)),)),
    "dialogs": Lifetime(
        "30 days", ACCOUNT, (Expiry("asked_at", KEEP_DRAFTS, lambda uow, at: uow.accounts.forget_prompts(at)),)
    ),
    "orders": Lifetime("two days", BOTH, (Expiry("created_at", KEEP_ORDERS, lambda uow, at: uow.orders.forget(at)),)),
    "appointments": Lifetime(
        "a year after the visit",
        BOTH,
        (Expiry("ends_at", KEEP_VISITS, lambda uow, at: uow.appointments.forget(at)),),
    ),
    "visits_elsewhere": Lifetime(
        "until the visit is over", PATIENT, (Expiry("ends_at", timedelta(), lambda uow, at: uow.elsewhere.forget(at)),)
    ),
    "kept_numbers": Lifetime(
        "until the visit is over",
        expiries=(Expiry("ends_at", timedelta(), lambda uow, at: uow.visit_numbers.forget(at)),),
    ),
    "unchecked_persons": Lifetime(
        "until the policy is right: the job `unchecked`; half a year",
        PATIENT,
        (Expiry("made_at", KEEP_UNCHECKED, lambda uow, at: uow.unchecked.forget(at)),),
    ),
    "known_referrals": Lifetime(
        "until the referral is over",
        PATIENT,
        (Expiry("ends_at", timedelta(), lambda uow, at: uow.referrals.forget(at)),),
    ),
    "favourites": Lifetime("until the account takes the clinic off its list", ACCOUNT),
    "closed_visits": Lifetime(
        "30 days",
        ("appointments",),
        (Expiry("closed_at", KEEP_CLOSED, lambda uow, at: uow.closed_visits.forget(at)),),
    ),
    "waitlist_entries": Lifetime(
        "30 days after the end",
        ("appointments", "patients"),
        (Expiry("until", KEEP_CLOSED, lambda uow, at: uow.closed_visits.forget_entries(at)),),
    ),
    "waiting_persons": Lifetime(
        "30 days after the end",
        expiries=(Expiry("until", KEEP_CLOSED, lambda uow, at: uow.closed_visits.forget_persons(at)),),
    ),
    "clinic_looks": Lifetime(
        "a week", BOTH, (Expiry("looked_at", KEEP_LOOKS, lambda uow, at: uow.elsewhere.forget_looks(at)),)
    ),
    "outbox": Lifetime(
        "30 days; unsent for a year",
        (*ACCOUNT, "appointments"),
        (
            Expiry("due_at", KEEP_MESSAGES, lambda uow, at: uow.outbox.forget(at)),
            Expiry("due_at", KEEP_UNSENT, lambda uow, at: uow.outbox.forget_unsent(at)),
        ),
    ),
    "access_requests": Lifetime(
        "30 days after the end", BOTH, (Expiry("until", KEEP_REQUESTS, lambda uow, at: uow.family.forget(at)),)
    ),
    "invitations": Lifetime(
        "30 days after the end", BOTH, (Expiry("until", KEEP_REQUESTS, lambda uow, at: uow.family.forget(at)),)
    ),
    "staff_invitations": Lifetime(
        "30 days after the end", ACCOUNT, (Expiry("until", KEEP_REQUESTS, lambda uow, at: uow.posts.forget(at)),)
    ),
    "passing_messages": Lifetime(
        "two minutes, until the job `passing` has deleted the message; at most two days",
        ACCOUNT,
        (Expiry("shown_at", KEEP_PASSING, lambda uow, at: uow.passing.forget(at)),),
    ),
    "desk_matters": Lifetime(
        "a year", BOTH, (Expiry("opened_at", KEEP_MATTERS, lambda uow, at: uow.matters.forget(at)),)
    ),
    "desk_checks": Lifetime(
        "400 days", BOTH, (Expiry("opened_at", KEEP_DESK_CHECKS, lambda uow, at: uow.desk_checks.forget(at)),)
    ),
    "applications": Lifetime(
        "a year after the decision",
        BOTH,
        (Expiry("closed_at", KEEP_APPLICATIONS, lambda uow, at: uow.applications.forget(at)),),
    ),
    "application_steps": Lifetime("with the application", ("applications",)),
    "policy_requests": Lifetime(
        "a year after the decision",
        ACCOUNT,
        (Expiry("closed_at", KEEP_APPLICATIONS, lambda uow, at: uow.policy_requests.forget(at)),),
    ),
    "policy_request_steps": Lifetime("with the application for a policy", ("policy_requests",)),
    "policy_request_versions": Lifetime("with the application for a policy", ("policy_requests",)),
    "application_papers": Lifetime(
        "30 days after the decision, a newer one if they went along; with an application that is withdrawn; two days "
        "if no application is sent",
        (*BOTH, "applications"),
        (
            Expiry("closed_at", KEEP_PAPERS, lambda uow, at: uow.papers.forget(at)),
            Expiry("added_at", KEEP_UNSENT_PAPERS, lambda uow, at: uow.papers.forget_unsent(at)),
        ),
    ),
    "clinic_papers": Lifetime("what a head of a clinic has set"),
    "application_versions": Lifetime("with the application", ("applications",)),
    "enrollment_waits": Lifetime(
        "until the clinic enrolls again; 90 days at most",
        BOTH,
        (Expiry("until", timedelta(), lambda uow, at: uow.enrollment_waits.forget(at)),),
    ),
    "clinic_consents": Lifetime(
        "with the card; three years after the end",
        BOTH,
        (Expiry("revoked_at", KEEP_RECORDS, lambda uow, at: uow.clinic_consents.forget(at)),),
    ),
    "enrollments": Lifetime(
        "with the card; a year after the end",
        PATIENT,
        (Expiry("ended_at", KEEP_APPLICATIONS, lambda uow, at: uow.enrollments.forget(at)),),
    ),
    "enrollment_limits": Lifetime("what a head of a clinic has set"),
    "failed_checks": Lifetime(
        "an hour", expiries=(Expiry("at", FAILURE_COUNTS_FOR, lambda uow, at: uow.checks.forget_failures(at)),)
    ),
    "takeovers": Lifetime("until answered or over: the job `takeovers`", ACCOUNT),
    "moves": Lifetime("30 days, then the job `takeovers` deletes them with what is suspended", ACCOUNT),
    "moved_rows": Lifetime("with the move", ("moves",)),
    "moved_policy_requests": Lifetime("with the move", ("moves", "policy_requests")),
    "pins": Lifetime(
        "until it is switched off",
        ACCOUNT,
        (Expiry("drops_at", KEEP_CODES, lambda uow, at: uow.access_codes.forget(at)),),
    ),
    "offered_pins": Lifetime(
        "minutes",
        ACCOUNT,
        (Expiry("until", timedelta(), lambda uow, at: uow.access_codes.forget_proposals(at)),),
    ),
    "budgets": Lifetime(
        "until the budget is full again",
        ACCOUNT,
        (Expiry("full_at", timedelta(), lambda uow, at: uow.budgets.forget(at)),),
    ),
    **dict.fromkeys(("alarms", "cursors", "leases", "migrations", "expanding_migrations", "zone_laws"), OF_THE_PROGRAM),
    "erased": Lifetime("numbers of erased accounts and cards, until they stand in erasures.log"),
    **dict.fromkeys(("unfinished_steps", "secret_canaries", "index_canaries"), OF_THE_PROGRAM),
    **dict.fromkeys(("clinics", "specialties", "doctors"), DIRECTORY),
    **dict.fromkeys(
        (
            "registry_clinics",
            "registry_specialties",
            "registry_doctors",
            "registry_slots",
            "registry_persons",
            "registry_bookings",
            "registry_changes",
            "registry_clinic_specialties",
            "registry_timetable",
            "registry_exceptions",
            "registry_published",
            "registry_replans",
            "registry_districts",
            "registry_documents",
            "registry_referrals",
            "registry_reservations",
            "registry_openings",
            "registry_closures",
            "registry_closed_slots",
        ),
        OF_THE_CLINIC,
    ),
}


async def delete_expired_rows(uow: UnitOfWork, now: datetime) -> None:
    """Delete the rows of every table whose time is over."""
    for lifetime in LIFETIMES.values():
        for expiry in lifetime.expiries:
            await expiry.forget(uow, now - expiry.after)
