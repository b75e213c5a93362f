"""The rows of applications and their history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.applications.records import (
    Application,
    ApplicationCount,
    ApplicationKind,
    ApplicationStatus,
    ApplicationStep,
    Decision,
    RefusalReason,
    StepTaken,
    ToCorrect,
    Verdict,
    Wished,
)
from bot.core.errors import RefCollision
from bot.core.readable import read_each
from bot.glossary import AccountId, ApplicationId, ClinicId, DeskCheckId, DoctorId, DocumentId, PatientId, Ref
from storage.applications import wishes
from storage.database.connection import Connection, Row
from storage.database.crypto import Cipher
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("applications")


class SqlApplications:
    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection, self._cipher = connection, cipher

    def _one(self, row: Row | None) -> Application | None:
        return None if row is None else _read(self._cipher, row)

    def _all(self, rows: Sequence[Row]) -> Sequence[Application]:
        return read_each(rows, lambda row: _read(self._cipher, row))

    # --- reading ------------------------------------------------------------------------------------------------------

    async def get(self, application: ApplicationId) -> Application | None:
        return self._one(await queries.find_application(self._connection, application=application))

    async def find(self, ref: Ref) -> Application | None:
        return self._one(await queries.find_application_by_ref(self._connection, ref=ref))

    async def open_of_child(
        self, patient: PatientId, kind: ApplicationKind, topic: DocumentId | None = None
    ) -> Sequence[Application]:
        """List the open applications of all cards with this card's policy, this card's first.

        ``topic`` is the document that applications for documents ask for.
        """
        what = {"patient": patient, "kind": kind, "topic": topic or 0}
        return self._all(await queries.list_open_applications_of_child(self._connection, **what))

    async def list_of(self, account: AccountId) -> Sequence[Application]:
        """List the applications of the account's patients: open ones first, then the newest."""
        return self._all(await queries.list_applications_of_account(self._connection, account=account))

    async def count_of(self, account: AccountId) -> ApplicationCount:
        """Count the applications of the account's patients."""
        row = await queries.count_applications_of_account(self._connection, account=account)
        return ApplicationCount(row["every"], row["open"], row["waits"])

    async def at_desk(self, clinic: ClinicId) -> Sequence[Application]:
        """List what a clinic's desk has to decide, the one that is due first at the top."""
        return self._all(await queries.list_applications_at_desk(self._connection, clinic=clinic))

    async def count_at_desk(self, clinic: ClinicId) -> int:
        row = await queries.count_applications_at_desk(self._connection, clinic=clinic)
        return int(row["waiting"])

    async def steps(self, application: ApplicationId) -> Sequence[StepTaken]:
        """Return the history of an application, the first step first."""
        rows = await queries.list_application_steps(self._connection, application=application)
        return [StepTaken(ApplicationStep(row["step"]), moment(row["at"]), row["detail"]) for row in rows]

    async def count_sent(self, patient: PatientId, since: datetime) -> int:
        """Return how many applications about a card were filed or sent again after that moment."""
        row = await queries.count_sent_applications(self._connection, patient=patient, since=seconds(since))
        return int(row["sent"])

    # --- the representative -------------------------------------------------------------------------------------------

    async def file(
        self,
        ref: Ref,
        account: AccountId,
        patient: PatientId,
        clinic: ClinicId,
        wish: Wished,
        now: datetime,
        due_at: datetime,
    ) -> ApplicationId:
        """Add an application; the caller has seen that none for this is open. Raises RefCollision."""
        row = await queries.add_application(
            self._connection,
            ref=ref,
            kind=wishes.kind_of(wish),
            topic=wishes.topic_of(wish),
            account=account,
            patient=patient,
            clinic=clinic,
            **wishes.columns_of(self._cipher, wish),
            now=seconds(now),
            due=seconds(due_at),
        )
        if row is None:
            raise RefCollision
        return ApplicationId(row["id"])

    async def resend(self, application: ApplicationId, wish: Wished, due_at: datetime) -> None:
        """Put an application that was to be corrected before the desk again."""
        row = await queries.find_application(self._connection, application=application)
        columns = dict(wishes.columns_of(self._cipher, wish, None if row is None else row["uid"]))
        del columns["uid"]  # that of a row never changes
        await queries.request_application_again(
            self._connection, application=application, **columns, due=seconds(due_at)
        )

    async def add_step(
        self, application: ApplicationId, step: ApplicationStep, now: datetime, detail: str = ""
    ) -> None:
        await queries.add_application_step(
            self._connection, application=application, now=seconds(now), step=step, detail=detail
        )

    # --- the desk -----------------------------------------------------------------------------------------------------

    async def claim(self, application: ApplicationId, member: AccountId, now: datetime, until: datetime) -> bool:
        """Let a member decide until that moment; False if somebody else does, or if it is not waiting."""
        row = await queries.claim_application(
            self._connection, application=application, member=member, now=seconds(now), until=seconds(until)
        )
        return row is not None

    async def release(self, application: ApplicationId) -> None:
        """Let a colleague claim it before the ten minutes are over."""
        await queries.release_application(self._connection, application=application)

    async def decide(
        self, application: ApplicationId, decision: Decision, member: AccountId, now: datetime, final_at: datetime
    ) -> bool:
        """Store what the member decides who has claimed it; False if it is another's or not waiting."""
        row = await queries.save_verdict(
            self._connection,
            application=application,
            verdict=decision.verdict,
            reason=decision.reason,
            fields=write_fields(decision.fields),
            days=decision.days,
            district=decision.district,
            doctor=decision.doctor,
            check=decision.check,
            member=member,
            now=seconds(now),
            final_at=seconds(final_at),
        )
        return row is not None

    async def reopen(self, application: ApplicationId) -> None:
        """Take a decision back."""
        await queries.restore_application(self._connection, application=application)

    async def close(self, application: ApplicationId, status: ApplicationStatus, now: datetime) -> None:
        """Close an application; its papers stay for a while after a decision, and go with one that was withdrawn."""
        await queries.close_application(self._connection, application=application, status=status, now=seconds(now))
        if status is ApplicationStatus.WITHDRAWN:
            await queries.delete_papers_of_application(self._connection, application=application)
        else:
            await queries.set_papers_closed(self._connection, application=application, now=seconds(now))

    async def give_back(self, application: ApplicationId, until: datetime) -> None:
        """Give an application back to be corrected until that moment."""
        await queries.set_application_to_correct(self._connection, application=application, until=seconds(until))

    # --- the job ------------------------------------------------------------------------------------------------------

    async def final(self, now: datetime, limit: int) -> Sequence[Application]:
        """List those whose decision cannot be undone any more."""
        return self._all(await queries.list_final_applications(self._connection, now=seconds(now), limit=limit))

    async def attempts(self, application: ApplicationId) -> int:
        """Return how often the clinic's system has not answered about a decision."""
        row = await queries.find_attempts_of_application(self._connection, application=application)
        return 0 if row is None else int(row["attempts"])

    async def pause(self, application: ApplicationId, next_try: datetime) -> datetime | None:
        """Do a decision again at that moment.

        Return since when it could not be done if nobody was told of it yet, else None.
        """
        row = await queries.pause_application(self._connection, application=application, next_try=seconds(next_try))
        return None if row is None or row["stuck_told"] else moment(row["final_at"])

    async def mark_stuck(self, application: ApplicationId) -> None:
        """Record that the representatives are told of the silent system."""
        await queries.mark_stuck_application(self._connection, application=application)

    async def claim_late(self, now: datetime, limit: int) -> Sequence[Application]:
        """Return those that are late and of which nobody was told, each once."""
        return self._all(await queries.claim_late_applications(self._connection, now=seconds(now), limit=limit))

    async def uncorrected(self, now: datetime, limit: int) -> Sequence[Application]:
        """List those that were to be corrected until now."""
        return self._all(await queries.list_uncorrected_applications(self._connection, now=seconds(now), limit=limit))

    async def forget(self, before: datetime) -> None:
        """Delete applications that were closed before that moment."""
        await queries.delete_old_applications(self._connection, before=seconds(before))


