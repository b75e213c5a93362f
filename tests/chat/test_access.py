"""Access: a forged button shows a stranger nothing, changes nothing, and does not even tell what exists."""

from __future__ import annotations

import pytest
from aiogram.filters.callback_data import CallbackData

from bot.core.clinic import VisitType
from bot.core.errors import NotYours
from bot.core.people import Account, Role
from bot.family.errors import InvitationGone, RequestGone
from bot.glossary import ClinicId, PatientId
from bot.patients.errors import PolicyNotVerified, TooManyChecks
from bot.patients.records import KeyField
from bot.patients.rules.policy_number import make_policy_number
from bot.patients.verdict import close
from dialogs.appointments.links import Alternatives, AppointmentDetails, AskCancel
from dialogs.booking.links import Book, Days, Review, Specialties
from dialogs.family.links import AskAccess, WhoKeeps
from dialogs.kit.link import Action, Link
from dialogs.patients.links import AskName, AskNumber, ConfirmFacts, PatientCard, ReviewDraft
from dialogs.staff.links import DeskVisit
from tests.builders import claim_of
from tests.chat.actions import (
    ALINA,
    ARTYOM,
    MARIA,
    account_of,
    at_desk,
    children_of,
    data_of,
    looks,
    ref_of,
    say,
    send,
    settle_in,
    visits,
)
from tests.chat.forgery import (
    NOBODYS,
    NOWHERE,
    START,
    Hers,
    at_the_desk,
    everything,
    forged,
    of_invitation,
    of_request,
    settle_mother,
)
from tests.chat.person import Person
from tests.chat.town import Town


async def learned(person: Person, kind: CallbackData) -> tuple[str | None, str, list[str]]:
    """All that a press tells the one who presses."""
    answer, seen = await send(person, kind.pack())
    return answer.alert, *looks(seen)


def test_every_button_that_carries_the_id_of_something_is_among_the_forged() -> None:
    known = {type(each) for each in everything(NOBODYS)}
    ids = {"patient", "appointment", "order", "draft", "request", "invitation", "takeover", "number"}
    every = [*Link.__subclasses__(), *Action.__subclasses__()]
    assert {kind for kind in every if ids & set(kind.model_fields)} <= known


async def test_a_stranger_gets_the_same_answer_to_a_mothers_ids_as_to_ids_that_nothing_has(town: Town) -> None:
    hers = await settle_mother(town)
    stranger = town.stranger
    await settle_in(stranger, ARTYOM)
    for real, missing in zip(forged(hers), forged(NOBODYS), strict=True):
        expected = await learned(stranger, missing)
        found = await learned(stranger, real)
        assert found == expected, real
        assert "Мария И." not in str(found)
    await nothing_has_changed(town, hers)


async def test_somebody_without_consent_is_asked_for_it_whatever_he_forges(town: Town) -> None:
    hers = await settle_mother(town)
    for person in (town.father, town.registrar):
        await say(person, "/start")
        for real, missing in zip(forged(hers), forged(NOBODYS), strict=True):
            assert await learned(person, real) == await learned(person, missing), real
            assert "Мария И." not in (await person.screen()).text
    await nothing_has_changed(town, hers)


async def test_the_mother_herself_is_let_in_by_the_same_buttons(town: Town) -> None:
    hers = await settle_mother(town)
    for kind in (
        PatientCard(patient=hers.patient),
        Specialties(patient=hers.patient),
        Days(patient=hers.patient, doctor=1),
        AppointmentDetails(appointment=hers.visit),
        AskCancel(appointment=hers.visit),
        Alternatives(appointment=hers.visit),
        ConfirmFacts(draft=hers.draft),
        AskName(draft=hers.draft),
        ReviewDraft(draft=hers.draft),
        Book(order=hers.order),
    ):
        answer, _seen = await send(town.mother, kind.pack())
        assert answer.alert is None, kind


