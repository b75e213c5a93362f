"""The rows of patients, encrypted; ``require`` and ``list_of`` return only patients that the account represents."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.clinics.port import InsuredPerson, PolicyClaim
from bot.core.errors import NotYours
from bot.core.patient import NameField, Patient, RejectionReason, Verification, VerificationStatus
from bot.core.people import PersonName, Sex
from bot.core.readable import Readable, read_each
from bot.glossary import AccountId, ClinicId, PatientId, PersonRef
from bot.patients.records import Correction, Detail, Relationship, VisitAhead
from storage.clinics import read_specialty
from storage.database.connection import Connection, Row
from storage.database.crypto import BlindIndex, CannotOpen, Cipher, make_uid
from storage.database.places import in_places
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("patients")

TABLE, IDENTITY, PERSON, DETAILS = "patients", "sealed_identity", "sealed_person", "sealed_details"
CORRECTION = "sealed_correction"
POLICY, PERSON_KIND = "policy", "person"
"""kinds of blind indexes"""


class SqlPatients:
    def __init__(self, connection: Connection, cipher: Cipher, index: BlindIndex) -> None:
        self._connection, self._cipher, self._index = connection, cipher, index
        # The uid of a row never changes, so a unit of work that has read the row does not read it again to seal.
        self._uids: dict[PatientId, bytes] = {}

    async def require(self, account: AccountId, patient: PatientId) -> Patient:
        """Return a patient of this account. Raises NotYours for another account's patient and for a missing one."""
        rows = await queries.list_patients(self._connection, account=account, patient=patient)
        if not rows:
            raise NotYours
        return self._read(rows[0])

    async def list_of(self, account: AccountId) -> Readable[Patient]:
        rows = await queries.list_patients(self._connection, account=account, patient=None)
        return read_each(rows, self._read)

    async def ids_of(self, account: AccountId) -> Sequence[PatientId]:
        """Return all patients of the account, also those that cannot be read."""
        rows = await queries.list_patients(self._connection, account=account, patient=None)
        return [PatientId(row["patient_id"]) for row in rows]

    async def add(
        self,
        account: AccountId,
        relationship: Relationship,
        claim: PolicyClaim,
        now: datetime,
        *,
        number_found: bool = False,
    ) -> PatientId:
        """Add a patient whose check is QUEUED, with this account as the representative.

        ``number_found``: the bot has found the policy number, the account has not typed it.
        """
        uid = make_uid()
        row = await queries.add_patient(
            self._connection,
            uid=uid,
            identity=self._cipher.seal(TABLE, IDENTITY, uid, _write_identity(claim)),
            policy=self._index.of(POLICY, claim.policy_number),
            number_found=int(number_found),
            now=seconds(now),
        )
        patient = PatientId(row["id"])
        self._uids[patient] = uid
        await queries.add_owner(
            self._connection, account=account, patient=patient, relationship=relationship, now=seconds(now)
        )
        return patient

    async def find_own(self, account: AccountId, policy_number: str) -> PatientId | None:
        policy = self._index.of(POLICY, policy_number)
        row = await queries.find_patient_by_policy(self._connection, account=account, policy=policy)
        return None if row is None else PatientId(row["id"])

    async def rename(self, patient: PatientId, name: PersonName) -> None:
        row = await queries.find_identity(self._connection, patient=patient)
        if row is None:
            return
        self._uids[patient] = row["uid"]
        known = _read_identity(self._cipher.open(TABLE, IDENTITY, row["uid"], row["sealed_identity"]))
        await self.set_identity(patient, replace(known, name=name))

    async def set_identity(self, patient: PatientId, claim: PolicyClaim, *, same_person: bool = False) -> None:
        """Replace the identity. Papers and sharing end with another number, unless it is of the ``same_person``."""
        uid = await self._uid(patient)
        if uid is None:
            return
        sealed = self._cipher.seal(TABLE, IDENTITY, uid, _write_identity(claim))
        policy = self._index.of(POLICY, claim.policy_number)
        if not same_person:
            await queries.delete_papers(self._connection, patient=patient, policy=policy)
            await queries.delete_sharings(self._connection, patient=patient, policy=policy)
        await queries.set_identity(self._connection, patient=patient, identity=sealed, policy=policy)

    async def correction(self, patient: PatientId) -> Correction | None:
        """Return the waiting correction; None also if no key opens it."""
        row = await queries.find_correction(self._connection, patient=patient)
        if row is None or row["sealed_correction"] is None:
            return None
        try:
            written = self._cipher.open(TABLE, CORRECTION, row["uid"], row["sealed_correction"])
        except CannotOpen:
            return None
        identity, reason, correct = json.loads(written)
        return Correction(
            _read_identity(identity),
            RejectionReason(reason) if reason else None,
            NameField(correct) if correct else None,
        )

    async def set_correction(self, patient: PatientId, correction: Correction, now: datetime) -> None:
        row = await queries.find_correction(self._connection, patient=patient)
        if row is None:
            return
        written = json.dumps([_write_identity(correction.claim), correction.reason, correction.correct])
        sealed = self._cipher.seal(TABLE, CORRECTION, row["uid"], written)
        await queries.set_correction(self._connection, patient=patient, correction=sealed, now=seconds(now))

    async def drop_correction(self, patient: PatientId) -> None:
        await queries.delete_correction(self._connection, patient=patient)

    async def forget_corrections(self, before: datetime) -> None:
        """Drop the corrections that were stored by that moment."""
        await queries.delete_old_corrections(self._connection, before=seconds(before))

    async def set_verification(
        self, patient: PatientId, verification: Verification, next_check: datetime | None = None
    ) -> None:
        """Store a verification. ``next_check`` is when an open check is retried; None for a finished one."""
        await queries.set_verification(
            self._connection,
            patient=patient,
            next_check=seconds(next_check),
            **_verification_columns(verification),
        )

    async def record_verdict(
        self,
        patient: Patient,
        next_look: datetime | None,
        insured: InsuredPerson | None,
        clinic: ClinicId | None = None,
    ) -> None:
        """Store what the register has answered: the person, the clinic and the verification of ``patient``.

        ``next_look`` is when the policy is checked again; None: never. ``insured`` has the last day of the policy; None
        keeps the stored one. ``clinic`` is the one by the register, which the card does not show yet.
        """
        until = insured and insured.valid_until
        await queries.record_verdict(
            self._connection,
            patient=patient.id,
            person=await self._seal_person(patient.id, patient.person),
            person_index=self._person_index(patient.person),
            holds=patient.person is not None,
            register_clinic=clinic,
            next_look=seconds(next_look),
            is_insured=insured is not None,
            valid_until=until.isoformat() if until else None,
            **_verification_columns(patient.verification),
        )

    async def set_person(self, patient: PatientId, person: PersonRef | None, clinic: ClinicId | None) -> None:
        """Store who the patient is in the register, so that this card holds the policy; None gives the policy up."""
        sealed = await self._seal_person(patient, person)
        await queries.set_person(
            self._connection,
            patient=patient,
            person=sealed,
            person_index=self._person_index(person),
            holds=person is not None,
            clinic=clinic,
        )

    async def index_person(self, patient: PatientId, person: PersonRef) -> None:
        """Let ``ids_of_person`` find a card that an earlier release has stored."""
        await queries.index_person(self._connection, patient=patient, person_index=self._person_index(person))

    async def ids_of_person(self, person: PersonRef) -> Sequence[PatientId]:
        """Return the cards of a person of the register, of all accounts: for the clinic's changes."""
        rows = await queries.list_ids_of_person(self._connection, person_index=self._person_index(person))
        return [PatientId(row["id"]) for row in rows]

    async def ids_of_persons(self, persons: Iterable[PersonRef]) -> Mapping[PersonRef, Sequence[PatientId]]:
        """Return the same for each of these persons; one without a card has none."""
        of_index = {self._index.of(PERSON_KIND, person): person for person in persons}
        found: dict[PersonRef, list[PatientId]] = {person: [] for person in of_index.values()}
        for some in in_places(of_index):
            for row in await queries.list_ids_of_persons(self._connection, **some):
                found[of_index[bytes(row["person_index"])]].append(PatientId(row["id"]))
        return found

    async def adopt_clinic(self, patient: PatientId, clinic: ClinicId) -> None:
        """Let a card without a clinic of its own have this one; another keeps what it has."""
        await queries.set_first_clinic(self._connection, patient=patient, clinic=clinic)

    async def reveal_clinic(self, patient: PatientId) -> None:
        """Let a card have the clinic by the register, in place of one that was only chosen."""
        await queries.copy_register_clinic(self._connection, patient=patient)

    async def register_clinic(self, patient: PatientId) -> ClinicId | None:
        """Return the clinic by the register, else that of the card; not for the account: the card may not show it."""
        row = await queries.find_register_clinic(self._connection, patient=patient)
        return None if row is None or row["clinic_id"] is None else ClinicId(row["clinic_id"])

    async def details(self, patient: PatientId) -> Mapping[Detail, str]:
        """Return what is known beside the identity; {} also if no key opens it."""
        row = await queries.find_details(self._connection, patient=patient)
        if row is None or row["sealed_details"] is None:
            return {}
        try:
            known = json.loads(self._cipher.open(TABLE, DETAILS, row["uid"], row["sealed_details"]))
        except CannotOpen:
            return {}
        return {Detail(name): value for name, value in known.items()}

    async def set_details(self, patient: PatientId, details: Mapping[Detail, str]) -> None:
        """Replace all details."""
        row = await queries.find_details(self._connection, patient=patient)
        if row is not None:
            sealed = self._cipher.seal(TABLE, DETAILS, row["uid"], json.dumps(dict(details), ensure_ascii=False))
            await queries.set_details(self._connection, patient=patient, details=sealed)

    async def list_visits_ahead(self, account: AccountId, patient: PatientId, now: datetime) -> Sequence[VisitAhead]:
        """Return the patient's PENDING and live visits that have not ended, by start; [] for another account."""
        rows = await queries.list_visits_ahead(self._connection, account=account, patient=patient, now=seconds(now))
        return [
            VisitAhead(moment(row["starts_at"]), ZoneInfo(row["zone"]), read_specialty(row), row["clinic_name"])
            for row in rows
        ]

    async def unlink(self, account: AccountId, patient: PatientId) -> None:
        """End a representation; a patient without any is erased."""
        await queries.delete_representation(self._connection, account=account, patient=patient)
        await queries.delete_orders(self._connection, account=account, patient=patient)
        await queries.delete_matters(self._connection, account=account, patient=patient)
        await queries.delete_orphan_patient(self._connection, patient=patient)

    async def claim_checks(self, now: datetime, until: datetime, limit: int) -> Sequence[PatientId]:
        """Claim the checks that are due, with a lease until ``until``."""
        rows = await queries.claim_due_checks(self._connection, now=seconds(now), until=seconds(until), limit=limit)
        return sorted(PatientId(row["id"]) for row in rows)

    async def list_known(self, after: PatientId, limit: int) -> Sequence[PatientId]:
        """Return patients of all accounts that the register knows and that have a higher id than ``after``, by id."""
        rows = await queries.list_known_patients(self._connection, after=after, limit=limit)
        return [PatientId(row["id"]) for row in rows]

    async def set_next_check(self, patient: PatientId, next_check: datetime) -> None:
        await queries.set_next_check(self._connection, patient=patient, next_check=seconds(next_check))

    def _read(self, row: Row) -> Patient:
        patient = read_patient(row, self._cipher, confirmed_by=row["confirmed_by"], is_at_desk=bool(row["is_at_desk"]))
        self._uids[patient.id] = row["uid"]
        return patient

    async def _uid(self, patient: PatientId) -> bytes | None:
        """Return the uid that the values of a row are sealed with, None if there is no such patient."""
        if patient not in self._uids:
            row = await queries.find_identity(self._connection, patient=patient)
            if row is None:
                return None
            self._uids[patient] = row["uid"]
        return self._uids[patient]

    def _person_index(self, person: PersonRef | None) -> bytes | None:
        return None if person is None else self._index.of(PERSON_KIND, person)

    async def _seal_person(self, patient: PatientId, person: PersonRef | None) -> bytes | None:
        uid = None if person is None else await self._uid(patient)
        return None if uid is None or person is None else self._cipher.seal(TABLE, PERSON, uid, person)