def write_fields(fields: Sequence[ToCorrect]) -> str:
    return ",".join(fields)


def read_fields(stored: str) -> tuple[ToCorrect, ...]:
    return tuple(ToCorrect(each) for each in stored.split(",") if each)


def _read(cipher: Cipher, row: Row) -> Application:
    return Application(
        id=ApplicationId(row["id"]),
        ref=Ref(row["ref"]),
        kind=ApplicationKind(row["kind"]),
        account=AccountId(row["account_id"]),
        patient=PatientId(row["patient_id"]),
        clinic=ClinicId(row["clinic_id"]),
        status=ApplicationStatus(row["status"]),
        wish=wishes.read_wish(cipher, row),
        filed_at=moment(row["filed_at"]),
        due_at=moment(row["due_at"]),
        claimed_by=row["claimed_by"],
        claimed_until=moment(row["claimed_until"]),
        decision=_read_decision(row),
        decided_by=row["decided_by"],
        final_at=moment(row["final_at"]),
        correct_until=moment(row["correct_until"]),
        closed_at=moment(row["closed_at"]),
    )


def _read_decision(row: Row) -> Decision | None:
    if row["verdict"] is None:
        return None
    return Decision(
        Verdict(row["verdict"]),
        None if row["verdict_reason"] is None else RefusalReason(row["verdict_reason"]),
        read_fields(row["verdict_fields"]),
        row["verdict_days"],
        row["district"],
        None if row["doctor_id"] is None else DoctorId(row["doctor_id"]),
        None if row["desk_check_id"] is None else DeskCheckId(row["desk_check_id"]),
    )
