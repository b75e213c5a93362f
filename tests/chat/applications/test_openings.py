"""«Сообщить, когда откроется»: asked at a clinic without places, told once, taken back, expired and erased."""

from __future__ import annotations

import pytest

from bot.applications.errors import NothingToAwait
from bot.applications.records import Decision, RefusalReason, Verdict
from bot.core.errors import NotYours
from bot.core.people import Role
from bot.glossary import ClinicId
from dialogs.applications.links import AwaitedOpening, AwaitOpening, StopAwaiting
from storage.registry.seed.clinics import FIELD, GARDEN
from tests.chat.actions import MARIA, STAFF_CODE, account_of, children_of, choose, new_messages, say, send, settle_in
from tests.chat.applications.steps import apply, appoint, mother_applies, open_queue, to_clinic
from tests.chat.applications.test_enroll import decided, share_with_father
from tests.chat.applications.test_enrolled import enrolled_at_field
from tests.chat.person import Person
from tests.chat.town import Town

TELL, OPENED = "Сообщить, когда откроется", "снова прикрепляет"
CLOSE, OPEN = "Мест нет: не принимать", "Принимать заявления"
HEAD = 1006


async def full_clinic(town: Town) -> Person:
    """Let the head of the first clinic stop enrollment, and return the head."""
    head = await appoint(town, HEAD, Role.HEAD)
    await open_queue(town, head)
    await choose(head, CLOSE)
    return head


async def to_queue(head: Person) -> None:
    """Open the queue; after a while the desk asks for the code first."""
    seen = await say(head, "/start")
    if "код доступа" in seen.text:
        await say(head, STAFF_CODE)
        await say(head, "/start")
    await choose(head, "Заявления")


async def opens(town: Town, head: Person) -> None:
    await to_queue(head)
    await choose(head, OPEN)
    await town.pass_time(seconds=10)
    await town.work()


