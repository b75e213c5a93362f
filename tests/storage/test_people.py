"""Tests of accounts, consents and patients: access, encryption at rest, erasure."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiogram.fsm.storage.base import StorageKey

from bot.account.records import Consent
from bot.account.rules.consents import CONSENT_VERSIONS
from bot.booking.news import VisitReminder
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import NotYours
from bot.core.patient import NameField, Patient, RejectionReason, Verification, VerificationStatus
from bot.core.people import Account, PersonName, Purpose, Role
from bot.delivery.news import Notice
from bot.glossary import AccountId, PatientId, PersonRef
from bot.patients.records import Correction
from storage.database.connection import Database
from storage.database.dialog_state import DialogStorage
from storage.unit import Storage, UnitOfWork
from tests.builders import StoppedClock
from tests.storage.stored import CIPHER, CLAIM, INDEX, MASHA, MOTHER, NOW, POLICY, World, opened_world

VERIFIED = Verification(VerificationStatus.VERIFIED, checked_at=NOW)
LATER = timedelta(minutes=1)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as world:
        yield world


async def count(database: Database, table: str) -> int:
    sql = f"SELECT count(*) FROM {table}"  # noqa: S608 - our own table name
    rows = await database.read(lambda connection: connection.fetch(sql, {}))
    return int(rows[0][0])


# --- accounts and consents --------------------------------------------------------------------------------------------


async def test_account_is_added_once(world: World) -> None:
    again = await world.storage.write(lambda uow: uow.accounts.add(1001, NOW))
    assert again == world.mother
    assert (again.language, again.telegram_language) == (None, "ru")


async def test_unknown_account_and_patient_are_none(world: World) -> None:
    async def look(view: UnitOfWork) -> None:
        assert await view.accounts.find(9) is None
        assert await view.accounts.get(AccountId(9)) is None

    await world.storage.read(look)


async def test_account_keeps_language_role_and_reachability(world: World) -> None:
    async def change(uow: UnitOfWork) -> None:
        await uow.accounts.set_language(world.stranger.id, "en")
        await uow.accounts.set_reachable(world.stranger.id, False)
        await uow.accounts.appoint(world.stranger.id, Role.REGISTRAR, world.clinic.id)

    await world.storage.write(change)
    clerk = await world.storage.read(lambda view: view.accounts.find(1002))
    assert clerk == replace(world.stranger, language="en", reachable=False, role=Role.REGISTRAR, clinic=world.clinic.id)


async def test_consents_in_older_wording_are_kept_apart(world: World) -> None:
    async def change(uow: UnitOfWork) -> Account | None:
        for purpose in (Purpose.REPRESENTATIVE, Purpose.PATIENT):
            await uow.consents.give(world.mother.id, purpose, CONSENT_VERSIONS[purpose], "digest", NOW)
        await uow.consents.give(world.mother.id, Purpose.REMINDERS, "0", "digest", NOW)
        return await uow.accounts.get(world.mother.id)

    mother = await world.storage.write(change)
    assert mother is not None
    assert mother.consents == {Purpose.REPRESENTATIVE, Purpose.PATIENT}
    assert mother.older_consents == {Purpose.REMINDERS}
    assert (mother.may_link, mother.is_served, mother.wants_reminders) == (True, True, True)
    newer = Storage(world.database, CIPHER, INDEX, versions={**dict.fromkeys(Purpose, "99")})

    async def look(view: UnitOfWork) -> None:
        asked = await view.accounts.find(1001)
        assert asked == replace(world.mother, older_consents=frozenset(Purpose))
        assert (asked.may_link, asked.is_served, asked.wants_reminders) == (False, True, True)

    await newer.read(look)


async def test_revoked_consent_does_not_count_and_stays_on_record(world: World) -> None:
    async def change(uow: UnitOfWork) -> tuple[Account | None, Sequence[Consent]]:
        await uow.consents.give(world.mother.id, Purpose.REMINDERS, "1", "digest", NOW)
        await uow.consents.give(world.mother.id, Purpose.REMINDERS, "1", "digest", NOW + LATER)
        await uow.consents.revoke(world.mother.id, Purpose.REMINDERS, NOW + 2 * LATER)
        mother = await uow.accounts.get(world.mother.id)
        record = await uow.consents.list_of(world.mother.id)
        return mother, record

    mother, record = await world.storage.write(change)
    assert mother is not None
    assert mother.consents == frozenset()
    assert record == [Consent(Purpose.REMINDERS, "1", NOW, NOW + 2 * LATER)]

    async def change_again(uow: UnitOfWork) -> None:
        await uow.consents.give(world.mother.id, Purpose.REMINDERS, "1", "digest", NOW + 3 * LATER)
        assert await uow.consents.list_of(world.mother.id) == [Consent(Purpose.REMINDERS, "1", NOW + 3 * LATER)]

    await world.storage.write(change_again)


async def test_only_an_old_revoked_required_consent_ends_an_account(world: World) -> None:
    async def gone(days: int) -> list[AccountId]:
        async def look(view: UnitOfWork) -> list[AccountId]:
            return list(await view.consents.withdrawn_before(NOW + timedelta(days=days), limit=10))

        return await world.storage.read(look)

    async def change(uow: UnitOfWork) -> None:
        for account in (world.mother, world.stranger):
            for purpose in Purpose:
                await uow.consents.give(account.id, purpose, "1", "digest", NOW)
        await uow.consents.revoke(world.stranger.id, Purpose.REMINDERS, NOW)
        await uow.consents.revoke(world.mother.id, Purpose.PATIENT, NOW + timedelta(days=1))

    await world.storage.write(change)
    assert await gone(days=1) == []
    assert await gone(days=2) == [world.mother.id]
    await world.storage.write(
        lambda uow: uow.consents.give(world.mother.id, Purpose.PATIENT, "2", "digest", NOW + timedelta(days=3))
    )
    assert await gone(days=9) == []
    await world.storage.write(
        lambda uow: uow.consents.revoke(world.mother.id, Purpose.PATIENT, NOW + timedelta(days=4))
    )
    assert await gone(days=4) == []
    assert await gone(days=5) == [world.mother.id]


# --- patients ---------------------------------------------------------------------------------------------------------


async def test_new_patient_is_queued_for_verification(world: World) -> None:
    patient = await world.link(verified=False)

    async def look(view: UnitOfWork) -> Patient:
        (masha,) = await view.patients.list_of(world.mother.id)
        assert masha == await view.patients.require(world.mother.id, patient)
        return masha

    masha = await world.storage.read(look)
    assert (masha.name, masha.birth_date, masha.sex, masha.policy_number) == (
        MASHA,
        CLAIM.birth_date,
        CLAIM.sex,
        POLICY,
    )
    assert masha.verification == Verification(VerificationStatus.QUEUED, queued_at=NOW)
    assert (masha.clinic, masha.person) == (None, None)


async def test_strangers_patient_is_answered_like_missing_one(world: World) -> None:
    patient = await world.link()
    with pytest.raises(NotYours) as of_another:
        await world.storage.read(lambda view: view.patients.require(world.stranger.id, patient))
    with pytest.raises(NotYours) as missing:
        await world.storage.read(lambda view: view.patients.require(world.mother.id, PatientId(999)))
    assert await world.storage.read(lambda view: view.patients.list_of(world.stranger.id)) == []
    assert str(of_another.value) == str(missing.value)


async def test_patient_keeps_the_result_of_verification(world: World) -> None:
    patient = await world.link(verified=False)
    verification = Verification(
        VerificationStatus.NEEDS_CORRECTION, RejectionReason.NOT_MATCHED, NameField.FAMILY, NOW, NOW + LATER, attempts=2
    )
    corrected = PersonName("Петрова", "Марья")

    async def change(uow: UnitOfWork) -> Patient:
        await uow.patients.set_verification(patient, verification)
        await uow.patients.rename(patient, corrected)
        await uow.patients.set_person(patient, PersonRef("person-1"), world.clinic.id)
        await uow.patients.set_person(patient, PersonRef("person-2"), None)
        return await uow.patients.require(world.mother.id, patient)

    masha = await world.storage.write(change)
    assert (masha.verification, masha.name) == (verification, corrected)
    assert (masha.policy_number, masha.birth_date) == (POLICY, CLAIM.birth_date)
    assert (masha.person, masha.clinic) == (PersonRef("person-2"), world.clinic.id)


async def test_changes_of_missing_patient_do_nothing(world: World) -> None:
    async def change(uow: UnitOfWork) -> None:
        await uow.patients.rename(PatientId(999), MASHA)
        await uow.patients.set_person(PatientId(999), PersonRef("x"), None)
        await uow.patients.adopt_clinic(PatientId(999), world.clinic.id)

    await world.storage.write(change)
    assert await count(world.database, "patients") == 0


async def test_patient_is_found_by_policy_number_without_decryption(world: World) -> None:
    patient = await world.link()

    async def look(view: UnitOfWork) -> None:
        assert await view.patients.find_own(world.mother.id, POLICY) == patient
        assert await view.patients.find_own(world.stranger.id, POLICY) is None
        assert await view.patients.find_own(world.mother.id, POLICY[::-1]) is None

    await world.storage.read(look)


async def test_each_account_has_a_confirmed_card_of_the_policy(world: World) -> None:
    first = await world.link()
    second = await world.link(world.stranger, verified=False)
    await verify(world, second)
    claims = await world.storage.read(lambda view: view.representatives.claims(POLICY))
    assert [(claim.card, claim.owner) for claim in claims] == [(first, world.mother.id), (second, world.stranger.id)]


async def verify(world: World, patient: PatientId) -> None:
    async def change(uow: UnitOfWork) -> None:
        await uow.patients.set_person(patient, PersonRef("p"), None)
        await uow.patients.set_verification(patient, VERIFIED)

    await world.storage.write(change)


async def test_patient_identity_changes_with_its_policy_index(world: World) -> None:
    patient = await world.link()
    married = replace(CLAIM, policy_number="1" * 16, name=PersonName("Петрова", "Мария"))

    async def change(uow: UnitOfWork) -> None:
        await uow.patients.set_identity(patient, married)
        await uow.patients.set_identity(PatientId(999), married)
        found = await uow.patients.require(world.mother.id, patient)
        assert (found.name, found.policy_number, found.birth_date) == (married.name, "1" * 16, CLAIM.birth_date)
        assert await uow.patients.find_own(world.mother.id, POLICY) is None
        assert await uow.patients.find_own(world.mother.id, "1" * 16) == patient

    await world.storage.write(change)


async def test_correction_is_sealed_beside_the_card(world: World, tmp_path: Path) -> None:
    """A refused correction keeps the reason; the card keeps its old name until the register confirms the new one."""
    patient = await world.link()
    wanted = Correction(replace(CLAIM, name=PersonName("Лермонтова", "Мария")))
    refused = replace(wanted, reason=RejectionReason.NOT_MATCHED, correct=NameField.FAMILY)

    async def change(uow: UnitOfWork) -> None:
        assert await uow.patients.correction(patient) is None
        for correction in (wanted, refused):
            await uow.patients.set_correction(patient, correction, NOW)
            assert await uow.patients.correction(patient) == correction
        assert (wanted.is_refused, refused.is_refused) == (False, True)
        assert (await uow.patients.require(world.mother.id, patient)).name == MASHA
        await uow.patients.set_correction(PatientId(999), wanted, NOW)
        assert await uow.patients.correction(PatientId(999)) is None

    await world.storage.write(change)
    assert [name for name, stored in read_files(tmp_path).items() if "Лермонтова".encode() in stored] == []

    async def change_again(uow: UnitOfWork) -> None:
        await uow.patients.forget_corrections(NOW - timedelta(seconds=1))
        assert await uow.patients.correction(patient) == refused
        await uow.patients.forget_corrections(NOW)
        assert await uow.patients.correction(patient) is None
        await uow.patients.set_correction(patient, wanted, NOW)
        await uow.patients.drop_correction(patient)
        assert await uow.patients.correction(patient) is None

    await world.storage.write(change_again)


async def test_journal_of_patient_has_only_own_visits(world: World) -> None:
    masha, other = await world.link(), await world.link(policy="1" * 16)
    visit = await world.appoint(await world.order(masha))
    deeds = [
        (Deed.POLICY_LINKED, Subject.patient(masha)),
        (Deed.POLICY_LINKED, Subject.patient(other)),
        (Deed.BOOKING_ASKED, Subject.appointment(visit.id)),
        (Deed.NUMBER_SHOWN, Subject.patient(masha)),
    ]

    async def change(uow: UnitOfWork) -> None:
        for deed, subject in deeds:
            await uow.audit.add(Actor.account(world.mother.id), deed, subject, NOW)
        entries = [(entry.deed, entry.ref) for entry in await uow.audit.list_of_patient(masha, 10)]
        assert entries == [(Deed.NUMBER_SHOWN, None), (Deed.BOOKING_ASKED, visit.ref), (Deed.POLICY_LINKED, None)]
        assert [entry.deed for entry in await uow.audit.list_of_patient(masha, 1, skip=1)] == [Deed.BOOKING_ASKED]
        await uow.accounts.erase(world.mother.id)
        assert {entry.actor.id for entry in await uow.audit.list_of_patient(masha, 10)} == {None}

    await world.storage.write(change)


async def test_due_checks_are_claimed_once(world: World) -> None:
    first, second = await world.link(verified=False), await world.link(world.stranger, verified=False)
    await world.link(policy="1" * 16)

    async def change(uow: UnitOfWork) -> None:
        taken = await uow.patients.claim_checks(NOW, NOW + LATER, limit=10)
        assert taken == [first, second]
        assert await uow.patients.claim_checks(NOW, NOW + LATER, limit=10) == []
        assert len(await uow.patients.claim_checks(NOW + LATER, NOW + 2 * LATER, limit=1)) == 1
        await uow.patients.set_verification(first, Verification(VerificationStatus.UNAVAILABLE), NOW + 9 * LATER)
        await uow.patients.set_verification(second, Verification(VerificationStatus.REJECTED))
        assert await uow.patients.claim_checks(NOW + 8 * LATER, NOW + 9 * LATER, limit=10) == []
        assert await uow.patients.claim_checks(NOW + 9 * LATER, NOW + 10 * LATER, 10) == [first]

    await world.storage.write(change)


async def test_patient_is_deleted_with_last_representation(world: World) -> None:
    patient = await world.link()
    await world.appoint(await world.order(patient))
    await let_represent(world, patient)
    await world.storage.write(lambda uow: uow.patients.unlink(world.mother.id, patient))
    kept = await world.storage.read(lambda view: view.patients.require(world.stranger.id, patient))
    assert kept.name == MASHA
    with pytest.raises(NotYours):
        await world.storage.read(lambda view: view.patients.require(world.mother.id, patient))
    assert await count(world.database, "orders") == 0
    await world.storage.write(lambda uow: uow.patients.unlink(world.stranger.id, patient))
    assert [await count(world.database, table) for table in ("patients", "appointments", "representations")] == [0] * 3


async def let_represent(world: World, patient: PatientId) -> None:
    """Make the stranger a second representative, directly in the table."""
    await world.database.write(
        lambda connection: connection.execute(
            "INSERT INTO representations (account_id, patient_id, relationship, created_at, rights) "
            "VALUES (:account, :patient, 'GUARDIAN', 0, 'CO_REPRESENTATIVE')",
            {"account": world.stranger.id, "patient": patient},
        )
    )


async def test_patient_ids_are_not_reused(world: World) -> None:
    """A button in an old message must not refer to another patient."""
    first = await world.link()
    await world.storage.write(lambda uow: uow.patients.unlink(world.mother.id, first))
    assert await world.link() > first


# --- sealed, and gone -------------------------------------------------------------------------------------------------

PHONE = "+79031234567"


async def fill(world: World) -> PatientId:
    """Write personal data to every column that takes it."""
    patient = await world.link()
    order = await world.order(patient)
    appointment = await world.appoint(order)
    dialogs = DialogStorage(world.database, CIPHER, INDEX, StoppedClock())
    key = StorageKey(bot_id=1, chat_id=1001, user_id=1001)
    await dialogs.set_state(key, "Linking:policy")
    await dialogs.set_data(key, {"typed": POLICY, "phone": PHONE})

    async def change(uow: UnitOfWork) -> None:
        await uow.patients.set_person(patient, PersonRef(POLICY), world.clinic.id)
        await uow.consents.give(world.mother.id, Purpose.PATIENT, "1", "digest", NOW)
        await uow.drafts.add(world.mother.id, "policy", {"name": MASHA.full, "phone": PHONE}, NOW)
        facts = {"patient": MASHA.short, "phone": PHONE}
        notice = Notice(world.mother.id, VisitReminder.kind, NOW, "r", facts, appointment=appointment.id)
        await uow.outbox.add(notice, NOW)
        await uow.audit.add(Actor.account(world.mother.id), Deed.POLICY_LINKED, Subject.patient(patient), NOW)

    await world.storage.write(change)
    return patient


async def test_database_files_hold_no_personal_data_in_clear(world: World, tmp_path: Path) -> None:
    await fill(world)
    files = read_files(tmp_path)
    assert set(files) >= {"bot.sqlite3", "bot.sqlite3-wal", "bot.sqlite3-shm"}
    words = (POLICY, PHONE, MASHA.family, MASHA.given, MASHA.patronymic, "2019-05-17", "Linking")
    spelled = {word.encode(encoding) for word in words for encoding in ("utf-8", "utf-16-le")}
    assert {(name, word) for name, stored in files.items() for word in spelled if word in stored} == set()


def read_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("bot.sqlite3*")}


async def test_erasure_leaves_no_personal_rows(world: World) -> None:
    await fill(world)
    await world.storage.write(lambda uow: uow.accounts.erase(world.mother.id))
    gone = ("patients", "representations", "orders", "appointments", "outbox", "drafts", "dialogs")
    assert {table: await count(world.database, table) for table in gone} == dict.fromkeys(gone, 0)
    assert await world.storage.read(lambda view: view.accounts.find(MOTHER)) is None
    assert await count(world.database, "consents WHERE account_id IS NULL") == 1
    assert await count(world.database, "audit WHERE account_id IS NULL") == 1


async def test_erasure_leaves_patient_to_other_representative(world: World) -> None:
    patient = await fill(world)
    await let_represent(world, patient)

    async def change(uow: UnitOfWork) -> None:
        await uow.accounts.erase(world.mother.id)
        assert (await uow.patients.require(world.stranger.id, patient)).name == MASHA

    await world.storage.write(change)
