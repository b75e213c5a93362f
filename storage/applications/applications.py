"""The rows of applications and their history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.applications.records import (
    Application,
    ApplicationCount,
    ApplicationKind,
    ApplicationStatus,
    Decision,
    RefusalReason,
    Wished,
)
from bot.core.errors import RefCollision
from bot.glossary import AccountId, ApplicationId, ClinicId, DeskCheckId, DoctorId, DocumentId, PatientId, Ref
from storage.applications import wishes
from storage.applications.filed import FiledStatements, SqlFiled, read_filed
from storage.database.connection import Row
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("applications")


class SqlApplications(SqlFiled[ApplicationId, Application]):
    """Applications about cards."""

    statements = FiledStatements(
        find=queries.find_application,
        find_by_ref=queries.find_application_by_ref,
        list_of_account=queries.list_applications_of_account,
        list_at_desk=queries.list_applications_at_desk,
        claim=queries.claim_application,
        save_verdict=queries.save_verdict,
        restore=queries.restore_application,
        close=queries.close_application,
        set_to_correct=queries.set_application_to_correct,
        list_final=queries.list_final_applications,
        claim_late=queries.claim_late_applications,
        list_uncorrected=queries.list_uncorrected_applications,
        delete_old=queries.delete_old_applications,
        add_step=queries.add_application_step,
        list_steps=queries.list_application_steps,
    )

    def read(self, row: Row) -> Application:
        decided = {
            "district": row["district"],
            "doctor": None if row["doctor_id"] is None else DoctorId(row["doctor_id"]),
            "check": None if row["desk_check_id"] is None else DeskCheckId(row["desk_check_id"]),
        }
        return Application(
            **read_filed(row, **decided),
            id=ApplicationId(row["id"]),
            kind=ApplicationKind(row["kind"]),
            patient=PatientId(row["patient_id"]),
            wish=wishes.read_wish(self._cipher, row),
            stuck_told=bool(row["stuck_told"]),
            system_asked=bool(row["system_asked"]),
        )

    def decided(self, decision: Decision) -> Mapping[str, object]:
        return {"district": decision.district, "doctor": decision.doctor, "check": decision.check}

    # --- reading ------------------------------------------------------------------------------------------------------

    async def open_of_child(
        self, patient: PatientId, kind: ApplicationKind, topic: DocumentId | None = None
    ) -> Sequence[Application]:
        """List the open applications of all cards with this card's policy, this card's first.

        ``topic`` is the document that applications for documents ask for.
        """
        what = {"patient": patient, "kind": kind, "topic": topic or 0}
        return self._all(await queries.list_open_applications_of_child(self._connection, **what))

    async def list_open_from(self, account: AccountId) -> Sequence[Application]:
        """List the open applications that an account has sent, also about cards that it keeps no more."""
        return self._all(await queries.list_open_applications_from_account(self._connection, account=account))

    async def cards_from(self, account: AccountId) -> Sequence[PatientId]:
        """List the cards about which an account has ever sent an application that is still stored."""
        rows = await queries.list_cards_of_applications_from_account(self._connection, account=account)
        return [PatientId(row["patient_id"]) for row in rows]

    async def hand_over(self, patient: PatientId, gone: AccountId, heir: AccountId) -> None:
        """Make what one account has sent about a card another's, so that it stays when the first one is erased."""
        await queries.move_applications(self._connection, patient=patient, gone=gone, heir=heir)

    async def count_of(self, account: AccountId) -> ApplicationCount:
        """Count the applications of the account's patients."""
        row = await queries.count_applications_of_account(self._connection, account=account)
        return ApplicationCount(row["every"], row["open"], row["waits"])

    async def count_at_desk(self, clinic: ClinicId) -> int:
        row = await queries.count_applications_at_desk(self._connection, clinic=clinic)
        return int(row["waiting"])

    async def sendings(self, patient: PatientId, since: datetime) -> Sequence[datetime]:
        """Return when applications about a card were filed or sent again after that moment, the first one first."""
        rows = await queries.list_sendings_of_card(self._connection, patient=patient, since=seconds(since))
        return [moment(row["at"]) for row in rows]

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
        row = await queries.find_application(self._connection, number=application)
        columns = dict(wishes.columns_of(self._cipher, wish, None if row is None else row["uid"]))
        del columns["uid"]  # that of a row never changes
        await queries.request_application_again(
            self._connection, application=application, **columns, due=seconds(due_at)
        )

    # --- the desk -----------------------------------------------------------------------------------------------------

    async def release(self, application: ApplicationId) -> None:
        """Let a colleague claim it before the ten minutes are over."""
        await queries.release_application(self._connection, application=application)

    async def close(self, number: ApplicationId, status: ApplicationStatus, now: datetime) -> None:
        """Close an application; its papers stay for a while after a decision, and go with one that was withdrawn."""
        await super().close(number, status, now)
        if status is ApplicationStatus.WITHDRAWN:
            await queries.delete_papers_of_application(self._connection, application=number)
        else:
            await queries.set_papers_closed(self._connection, application=number, now=seconds(now))

    # --- the job ------------------------------------------------------------------------------------------------------

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

    async def set_asked(self, application: ApplicationId, *, asked: bool) -> None:
        """Record that the clinic's system is asked to enroll, before it is, or that it has surely not done it."""
        await queries.set_system_asked(self._connection, application=application, asked=int(asked))

    async def overrule(self, application: ApplicationId, reason: RefusalReason) -> None:
        """Make an approval that the clinic's system refuses a refusal."""
        await queries.set_refused_by_system(self._connection, application=application, reason=reason)

    async def mark_stuck(self, application: ApplicationId) -> None:
        """Record that the representatives are told of the silent system."""
        await queries.mark_stuck_application(self._connection, application=application)
