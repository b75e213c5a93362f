"""The rows of papers: files that go with an application, sealed, and the papers that a clinic asks for."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from bot.applications.records import AddedPaper, PaperKind, PaperPages
from bot.glossary import AccountId, ApplicationId, ClinicId, PaperId, PatientId
from storage.database.connection import Connection, Row
from storage.database.crypto import CannotOpen, Cipher, make_uid
from storage.database.places import in_places
from storage.database.queries import load_queries
from storage.database.rows import seconds

queries = load_queries("papers")

TABLE, PAGES = "application_papers", "sealed_pages"


class SqlPapers:
    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection, self._cipher = connection, cipher

    # --- the representative -------------------------------------------------------------------------------------------

    async def add(
        self,
        account: AccountId,
        patient: PatientId,
        clinic: ClinicId,
        kind: PaperKind,
        pages: Sequence[bytes],
        now: datetime,
    ) -> PaperId:
        """Store the pages of a file, JPEG pictures, until an application takes it along."""
        uid = make_uid()
        row = await queries.add_paper(
            self._connection,
            uid=uid,
            account=account,
            patient=patient,
            clinic=clinic,
            kind=kind,
            pages=len(pages),
            sealed=self._cipher.seal(TABLE, PAGES, uid, write_pages(pages)),
            now=seconds(now),
        )
        return PaperId(row["id"])

    async def to_send(self, account: AccountId, patient: PatientId, clinic: ClinicId) -> Sequence[AddedPaper]:
        """List the files that go with the next application, or with the one that is sent again, in their order."""
        which = {"account": account, "patient": patient, "clinic": clinic}
        rows = await queries.list_papers_to_send(self._connection, **which)
        return [
            _read(row)._replace(is_earlier=bool(row["is_earlier"]), is_elsewhere=bool(row["is_elsewhere"]))
            for row in rows
        ]

    async def remove(self, paper: PaperId) -> None:
        await queries.delete_paper(self._connection, paper=paper)

    async def leave_out(self, paper: PaperId, clinic: ClinicId) -> None:
        """Let a file stay with its open application, and not go along to another clinic."""
        await queries.set_paper_left_out(self._connection, paper=paper, clinic=clinic)

    async def take_along(self, account: AccountId, clinic: ClinicId, papers: Iterable[PaperId]) -> None:
        """Take files from the application that they were sent with, to go with the next one to that clinic."""
        for some in in_places(papers):
            await queries.take_papers_along(self._connection, account=account, clinic=clinic, **some)

    async def attach(
        self, account: AccountId, patient: PatientId, clinic: ClinicId, application: ApplicationId
    ) -> None:
        """Send the files along with an application."""
        which = {"account": account, "patient": patient, "clinic": clinic}
        await queries.set_application_of_papers(self._connection, **which, application=application)

    # --- the application ----------------------------------------------------------------------------------------------

    async def list_of(self, application: ApplicationId) -> Sequence[AddedPaper]:
        """List the files of an application, in their order."""
        rows = await queries.list_papers_of_application(self._connection, application=application)
        return [_read(row) for row in rows]

    async def pages_of(self, application: ApplicationId) -> Sequence[PaperPages]:
        """Return the files of an application with their pictures; one that cannot be opened is left out."""
        rows = await queries.list_pages_of_application(self._connection, application=application)
        return [found for row in rows if (found := self._open(row)) is not None]

    def _open(self, row: Row) -> PaperPages | None:
        try:
            stored = self._cipher.open(TABLE, PAGES, row["uid"], row["sealed_pages"])
        except CannotOpen:
            return None
        return PaperPages(PaperKind(row["kind"]), read_pages(stored))

    async def forget(self, before: datetime) -> None:
        """Delete the files of applications that were decided before that moment."""
        await queries.delete_old_papers(self._connection, before=seconds(before))

    async def forget_unsent(self, before: datetime) -> None:
        """Delete the files that were added before that moment and not sent."""
        await queries.delete_old_unsent_papers(self._connection, before=seconds(before))

    # --- the clinic ---------------------------------------------------------------------------------------------------

    async def set_by_head(self, clinic: ClinicId) -> Sequence[PaperKind] | None:
        """Return the papers that the head of a clinic has set, in the order of the kinds; None if it has not."""
        rows = await queries.list_papers_of_clinic(self._connection, clinic=clinic)
        stored = {row["kind"] for row in rows}
        if stored:
            return [kind for kind in PaperKind if kind in stored]
        row = await queries.find_papers_set(self._connection, clinic=clinic)
        return [] if row is not None and row["papers_set"] else None

    async def ask(self, clinic: ClinicId, kinds: Collection[PaperKind]) -> None:
        """Store which papers the head of a clinic has set."""
        for kind in PaperKind:
            statement = queries.add_paper_of_clinic if kind in kinds else queries.delete_paper_of_clinic
            await statement(self._connection, clinic=clinic, kind=kind)
        await queries.save_papers_set(self._connection, clinic=clinic)


def write_pages(pages: Sequence[bytes]) -> str:
    """Return the pictures as a text, which the cipher seals: a line of base64 for each."""
    return "\n".join(base64.b64encode(page).decode() for page in pages)


def read_pages(stored: str) -> tuple[bytes, ...]:
    return tuple(base64.b64decode(line) for line in stored.split("\n"))


def _read(row: Row) -> AddedPaper:
    return AddedPaper(PaperId(row["id"]), PaperKind(row["kind"]), row["pages"])
