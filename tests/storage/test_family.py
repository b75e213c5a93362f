"""Tests of representatives, access requests, invitations and desk matters in the database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.booking.news import VisitReminder
from bot.core.errors import NotYours, RefCollision
from bot.delivery.news import Notice, OutboxMessage
from bot.family.records import AccessRequest, Invitation, RequestStatus
from bot.glossary import AccountId, InvitationId, PatientId, Ref, RequestId
from bot.patients.errors import NotOwner
from bot.patients.records import DeskMatter, MatterOutcome, Relationship, Rights
from storage.database.connection import Conflict
from storage.unit import UnitOfWork
from tests.storage.stored import CLAIM, NOW, POLICY, World, opened_world

WEEK = NOW + timedelta(days=7)
A_REF, ANOTHER_REF = Ref("A7KM-9X"), Ref("BH30-9X")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as opened:
        yield opened


async def account_no(world: World, telegram_id: int) -> AccountId:
    async def change(uow: UnitOfWork) -> AccountId:
        return (await uow.accounts.add(telegram_id, NOW)).id

    return await world.storage.write(change)


async def join(world: World, account: AccountId, patient: PatientId, after: int = 1) -> None:
    await world.storage.write(
        lambda uow: uow.representatives.add(account, patient, Relationship.PARENT, NOW + timedelta(minutes=after))
    )


async def rights(world: World, patient: PatientId) -> list[tuple[AccountId, Rights]]:
    async def look(view: UnitOfWork) -> list[tuple[AccountId, Rights]]:
        return [(each.account, each.rights) for each in await view.representatives.list_of(patient)]

    return await world.storage.read(look)


# --- who acts ---------------------------------------------------------------------------------------------------------


async def test_linking_account_owns_and_joining_account_does_not(world: World) -> None:
    patient = await world.link()
    await join(world, world.stranger.id, patient)
    mine = await world.storage.read(lambda view: view.representatives.require_owner(world.mother.id, patient))
    assert (mine.rights, mine.relationship, mine.papers_at) == (Rights.OWNER, Relationship.PARENT, None)
    with pytest.raises(NotOwner):
        await world.storage.read(lambda view: view.representatives.require_owner(world.stranger.id, patient))
    with pytest.raises(NotYours):
        await world.storage.read(lambda view: view.representatives.require_owner(AccountId(987), patient))


async def test_joining_twice_changes_nothing(world: World) -> None:
    patient = await world.link()
    await join(world, world.stranger.id, patient)
    await join(world, world.stranger.id, patient, after=5)
    await join(world, world.mother.id, patient)
    assert await rights(world, patient) == [
        (world.mother.id, Rights.OWNER),
        (world.stranger.id, Rights.CO_REPRESENTATIVE),
    ]


async def test_second_owner_is_refused_by_the_database(world: World) -> None:
    patient = await world.link()
    sql = """
        INSERT INTO representations (account_id, patient_id, relationship, rights, created_at)
        VALUES (:account, :patient, 'PARENT', 'OWNER', 0)
    """
    with pytest.raises(Conflict):
        await world.database.write(
            lambda connection: connection.execute(sql, {"account": world.stranger.id, "patient": patient})
        )


async def test_card_with_visits_and_news_moves_to_the_oldest_heir(world: World) -> None:
    patient = await world.link()
    younger, elder = await account_no(world, 1005), world.stranger.id
    await join(world, younger, patient, after=2)
    await join(world, elder, patient, after=1)
    visit = await world.appoint(await world.order(patient))
    reminder = Notice(
        world.mother.id, VisitReminder.kind, NOW, f"reminder:{visit.id}", facts={"a": 1}, appointment=visit.id
    )

    async def change(uow: UnitOfWork) -> None:
        await uow.outbox.add(reminder, NOW)
        assert await uow.representatives.pass_on(patient) == elder
        await uow.patients.unlink(world.mother.id, patient)

    await world.storage.write(change)
    assert await rights(world, patient) == [(elder, Rights.OWNER), (younger, Rights.CO_REPRESENTATIVE)]

    async def change_again(uow: UnitOfWork) -> OutboxMessage:
        card = await uow.appointments.require(elder, visit.id)
        assert card.appointment.account == elder
        [message] = await uow.outbox.claim(NOW, NOW, timedelta(minutes=1), limit=9)
        return message

    message = await world.storage.write(change_again)
    assert (message.account, message.facts) == (elder, {"a": 1})


async def test_card_without_other_representative_has_no_heir(world: World) -> None:
    patient = await world.link()

    async def change(uow: UnitOfWork) -> None:
        assert await uow.representatives.pass_on(patient) is None

    await world.storage.write(change)
    assert await rights(world, patient) == [(world.mother.id, Rights.OWNER)]


async def test_papers_seen_belong_to_one_representative(world: World) -> None:
    patient = await world.link()
    await join(world, world.stranger.id, patient)

    async def change(uow: UnitOfWork) -> None:
        await uow.representatives.set_papers(world.stranger.id, patient, NOW)
        assert [each.papers_at for each in await uow.representatives.list_of(patient)] == [None, NOW]

    await world.storage.write(change)


async def test_desk_matter_ends_with_the_representation(world: World) -> None:
    patient = await world.link()
    await join(world, world.stranger.id, patient)

    async def change(uow: UnitOfWork) -> None:
        await uow.matters.open(A_REF, world.stranger.id, patient, DeskMatter.PAPERS, NOW)
        await uow.matters.open(ANOTHER_REF, world.mother.id, patient, DeskMatter.PAPERS, NOW)
        await uow.patients.unlink(world.stranger.id, patient)
        assert await uow.matters.find(A_REF) is None
        found = await uow.matters.find(ANOTHER_REF)
        assert found is not None
        assert (found.account, found.patient) == (world.mother.id, patient)
        await uow.matters.close(found.id, MatterOutcome.CONFIRMED, NOW)
        assert await uow.matters.find(ANOTHER_REF) is None

    await world.storage.write(change)


async def test_claims_are_the_confirmed_cards_of_a_policy(world: World) -> None:
    async def look(view: UnitOfWork) -> None:
        assert await view.representatives.claims(POLICY) == []

    await world.storage.read(look)
    await world.link(verified=False)
    held = await world.link(world.stranger)

    async def look_again(view: UnitOfWork) -> None:
        [claim] = await view.representatives.claims(POLICY)
        assert (claim.card, claim.owner, claim.has_papers) == (held, world.stranger.id, False)

    await world.storage.read(look_again)


async def test_papers_and_sharing_end_with_another_number(world: World) -> None:
    """The same person's new number keeps them."""
    hers, his = await world.link(), await world.link(world.stranger)

    async def prove(uow: UnitOfWork) -> None:
        await uow.representatives.set_papers(world.mother.id, hers, NOW)
        await uow.representatives.share(hers, his, NOW)

    async def standing(uow: UnitOfWork) -> tuple[bool, int]:
        mine = await uow.representatives.representation(world.mother.id, hers)
        return mine.papers_at is not None, len(await uow.representatives.sharings_of(hers))

    async def renumber(uow: UnitOfWork, number: str, *, same_person: bool) -> tuple[bool, int]:
        await uow.patients.set_identity(hers, replace(CLAIM, policy_number=number), same_person=same_person)
        return await standing(uow)

    await world.storage.write(prove)
    assert await world.storage.write(lambda uow: renumber(uow, "1" * 16, same_person=True)) == (True, 1)
    assert await world.storage.write(lambda uow: renumber(uow, "1" * 16, same_person=False)) == (True, 1)
    assert await world.storage.write(lambda uow: renumber(uow, "2" * 16, same_person=False)) == (False, 0)


