"""Applications under many hands at once, and over a child's changes of clinic, by the services of the product."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from structlog.testing import capture_logs

from bot.account.records import HashedCode
from bot.applications.errors import AlreadyEnrolled, SentTooOften
from bot.applications.records import (
    Application,
    ApplicationStatus,
    ApplicationStep,
    Decision,
    EnrollmentReason,
    LastChange,
    RefusalReason,
    ToCorrect,
    Verdict,
)
from bot.applications.rules import MOVES, UNDO_FOR
from bot.applications.seen import Wish
from bot.core.errors import NotYours, RuleError
from bot.core.people import Account, Role
from bot.glossary import ApplicationId, ClinicId
from tests.stress.inline_database import inline_database
from tests.stress.service_town import ServiceTown, make_template, open_service_town

CLERKS = 6
APPROVE = Decision(Verdict.APPROVE, district="4")
DECISIONS = (
    APPROVE,
    Decision(Verdict.REFUSE, RefusalReason.NO_PLACES),
    Decision(Verdict.RETURN, fields=(ToCorrect.NAME,), days=7),
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(make_template(tmp_path_factory.mktemp("applications")))


class Desks:
    """A town with one child, two clinics and several clerks at each."""

    def __init__(self, town: ServiceTown, clinics: list[ClinicId], clerks: dict[ClinicId, list[Account]]) -> None:
        self.town, self.clinics, self.clerks = town, clinics, clerks
        self.services, self.storage = town.services, town.store.storage
        self.mother, self.child = town.families[0].account, town.families[0].patients[0]

    async def file(self, clinic: ClinicId, instead: ApplicationId | None = None) -> ApplicationId:
        await self.services.applications.agree(self.mother, self.child, clinic, "digest")
        wish = Wish(self.child, clinic, EnrollmentReason.CHOICE)
        return await self.services.applications.file(self.mother, wish, instead)

    async def get(self, application: ApplicationId) -> Application:
        found = await self.storage.read(lambda view: view.applications.get(application))
        assert found is not None
        return found

    async def every(self) -> list[Application]:
        listed = await self.services.applications.list_of(self.mother.id)
        return [each.application for each in listed if each.patient.id == self.child]


@asynccontextmanager
async def open_desks(path: Path, rng: Random) -> AsyncIterator[Desks]:
    async with AsyncExitStack() as closing:
        database = await closing.enter_async_context(inline_database(path, rng))
        online = "UPDATE registry_clinics SET details = :facts"
        await database.write(lambda connection: connection.execute(online, {"facts": '{"attaches_online": true}'}))
        town = await closing.enter_async_context(open_service_town(database, families=1))
        clinics = [each.id for each in await town.services.directory.clinics()][:2]
        clerks = {clinic: [await appoint(town, clinic, at) for at in range(CLERKS)] for clinic in clinics}
        yield Desks(town, clinics, clerks)


async def appoint(town: ServiceTown, clinic: ClinicId, at: int) -> Account:
    telegram_id = 5000 + 100 * clinic + at
    await town.services.accounts.appoint(telegram_id, Role.REGISTRAR, clinic)
    clerk = await town.services.accounts.find_or_add(telegram_id, "ru")
    code, now = HashedCode(b"salt", b"digest"), town.clock.now()
    await town.store.storage.write(lambda uow: uow.access_codes.set(clerk.id, code, now))
    return await town.services.accounts.find_or_add(telegram_id, "ru")


# --- at the same time -------------------------------------------------------------------------------------------------


async def at_once(desks: Desks, application: ApplicationId, rng: Random) -> list[str]:
    """Let all clerks decide one application at the same time, some of them twice; return who has succeeded."""
    done: list[str] = []

    async def decides(clerk: Account, number: int) -> None:
        for _again in range(rng.randint(1, 2)):
            if rng.random() < 0.7:  # the others press an old button: they have not claimed it
                await desks.services.desk_applications.see(clerk, application)
            await desks.services.desk_applications.decide(clerk, application, rng.choice(DECISIONS))
            done.append(f"clerk {number}")

    async def withdraws() -> None:
        await desks.services.applications.withdraw(desks.mother.id, application)
        done.append("mother")

    acts: list[Awaitable[None]] = [decides(clerk, at) for at, clerk in enumerate(desks.clerks[desks.clinics[0]])]
    if rng.random() < 0.3:
        acts.append(withdraws())
    rng.shuffle(acts)
    outcomes = await asyncio.gather(*acts, return_exceptions=True)
    unexpected = [each for each in outcomes if isinstance(each, BaseException) and not isinstance(each, RuleError)]
    assert unexpected == []
    return done


@pytest.mark.requirement("A30")
@pytest.mark.parametrize("seed", range(12))
def test_one_of_many_clerks_decides_an_application(small: Path, tmp_path: Path, seed: int) -> None:
    """Six clerks press at once, the parent may withdraw, and two workers conclude: one decision comes of it."""

    async def run() -> None:
        rng = Random(seed)
        shutil.copy(small, tmp_path / "town.sqlite3")
        async with open_desks(tmp_path / "town.sqlite3", rng) as desks:
            filed = await desks.file(desks.clinics[0])
            done = await at_once(desks, filed, rng)
            by_clerks = [each for each in done if each != "mother"]
            assert len(by_clerks) <= 1, done
            assert done
            decided = await desks.get(filed)
            assert ("mother" in done) == (decided.status is ApplicationStatus.WITHDRAWN)
            desks.town.clock.advance(UNDO_FOR + timedelta(seconds=1))
            works = desks.services.application_results.work
            await asyncio.gather(works(), works(), works())
            await is_concluded_once(desks, await desks.get(filed), done)

    with capture_logs() as logged:
        asyncio.run(run())
    assert [each for each in logged if each["log_level"] == "error"] == []


async def is_concluded_once(desks: Desks, found: Application, done: list[str]) -> None:
    steps = Counter(each.step for each in await desks.storage.read(lambda view: view.applications.steps(found.id)))
    assert max(steps.values()) == 1, steps
    ends = {ApplicationStep.APPROVED, ApplicationStep.REFUSED, ApplicationStep.RETURNED, ApplicationStep.WITHDRAWN}
    assert len(ends & steps.keys()) == 1, steps
    told = await desks.town.rows("SELECT id FROM outbox WHERE kind = 'APPLICATION_ANSWERED' AND status <> 'WITHDRAWN'")
    assert len(told) == (0 if "mother" in done else 1)
    enrolled = await desks.storage.read(lambda view: view.enrollments.list_of(desks.child))
    assert len(enrolled) == (found.status is ApplicationStatus.APPROVED)


# --- one after another: changes of clinic -----------------------------------------------------------------------------


class ChangesOfClinic(RuleBasedStateMachine):
    """A mother and two desks act in any order; a child has one open application and one clinic at every step."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.template, self.folder / "town.sqlite3")
        self.runner, self.closing = asyncio.Runner(), AsyncExitStack()
        self.desks = self.runner.run(self._open())
        self.accepted: list[ClinicId] = []
        """the clinics that have taken the child, the first one first"""
        self.closed: dict[ApplicationId, Application] = {}
        self.steps: dict[ApplicationId, int] = {}
        self.error: Exception | None = None
        """why the last step that was refused was refused"""

    async def _open(self) -> Desks:
        return await self.closing.enter_async_context(open_desks(self.folder / "town.sqlite3", Random(0)))

    def teardown(self) -> None:
        self.runner.run(self.closing.aclose())
        self.runner.close()
        shutil.rmtree(self.folder)

    @property
    def open(self) -> Application | None:
        every = self.runner.run(self.desks.every())
        return next((each for each in every if each.is_open), None)

    def refused(self, work: Awaitable[object], *errors: type[Exception]) -> bool:
        """Return whether a step was refused with one of the errors that the rules know."""

        async def step() -> bool:
            try:
                await work
            except Exception as error:
                if not isinstance(error, (RuleError, *errors)):
                    raise
                self.error = error
                return True
            return False

        return self.runner.run(step())

    @rule(which=st.integers(0, 1))
    def apply(self, which: int) -> None:
        before, clinic = self.open, self.desks.clinics[which]
        if self.refused(self.desks.file(clinic)):
            now = self.open
            assert (now and now.id) == (before and before.id)
            return
        now = self.open
        assert now is not None
        assert now.clinic == clinic
        assert before is None or before.id == now.id, "another open one is no reason for a second"
        assert not self.accepted or clinic != self.accepted[-1], "the child is enrolled there"

    @rule(which=st.integers(0, 1))
    def apply_elsewhere(self, which: int) -> None:
        """«Изменить поликлинику»: the open one is withdrawn with the filing of the other, or nothing changes."""
        before, clinic = self.open, self.desks.clinics[which]
        if before is None:
            return
        if self.refused(self.desks.file(clinic, instead=before.id)):
            assert isinstance(self.error, SentTooOften | AlreadyEnrolled), self.error
            now = self.open
            assert now is not None
            assert now.id == before.id
            return
        now, old = self.open, self.runner.run(self.desks.get(before.id))
        assert now is not None
        assert now.clinic == clinic
        if now.id != before.id:
            assert old.status is ApplicationStatus.WITHDRAWN

    @rule(clerk=st.integers(0, 1), decision=st.sampled_from(DECISIONS), elsewhere=st.booleans())
    def decide(self, clerk: int, decision: Decision, elsewhere: bool) -> None:
        found = self.open
        if found is None:
            return
        clinic = next(each for each in self.desks.clinics if (each == found.clinic) is not elsewhere)
        member, desk = self.desks.clerks[clinic][clerk], self.desks.services.desk_applications
        is_refused = self.refused(desk.see(member, found.id)) or self.refused(desk.decide(member, found.id, decision))
        assert is_refused or not elsewhere, "another clinic's desk decides nothing"

    @rule(which=st.integers(0, 1), decision=st.sampled_from(DECISIONS))
    def go_from_the_filing_to_the_end(self, which: int, decision: Decision) -> None:
        """Most applications go so; steps at random would hardly ever."""
        self.apply_elsewhere(which)
        self.apply(which)
        self.decide(0, decision, elsewhere=False)
        self.wait_and_work(61)

    @rule(clerk=st.integers(0, 1))
    def undo(self, clerk: int) -> None:
        found = self.open
        if found is not None:
            member = self.desks.clerks[found.clinic][clerk]
            is_refused = self.refused(self.desks.services.desk_applications.undo(member, found.id))
            now = self.runner.run(self.desks.get(found.id))
            assert is_refused or now.decision is None

    @rule(seconds=st.sampled_from([5, 61, 700, 86_400, 8 * 86_400]))
    def wait_and_work(self, seconds: int) -> None:
        found = self.open
        self.desks.town.clock.advance(timedelta(seconds=seconds))
        self.runner.run(self.desks.services.application_results.work())
        if found is None:
            return
        now = self.runner.run(self.desks.get(found.id))
        if found.final_at is not None and found.final_at <= self.desks.town.clock.now():
            assert now.final_at is None, "a decision is done when its minute is over"
        if now.status is ApplicationStatus.APPROVED:
            self.accepted.append(now.clinic)

    @rule()
    def withdraw(self) -> None:
        found = self.open
        if found is not None:
            work = self.desks.services.applications.withdraw(self.desks.mother.id, found.id)
            assert not self.refused(work)
            assert self.open is None

    @rule()
    def send_again(self) -> None:
        found = self.open
        if found is None:
            return
        work = self.desks.services.applications.resend(
            self.desks.mother, found.id, EnrollmentReason.MOVED, LastChange.LONG_AGO
        )
        is_refused, now = self.refused(work, NotYours), self.open
        assert now is not None
        if found.status is not ApplicationStatus.NEEDS_CORRECTION:
            assert is_refused

    @invariant()
    def one_open_application(self) -> None:
        every = self.runner.run(self.desks.every())
        assert sum(each.is_open for each in every) <= 1

    @invariant()
    def one_clinic_at_most_and_all_in_the_history(self) -> None:
        history = self.runner.run(self.desks.storage.read(lambda view: view.enrollments.list_of(self.desks.child)))
        assert [each.clinic for each in reversed(history)] == self.accepted
        assert [each.until is None for each in history] == [True, *[False] * (len(history) - 1)][: len(history)]
        live = self.runner.run(self.desks.storage.read(lambda view: view.enrollments.current(self.desks.child)))
        assert (live and live.clinic) == (self.accepted[-1] if self.accepted else None)

    @invariant()
    def history_of_each_application_is_complete(self) -> None:
        """Every step is possible after the one before, and leads to the status; nothing of it is lost."""
        for each in self.runner.run(self.desks.every()):
            taken = self.runner.run(self.desks.storage.read(self._steps_of(each.id)))
            status = None
            for step in taken:
                if step.step is ApplicationStep.LATE:
                    continue
                status = ApplicationStatus.SUBMITTED if status is None else MOVES[status, step.step]
            assert status is each.status, (taken, each)
            assert len(taken) >= self.steps.get(each.id, 0)
            self.steps[each.id] = len(taken)
            sent = self.runner.run(self.desks.storage.read(self._sent_of(each.id)))
            times = [step.at for step in taken if step.step in {ApplicationStep.SUBMITTED, ApplicationStep.RESENT}]
            assert [version.at for version in sent] == times

    @invariant()
    def an_ended_application_changes_no_more(self) -> None:
        for each in self.runner.run(self.desks.every()):
            if not each.is_open:
                assert self.closed.setdefault(each.id, each) == each

    @staticmethod
    def _steps_of(application: ApplicationId):
        return lambda view: view.applications.steps(application)

    @staticmethod
    def _sent_of(application: ApplicationId):
        return lambda view: view.sent_versions.list_of(application)


@pytest.mark.requirement("K15")
def test_child_has_one_clinic_and_one_open_application_at_every_step(small: Path) -> None:
    ChangesOfClinic.template = small
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    machine = ChangesOfClinic.TestCase
    machine.settings = settings(
        max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=checks, derandomize=True
    )
    with capture_logs():
        machine("runTest").runTest()
