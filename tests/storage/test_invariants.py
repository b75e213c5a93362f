"""Each invariant of the database finds a row that is planted against it, and nothing in a town at work."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from math import prod
from pathlib import Path
from random import Random

import pytest

from bot.privacy.lifetimes import LIFETIMES
from storage.checks import CHANGED, find_broken, list_invariants
from storage.keys.columns import SEALED
from tests.builders import MONDAY
from tests.stress.faults import Journey
from tests.stress.inline_database import inline_database
from tests.stress.service_town import make_template, open_service_town

NOW = int(MONDAY.timestamp())
DAY = 86400
COPY_MESSAGE = """
    INSERT INTO outbox (uid, account_id, kind, sealed_facts, urgency, dedup, due_at, expires_at, status, created_at)
    SELECT uid, account_id, 'BOOKING', sealed_facts, '0', 'planted', :now - 7200, :now - 3600, 'QUEUED', :now - 7200
    FROM outbox LIMIT 1
"""
PLANTED_APPLICATION = (
    "INSERT INTO applications (ref, kind, account_id, patient_id, clinic_id, status, reason, last_change, filed_at, "
    "due_at) SELECT 'ZZZZ-ZZ', 'ENROLLMENT', r.account_id, r.patient_id, c.id, 'SUBMITTED', 'CHOICE', 'UNKNOWN', "
    ":now - 36000, :now - 28800 FROM representations r, (SELECT min(id) AS id FROM clinics) c LIMIT 1"
)
PLANTED_CHECK = (
    "INSERT INTO desk_checks (account_id, patient_id, clinic_id, opened_at, due_at) "
    "SELECT account_id, patient_id, clinic_id, :now - 36000, :now FROM applications"
)

PLANTED_REQUEST = (
    "INSERT INTO policy_requests (ref, account_id, clinic_id, status, uid, sealed_form, consent_version, digest, "
    "filed_at, due_at) SELECT 'ZZZZ-ZZ', r.account_id, c.id, 'SUBMITTED', p.uid, p.sealed_identity, '1', 'x', "
    ":now - 36000, :now - 28800 FROM representations r JOIN patients p ON p.id = r.patient_id, "
    "(SELECT min(id) AS id FROM clinics) c LIMIT 1"
)


PLANTS: dict[str, Sequence[str]] = {
    "two_visits_on_one_slot": (
        "DROP INDEX registry_bookings_one_in_slot",
        "INSERT INTO registry_bookings (uid, slot_id, person_id, status) SELECT x'00', slot_id, person_id, 'BOOKED' "
        "FROM registry_bookings WHERE key IS NOT NULL AND status = 'BOOKED'",
    ),
    "slot_and_visit_disagree": (
        "UPDATE registry_slots SET status = 'FREE' "
        "WHERE id = (SELECT slot_id FROM registry_bookings WHERE key IS NOT NULL AND status = 'BOOKED')",
    ),
    "hold_without_end": (
        "INSERT INTO registry_bookings (uid, slot_id, person_id, holder, key, status, expires_at) "
        "SELECT x'00', "
        "(SELECT id FROM registry_slots WHERE status = 'FREE' LIMIT 1), person_id, 'planted', "
        "'planted', 'HELD', :now + 86400 "
        "FROM registry_bookings WHERE key IS NOT NULL AND status = 'BOOKED'",
    ),
    "holds_of_two_groups": (
        "INSERT INTO registry_bookings (uid, slot_id, person_id, key, status, expires_at, hold_group, hold_place) "
        "SELECT CAST(s.uid AS BLOB), s.id, b.person_id, s.uid, 'HELD', :now + 60, s.uid, s.place "
        "FROM registry_bookings b, ("
        "  SELECT id, hex(id) AS uid, row_number() OVER (ORDER BY id) AS place FROM registry_slots "
        "  WHERE status = 'FREE' LIMIT 2) s WHERE b.key IS NOT NULL AND b.status = 'BOOKED'",
    ),
    "reservation_of_taken_time": (
        "INSERT INTO registry_reservations (key, slot_id, expires_at) "
        "SELECT 'planted', id, :now + 60 FROM registry_slots WHERE status = 'BUSY' LIMIT 1",
    ),
    "reservation_without_end": (
        "INSERT INTO registry_reservations (key, slot_id, expires_at) "
        "SELECT 'planted', id, starts_at + 60 FROM registry_slots WHERE status = 'FREE' LIMIT 1",
    ),
    "visit_without_reminder": ("UPDATE outbox SET status = 'WITHDRAWN' WHERE kind = 'REMINDER'",),
    "reminder_of_no_visit": ("UPDATE appointments SET status = 'NO_SHOW' WHERE status = 'BOOKED'",),
    "visit_that_nothing_settles": ("UPDATE appointments SET cancelling = 1, next_try = NULL WHERE status = 'BOOKED'",),
    "visit_unlike_the_clinics": ("UPDATE appointments SET starts_at = starts_at + 900 WHERE status = 'BOOKED'",),
    "two_live_visits_in_a_chain": (
        "UPDATE appointments SET status = 'CHECKED_IN' WHERE id IN (SELECT replaces FROM appointments)",
    ),
    "chain_with_two_numbers": ("UPDATE appointments SET ref = 'ZZZZ-ZZ' WHERE replaces IS NOT NULL",),
    "visit_without_journal": ("UPDATE audit SET subject = 'appointment 0' WHERE subject LIKE 'appointment %'",),
    "message_that_never_leaves": (COPY_MESSAGE,),
    "claim_without_lease": (COPY_MESSAGE, "UPDATE outbox SET status = 'CLAIMED' WHERE dedup = 'planted'"),
    "card_without_representative": ("DELETE FROM representations",),
    "card_without_owner": ("UPDATE representations SET rights = 'CO_REPRESENTATIVE'",),
    "policy_verified_twice": (
        "UPDATE patients SET policy_index = (SELECT policy_index FROM patients LIMIT 1), status = 'VERIFIED'",
    ),
    "consent_of_nobody": ("UPDATE consents SET account_id = NULL",),
    "staff_of_no_clinic": ("UPDATE accounts SET clinic_id = NULL",),
    "referral_of_no_visit": (
        "INSERT INTO registry_referrals (uid, number_index, referral, person_id, specialty_id, issued_on, valid_until, "
        "booking_id) SELECT x'00', x'00', x'00', p.id, s.specialty_id, '2026-11-01', '2026-12-31', b.id "
        "FROM registry_bookings b JOIN registry_slots s ON s.id = b.slot_id "
        "JOIN registry_persons p ON p.id <> b.person_id WHERE b.key IS NOT NULL AND b.status = 'BOOKED' LIMIT 1",
    ),
    "doctor_with_two_patients": (
        "INSERT INTO registry_slots "
        "(doctor_id, clinic_id, specialty_id, starts_at, ends_at, local_day, visit_type, status) "
        "SELECT s.doctor_id, s.clinic_id, s.specialty_id, s.starts_at - 60, s.ends_at, s.local_day, 'PLANNED', 'BUSY' "
        "FROM registry_bookings b JOIN registry_slots s ON s.id = b.slot_id "
        "WHERE b.key IS NOT NULL AND b.status = 'BOOKED'",
    ),
    "slot_of_unpublished_day": (
        "INSERT INTO registry_timetable (doctor_id, weekday, starts, ends, minutes, weeks, dates, visit_type, form, "
        "audience, on_holidays) SELECT min(id), 1, 480, 720, 15, 'ALL', 'ALL', 'PLANNED', 'IN_PERSON', 'ALL', 0 "
        "FROM registry_doctors",
        "DELETE FROM registry_published",
    ),
    "desk_check_forgotten": (
        "INSERT INTO desk_checks (account_id, patient_id, clinic_id, opened_at, due_at) "
        "SELECT r.account_id, r.patient_id, c.id, :now - 36000, :now - 28800 "
        "FROM representations r, (SELECT min(id) AS id FROM clinics) c LIMIT 1",
    ),
    "application_forgotten": (PLANTED_APPLICATION,),
    "policy_and_application_apart": (
        PLANTED_APPLICATION,
        PLANTED_CHECK,
        "UPDATE applications SET due_at = :now, verdict = 'APPROVE', status = 'APPROVED', closed_at = :now, "
        "desk_check_id = (SELECT max(id) FROM desk_checks)",
    ),
    "post_link_half_ended": (
        "INSERT INTO staff_invitations (token_index, role, clinic_id, made_at, until, ended_at) "
        "SELECT x'00', 'HEAD', min(id), :now, :now + 3600, :now FROM clinics",
    ),
    "row_past_its_time": ("UPDATE orders SET created_at = created_at - 4 * 86400",),
    "number_given_twice": ("UPDATE sqlite_sequence SET seq = 0 WHERE name = 'patients'",),
    "sealed_with_unknown_key": (
        "INSERT INTO secret_canaries VALUES ('test', x'00')",
        "UPDATE patients SET sealed_identity = CAST('\x05other' AS BLOB)",
    ),
}
"""What breaks each invariant, and how."""
OTHER_PLANTS: Sequence[tuple[str, Sequence[str]]] = (
    (
        "referral_of_no_visit",
        (
            "INSERT INTO registry_referrals (uid, number_index, referral, person_id, specialty_id, issued_on, "
            "valid_until, booking_id) SELECT x'00', x'00', x'00', b.person_id, s.specialty_id, '2026-11-01', "
            "'2026-12-31', b.id FROM registry_bookings b JOIN registry_slots s ON s.id = b.slot_id "
            "WHERE b.key IS NOT NULL AND b.status = 'CANCELLED' LIMIT 1",
        ),
    ),
    (
        "desk_check_forgotten",
        (
            *PLANTS["desk_check_forgotten"],
            "UPDATE desk_checks SET due_at = :now, decision = 'MATCHED', decided_at = :now, final_at = NULL",
        ),
    ),
    (
        "application_forgotten",
        (PLANTED_APPLICATION, "UPDATE applications SET due_at = :now, verdict = 'REFUSE', final_at = :now - 28800"),
    ),
    (
        "application_forgotten",
        (PLANTED_APPLICATION, "UPDATE applications SET status = 'NEEDS_CORRECTION', correct_until = NULL"),
    ),
    ("application_forgotten", (PLANTED_APPLICATION, "UPDATE applications SET status = 'APPROVED'")),
    (
        "policy_and_application_apart",
        (
            PLANTED_APPLICATION,
            PLANTED_CHECK,
            "UPDATE applications SET verdict = 'REFUSE', final_at = :now - 28800, "
            "desk_check_id = (SELECT max(id) FROM desk_checks)",
        ),
    ),
    ("application_forgotten", (PLANTED_REQUEST,)),
    ("application_forgotten", (PLANTED_REQUEST, "UPDATE policy_requests SET verdict = 'REFUSE'")),
    ("application_forgotten", (PLANTED_REQUEST, "UPDATE policy_requests SET status = 'NEEDS_CORRECTION'")),
    ("application_forgotten", (PLANTED_REQUEST, "UPDATE policy_requests SET status = 'REFUSED'")),
    ("post_link_half_ended", (*PLANTS["post_link_half_ended"], "UPDATE staff_invitations SET outcome = 'ACCEPTED'")),
)
"""Other things that break some of them."""
UNSEEN_AT_ONCE = {
    "application_forgotten",
    "visit_without_journal",
    "sealed_with_unknown_key",
    "row_past_its_time",
    "slot_of_unpublished_day",
    "desk_check_forgotten",
    "policy_and_application_apart",
}
"""What a look at the last minute does not see: the journal names what has changed."""


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Path]:
    """Yield the database of a town with a visit three days ahead, which was moved once."""
    path = await make_template(tmp_path)
    async with inline_database(path, Random(1)) as database, open_service_town(database, families=1) as opened:
        journey = Journey(opened)
        for step in (Journey.meet, Journey.agree, Journey.link):
            await step(journey)
        times = opened.times(5)
        late = [at for at, time in enumerate(times) if (time.starts_at - MONDAY).days >= 3]
        await journey._review(late[0], None)
        await journey.book()
        await journey._review(late[2], (await journey.visit()).appointment.id)
        await journey.book()
        yield path


def plant(database: Path, statements: Sequence[str]) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        for sql in statements:
            connection.execute(sql, {"now": NOW} if ":now" in sql else ())


def names(database: Path, now: int = NOW, since: int | None = None) -> list[str]:
    return [each.name for each in find_broken(database, now, since)]


async def test_town_at_work_breaks_no_invariant(town: Path) -> None:
    assert find_broken(town, NOW) == []
    assert find_broken(town, NOW, leeway=False) == []
    assert find_broken(town, NOW, NOW - 60) == []


@pytest.mark.requirement("D11")
@pytest.mark.parametrize("name", PLANTS)
async def test_planted_row_is_found(town: Path, name: str) -> None:
    plant(town, PLANTS[name])
    assert name in names(town)
    assert (name in names(town, since=NOW - 60)) == (name not in UNSEEN_AT_ONCE)


@pytest.mark.parametrize(("name", "statements"), OTHER_PLANTS, ids=[name for name, _statements in OTHER_PLANTS])
async def test_other_planted_row_is_found(town: Path, name: str, statements: Sequence[str]) -> None:
    plant(town, statements)
    assert name in names(town)


def test_every_invariant_has_a_planted_row() -> None:
    assert {each.name for each in list_invariants()} == PLANTS.keys()


async def test_last_minute_leaves_what_is_older_to_the_night(town: Path) -> None:
    plant(town, PLANTS["chain_with_two_numbers"])
    later = NOW + DAY
    assert "chain_with_two_numbers" not in names(town, later, later - 60)
    assert "chain_with_two_numbers" in names(town, later)


def test_every_sealed_column_is_looked_at() -> None:
    [sealed] = [each.sql for each in list_invariants() if each.name == "sealed_with_unknown_key"]
    assert [column for column in SEALED if f"'{column.table}.{column.column} '" not in sealed] == []


def test_every_lifetime_is_looked_at() -> None:
    """A row of each table that a job deletes is found when the job has not."""
    [sql] = [each.sql for each in list_invariants() if each.name == "row_past_its_time"]
    found = re.findall(r"FROM (\w+)\s+WHERE (\w+) < :now - ([\d *]+) - :leeway", sql)
    looked_at = {
        (table, column, prod(int(factor) for factor in seconds.split("*"))) for table, column, seconds in found
    }
    assert looked_at == {
        (table, expiry.since, int(expiry.after.total_seconds()))
        for table, lifetime in LIFETIMES.items()
        for expiry in lifetime.expiries
    }


def test_every_invariant_reads_what_has_changed_or_an_index() -> None:
    """An invariant for every minute that reads no table of changes must be rare: each is one to justify."""
    free = [each.name for each in list_invariants() if each.is_quick and not any(t in each.sql for t in CHANGED)]
    assert sorted(free) == [
        "consent_of_nobody",
        "hold_without_end",
        "holds_of_two_groups",
        "number_given_twice",
        "post_link_half_ended",
        "reservation_of_taken_time",
        "reservation_without_end",
        "staff_of_no_clinic",
    ]
