"""The clinic's system enrolls a child, refuses, or answers late, while the parent withdraws or deletes everything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bot.applications.errors import ApplicationGone, EnrollmentUnderWay
from bot.applications.records import ApplicationStatus, EnrollmentReason
from bot.applications.seen import Wish
from bot.clinics.desk_port import ClinicDesk
from bot.clinics.port import ClinicError, NotFound, OutcomeUnknown, Unavailable, Unsupported
from bot.core.people import Role
from bot.core.timing import local_day
from storage.registry.seed.clinics import FIELD, GARDEN
from tests.chat.actions import account_of, children_of, choose, new_messages, ref_of
from tests.chat.applications.steps import appoint, mother_applies, open_first
from tests.chat.applications.test_enroll import MINUTE, filed_of, share_with_father
from tests.chat.person import Person
from tests.chat.privacy.test_erased_applications import erase, told_all
from tests.chat.town import Town, town as opened_town
from tests.chat.wait import wait_until


class Answering:
    """A clinic's desk that answers an enrollment with an error, before or after it is done, or waits for ``go``."""

    def __init__(self, desk: ClinicDesk, error: ClinicError | None = None, *, is_done: bool = False) -> None:
        self._desk, self.error, self.is_done, self.calls = desk, error, is_done, 0
        self.go = asyncio.Event()

    async def enroll(self, *what: Any) -> None:
        self.calls += 1
        if self.is_done:
            await self._desk.enroll(*what)
        if self.error is not None:
            raise self.error
        await self.go.wait()
        await self._desk.enroll(*what)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._desk, name)


def answering(town: Town, error: ClinicError | None = None, *, is_done: bool = False) -> Answering:
    service = town.app.services.application_results
    desk = Answering(service._desk, error, is_done=is_done)
    service._desk = cast(ClinicDesk, desk)
    return desk


async def approve(town: Town) -> str:
    """Let the mother apply and the desk approve; return the Ref."""
    ref = ref_of(await mother_applies(town))
    await open_first(town, town.registrar)
    await choose(town.registrar, "Прикрепить", "Без педиатра")
    return ref


async def status_of(town: Town) -> ApplicationStatus:
    [only] = await town.app.services.applications.list_of((await account_of(town, town.mother)).id)
    return only.application.status


async def at_clinic(town: Town, parent: Person | None = None) -> bool:
    """Return whether the clinic's system has enrolled the child today."""
    [child] = await children_of(town, parent or town.mother)
    assert child.person
    [garden, *_others] = await town.app.services.directory.clinics()
    found = await town.app.services.directory.serving(garden).enrolled_at(child.person)
    return found is not None and found.since == local_day(town.clock.now(), garden.zone)


# --- the system refuses -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [NotFound(), Unsupported()])
async def test_unknown_child_ends_the_application_and_everybody_is_told(town: Town, error: ClinicError) -> None:
    head = await appoint(town, 1006, Role.HEAD)
    desk = answering(town, error)
    ref = await approve(town)
    before, heads = await town.mother.messages(), await head.messages()
    await town.pass_time(seconds=MINUTE)
    await town.pass_time(hours=1)
    assert desk.calls == 1, "it is not asked without end"
    [told] = await new_messages(town.mother, before)
    assert ref in told.text
    assert "система поликлиники не находит ребёнка" in told.text
    assert "+7" in told.text
    opened = await choose(town.mother, "Открыть заявление")
    assert opened.button("Исправить и отправить снова")
    assert opened.button("Другая поликлиника")
    [to_head] = await new_messages(head, heads)
    assert ref in to_head.text
    assert "не находит ребёнка" in to_head.text
    assert await status_of(town) is ApplicationStatus.REFUSED
    assert not await at_clinic(town)


# --- a withdrawal while it is asked -----------------------------------------------------------------------------------


@asynccontextmanager
async def being_asked(town: Town) -> AsyncIterator[Answering]:
    """Stop in the middle of the question to the system; it answers afterwards."""
    desk = answering(town)
    await approve(town)
    passing = asyncio.create_task(town.pass_time(seconds=MINUTE))  # noqa: TID251 - a test waits for it below
    await wait_until(lambda: desk.calls == 1)
    yield desk
    desk.go.set()
    await passing


