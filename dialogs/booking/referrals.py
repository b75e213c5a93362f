"""A specialty that needs a referral: what to do without one, and the prompt for its number."""

from __future__ import annotations

from bot.booking.referrals import ReferralTo
from bot.core.i18n import MOSCOW, gettext as _
from bot.core.timing import local_day
from bot.delivery.screen import Button, Screen
from dialogs.booking.doctor_card import nearest_day
from dialogs.booking.links import (
    BlockedAt,
    CardReferrals,
    ChooseClinic,
    Doctors,
    DoctorsBelow,
    EnterReferral,
    NeedsReferral,
    Specialties,
)
from dialogs.booking.wording import referral_line
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.link import Link
from dialogs.kit.names import patient_name
from dialogs.kit.pager import page_of
from dialogs.kit.screen import Row, button, copying, lines, text, ways_out
from dialogs.kit.specialties import as_told_at_clinic, in_a_sentence
from dialogs.patients.links import LevelNeeded, PatientCard

flow = Flow("referrals")

REFERRALS_ON_A_PAGE = 8


@flow.screen(NeedsReferral)
async def needs_referral(visitor: Visitor, link: NeedsReferral) -> Outcome:
    """Go on to the doctors if the account may use a referral, else say what to do."""
    services, account = visitor.services, visitor.account.id
    choice = await services.choices.specialties(account, link.patient, link.clinic)
    if choice is None:
        return ChooseClinic(patient=link.patient)
    clinic = choice.clinic
    if choice.missing is not None:
        return LevelNeeded(patient=link.patient, clinic=clinic.id)
    if choice.is_blocked:
        return BlockedAt(patient=link.patient, clinic=clinic.id)
    wanted = await services.choices.specialty(clinic, link.specialty)
    await services.elsewhere.require_none(account, link.patient, clinic, link.specialty)
    if not wanted.needs_referral or await services.choices.referrals(choice.patient, clinic, wanted):
        return Doctors(patient=link.patient, clinic=clinic.id, specialty=wanted.id)
    can_be_typed = await services.choices.takes_referrals(clinic)
    first = next((each for each in choice.specialties if each.code == "pediatrician" and each.nearest), None)
    rows: list[Row] = []
    if can_be_typed:
        to = EnterReferral(patient=link.patient, clinic=clinic.id, specialty=wanted.id)
        rows.append((button(_("Enter the referral's number"), to),))
    if first is not None:
        when = nearest_day(first.nearest, clinic, local_day(visitor.now, clinic.zone))
        doctors = Doctors(patient=link.patient, clinic=clinic.id, specialty=first.id)
        rows.append((button(_("Pediatrician: {when}").format(when=when), doctors),))
    return Screen(
        lines(
            text(
                _("<b>{specialty}</b> sees patients with a referral from the pediatrician."),
                specialty=as_told_at_clinic(wanted),
            ),
            what_to_do(can_be_typed=can_be_typed),
            text(_("Reception: {phone}"), phone=clinic.phone),
        ),
        (*rows, *copying(phone=clinic.phone), ways_out(Specialties(patient=link.patient, clinic=clinic.id))),
    )


def what_to_do(*, can_be_typed: bool) -> str:
    if can_be_typed:
        return _("If you have one, enter its number and I will book you. If not, start with the pediatrician.")
    return _("If you have one, the reception will book you by phone. If not, start with the pediatrician.")


@flow.screen(CardReferrals)
async def card_referrals(visitor: Visitor, link: CardReferrals) -> Screen:
    patient, listed = await visitor.services.referrals.list_of(visitor.account.id, link.patient)
    shown, today = page_of(link, listed, REFERRALS_ON_A_PAGE), local_day(visitor.now, MOSCOW)

    def line_of(each: ReferralTo) -> str:
        specialty = text("<b>{specialty}</b>", specialty=as_told_at_clinic(each.specialty))
        return f"{specialty}. {referral_line(each.referral, today)}"

    def book_button(each: ReferralTo) -> Button:
        to: Link = Specialties(patient=patient.id)
        if patient.clinic is not None:
            to = Doctors(patient=patient.id, clinic=patient.clinic, specialty=each.specialty.id)
        return button(_("Book: {specialty}").format(specialty=in_a_sentence(each.specialty)), to)

    return Screen(
        lines(
            text(_("<b>Referrals of {name}</b>"), name=patient_name(patient)),
            shown.lines(line_of) if listed else _("There is no unused referral that I may show here."),
            shown.place,
            _("A referral is shown to whoever the clinic knows by phone or papers. Others enter its number.")
            if not listed
            else "",
        ),
        (*shown.rows(book_button), ways_out(PatientCard(patient=patient.id))),
    )


@flow.screen(DoctorsBelow)
async def doctors_below(visitor: Visitor, link: DoctorsBelow) -> Outcome:
    return Doctors(patient=link.patient, clinic=link.clinic, specialty=link.specialty)


@flow.screen(EnterReferral)
async def enter_referral(visitor: Visitor, link: EnterReferral) -> Screen:
    patient, clinic = await visitor.services.choices.place(visitor.account.id, link.patient, link.clinic)
    wanted = await visitor.services.choices.specialty(clinic, link.specialty)
    return Screen(
        lines(
            text(_("<b>{specialty}</b>: write the number of the referral."), specialty=as_told_at_clinic(wanted)),
            text(_("Patient: {name} · clinic: {clinic}"), name=patient_name(patient), clinic=clinic.name),
            _("It stands on the paper that the doctor gave you. Spaces and dashes do not matter."),
        ),
        (
            *copying(phone=clinic.phone),
            ways_out(NeedsReferral(patient=link.patient, clinic=link.clinic, specialty=link.specialty)),
        ),
        asks=True,
    )


@flow.answer(EnterReferral)
async def on_referral(visitor: Visitor, prompt: EnterReferral, typed: str) -> Outcome:
    await visitor.services.referrals.enter(visitor.account.id, prompt.patient, prompt.clinic, prompt.specialty, typed)
    return Doctors(patient=prompt.patient, clinic=prompt.clinic, specialty=prompt.specialty)