# --- who asks ---------------------------------------------------------------------------------------------------------


async def ask(world: World, patient: PatientId, card: PatientId, ref: Ref = A_REF) -> RequestId:
    return await world.storage.write(
        lambda uow: uow.family.add_request(ref, patient, world.stranger.id, card, NOW, WEEK)
    )


async def test_access_request_is_open_until_answered_or_expired(world: World) -> None:
    patient, card = await world.link(), await world.link(world.stranger, verified=False)
    request = await ask(world, patient, card)

    async def change(uow: UnitOfWork) -> AccessRequest | None:
        [found] = await uow.family.open_requests(patient, NOW)
        assert (found.id, found.ref, found.card, found.until) == (request, A_REF, card, WEEK)
        assert await uow.family.open_requests(patient, WEEK) == []
        await uow.family.answer_request(request, RequestStatus.REFUSED, NOW)
        assert await uow.family.open_requests(patient, NOW) == []
        return await uow.family.last_request(patient, world.stranger.id)

    last = await world.storage.write(change)
    assert last is not None
    assert (last.status, last.answered_at) == (RequestStatus.REFUSED, NOW)


async def test_access_request_is_one_at_a_time_with_unique_ref(world: World) -> None:
    patient, card = await world.link(), await world.link(world.stranger, verified=False)
    await ask(world, patient, card)
    for ref in (A_REF, ANOTHER_REF):
        with pytest.raises(RefCollision):
            await ask(world, patient, card, ref)

    async def change(uow: UnitOfWork) -> None:
        later = await uow.family.add_request(
            ANOTHER_REF, patient, world.stranger.id, card, WEEK, WEEK + timedelta(days=7)
        )
        assert [each.id for each in await uow.family.open_requests(patient, WEEK)] == [later]

    await world.storage.write(change)


