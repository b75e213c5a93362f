"""Fill one row of every kind of personal data, and find where rows still point at a person."""

from __future__ import annotations

from datetime import date, timedelta

from bot.applications.records import EnrollmentReason, EnrollmentWish, SentData
from bot.core.deeds import Actor, Deed, Subject
from bot.core.people import Purpose
from bot.glossary import ApplicationId, PatientId
from bot.patients.news import CheckAnswered
from bot.patients.records import Correction, Detail, Relationship
from storage.database.connection import Connection, Row
from storage.unit import UnitOfWork
from tests.storage.stored import CLAIM, NOW, World

PERSON_COLUMNS = {"account_id", "patient_id"}


async def tables_about_people(world: World) -> set[str]:
    """Return every table of the bot with a reference to an account or a patient, also through other tables."""
    found = {"accounts", "patients"}
    targets: dict[str, set[str]] = {}

    async def look(connection: Connection) -> None:
        tables = await connection.fetch("SELECT name FROM sqlite_master WHERE type = 'table'", {})
        for (table,) in tables:
            keys = await connection.fetch(f"SELECT * FROM pragma_foreign_key_list('{table}')", {})  # noqa: S608 - our own schema
            columns = await connection.fetch(f"SELECT name FROM pragma_table_info('{table}')", {})  # noqa: S608 - the same
            targets[table] = {key["table"] for key in keys}
            if {column["name"] for column in columns} & PERSON_COLUMNS:
                found.add(table)

    await world.database.read(look)
    while more := {table for table, pointed in targets.items() if pointed & found} - found:
        found |= more
    return found


async def put(world: World, table: str, **values: object) -> None:
    names, places = ", ".join(values), ", ".join(f":{name}" for name in values)
    sql = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608 - names of ours
    await world.database.write(lambda connection: connection.execute(sql, values))


async def fill(world: World) -> PatientId:
    """Fill rows of the mother and of a stranger who also acts for her patient; return the patient."""
    mother, stranger = world.mother.id, world.stranger.id
    patient = await world.link()
    await world.appoint(await world.order(patient))

    async def change(uow: UnitOfWork) -> None:
        await uow.patients.set_details(patient, {Detail.SNILS: "11223344595", Detail.ADDRESS: "Лесная, 3"})
        await uow.patients.set_correction(patient, Correction(CLAIM), NOW)
        await uow.representatives.add(stranger, patient, Relationship.GUARDIAN, NOW)
        await uow.contacts.set_phone(mother, "+79161234567")
        await uow.contacts.set_phone(stranger, "+79990000000")
        await uow.drafts.add(mother, "policy", {"number": "7700", "FAMILY": "Петрова"}, NOW)
        await uow.drafts.add(stranger, "policy", {"number": "5500"}, NOW)
        for account in (mother, stranger):
            await uow.consents.give(account, Purpose.PATIENT, "1", "abcd", NOW)
            await uow.outbox.add(CheckAnswered(account, patient).due(NOW), NOW)
            await uow.audit.add(Actor.account(account), Deed.POLICY_LINKED, Subject.patient(patient), NOW)
            await uow.audit.add(Actor.account(account), Deed.CONSENT_GIVEN, Subject.consent(Purpose.PATIENT), NOW)

    await world.storage.write(change)
    await fill_by_hand(world, patient)
    await fill_waits(world, patient)
    return patient


async def fill_by_hand(world: World, patient: PatientId) -> None:
    """Insert rows that would take many steps in the chat."""
    mother, stranger = world.mother.id, world.stranger.id
    asked = {"patient_id": patient, "account_id": stranger, "status": "ASKED", "asked_at": 1, "until": 2}
    await put(world, "access_requests", ref="A7KM-9X", **asked)
    await put(world, "invitations", token_index=b"t", patient_id=patient, account_id=mother, made_at=1, until=2)
    matter = {"account_id": mother, "patient_id": patient, "opened_at": 1}
    await put(world, "desk_matters", ref="B7KM-9X", kind="PAPERS", **matter)
    other = await world.link(world.stranger, verified=False)
    await put(world, "shared_cards", card_id=patient, with_id=other, since=1)
    visit = {"clinic_id": world.clinic.id, "specialty_id": world.specialty.id, "doctor_id": world.doctor.id}
    times = {"starts_at": 1, "ends_at": 2, "visit_type": "CHECKUP", "room": "", "status": "BOOKED"}
    await put(world, "visits_elsewhere", patient_id=patient, system="registry", booking="7", **visit, **times)
    look = {"patient_id": patient, "system": "registry", "account_id": mother}
    await put(world, "clinic_looks", **look, knows_phone=1, looked_at=1)
    await put(world, "known_referrals", patient_id=patient, system="registry", referral="7", ends_at=2)
    await put(world, "told", patient_id=patient, matter="ends:2027-01-01", at=1)
    await put(world, "failed_checks", account_id=mother, number_index=b"n", at=1)
    await put(world, "budgets", account_id=mother, budget="EXPORT", full_at=1)
    moved = {"uid": b"u", "sealed_phone": b"s", "old_id": mother, "new_id": stranger}
    await put(world, "takeovers", **moved, status="ASKED", due_at=1)
    made = {"old_id": mother, "new_id": stranger, "moved_at": 1, "until": 2}
    await put(world, "moves", takeover_id=9, uid=b"m", ref="C7KM-9X", sealed_phone=b"s", **made)
    await put(world, "moved_rows", takeover_id=9, kind="DRAFT", row_id=1, account_id=mother)
    await fill_as_staff(world, patient)
    await put(world, "pins", account_id=mother, salt=b"s", digest=b"d")