async def test_a_mothers_own_child_cannot_be_mixed_with_a_strangers_visit(town: Town) -> None:
    hers = await settle_mother(town)
    stranger = town.stranger
    await settle_in(stranger, ARTYOM)
    account = await account_of(town, stranger)
    [child] = await town.app.services.patients.list_of(account.id)
    mixed = Review(patient=child.id, doctor=1, start=START, kind=VisitType.CHECKUP, replaces=hers.visit)
    same = Review(patient=child.id, doctor=1, start=START, kind=VisitType.CHECKUP, replaces=NOWHERE)
    assert await learned(stranger, mixed) == await learned(stranger, same)
    await nothing_has_changed(town, hers)


@pytest.mark.requirement("E36")
async def test_a_strangers_number_typed_under_a_forged_draft_goes_to_a_draft_of_his_own(town: Town) -> None:
    hers = await settle_mother(town)
    await settle_in(town.stranger)
    await send(town.stranger, AskNumber(draft=hers.draft).pack())
    await say(town.stranger, ARTYOM.policy_number)
    await nothing_has_changed(town, hers)


async def nothing_has_changed(town: Town, hers: Hers) -> None:
    """The visit stands unconfirmed, the held time can still be taken, the form still waits with what it held."""
    account, services = await account_of(town, town.mother), town.app.services
    [card] = await services.visits.upcoming(account.id)
    assert (card.appointment.id, card.appointment.confirmed, card.appointment.is_live) == (hers.visit, False, True)
    [draft] = await services.linking.unfinished(account.id)
    assert (draft.id, draft.number) == (hers.draft, ALINA.policy_number)
    assert not draft.no_patronymic
    answer, seen = await send(town.mother, Book(order=hers.order).pack())
    assert answer.alert is None
    assert ref_of(seen)


async def test_requests_and_invitations_of_others_are_nobodys_not_even_a_co_representatives(town: Town) -> None:
    mother, father = town.mother, town.father
    for person, child in ((mother, MARIA), (father, MARIA), (town.stranger, ARTYOM)):
        await settle_in(person, child)
    services = town.app.services
    hers, his, other = [await account_of(town, person) for person in (mother, father, town.stranger)]
    [patient], [card] = await services.patients.list_of(hers.id), await services.patients.list_of(his.id)
    await services.access.ask(his.id, card.id)
    [request] = (await services.family.household(hers.id, patient.id)).requests
    invitation = await services.invitations.open(his.id, await services.invitations.make(hers.id, patient.id))
    await everything_is_answered_as_nothing(town.stranger, (request.id, invitation))
    await services.invitations.accept(his, invitation)
    again = await services.patients.link(other, claim_of(MARIA.policy_number, MARIA.name))
    await services.access.ask(other.id, again.id)
    [request] = (await services.family.household(hers.id, patient.id)).requests
    invitation = await services.invitations.open(other.id, await services.invitations.make(hers.id, patient.id))
    await everything_is_answered_as_nothing(father, (request.id, invitation))


async def everything_is_answered_as_nothing(person: Person, real: tuple[int, int]) -> None:
    for found, missing in zip(of_request(real[0]), of_request(NOWHERE), strict=True):
        assert await learned(person, found) == await learned(person, missing), found
    for found, missing in zip(of_invitation(real[1]), of_invitation(NOWHERE), strict=True):
        assert await learned(person, found) == await learned(person, missing), found


# --- what stays closed ------------------------------------------------------------------------------------------------


async def test_a_link_from_before_leads_nobody_back_whose_access_was_taken_away(town: Town) -> None:
    """He has opened it, was let in by a request instead, and has kept the screen."""
    hers, his, patient, card = await two_who_want_one_child(town)
    services = town.app.services
    token = await services.invitations.make(hers.id, patient)
    opened = await services.invitations.open(his.id, token)
    await services.access.ask(his.id, card)
    [request] = (await services.family.household(hers.id, patient)).requests
    await services.access.approve(hers.id, request.id)
    await services.family.revoke(hers.id, patient, his.id)
    with pytest.raises(NotYours):
        await services.invitations.accept(his, opened)
    with pytest.raises(InvitationGone):
        await services.invitations.open(his.id, token)