async def test_access_request_outlives_its_card(world: World) -> None:
    """A new card of the same account takes its place."""
    patient, card = await world.link(), await world.link(world.stranger, verified=False)
    request = await ask(world, patient, card)

    async def change(uow: UnitOfWork) -> AccessRequest | None:
        await uow.patients.unlink(world.stranger.id, card)
        found = await uow.family.request(request)
        assert found is not None
        assert found.card is None
        return found

    found = await world.storage.write(change)
    again = await world.link(world.stranger, verified=False)

    async def change_again(uow: UnitOfWork) -> AccessRequest | None:
        await uow.family.set_request_card(request, again)
        return await uow.family.request(request)

    found = await world.storage.write(change_again)
    assert found is not None
    assert found.card == again


# --- who is invited ---------------------------------------------------------------------------------------------------


async def test_invitation_is_found_by_token_that_is_not_stored(world: World) -> None:
    patient = await world.link()

    async def change(uow: UnitOfWork) -> Invitation | None:
        await uow.family.invite("a-token", patient, world.mother.id, NOW, WEEK)
        found = await uow.family.find_invitation("a-token")
        assert await uow.family.find_invitation("another") is None
        return found

    found = await world.storage.write(change)
    assert found is not None
    assert (found.patient, found.owner, found.is_open(NOW), found.is_open(WEEK)) == (
        patient,
        world.mother.id,
        True,
        False,
    )
    [row] = await world.database.read(lambda connection: connection.fetch("SELECT * FROM invitations", {}))
    assert "a-token" not in repr(tuple(row))


async def test_new_invitation_replaces_the_old_one(world: World) -> None:
    patient = await world.link()

    async def change(uow: UnitOfWork) -> None:
        await uow.family.invite("first", patient, world.mother.id, NOW, WEEK)
        await uow.family.invite("second", patient, world.mother.id, NOW, WEEK)
        assert await uow.family.find_invitation("first") is None
        assert await uow.family.find_invitation("second") == await uow.family.live_invitation(patient, NOW)

    await world.storage.write(change)


async def test_invitation_belongs_to_the_first_account_that_opens_it(world: World) -> None:
    patient, late = await world.link(), await account_no(world, 1005)

    async def change(uow: UnitOfWork) -> None:
        await uow.family.invite("a-token", patient, world.mother.id, NOW, WEEK)
        found = await uow.family.find_invitation("a-token")
        assert found is not None
        await uow.family.open_invitation(found.id, world.stranger.id)
        await uow.family.open_invitation(found.id, late)
        waiting = await uow.family.waiting_invitation(world.stranger.id, NOW)
        assert waiting is not None
        assert waiting.id == found.id
        assert await uow.family.waiting_invitation(late, NOW) is None
        assert await uow.family.waiting_invitation(world.stranger.id, WEEK) is None
        await uow.family.use_invitation(found.id, NOW)
        assert await uow.family.waiting_invitation(world.stranger.id, NOW) is None
        assert await uow.family.invitation(InvitationId(987)) is None

    await world.storage.write(change)


async def test_new_owner_drops_invitations_of_the_old_owner(world: World) -> None:
    patient = await world.link()
    await join(world, world.stranger.id, patient)

    async def change(uow: UnitOfWork) -> None:
        await uow.family.invite("a-token", patient, world.mother.id, NOW, WEEK)
        await uow.representatives.hand_over(patient, world.stranger.id)
        await uow.family.drop_invitations(patient)
        assert await uow.family.find_invitation("a-token") is None

    await world.storage.write(change)


async def test_only_old_requests_and_invitations_are_deleted(world: World) -> None:
    patient, card = await world.link(), await world.link(world.stranger, verified=False)
    request = await ask(world, patient, card)

    async def change(uow: UnitOfWork) -> None:
        await uow.family.invite("a-token", patient, world.mother.id, NOW, WEEK)
        await uow.family.forget(WEEK)
        assert await uow.family.request(request) is not None
        assert await uow.family.find_invitation("a-token") is not None
        await uow.family.forget(WEEK + timedelta(seconds=1))
        assert await uow.family.request(request) is None
        assert await uow.family.find_invitation("a-token") is None

    await world.storage.write(change)


# --- what waits at the desk -------------------------------------------------------------------------------------------


async def test_desk_matter_opened_again_keeps_its_ref(world: World) -> None:
    patient = await world.link()

    async def opened(ref: Ref, kind: DeskMatter) -> Ref:
        return await world.storage.write(lambda uow: uow.matters.open(ref, world.mother.id, patient, kind, NOW))

    assert await opened(A_REF, DeskMatter.PAPERS) == A_REF
    assert await opened(ANOTHER_REF, DeskMatter.PAPERS) == A_REF
    assert await opened(ANOTHER_REF, DeskMatter.OLD_POLICY) == ANOTHER_REF
    with pytest.raises(RefCollision):
        await opened(A_REF, DeskMatter.DISPUTE)