async def test_withdrawal_waits_for_the_answer_and_the_parent_is_told_the_truth(town: Town) -> None:
    async with being_asked(town):
        before = await town.mother.messages()
        await choose(town.mother, "Отозвать")
        answer = await town.mother.press("Отозвать заявление")
        assert answer.alert is not None
        assert "уже прикрепляет" in answer.alert
    await told_all(town)
    assert any("✅ Прикрепление" in each.text for each in await new_messages(town.mother, before))
    assert await status_of(town) is ApplicationStatus.APPROVED
    assert await at_clinic(town)


async def test_another_clinic_waits_for_the_answer(town: Town) -> None:
    await appoint(town, 1010, Role.REGISTRAR, clinic=1)
    async with being_asked(town):
        account, filed = await account_of(town, town.mother), await filed_of(town, town.mother)
        applications, [child] = town.app.services.applications, await children_of(town, town.mother)
        field = next(each for each in await town.app.services.directory.clinics() if each.name == FIELD)
        await applications.agree(account, child.id, field.id, "digest")
        with pytest.raises(EnrollmentUnderWay):
            await applications.file(account, Wish(child.id, field.id, EnrollmentReason.CHOICE), filed)
    assert await status_of(town) is ApplicationStatus.APPROVED
    assert await at_clinic(town)


async def test_erasure_leaves_an_enrollment_under_way_to_the_other_parent(town: Town) -> None:
    async with being_asked(town):
        await share_with_father(town)
        before = await town.father.messages()
        await erase(town, town.mother)
    await told_all(town)
    assert any("✅ Прикрепление" in each.text for each in await new_messages(town.father, before))
    assert await at_clinic(town, town.father)


async def test_system_that_did_nothing_hinders_no_withdrawal(town: Town) -> None:
    answering(town, Unavailable())
    await approve(town)
    await town.pass_time(seconds=MINUTE)
    await choose(town.mother, "Отозвать", "Отозвать заявление")
    await town.pass_time(hours=1)
    assert await status_of(town) is ApplicationStatus.WITHDRAWN
    assert not await at_clinic(town)


async def test_unknown_outcome_hinders_a_withdrawal_also_after_a_crash(town: Town) -> None:
    """The bot dies between the system's answer and the unit that records it: the system has enrolled the child."""
    answering(town, OutcomeUnknown(), is_done=True)
    await approve(town)
    await town.pass_time(seconds=MINUTE)
    assert await at_clinic(town)
    await town.restart()
    account, filed = await account_of(town, town.mother), await filed_of(town, town.mother)
    with pytest.raises(EnrollmentUnderWay):
        await town.app.services.applications.withdraw(account.id, filed)
    await town.pass_time(minutes=16)
    assert await status_of(town) is ApplicationStatus.APPROVED
    [child] = await children_of(town, town.mother)
    enrolled = await town.app.services.enrollments.of(child.id)
    assert enrolled is not None
    assert enrolled.clinic.name == GARDEN


# --- failures ---------------------------------------------------------------------------------------------------------


class FailsAt:
    """Fail one writing statement, the ``left``-th one after ``arm``, as a killed program leaves it undone."""

    def __init__(self) -> None:
        self.left, self.has_failed = 0, False

    def arm(self, at: int) -> None:
        self.left, self.has_failed = at, False

    def __call__(self, _number: int, sql: str) -> None:
        if self.left and sql.lstrip().startswith(("UPDATE", "INSERT", "DELETE")) and "application" in sql:
            self.left -= 1
            if not self.left:
                self.has_failed = True
                raise OSError("killed here")


@pytest.mark.parametrize("at", range(1, 8))
async def test_failure_at_any_write_leaves_clinic_and_bot_agreed(template: Path, tmp_path: Path, at: int) -> None:
    """The job dies at one of its writes; the mother withdraws at once if she still may, and the bot starts again."""
    fails = FailsAt()
    async with opened_town(template, tmp_path, probe=fails) as town:
        await approve(town)
        town.clock.advance(timedelta(seconds=MINUTE))
        fails.arm(at)
        with suppress(OSError):
            await town.app.services.application_results.work()
        fails.left = 0
        account, filed = await account_of(town, town.mother), await filed_of(town, town.mother)
        with suppress(EnrollmentUnderWay, ApplicationGone):
            await town.app.services.applications.withdraw(account.id, filed)
        await town.restart()
        await town.pass_time(minutes=30)
        status = await status_of(town)
        assert status in {ApplicationStatus.APPROVED, ApplicationStatus.WITHDRAWN}
        assert await at_clinic(town) == (status is ApplicationStatus.APPROVED)
        assert fails.has_failed or status is ApplicationStatus.APPROVED