async def test_nobody_more_is_let_in_to_the_closed_card_of_a_grown_up(town: Town) -> None:
    hers, his, patient, card = await two_who_want_one_child(town)
    services = town.app.services
    opened = await services.invitations.open(his.id, await services.invitations.make(hers.id, patient))
    await services.access.ask(his.id, card)
    [request] = (await services.family.household(hers.id, patient)).requests
    await town.app.store.storage.write(lambda uow: close(uow, patient, town.clock.now()))
    with pytest.raises(PolicyNotVerified):
        await services.invitations.make(hers.id, patient)
    with pytest.raises(InvitationGone):
        await services.invitations.accept(his, opened)
    with pytest.raises(RequestGone):
        await services.access.approve(hers.id, request.id)
    _answer, seen = await send(town.mother, WhoKeeps(patient=patient).pack())
    assert "Пригласить по ссылке" not in seen.labels
    assert not [label for label in seen.labels if "Запрос" in label]


async def test_a_number_that_the_register_was_not_asked_of_tells_nothing_of_other_cards(town: Town) -> None:
    """In the pause after five refusals it is typed into a card whose policy was with somebody else."""
    _hers, his, _patient, card = await two_who_want_one_child(town)
    services = town.app.services
    for _guess in range(5):
        await services.patients.link(his, claim_of(ARTYOM.policy_number, MARIA.name))
    await town.pass_time(minutes=1)
    guessed = make_policy_number("77", MARIA.birth_date, MARIA.sex, 999)
    with pytest.raises(TooManyChecks):
        await services.editing.correct(his.id, card, KeyField.NUMBER, guessed)
    assert await services.access.standing(his.id, card) is None
    await services.access.ask(his.id, card)
    told = [await learned(town.father, kind) for kind in (AskAccess(patient=card), PatientCard(patient=card))]
    assert told[0] == told[1]


async def two_who_want_one_child(town: Town) -> tuple[Account, Account, PatientId, PatientId]:
    """Mother and father, her card, and his, which says that the policy is with somebody else."""
    for person in (town.mother, town.father):
        await settle_in(person, MARIA)
    [patient], [card] = await children_of(town, town.mother), await children_of(town, town.father)
    return await account_of(town, town.mother), await account_of(town, town.father), patient.id, card.id


# --- the desk ---------------------------------------------------------------------------------------------------------


async def number_on_desk(town: Town) -> int:
    day = await at_desk(town)
    return DeskVisit.unpack(data_of(day, "08:00 · Мария И.")).number


async def test_the_desk_is_closed_to_parents_even_for_their_own_visits(town: Town) -> None:
    await settle_mother(town)
    number = await number_on_desk(town)
    await settle_in(town.stranger, ARTYOM)
    for person in (town.mother, town.stranger):
        for real, missing in zip(at_the_desk(number), at_the_desk(NOWHERE), strict=True):
            found = await learned(person, real)
            assert found == await learned(person, missing), real
            assert found[0] == "Этого здесь больше нет. Вот что есть сейчас."
    assert "Петрова" in (await visits(town.mother)).text


async def test_a_registrar_of_another_clinic_gets_the_same_answer_as_to_a_visit_that_nothing_has(town: Town) -> None:
    await settle_mother(town)
    number = await number_on_desk(town)
    other = town.chat.person(1005, first_name="Соседка")
    await town.app.services.accounts.appoint(1005, Role.REGISTRAR, ClinicId(2))
    await say(other, "/start")
    for real, missing in zip(at_the_desk(number), at_the_desk(NOWHERE), strict=True):
        found = await learned(other, real)
        assert found == await learned(other, missing), real
        assert "Мария" not in str(found)
    assert "08:00 · Мария И. · Педиатр" in (await at_desk(town)).labels


async def test_the_clinics_own_registrar_is_let_in(town: Town) -> None:
    await settle_mother(town)
    number = await number_on_desk(town)
    answer, seen = await send(town.registrar, DeskVisit(number=number).pack())
    assert answer.alert is None
    assert "Иванова Мария Сергеевна" in seen.text
    assert seen.button("Перенести")
