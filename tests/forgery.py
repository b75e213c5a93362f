"""Forgery: what a mother has, and every button that somebody else might make of its ids."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from aiogram.filters.callback_data import CallbackData

from bot.models import ClinicReason, Detail, KeyField, VisitType
from dialogs import links
from tests.chat.actions import (
    ALINA,
    FRIDAY,
    MARIA,
    PETROVA,
    THURSDAY,
    ZAITSEV,
    account_of,
    book,
    choose,
    data_of,
    review,
    say,
    settle_in,
)
from tests.town import Town

NOWHERE = 987_654
"""An id that nothing has."""

DAY, START = date(2025, 11, 26), datetime(2026, 11, 29, 7, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Hers:
    """What a mother has, by the ids that her buttons carry."""

    patient: int
    visit: int
    order: int
    draft: int


NOBODYS = Hers(NOWHERE, NOWHERE, NOWHERE, NOWHERE)


async def settle_mother(town: Town) -> Hers:
    """A child, a visit, a time held on a review screen, and another child's form left halfway."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    reviewed = await review(mother, "ЛОР", ZAITSEV, FRIDAY)
    order = links.Book.unpack(data_of(reviewed, "Записаться")).order
    await say(mother, "/children")
    await choose(mother, "Добавить ребёнка")
    await say(mother, ALINA.policy_number)
    account, services = await account_of(town, mother), town.app.services
    [patient] = await services.patients.list_of(account.id)
    [visit] = await services.appointments.upcoming(account.id)
    [draft] = await services.linking.unfinished(account.id)
    return Hers(patient.id, visit.appointment.id, order, draft.id)


def forged(ids: Hers, doctor: int = 1, day: date = DAY) -> Iterator[CallbackData]:
    """Every button that carries an id of somebody's own."""
    yield from of_patient(ids.patient)
    yield from of_family(ids.patient)
    yield from of_visit(ids, doctor, day)
    yield from of_draft(ids.draft)


def of_patient(patient: int) -> Iterator[CallbackData]:
    for_patient = (links.PatientCard, links.AskCorrection, links.DropPatronymic, links.CheckPolicy)
    yield from (kind(patient=patient) for kind in (links.LetterToInsurer, links.ConfirmCard))
    yield from (kind(patient=patient) for kind in (*for_patient, links.ChooseClinic, links.Specialties))
    for_card = (links.EditCard, links.ReviewCorrection, links.AskRegister, links.GiveUpCorrection, links.AskUnlink)
    yield from (kind(patient=patient) for kind in (*for_card, links.History, links.ShowNumber))
    yield from (kind(patient=patient, field=KeyField.PATRONYMIC) for kind in (links.EditField, links.DropValue))
    yield links.SetSex(patient=patient, male=True)
    yield links.Unlink(patient=patient, keep_visits=False)
    yield from (kind(patient=patient) for kind in (links.CardFile, links.AskTakeOut, links.TakeOut))


def of_family(patient: int, who: int = 1) -> Iterator[CallbackData]:
    for_card = (links.WhoKeeps, links.Invite, links.MakeInvitation, links.CancelInvitation)
    yield from (kind(patient=patient) for kind in (*for_card, links.RequestAccess, links.AskAccess))
    for_another = (links.AskTakeAway, links.TakeAway, links.AskPromote, links.Promote)
    yield from (kind(patient=patient, who=who) for kind in for_another)


def of_request(request: int) -> Iterator[CallbackData]:
    yield from (kind(request=request) for kind in (links.AnswerRequest, links.WhoAsks, links.Allow, links.Refuse))


def of_invitation(invitation: int) -> Iterator[CallbackData]:
    for_invited = (links.Invited, links.AcceptInvitation, links.DeclineInvitation)
    yield from (kind(invitation=invitation) for kind in for_invited)


def of_visit(ids: Hers, doctor: int, day: date) -> Iterator[CallbackData]:
    patient, visit, order = ids.patient, ids.visit, ids.order
    for_specialty = (links.NeedsReferral, links.Doctors, links.TakeSoonest)
    yield from (kind(patient=patient, clinic=1, specialty=1) for kind in for_specialty)
    yield links.LevelNeeded(patient=patient, clinic=1)
    yield links.Days(patient=patient, doctor=doctor)
    yield links.Days(patient=patient, doctor=doctor, replaces=visit)
    yield links.Times(patient=patient, doctor=doctor, day=day, replaces=visit)
    yield links.Review(patient=patient, doctor=doctor, start=START, kind=VisitType.CHECKUP)
    yield links.Review(patient=patient, doctor=doctor, start=START, kind=VisitType.CHECKUP, replaces=visit)
    yield from (kind(order=order) for kind in (links.Book, links.OtherTime, links.GiveUp))
    for_visit = (links.AppointmentCard, links.AskCancel, links.Cancel, links.Coming, links.Alternatives, links.Leave)
    yield from (kind(appointment=visit) for kind in for_visit)


def of_draft(draft: int) -> Iterator[CallbackData]:
    for_draft = (links.ChooseWay, links.AskNumber, links.AskOldNumber, links.ConfirmFacts, links.FactsRight)
    for_name = (links.ConfirmName, links.NameRight, links.NameWrong)
    for_way = (links.WhereNumber, links.AskPhoto, links.ByPerson)
    for_answer = (links.AskName, links.NoPatronymic, links.HasPatronymic, links.AskBirthDate, links.AskSex)
    for_review = (links.ReviewDraft, links.ChooseField, links.ChooseDetail, links.ShowNumbers, links.CheckDraft)
    yield from (kind(draft=draft) for kind in (*for_draft, *for_name, *for_way, *for_answer, *for_review))
    yield from (kind(draft=draft) for kind in (links.AskDrop, links.DropDraft))
    yield from (kind(draft=draft, detail=Detail.SNILS) for kind in (links.AskDetail, links.DropDetail))
    yield links.TakeSex(draft=draft, girl=False)
    yield links.FoundPolicies(draft=draft)
    yield links.TakePolicy(draft=draft, place=0)


def of_takeover(takeover: int) -> Iterator[CallbackData]:
    kinds = (links.AskTakeover, links.WithdrawTakeover, links.AllowTakeover, links.RefuseTakeover)
    yield from (kind(takeover=takeover) for kind in kinds)


def at_the_desk(number: int) -> Iterator[CallbackData]:
    yield links.DeskDay()
    yield from (kind(number=number) for kind in (links.DeskVisit, links.DeskAskCancel, links.DeskMove))
    yield links.DeskCancel(number=number, reason=ClinicReason.DOCTOR_ILL)
    yield links.DeskMoveTo(number=number, start=START, kind=VisitType.CHECKUP)


def everything(ids: Hers) -> Iterator[CallbackData]:
    yield from forged(ids)
    yield from of_request(NOWHERE)
    yield from of_invitation(NOWHERE)
    yield from of_takeover(NOWHERE)
    yield from at_the_desk(NOWHERE)
