"""The rows of applications and enrollments agree with the rules, whatever parents and desks do in any order."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as some

from bot.applications import rules
from bot.applications.records import (
    Application,
    ApplicationKind,
    ApplicationStatus,
    ApplicationStep,
    Decision,
    DocumentWish,
    EnrollmentReason,
    EnrollmentWish,
    LastChange,
    RefusalReason,
    ToCorrect,
    Verdict,
    Wished,
)
from bot.core.clinic_documents import DocumentAsks
from bot.core.errors import RefCollision
from bot.glossary import AccountId, ApplicationId, ClinicId, ClinicRef, DocumentId, PatientId, Ref
from storage.unit import UnitOfWork
from tests.storage.stored import CLINIC, NOW, SYSTEM, World, opened_world

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ENROLL = EnrollmentWish(EnrollmentReason.CHOICE)
CAMP = DocumentWish(DocumentId(7), "Справка 079/у", DocumentAsks.PLACE, "лагерь «Заря»", "полис", 3, 30)
AGAIN: dict[Wished, Wished] = {
    ENROLL: EnrollmentWish(EnrollmentReason.MOVED, LastChange.LONG_AGO),
    CAMP: replace(CAMP, said="лагерь «Восход»"),
}
"""what each wish becomes when it is corrected"""
DECISIONS = [
    Decision(Verdict.APPROVE, district="4"),
    Decision(Verdict.REFUSE, RefusalReason.NO_PLACES),
    Decision(Verdict.RETURN, fields=(ToCorrect.NAME, ToCorrect.SNILS), days=7),
]
SINGLE = ["file", "claim", "decide", "undo", "withdraw", "finish", "resend", "lapse", "wait"]
CHAINS = ["whole", "late", "regret"]
"""chains of steps, which single ones at random would hardly ever make"""
STEPS = some.lists(
    some.tuples(
        some.sampled_from([*SINGLE, *CHAINS]),
        some.integers(0, 1),
        some.integers(0, 2),
    ),
    min_size=8,
    max_size=30,
)


class Town:
    """Does steps as the services do, for one child and two clinics, and compares the rows with the rules."""

    def __init__(self, world: World, patient: PatientId, clinics: list[ClinicId], wish: Wished) -> None:
        self.world, self.patient, self.clinics, self.now = world, patient, clinics, NOW
        self.wish = wish
        self.members = (world.mother.id, world.stranger.id)
        self.refs: Iterator[Ref] = (Ref(f"A{number:03}-AA") for number in count())
        self.last: ApplicationId | None = None
        self.enrolled: list[ClinicId] = []
        """the clinics that have accepted, the first one first"""

    async def write(self, work: Callable[[UnitOfWork], Coroutine[Any, Any, Any]]) -> Any:
        return await self.world.storage.write(work)

    async def found(self) -> Application | None:
        last = self.last
        return None if last is None else await self.world.storage.read(lambda view: view.applications.get(last))

    async def file(self, which: int, _choice: int, before: Application | None) -> None:
        if before is not None and before.is_open:
            with pytest.raises(RefCollision):
                await self._file(which)
            return
        self.last = await self._file(which)

    async def _file(self, which: int) -> ApplicationId:
        what = (self.world.mother.id, self.patient, self.clinics[which])
        said = (self.wish, self.now, self.now + 2 * DAY)
        filed: ApplicationId = await self.write(lambda uow: uow.applications.file(next(self.refs), *what, *said))
        return filed

    async def claim(self, which: int, _choice: int, before: Application | None) -> None:
        if before is not None:
            member, until = self.members[which], self.now + rules.CLAIM_FOR
            done = await self.write(lambda uow: uow.applications.claim(before.id, member, self.now, until))
            assert done == rules.may_claim(before, member, self.now)

    async def decide(self, which: int, choice: int, before: Application | None) -> None:
        if before is not None:
            what = (DECISIONS[choice], self.members[which], self.now, self.now + rules.UNDO_FOR)
            done = await self.write(lambda uow: uow.applications.decide(before.id, *what))
            assert done == rules.has_claimed(before, self.members[which], self.now)
            if done:
                after = await self.found()
                assert after is not None
                assert after.decision == DECISIONS[choice]

    async def undo(self, which: int, _choice: int, before: Application | None) -> None:
        if before is not None and rules.may_undo(before, self.members[which], self.now):
            await self.write(lambda uow: uow.applications.reopen(before.id))
            after = await self.found()
            assert after is not None
            assert after.awaits_desk

    async def withdraw(self, _which: int, _choice: int, before: Application | None) -> None:
        if before is not None and before.is_open:
            await self.write(lambda uow: uow.applications.close(before.id, ApplicationStatus.WITHDRAWN, self.now))

    async def finish(self, _which: int, _choice: int, before: Application | None) -> None:
        final = await self.world.storage.read(lambda view: view.applications.final(self.now, 10))
        is_over = before is not None and before.is_open and before.final_at is not None and before.final_at <= self.now
        assert [each.id for each in final] == ([before.id] if is_over and before is not None else [])
        for each in final:
            assert each.decision is not None
            await self._finish(each, each.decision)

    async def _finish(self, found: Application, decision: Decision) -> None:
        status = rules.after(found.status, rules.STEP_OF[decision.verdict])
        assert status is not None
        if status is ApplicationStatus.NEEDS_CORRECTION:
            await self.write(lambda uow: uow.applications.give_back(found.id, self.now + 7 * DAY))
            return
        await self.write(lambda uow: uow.applications.close(found.id, status, self.now))
        if status is ApplicationStatus.APPROVED and found.enrollment is not None:
            what = (self.patient, found.clinic, self.now, decision.district, None)
            await self.write(lambda uow: uow.enrollments.start(*what))
            self.enrolled.append(found.clinic)

    async def resend(self, _which: int, _choice: int, before: Application | None) -> None:
        if before is not None:
            what = (AGAIN[self.wish], self.now + 2 * DAY)
            await self.write(lambda uow: uow.applications.resend(before.id, *what))
            after = await self.found()
            assert after is not None
            assert after.kind is before.kind
            could = rules.after(before.status, ApplicationStep.RESENT) is not None
            assert (
                (after.status is ApplicationStatus.SUBMITTED and after.decision is None) if could else after == before
            )

    async def lapse(self, _which: int, _choice: int, before: Application | None) -> None:
        due = await self.world.storage.read(lambda view: view.applications.uncorrected(self.now, 10))
        over = before is not None and before.correct_until is not None and before.correct_until <= self.now
        assert bool(due) == (over and before is not None and before.is_open)
        for each in due:
            await self._lapse(each.id)

    async def _lapse(self, application: ApplicationId) -> None:
        await self.write(lambda uow: uow.applications.close(application, ApplicationStatus.WITHDRAWN, self.now))

    async def whole(self, which: int, choice: int, _before: Application | None) -> None:
        """Go from the filing to the end, as most applications do."""
        for step in (self.file, self.claim, self.decide):
            await step(which, choice, await self.found())
        self.now += rules.UNDO_FOR
        await self.finish(which, choice, await self.found())

    async def wait(self, which: int, choice: int, _before: Application | None) -> None:
        self.now += [MINUTE, 5 * DAY][which] * (choice + 1)

    async def late(self, which: int, choice: int, _before: Application | None) -> None:
        """Claim, and decide when the claim may be over."""
        for step in (self.file, self.claim):
            await step(which, choice, await self.found())
        self.now += rules.CLAIM_FOR - MINUTE + choice * MINUTE
        await self.decide(which, choice, await self.found())

    async def regret(self, which: int, choice: int, _before: Application | None) -> None:
        """Decide, and undo when the minute may be over."""
        for step in (self.file, self.claim, self.decide):
            await step(which, choice, await self.found())
        self.now += rules.UNDO_FOR * choice / 2
        await self.undo(which, choice, await self.found())

    async def check(self) -> None:
        """The child is enrolled where it was accepted last, and nowhere else at the same time."""
        history = await self.world.storage.read(lambda view: view.enrollments.list_of(self.patient))
        assert sorted(each.clinic for each in history) == sorted(self.enrolled)
        assert sum(each.until is None for each in history) == min(len(self.enrolled), 1)
        current = await self.world.storage.read(lambda view: view.enrollments.current(self.patient))
        assert (current and current.clinic) == (self.enrolled[-1] if self.enrolled else None)
        every = await self.world.storage.read(lambda view: view.applications.list_of(self.world.mother.id))
        assert sum(each.is_open for each in every) <= 1


async def live(steps: list[tuple[str, int, int]], wish: Wished) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with opened_world(Path(folder)) as world:
            other = replace(CLINIC, ref=ClinicRef("clinic-7"), name="детская № 7")
            [_first, second] = await world.storage.write(
                lambda uow: uow.directory.learn_clinics(SYSTEM, [CLINIC, other])
            )
            town = Town(world, await world.link(), [world.clinic.id, second.id], wish)
            for step, which, choice in steps:
                before = await town.found()
                await getattr(town, step)(which, choice, before)
                after = await town.found()
                if before is not None and after is not None and not before.is_open and after.id == before.id:
                    assert after == before, "an ended application changes no more"
                await town.check()


@settings(max_examples=60, deadline=None)
@given(STEPS, some.sampled_from([ENROLL, CAMP]))
def test_rows_agree_with_the_rules_over_changes_of_clinic(steps: list[tuple[str, int, int]], wish: Wished) -> None:
    asyncio.run(live(steps, wish))


async def test_one_application_is_open_for_each_thing_asked(tmp_path: Path) -> None:
    """An enrollment and two documents of one child are open at once, and none of them twice."""
    refs: Iterator[Ref] = (Ref(f"A{number:03}-AA") for number in count())
    async with opened_world(tmp_path) as world:
        patient = await world.link()

        for wish in (ENROLL, CAMP, replace(CAMP, document=DocumentId(8))):
            what = (world.mother.id, patient, world.clinic.id, wish, NOW, NOW + DAY)
            filed = await world.storage.write(partial(file_with, next(refs), what))
            found = await world.storage.read(partial(get, filed))
            assert found is not None
            assert found.wish == wish
            with pytest.raises(RefCollision):
                await world.storage.write(partial(file_with, next(refs), what))
        for kind, topic in ((ApplicationKind.ENROLLMENT, None), (ApplicationKind.DOCUMENT, CAMP.document)):
            [found] = await world.storage.read(partial(open_of, patient, kind, topic))
            assert found.kind is kind


async def file_with(ref: Ref, what: tuple[Any, ...], uow: UnitOfWork) -> ApplicationId:
    return await uow.applications.file(ref, *what)


async def get(application: ApplicationId, view: UnitOfWork) -> Application | None:
    return await view.applications.get(application)


async def open_of(
    patient: PatientId, kind: ApplicationKind, topic: DocumentId | None, view: UnitOfWork
) -> Sequence[Application]:
    return await view.applications.open_of_child(patient, kind, topic)


async def test_unreadable_wish_hides_no_other_application(tmp_path: Path) -> None:
    async with opened_world(tmp_path) as world:
        patient = await world.link()
        for number, wish in enumerate((ENROLL, CAMP)):
            what = (world.mother.id, patient, world.clinic.id, wish, NOW, NOW + DAY)
            await world.storage.write(partial(file_with, Ref(f"A00{number}-AA"), what))
        spoil = "UPDATE applications SET sealed_wish = x'00' WHERE sealed_wish IS NOT NULL"
        await world.database.write(lambda connection: connection.execute(spoil, {}))
        listed = await world.storage.read(lambda view: view.applications.list_of(world.mother.id))
        assert [each.kind for each in listed] == [ApplicationKind.ENROLLMENT]


async def filed(world: World, due: timedelta, number: int = 1, account: AccountId | None = None) -> ApplicationId:
    patient = await world.link(policy=f"771234567890123{number}")
    return await world.storage.write(
        lambda uow: uow.applications.file(
            Ref(f"A00{number}-AA"), account or world.mother.id, patient, world.clinic.id, ENROLL, NOW, NOW + due
        )
    )  # fmt: skip


async def test_queue_has_what_is_due_first_and_late_ones_are_returned_once(tmp_path: Path) -> None:
    async with opened_world(tmp_path) as world:
        await world.agree()
        later, sooner = await filed(world, 2 * DAY, 1), await filed(world, DAY, 2)
        queue = await world.storage.read(lambda view: view.applications.at_desk(world.clinic.id))
        assert [each.id for each in queue] == [sooner, later]

        async def late(days: int) -> list[ApplicationId]:
            at = NOW + days * DAY
            return [each.id for each in await world.storage.write(lambda uow: uow.applications.claim_late(at, 10))]

        assert [await late(days) for days in range(4)] == [[], [sooner], [later], []]