async def fill_waits(world: World, patient: PatientId) -> None:
    """Insert what a clinic's closing of hours leaves behind, and a clinic that is kept."""
    await put(world, "closed_visits", appointment_id=1, closed_at=1)
    await put(world, "favourites", account_id=world.mother.id, clinic_id=world.clinic.id, added_at=1)
    wish = {"patient_id": patient, "clinic_id": 1, "specialty_id": 1}
    await put(world, "waitlist_entries", **wish, called_off=1, is_first=1, since=1, until=2)
    wait = {"system": "registry", "booking": "9", "person": "9", "clinic_id": 1, "specialty_id": 1}
    await put(world, "waiting_persons", **wait, since=1, until=2)
    await put(world, "kept_numbers", system="registry", booking="8", ref="P7KM-9X", clinic_id=1, ends_at=1)


async def fill_following(world: World, patient: PatientId) -> None:
    """Insert what was sent with the application, and the wish to be told when its clinic enrolls again."""
    sent = SentData(
        "Петрова Мария Алексеевна", date(2019, 5, 17), "•••• 1234", "•••• 4595", "", True, False,
        EnrollmentWish(EnrollmentReason.CHOICE),
    )  # fmt: skip
    until = NOW + timedelta(days=90)
    mother, clinic = world.mother.id, world.clinic.id
    await world.storage.write(lambda uow: uow.sent_versions.add(ApplicationId(1), sent, NOW))
    await world.storage.write(lambda uow: uow.enrollment_waits.add(mother, patient, clinic, NOW, until))


async def fill_as_staff(world: World, patient: PatientId) -> None:
    """Insert rows of a member of a clinic's staff."""
    mother = world.mother.id
    at_desk = {"clinic_id": world.clinic.id, "opened_at": 1, "due_at": 2, "claimed_by": mother, "claimed_until": 3}
    await put(
        world, "desk_checks", account_id=mother, patient_id=patient, **at_desk, barred_id=mother, decided_by=mother
    )
    wish = {"clinic_id": world.clinic.id, "status": "SUBMITTED", "reason": "CHOICE", "last_change": "UNKNOWN"}
    filed = {"account_id": mother, "patient_id": patient, "claimed_by": mother, "decided_by": mother}
    await put(
        world, "applications", id=1, ref="E7KM-9X", kind="ENROLLMENT", **wish, **filed, filed_at=1, due_at=2,
        doctor_id=world.doctor.id, closed_at=3,
    )  # fmt: skip
    paper = {"account_id": mother, "patient_id": patient, "clinic_id": world.clinic.id, "kind": "RESIDENCE", "pages": 1}
    added_at = int(NOW.timestamp())
    await put(world, "application_papers", **paper, uid=b"p", sealed_pages=b"s", added_at=added_at, closed_at=added_at)
    request = {"account_id": mother, "clinic_id": world.clinic.id, "claimed_by": mother, "decided_by": mother}
    await put(
        world, "policy_requests", id=1, ref="M7KM-9X", status="SUBMITTED", **request, uid=b"u", sealed_form=b"s",
        consent_version="1", digest="abcd", filed_at=1, due_at=2, closed_at=3,
    )  # fmt: skip
    await put(world, "policy_request_steps", request_id=1, at=1, step="SUBMITTED", detail="")
    await put(world, "policy_request_versions", request_id=1, sent_at=1, uid=b"v", sealed_data=b"s")
    await put(world, "moved_policy_requests", takeover_id=9, request_id=1, account_id=mother)
    await put(world, "application_steps", application_id=1, at=1, step="SUBMITTED", detail="")
    await fill_following(world, patient)
    passed = {"account_id": mother, "patient_id": patient, "clinic_id": world.clinic.id}
    await put(world, "clinic_consents", **passed, version="1", digest="abcd", given_at=1)
    place = {"clinic_id": world.clinic.id, "district": "4", "doctor_id": world.doctor.id}
    await put(world, "enrollments", patient_id=patient, since=1, **place)
    await put(world, "unchecked_persons", patient_id=patient, clinic_id=world.clinic.id, person="7", made_at=1)
    post = {"role": "HEAD", "clinic_id": world.clinic.id, "made_by": world.stranger.id, "opened_by": world.mother.id}
    await put(world, "staff_invitations", token_index=b"p", **post, made_at=1, until=2)
    await put(world, "passing_messages", account_id=world.mother.id, message_id=5, shown_at=1, delete_at=2)


async def traces(world: World, account: int, patients: list[int]) -> list[str]:
    """Return the columns that still have this account or its patients."""
    found = []
    for table in await tables_about_people(world):
        for column, wanted in await _pointers(world, table):
            values = {"accounts": [account], "patients": patients}[wanted]
            for value in values:
                found += [f"{table}.{column}"] * await _points_at(world, table, column, value)
    return sorted(found)


async def _points_at(world: World, table: str, column: str, value: int) -> bool:
    sql = f"SELECT 1 FROM {table} WHERE {column} = :id"  # noqa: S608 - names from the schema
    return bool(await world.database.read(lambda connection: connection.fetch(sql, {"id": value})))


async def _pointers(world: World, table: str) -> list[tuple[str, str]]:
    async def look(connection: Connection) -> list[Row]:
        return await connection.fetch(f"SELECT * FROM pragma_foreign_key_list('{table}')", {})  # noqa: S608 - our own schema

    keys = await world.database.read(look)
    pointing = [(key["from"], key["table"]) for key in keys if key["table"] in ("accounts", "patients")]
    own = [("id", table)] if table in ("accounts", "patients") else []
    return [*pointing, *own]
