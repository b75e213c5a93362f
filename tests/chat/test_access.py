"""A forged button shows and changes nothing, and its answer does not reveal which ids exist."""

from __future__ import annotations

from datetime import date

import pytest
from aiogram.filters.callback_data import CallbackData

from bot.clinics.port import ClinicReason
from bot.clinics.schedule_port import DayHours
from bot.core.clinic import VisitType
from bot.core.people import Account, Role
from bot.family.errors import InvitationGone, RequestGone
from bot.glossary import ClinicId, ClinicRef, PatientId
from bot.patients.errors import PolicyNotVerified
from bot.patients.transitions import close_card
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
from tests.chat.appointments.test_newborn import sides_of
from tests.chat.forged_buttons import (
    MISSING_IDS,
    NOWHERE,
    START,
    OwnedIds,
    all_buttons,
    forged,
    of_desk,
    of_invitation,
    of_request,
    settle_mother,
)
from tests.chat.person import Person
from tests.chat.town import Town
from tests.desk_code import set_code


async def answer_to(person: Person, kind: CallbackData) -> tuple[str | None, str, list[str]]:
    """Press a button with this data; return the alert, the text and the labels."""
    answer, seen = await send(person, kind.pack())
    return answer.alert, *looks(seen)


def test_every_button_with_an_id_is_forged() -> None:
    known = {type(each) for each in all_buttons(MISSING_IDS)}
    of_parents = {"patient", "appointment", "order", "draft", "request", "invitation", "takeover"}
    ids = of_parents | {"number", "matter", "person", "keep", "application"}
    of_desk_alone = {"doctor", "closure", "check", "member"}
    every = [*Link.__subclasses__(), *Action.__subclasses__()]
    with_ids = {kind for kind in every if ids & set(kind.model_fields)}
    at_desk = {kind for kind in every if kind.__module__.startswith("dialogs.staff.")}
    at_desk = {kind for kind in at_desk if of_desk_alone & set(kind.model_fields)}
    assert (with_ids | at_desk) - known == set(), "add an example to tests/chat/forged_buttons.py"


async def test_strangers_press_on_existing_id_looks_like_missing_one(town: Town) -> None:
    hers = await settle_mother(town)
    stranger = town.stranger
    await settle_in(stranger, ARTYOM)
    for real, missing in zip(forged(hers), forged(MISSING_IDS), strict=True):
        expected = await answer_to(stranger, missing)
        found = await answer_to(stranger, real)
        assert found == expected, real
        assert "Мария И." not in str(found)
    await nothing_changed(town, hers)


async def test_forged_button_without_consent_asks_for_consent(town: Town) -> None:
    hers = await settle_mother(town)
    for person in (town.father, town.registrar):
        await say(person, "/start")
        for real, missing in zip(forged(hers), forged(MISSING_IDS), strict=True):
            assert await answer_to(person, real) == await answer_to(person, missing), real
            assert "Мария И." not in (await person.screen()).text
    await nothing_changed(town, hers)


async def test_owner_is_let_in_by_the_same_buttons(town: Town) -> None:
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


async def test_own_child_does_not_open_another_accounts_visit(town: Town) -> None:
    hers = await settle_mother(town)
    stranger = town.stranger
    await settle_in(stranger, ARTYOM)
    account = await account_of(town, stranger)
    [child] = await town.app.services.patients.list_of(account.id)
    mixed = Review(patient=child.id, doctor=1, start=START, kind=VisitType.CHECKUP, replaces=hers.visit)
    same = Review(patient=child.id, doctor=1, start=START, kind=VisitType.CHECKUP, replaces=NOWHERE)
    assert await answer_to(stranger, mixed) == await answer_to(stranger, same)
    await nothing_changed(town, hers)


@pytest.mark.requirement("E36")
async def test_number_typed_under_a_forged_draft_starts_an_own_draft(town: Town) -> None:
    hers = await settle_mother(town)
    await settle_in(town.stranger)
    await send(town.stranger, AskNumber(draft=hers.draft).pack())
    await say(town.stranger, ARTYOM.policy_number)
    await nothing_changed(town, hers)


