"""Open applications of an account that deletes everything or leaves a card: withdrawn, and the others are told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.applications.records import PaperKind
from dialogs.staff.application_links import ApproveApplication
from storage.registry.seed.clinics import GARDEN
from tests.chat.actions import account_of, children_of, choose, new_messages, ref_of, say, send
from tests.chat.applications.steps import AGREE, SEND, mother_applies, open_first, open_queue
from tests.chat.applications.test_enroll import MINUTE, filed_of, share_with_father
from tests.chat.applications.test_papers import apply_with_papers, ask_for
from tests.chat.person import Person
from tests.chat.town import Town, town as opened_town


async def erase(town: Town, person: Person) -> None:
    await say(person, "/data")
    asked = await choose(person, "Удалить всё")
    assert "1 открытое заявление отзову" in asked.text.replace("\u00a0", " ")
    seen = await choose(person, "Да, удалить")
    assert "Всё удалено" in seen.text


async def leave(town: Town, person: Person) -> None:
    account, [child] = await account_of(town, person), await children_of(town, person)
    await town.app.services.unlinking.unlink(account.id, child.id, keep_visits=True)


async def told_all(town: Town) -> None:
    """Let the messages come that a form holds back for a while, one a second in a chat."""
    await town.pass_time(minutes=3)
    await town.pass_time(seconds=2)


async def count(town: Town, table: str) -> int:
    [row] = await town.app.store.database.read(
        lambda connection: connection.fetch(f"SELECT count(*) AS n FROM {table}", {})  # noqa: S608 - a name of ours
    )
    return int(row["n"])


@pytest.mark.parametrize("goes", [erase, leave])
async def test_other_representative_is_told_and_applies_anew(
    town: Town, goes: Callable[[Town, Person], Awaitable[None]]
) -> None:
    ref = ref_of(await mother_applies(town))
    await share_with_father(town)
    before = await town.father.messages()
    await goes(town, town.mother)
    await told_all(town)
    [told] = [each for each in await new_messages(town.father, before) if ref in each.text]
    assert "Оно отозвано: представитель, который его отправил, больше не ведёт карточку." in told.text
    assert GARDEN in told.text
    assert "Ничего не ждёт решения" in (await open_queue(town, town.registrar)).text
    await town.father.press("Подать новое заявление")
    filed = await choose(town.father, "По нашему выбору", SEND, AGREE)
    assert ref_of(filed) != ref
    assert (await open_queue(town, town.registrar)).button("срок")


async def test_history_stays_with_the_other_representative(town: Town) -> None:
    ref = ref_of(await mother_applies(town))
    await share_with_father(town)
    await erase(town, town.mother)
    found = await say(town.father, ref)
    assert "отозвано" in found.text.lower()


async def test_decision_that_is_not_done_yet_enrolls_nobody(town: Town) -> None:
    await mother_applies(town)
    await share_with_father(town)
    await open_first(town, town.registrar)
    await choose(town.registrar, "Прикрепить", "Без педиатра")
    await erase(town, town.mother)
    await town.pass_time(seconds=MINUTE)
    [child] = await children_of(town, town.father)
    enrollments = town.app.services.enrollments
    assert await enrollments.of(child.id) is None


async def test_application_of_a_sole_parent_leaves_no_row_at_the_desk(town: Town) -> None:
    await mother_applies(town)
    application = await filed_of(town, town.mother)
    await open_first(town, town.registrar)
    await erase(town, town.mother)
    answer, _seen = await send(town.registrar, ApproveApplication(application=application, doctor=None).pack())
    assert answer.alert or answer.toast
    assert "Ничего не ждёт решения" in (await open_queue(town, town.registrar)).text
    await town.pass_time(days=5)
    for table in ("applications", "application_papers", "application_versions", "application_steps", "desk_checks"):
        assert await count(town, table) == 0


async def test_former_owner_who_has_applied_is_erased_later(town: Town) -> None:
    """The card was handed over while the application was open: its row is still of who has sent it."""
    ref = ref_of(await mother_applies(town))
    await share_with_father(town)
    [child] = await children_of(town, town.mother)
    mother, father = await account_of(town, town.mother), await account_of(town, town.father)
    await town.app.services.family.promote(mother.id, child.id, father.id)
    await town.work()
    await town.app.services.family.revoke(father.id, child.id, mother.id)
    before = await town.father.messages()
    await town.app.services.erasure.erase(mother.id, keep_visits=True)
    await told_all(town)
    assert any(ref in each.text for each in await new_messages(town.father, before))
    assert "Ничего не ждёт решения" in (await open_queue(town, town.registrar)).text
    assert await count(town, "applications") == 1


async def test_papers_of_the_erased_account_are_deleted(template: Path, tmp_path: Path) -> None:
    async with opened_town(template, tmp_path, application_papers=True) as town:
        await ask_for(town, PaperKind.BIRTH_CERTIFICATE, PaperKind.RESIDENCE)
        await apply_with_papers(town)
        await share_with_father(town)
        assert await count(town, "application_papers")
        await erase(town, town.mother)
        assert await count(town, "application_papers") == 0
        assert await count(town, "applications") == 1