def read_patient(
    row: Row, cipher: Cipher, *, confirmed_by: ClinicId | None = None, is_at_desk: bool = False
) -> Patient:
    """Read the patient of a row with the patient's columns, among others; a visit needs no more than those."""
    uid, person = row["uid"], row["sealed_person"]
    known = _read_identity(cipher.open(TABLE, IDENTITY, uid, row["sealed_identity"]))
    return Patient(
        id=PatientId(row["patient_id"]),
        name=known.name,
        birth_date=known.birth_date,
        sex=known.sex,
        policy_number=known.policy_number,
        verification=_read_verification(row),
        clinic=row["patient_clinic_id"],
        person=None if person is None else PersonRef(cipher.open(TABLE, PERSON, uid, person)),
        number_found=bool(row["number_found"]),
        has_other_card=bool(row["has_other_card"]),
        has_elsewhere=bool(row["has_elsewhere"]),
        confirmed_by=confirmed_by,
        is_at_desk=is_at_desk,
    )


def read_policy_number(identity: str) -> str:
    """Return the policy number of an opened identity."""
    return _read_identity(identity).policy_number


def _read_verification(row: Row) -> Verification:
    reason, correct = row["rejection"], row["correct"]
    return Verification(
        status=VerificationStatus(row["verification"]),
        reason=RejectionReason(reason) if reason else None,
        correct=NameField(correct) if correct else None,
        queued_at=moment(row["queued_at"]),
        checked_at=moment(row["checked_at"]),
        attempts=row["attempts"],
    )


def _verification_columns(verification: Verification) -> dict[str, object]:
    return {
        "status": verification.status,
        "reason": verification.reason,
        "correct": verification.correct,
        "queued_at": seconds(verification.queued_at),
        "checked_at": seconds(verification.checked_at),
        "attempts": verification.attempts,
    }


def _write_identity(claim: PolicyClaim) -> str:
    name = claim.name
    fields = [claim.policy_number, name.family, name.given, name.patronymic, claim.birth_date.isoformat(), claim.sex]
    return json.dumps(fields, ensure_ascii=False)


def _read_identity(text: str) -> PolicyClaim:
    policy_number, family, given, patronymic, birth_date, sex = json.loads(text)
    return PolicyClaim(policy_number, PersonName(family, given, patronymic), date.fromisoformat(birth_date), Sex(sex))