async def nothing_changed(town: Town, hers: OwnedIds) -> None:
    """Check that the visit is unconfirmed, the held time can be booked and the draft keeps its answers."""
    account, services = await account_of(town, town.mother), town.app.services
    [card] = await services.visits.upcoming(account.id)
    assert (card.appointment.id, card.appointment.confirmed, card.appointment.is_live) == (hers.visit, False, True)
    [draft] = await services.linking.unfinished(account.id)
    assert (draft.id, draft.number) == (hers.draft, ALINA.policy_number)
    assert not draft.no_patronymic
    answer, seen = await send(town.mother, Book(order=hers.order).pack())
    assert answer.alert is None
    assert ref_of(seen)


async def test_requests_and_invitations_of_others_look_missing(town: Town) -> None:
    """Also to another representative of the same child."""
    mother, father = town.mother, town.father
    for person, child in ((mother, MARIA), (father, MARIA), (town.stranger, ARTYOM)):
        await settle_in(person, child)
    services = town.app.services
    hers, his, other = [await account_of(town, person) for person in (mother, father, town.stranger)]
    [patient], [card] = await services.patients.list_of(hers.id), await services.patients.list_of(his.id)
    await services.access.ask(his.id, card.id)
    [request] = (await services.family.household(hers.id, patient.id)).requests
    invitation = await services.invitations.open(his.id, await services.invitations.make(hers.id, patient.id))
    await ids_look_missing(town.stranger, (request.id, invitation))
    await services.invitations.accept(his, invitation)
    again = await services.patients.link(other, claim_of(MARIA.policy_number, MARIA.name))
    await services.access.ask(other.id, again.id)
    [request] = (await services.family.household(hers.id, patient.id)).requests
    invitation = await services.invitations.open(other.id, await services.invitations.make(hers.id, patient.id))
    await ids_look_missing(father, (request.id, invitation))


async def ids_look_missing(person: Person, real: tuple[int, int]) -> None:
    for found, missing in zip(of_request(real[0]), of_request(NOWHERE), strict=True):
        assert await answer_to(person, found) == await answer_to(person, missing), found
    for found, missing in zip(of_invitation(real[1]), of_invitation(NOWHERE), strict=True):
        assert await answer_to(person, found) == await answer_to(person, missing), found


# --- what stays closed ------------------------------------------------------------------------------------------------


async def test_old_invitation_does_not_restore_revoked_access(town: Town) -> None:
    """The invitation was opened, but access came by a request and was revoked later."""
    hers, his, patient, card = await two_accounts_of_one_child(town)
    services = town.app.services
    token = await services.invitations.make(hers.id, patient)
    opened = await services.invitations.open(his.id, token)
    await services.access.ask(his.id, card)
    [request] = (await services.family.household(hers.id, patient)).requests
    await services.access.approve(hers.id, request.id)
    await services.access.end_sharing(hers.id, patient, card)
    with pytest.raises(InvitationGone):
        await services.invitations.accept(his, opened)
    with pytest.raises(InvitationGone):
        await services.invitations.open(his.id, token)


async def test_closed_card_accepts_no_new_representative(town: Town) -> None:
    hers, his, patient, card = await two_accounts_of_one_child(town)
    services = town.app.services
    opened = await services.invitations.open(his.id, await services.invitations.make(hers.id, patient))
    await services.access.ask(his.id, card)
    [request] = (await services.family.household(hers.id, patient)).requests
    await town.app.store.storage.write(lambda uow: close_card(uow, patient, town.clock.now()))
    with pytest.raises(PolicyNotVerified):
        await services.invitations.make(hers.id, patient)
    with pytest.raises(InvitationGone):
        await services.invitations.accept(his, opened)
    with pytest.raises(RequestGone):
        await services.access.approve(hers.id, request.id)
    _answer, seen = await send(town.mother, WhoKeeps(patient=patient).pack())
    assert "Пригласить по ссылке" not in seen.labels
    assert not [label for label in seen.labels if "Запрос" in label]


