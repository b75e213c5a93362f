"""Papers that go with an application: which a clinic asks for, and the files that a representative sends.

A file is downloaded and opened only here, by a limited program; what is stored are pictures that it has drawn anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple, NoReturn

from bot.account.rules.consents import require_consents
from bot.applications.errors import NoPassport, PapersBusy, PapersNotTaken, PapersPaused, PaperUnnamed, TooManyPapers
from bot.applications.problems import PaperProblem
from bot.applications.records import MOST_PAPERS, AddedPaper, Application, ApplicationKind, PaperKind
from bot.clinics.directory import Directory
from bot.core.budgets import Budget
from bot.core.clinic import Clinic, PapersAsked
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import InvalidInput, NotYours, Problem
from bot.core.patient import Patient
from bot.core.people import Account
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.glossary import AccountId, ApplicationId, ClinicId, PaperId, PatientId
from bot.patients.errors import FilesBusy, FilesPaused
from bot.patients.problems import FileProblem
from bot.patients.records import Documents, FetchFile

PROBLEMS: Mapping[Problem, PaperProblem] = {
    FileProblem.TOO_BIG: PaperProblem.TOO_BIG,
    FileProblem.TOO_LARGE: PaperProblem.TOO_LARGE,
    FileProblem.TOO_HARD: PaperProblem.TOO_HARD,
    FileProblem.UNREADABLE: PaperProblem.UNREADABLE,
    FileProblem.KIND: PaperProblem.KIND,
    FileProblem.HEIC: PaperProblem.HEIC,
    FileProblem.BROKEN: PaperProblem.BROKEN,
    FileProblem.LOST: PaperProblem.LOST,
    FileProblem.PAGES: PaperProblem.PAGES,
}
"""what a problem of any file is called for a paper"""


class Asked(NamedTuple):
    """Which papers a clinic asks for, and whether files of them are taken in the chat."""

    kinds: Sequence[PaperKind]
    can_send: bool


def asked_by(clinic: Clinic, set_by_head: Sequence[PaperKind] | None, *, can_send: bool) -> Asked:
    """Return what a clinic asks for: what its head has set, else what its file says, which names no papers.

    ``can_send``: the operator lets papers be sent as files.
    """
    if set_by_head is not None:
        return Asked(set_by_head, can_send)
    match clinic.facts.papers:
        case PapersAsked.BRING:
            return Asked(tuple(PaperKind), can_send=False)
        case PapersAsked.FILE:
            return Asked(tuple(PaperKind), can_send)
    return Asked((), can_send)


class Papers(NamedTuple):
    """The papers that a clinic asks for, and the files that were added."""

    asked: Sequence[PaperKind]
    added: Sequence[AddedPaper]
    can_send: bool
    """files are taken in the chat; else the papers are brought to the reception"""

    @property
    def missing(self) -> Sequence[PaperKind]:
        """Return what is asked for and was not added."""
        added = {each.kind for each in self.added}
        return [kind for kind in self.asked if kind not in added]

    @property
    def count_of(self) -> Counter[PaperKind]:
        return Counter(each.kind for each in self.added)

    @property
    def is_full(self) -> bool:
        return len(self.added) >= MOST_PAPERS


class PapersOfChild(NamedTuple):
    """The papers that would go with the next application of a patient to a clinic."""

    patient: Patient
    clinic: Clinic
    papers: Papers


class PaperFiles:
    def __init__(
        self, storage: Storage, directory: Directory, documents: Documents, clock: Clock, *, can_send: bool
    ) -> None:
        """``can_send``: the operator lets papers be sent as files, and the desk may see them."""
        self._storage, self._directory, self._documents, self._clock = storage, directory, documents, clock
        self.can_send = can_send

    async def before(self, account: AccountId, patient: PatientId, clinic: ClinicId) -> PapersOfChild:
        """Return the papers that would go with an application. Raises NotYours."""
        where = await self._directory.clinic(clinic)

        async def look(view: UnitOfWork) -> PapersOfChild:
            found = await view.patients.require(account, patient)
            return PapersOfChild(found, where, await self._next(view, account, patient, where))

        return await self._storage.read(look)

    async def _next(self, view: UnitOfWork, account: AccountId, patient: PatientId, clinic: Clinic) -> Papers:
        """Return the papers that go with the next application; of an earlier one only what this clinic asks for."""
        asked = asked_by(clinic, await view.papers.set_by_head(clinic.id), can_send=self.can_send)
        if not asked.can_send:
            return Papers(asked.kinds, (), can_send=False)
        going = await view.papers.to_send(account, patient, clinic.id)
        added = [each for each in going if not each.is_earlier or each.kind in asked.kinds]
        return Papers(asked.kinds, added, can_send=True)

    async def take_along(self, uow: UnitOfWork, account: AccountId, patient: PatientId, clinic: Clinic) -> None:
        """Let what was sent with the card's earlier application go with the one that is filed now."""
        going = (await self._next(uow, account, patient, clinic)).added
        await uow.papers.take_along(account, clinic.id, [each.id for each in going if each.is_earlier])

    async def of(self, account: AccountId, application: ApplicationId) -> Papers:
        """Return the papers that went with an application. Raises NotYours."""

        async def look(view: UnitOfWork) -> tuple[Application, Sequence[PaperKind] | None, Sequence[AddedPaper]]:
            found = await view.applications.get(application)
            if found is None:
                raise NotYours
            await view.representatives.representation(account, found.patient)
            return found, await view.papers.set_by_head(found.clinic), await view.papers.list_of(application)

        found, set_by_head, added = await self._storage.read(look)
        if found.kind is not ApplicationKind.ENROLLMENT:
            return Papers((), added, self.can_send)
        asked = asked_by(await self._directory.clinic(found.clinic), set_by_head, can_send=self.can_send)
        return Papers(asked.kinds, added, asked.can_send)

    async def take(
        self, account: Account, patient: PatientId, clinic: ClinicId, kind: PaperKind, fetch: FetchFile
    ) -> None:
        """Download a file, draw its pages anew and keep them until the application is sent.

        Raises NotYours, NotOwner, ConsentRequired, PapersNotTaken, TooManyPapers, OverBudget, and, for the file,
        InvalidInput with a PaperProblem, PapersBusy or PapersPaused.
        """
        where = await self._directory.clinic(clinic)
        await self._spend(account, patient, where, kind)
        try:
            pages = await self._documents.redraw_paper(account.id, fetch)
        except InvalidInput as refused:
            raise InvalidInput(PROBLEMS.get(refused.problem, PaperProblem.BROKEN), **refused.facts) from None
        except FilesBusy:
            raise PapersBusy from None
        except FilesPaused as paused:
            raise PapersPaused(paused.until) from None
        await self._keep(account, patient, where, kind, pages)

    @writes
    async def _spend(
        self, uow: UnitOfWork, account: Account, patient: PatientId, clinic: Clinic, kind: PaperKind
    ) -> None:
        """Pay for a file before it is downloaded: one that cannot be opened costs as much."""
        await self._require_taken(uow, account, patient, clinic, kind)
        await uow.budgets.spend(account.id, Budget.PAPER, self._clock.now())

    @writes
    async def _keep(
        self,
        uow: UnitOfWork,
        account: Account,
        patient: PatientId,
        clinic: Clinic,
        kind: PaperKind,
        pages: Sequence[bytes],
    ) -> None:
        await self._require_taken(uow, account, patient, clinic, kind)
        now = self._clock.now()
        await uow.papers.add(account.id, patient, clinic.id, kind, pages, now)
        await uow.audit.add(Actor.account(account.id), Deed.PAPER_ADDED, Subject.patient(patient), now)

    async def _require_taken(
        self, uow: UnitOfWork, account: Account, patient: PatientId, clinic: Clinic, kind: PaperKind
    ) -> None:
        require_consents(account)
        await uow.representatives.require_owner(account.id, patient)
        papers = await self._next(uow, account.id, patient, clinic)
        if not papers.can_send or kind not in papers.asked:
            raise PapersNotTaken
        if papers.is_full:
            raise TooManyPapers(MOST_PAPERS)

    async def remove(self, account: AccountId, patient: PatientId, clinic: ClinicId, paper: PaperId) -> None:
        """Take a file from what goes with the next application; one that is gone already stays gone.

        It is deleted, unless an application that is open at another clinic has it. Raises NotYours, NotOwner.
        """
        where = await self._directory.clinic(clinic)
        await self._remove(account, patient, where, paper)

    @writes
    async def _remove(
        self, uow: UnitOfWork, account: AccountId, patient: PatientId, clinic: Clinic, paper: PaperId
    ) -> None:
        await uow.representatives.require_owner(account, patient)
        going = {each.id: each for each in (await self._next(uow, account, patient, clinic)).added}
        found = going.get(paper)
        if found is None:
            return
        if found.is_elsewhere:
            await uow.papers.leave_out(paper, clinic.id)
            return
        await uow.papers.remove(paper)
        await uow.audit.add(Actor.account(account), Deed.PAPER_REMOVED, Subject.patient(patient), self._clock.now())

    def refuse_passport(self) -> NoReturn:
        """Refuse the file of a passport, which is not downloaded. Raises NoPassport."""
        raise NoPassport

    def refuse_unnamed(self) -> NoReturn:
        """Refuse a file of which nobody has said what it is; it is not downloaded. Raises PaperUnnamed."""
        raise PaperUnnamed