async def mother_waits(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await to_clinic(town.mother)
    await choose(town.mother, "Прикрепиться", TELL)


@pytest.mark.requirement("A38", "A50")
async def test_parent_is_told_once_when_a_full_clinic_enrolls_again(town: Town) -> None:
    head = await full_clinic(town)
    await mother_waits(town)
    asked = await town.mother.screen()
    assert "Запомнил" in asked.text
    assert "Жду до 21.02.2027" in asked.text
    before = await town.mother.messages()
    await town.pass_time(days=1)
    assert not [each for each in await new_messages(town.mother, before) if OPENED in each.text]
    await opens(town, head)
    [told] = [each for each in await new_messages(town.mother, before) if OPENED in each.text]
    assert "Мария И." in told.text
    await to_queue(head)
    await choose(head, CLOSE)
    await opens(town, head)
    assert len([each for each in await new_messages(town.mother, before) if OPENED in each.text]) == 1
    assert "Почему эта поликлиника?" in (await choose(town.mother, "Прикрепиться")).text


@pytest.mark.requirement("A38")
async def test_refusal_without_places_names_others_and_offers_to_tell(town: Town) -> None:
    await appoint(town, 1010, Role.REGISTRAR, clinic=1)
    head = await appoint(town, HEAD, Role.HEAD)
    await mother_applies(town)
    await decided(town, Decision(Verdict.REFUSE, RefusalReason.NO_PLACES))
    shown = await choose(town.mother, "Открыть заявление")
    assert shown.button(FIELD)
    assert not shown.button("Взрослая")
    await choose(town.mother, TELL)
    await say(town.mother, "/start")
    listed = await choose(town.mother, "Мои заявления")
    assert f"Жду: Мария И. · {GARDEN}" in listed.labels
    before = await town.mother.messages()
    await town.pass_time(days=2)
    assert not [each for each in await new_messages(town.mother, before) if OPENED in each.text], "nothing has opened"
    await to_queue(head)
    await choose(head, CLOSE)
    await opens(town, head)
    assert [each for each in await new_messages(town.mother, before) if OPENED in each.text]


@pytest.mark.requirement("A38")
async def test_own_clinic_is_none_of_the_nearest_that_enroll(town: Town) -> None:
    """The child is enrolled there: an application would be refused at once."""
    head = await appoint(town, HEAD, Role.HEAD)
    await settle_in(town.mother, MARIA)
    await enrolled_at_field(town)
    await apply(town.mother)
    await decided(town, Decision(Verdict.REFUSE, RefusalReason.NO_PLACES))
    refused = await choose(town.mother, "Открыть заявление")
    await to_queue(head)
    await choose(head, CLOSE)
    await to_clinic(town.mother)
    hindered = await choose(town.mother, "Прикрепиться")
    for shown in (refused, hindered):
        assert not shown.button(FIELD), shown
        assert "Ближайшие, которые принимают заявления" not in shown.text, "there is no other"


async def test_menu_leads_to_a_wish_before_anything_was_filed(town: Town) -> None:
    await full_clinic(town)
    await mother_waits(town)
    await say(town.mother, "/start")
    listed = await choose(town.mother, "Мои заявления")
    assert "Жду до 21.02.2027" in (await choose(town.mother, f"Жду: Мария И. · {GARDEN}")).text
    assert "Пока ни одного" in listed.text


async def test_wish_is_taken_back(town: Town) -> None:
    head = await full_clinic(town)
    await mother_waits(town)
    assert "писать не буду" in (await choose(town.mother, "Не сообщать")).text
    await to_clinic(town.mother)
    assert (await choose(town.mother, "Прикрепиться")).button(TELL)
    before = await town.mother.messages()
    await opens(town, head)
    assert not [each for each in await new_messages(town.mother, before) if OPENED in each.text]


async def test_wish_expires(town: Town) -> None:
    head = await full_clinic(town)
    await mother_waits(town)
    await town.pass_time(days=91)
    await town.app.services.retention.delete_expired()
    assert await rows(town) == 0
    before = await town.mother.messages()
    await opens(town, head)
    assert not [each for each in await new_messages(town.mother, before) if OPENED in each.text]


async def rows(town: Town) -> int:
    sql = "SELECT count(*) AS n FROM enrollment_waits"
    [row] = await town.app.store.database.read(lambda connection: connection.fetch(sql, {}))
    return int(row["n"])


async def test_wish_is_erased_with_the_account(town: Town) -> None:
    await full_clinic(town)
    await mother_waits(town)
    assert await rows(town) == 1
    await say(town.mother, "/data")
    await choose(town.mother, "Удалить всё", "Да, удалить")
    assert await rows(town) == 0


async def test_filed_application_ends_the_wish(town: Town) -> None:
    """The clinic refused for want of places and its list is open: applying once more needs no notice."""
    await mother_applies(town)
    await decided(town, Decision(Verdict.REFUSE, RefusalReason.NO_PLACES))
    await choose(town.mother, "Открыть заявление", TELL)
    assert await rows(town) == 1
    await to_clinic(town.mother)
    await choose(town.mother, "Прикрепиться", "По нашему выбору", "Отправить")
    assert await rows(town) == 0


async def test_notice_is_withheld_where_nothing_is_left_to_apply_for(town: Town) -> None:
    """Access was revoked meanwhile, or the head has closed the list again before the message left."""
    head = await full_clinic(town)
    await mother_waits(town)
    services, [child] = town.app.services, await children_of(town, town.mother)
    account = await account_of(town, town.mother)
    await share_with_father(town)
    father = await account_of(town, town.father)
    await services.openings.wait(father.id, child.id, ClinicId(1))
    await town.app.store.storage.write(lambda uow: uow.patients.unlink(father.id, child.id))
    before, theirs = await town.mother.messages(), await town.father.messages()
    await to_queue(head)
    await choose(head, OPEN)
    await services.application_results.work()
    await choose(head, CLOSE)
    await town.pass_time(seconds=30)
    await town.work()
    for person, known in ((town.mother, before), (town.father, theirs)):
        assert not [each for each in await new_messages(person, known) if OPENED in each.text]
    assert await services.openings.list_of(account.id) == []


async def test_clinic_that_takes_children_is_not_waited_for(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    account, [child] = await account_of(town, town.mother), await children_of(town, town.mother)
    with pytest.raises(NothingToAwait):
        await town.app.services.openings.wait(account.id, child.id, ClinicId(1))
    answer, _shown = await send(town.mother, AwaitOpening(patient=child.id, clinic=ClinicId(1)).pack())
    assert "ждать не нужно" in (answer.alert or "")


async def test_stranger_neither_waits_for_a_child_nor_ends_a_wish(town: Town) -> None:
    await full_clinic(town)
    await mother_waits(town)
    [child] = await children_of(town, town.mother)
    await settle_in(town.stranger)
    stranger, openings = await account_of(town, town.stranger), town.app.services.openings
    for call in (openings.wait, openings.stop, openings.until):
        with pytest.raises(NotYours):
            await call(stranger.id, child.id, ClinicId(1))
    for link in (AwaitOpening, AwaitedOpening, StopAwaiting):
        answer, shown = await send(town.stranger, link(patient=child.id, clinic=ClinicId(1)).pack())
        assert "больше нет" in (answer.alert or "")
        assert "Мария" not in shown.text
    assert await openings.list_of(stranger.id) == []
    assert await rows(town) == 1


async def test_second_parent_waits_for_the_same_clinic_too(town: Town) -> None:
    head = await full_clinic(town)
    await mother_waits(town)
    await share_with_father(town)
    await to_clinic(town.father)
    await choose(town.father, "Прикрепиться", TELL)
    await town.pass_time(minutes=2)  # news wait while a search is open
    before, theirs = await town.mother.messages(), await town.father.messages()
    await opens(town, head)
    for person, known in ((town.mother, before), (town.father, theirs)):
        assert len([each for each in await new_messages(person, known) if OPENED in each.text]) == 1


async def test_applying_after_the_notice_works(town: Town) -> None:
    head = await full_clinic(town)
    await mother_waits(town)
    await opens(town, head)
    sent = await apply(town.mother)
    assert "✅ Заявление отправлено" in sent.text