async def test_unconfirmed_card_reveals_no_other_card(town: Town) -> None:
    """A number typed with a wrong name, whose policy another account's card has."""
    await settle_in(town.mother, MARIA)
    await settle_in(town.father)
    his, services = await account_of(town, town.father), town.app.services
    card = (await services.patients.link(his, claim_of(MARIA.policy_number, ARTYOM.name))).id
    assert await services.access.state(his.id, card) is None
    await services.access.ask(his.id, card)
    answers = [await answer_to(town.father, kind) for kind in (AskAccess(patient=card), PatientCard(patient=card))]
    assert answers[0] == answers[1]
    [patient] = await children_of(town, town.mother)
    hers = await account_of(town, town.mother)
    assert (await services.family.household(hers.id, patient.id)).requests == []


async def two_accounts_of_one_child(town: Town) -> tuple[Account, Account, PatientId, PatientId]:
    """Return mother, father, her card and his own card of the same child."""
    for person in (town.mother, town.father):
        await settle_in(person, MARIA)
    [patient], [card] = await children_of(town, town.mother), await children_of(town, town.father)
    return await account_of(town, town.mother), await account_of(town, town.father), patient.id, card.id


# --- the desk ---------------------------------------------------------------------------------------------------------


async def number_on_desk(town: Town) -> int:
    day = await at_desk(town)
    return DeskVisit.unpack(data_of(day, "08:00 · Мария И.")).number


async def ids_on_desk(town: Town) -> tuple[int, int, int, int]:
    """Return the desk's numbers of the mother's visit, of its person and doctor, and of hours that are closed."""
    number = await number_on_desk(town)
    whose = "SELECT person_id, doctor_id, clinic_id FROM registry_visits WHERE id = :number"
    [row] = await town.app.store.database.read(lambda connection: connection.fetch(whose, {"number": number}))
    friday = DayHours(date(2026, 11, 27))
    _registry, desk = sides_of(town)
    closure = await desk.close(ClinicRef(str(row["clinic_id"])), row["doctor_id"], friday, ClinicReason.DOCTOR_ILL)
    return number, row["person_id"], row["doctor_id"], closure.number


async def test_desk_is_closed_to_parents_also_for_own_visits(town: Town) -> None:
    await settle_mother(town)
    ids = await ids_on_desk(town)
    await settle_in(town.stranger, ARTYOM)
    for person in (town.mother, town.stranger):
        for real, missing in zip(of_desk(*ids), of_desk(NOWHERE), strict=True):
            found = await answer_to(person, real)
            assert found == await answer_to(person, missing), real
            assert found[0] == "Этого здесь больше нет. Вот что есть сейчас."
    assert "Петрова" in (await visits(town.mother)).text


async def test_registrar_sees_only_own_clinics_visits(town: Town) -> None:
    """Another clinic's visit is answered like a missing one."""
    await settle_mother(town)
    ids = await ids_on_desk(town)
    other = town.chat.person(1005, first_name="Соседка")
    await town.app.services.accounts.appoint(1005, Role.REGISTRAR, ClinicId(2))
    await set_code(town.app.services, 1005)
    await say(other, "/start")
    for real, missing in zip(of_desk(*ids), of_desk(NOWHERE), strict=True):
        found = await answer_to(other, real)
        assert found == await answer_to(other, missing), real
        assert "Мария" not in str(found)
    assert "08:00 · Мария И., 2018, 0014 · Педиатр" in (await at_desk(town)).labels


async def test_registrar_of_the_clinic_is_let_in(town: Town) -> None:
    await settle_mother(town)
    number = await number_on_desk(town)
    answer, seen = await send(town.registrar, DeskVisit(number=number).pack())
    assert answer.alert is None
    assert "Мария И., 2018" in seen.text
    assert seen.button("Перенести")
