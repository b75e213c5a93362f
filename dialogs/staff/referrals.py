"""Referrals at the desk: those given to the patient of a visit, and the steps to give one more."""

from __future__ import annotations

from datetime import timedelta

from bot.clinics.desk_port import DeskReferral
from bot.core.clinic import Specialty
from bot.core.i18n import gettext as _, past_day
from bot.core.timing import local_day
from bot.delivery.screen import Button, Screen
from bot.staff.errors import VisitGone
from bot.staff.records import DAYS, Term
from bot.staff.referral_form import read_last_day, read_printed
from bot.staff.referrals import ReferralChoices
from dialogs.booking.wording import referral_line
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.pager import few, page_of
from dialogs.kit.screen import button, lines, text, unbroken, ways_out
from dialogs.kit.specialties import specialty_name
from dialogs.kit.typed import digits_in
from dialogs.staff.finding import on_typed
from dialogs.staff.links import (
    DeskConfirmReferral,
    DeskGiveReferral,
    DeskRefer,
    DeskReferrals,
    DeskReferUntil,
    DeskVisit,
    DeskWithdrawReferral,
)
from dialogs.staff.notes import keep_printed, printed_of
from dialogs.staff.wording import masked_child, specialty_here, visit_lines

flow = Flow("referrals at the desk", open=True)

REFERRALS_ON_A_PAGE, SPECIALTIES_ON_A_PAGE = 6, 16


@flow.screen(DeskReferrals)
async def given(visitor: Visitor, link: DeskReferrals) -> Outcome:
    """Show what was given; without anything the choice of a specialty comes at once."""
    seen, referrals = await visitor.services.desk_referrals.given(visitor.account, link.number)
    if not referrals:
        return DeskRefer(number=link.number)
    shown, today = page_of(link, referrals, REFERRALS_ON_A_PAGE), local_day(visitor.now, seen.clinic.zone)

    def referral_lines(each: DeskReferral) -> str:
        return f"{text('{specialty}', specialty=specialty_here(each))}. {referral_line(each.referral, today)}"

    def withdraw_button(each: DeskReferral) -> Button:
        to = DeskWithdrawReferral(number=link.number, referral=each.number)
        return button(_("Withdraw {referral}").format(referral=each.referral.number), to)

    return Screen(
        lines(
            _("<b>Referrals that were given here and are not used</b>"),
            [masked_child(seen.visit.person, seen.visit.birth_date, seen.visit.policy_number)],
            shown.lines(referral_lines),
            shown.place,
        ),
        (
            (button(_("One more referral"), DeskRefer(number=link.number)),),
            *shown.rows(withdraw_button),
            ways_out(DeskVisit(number=link.number)),
        ),
        asks=True,
    )


@flow.screen(DeskRefer)
async def to_whom(visitor: Visitor, link: DeskRefer) -> Screen:
    choice = await visitor.services.desk_referrals.choices(visitor.account, link.number)
    shown = page_of(link, choice.specialties, SPECIALTIES_ON_A_PAGE)
    question = _("<b>Refer to whom?</b>") if choice.specialties else _("No doctor of the clinic needs a referral.")
    return Screen(
        lines(question, visit_lines(visitor, choice.seen.clinic, choice.seen.visit), shown.place),
        (
            *shown.rows(lambda each: specialty_button(link.number, each), 2),
            ways_out(DeskVisit(number=link.number)),
        ),
        asks=True,
    )


def specialty_button(number: int, specialty: Specialty) -> Button:
    return button(specialty_name(specialty), DeskReferUntil(number=number, specialty=specialty.id))


@flow.screen(DeskReferUntil)
async def until_when(visitor: Visitor, link: DeskReferUntil) -> Screen:
    choice = await visitor.services.desk_referrals.choices(visitor.account, link.number)
    wanted = require(choice, link)

    def term_button(term: Term) -> Button:
        to = DeskConfirmReferral(number=link.number, specialty=link.specialty, term=term)
        return button(_("Until {day}").format(day=last_day(choice, term)), to)

    return Screen(
        lines(
            text(_("<b>{specialty}</b>: until when is the referral valid?"), specialty=specialty_name(wanted)),
            visit_lines(visitor, choice.seen.clinic, choice.seen.visit),
            [_("Choose, or write the last day: 31.12.2026")],
        ),
        (*few(Term, term_button, 2), ways_out(DeskRefer(number=link.number))),
        asks=True,
    )


@flow.answer(DeskReferUntil)
async def on_last_day(visitor: Visitor, prompt: DeskReferUntil, typed: str) -> Outcome:
    """Read a last day; words without a digit are looked for, as on the other screens."""
    if not digits_in(typed):
        return await on_typed(visitor, prompt, typed)
    choice = await visitor.services.desk_referrals.choices(visitor.account, prompt.number)
    until = read_last_day(typed, choice.today)
    return DeskConfirmReferral(number=prompt.number, specialty=prompt.specialty, term=Term.MONTH, until=until)


@flow.answer(DeskConfirmReferral)
async def on_printed(visitor: Visitor, prompt: DeskConfirmReferral, typed: str) -> Outcome:
    """Read the number on the form; words without a digit are looked for."""
    if not digits_in(typed):
        return await on_typed(visitor, prompt, typed)
    keep_printed(visitor, prompt.number, read_printed(typed))
    return prompt


@flow.screen(DeskConfirmReferral)
async def confirm_referral(visitor: Visitor, link: DeskConfirmReferral) -> Screen:
    choice = await visitor.services.desk_referrals.choices(visitor.account, link.number)
    wanted, visit = require(choice, link), choice.seen.visit
    give = DeskGiveReferral(number=link.number, specialty=link.specialty, term=link.term, until=link.until)
    printed = printed_of(visitor, link.number)
    return Screen(
        lines(
            _("<b>Give this referral?</b>"),
            [
                masked_child(visit.person, visit.birth_date, visit.policy_number),
                text(
                    _("To: {specialty}, until {day}"),
                    specialty=specialty_name(wanted),
                    day=last_day(choice, link.term) if link.until is None else past_day(link.until, choice.today),
                ),
                text(_("From: {doctor}"), doctor=visit.doctor.with_initials),
                text(_("Referral number: {referral}"), referral=printed)
                if printed
                else _("The bot draws the number. If the form has one, write it."),
            ],
        ),
        (
            (button(_("Give the referral"), give),),
            ways_out(DeskReferUntil(number=link.number, specialty=link.specialty)),
        ),
        asks=True,
    )


def require(choice: ReferralChoices, link: DeskReferUntil | DeskConfirmReferral) -> Specialty:
    """Return the specialty of a link. Raises VisitGone if the patient cannot be referred to it."""
    found = next((each for each in choice.specialties if each.id == link.specialty), None)
    if found is None:
        raise VisitGone
    return found


def last_day(choice: ReferralChoices, term: Term) -> str:
    return past_day(choice.today + timedelta(days=DAYS[term]), choice.today)


@flow.action(DeskGiveReferral)
async def on_give(visitor: Visitor, link: DeskGiveReferral) -> Outcome:
    done = await visitor.services.desk_referrals.give(
        visitor.account, link.number, link.specialty, link.term, link.until, printed_of(visitor, link.number)
    )
    keep_printed(visitor, link.number, "")
    told = (
        _("I tell the parent in a minute.")
        if done.is_told
        else _("Nobody in the bot may see it: write the number down for the parent.")
    )
    alert = _("The referral is given: no. {referral}.").format(referral=unbroken(done.referral.number))
    return Reply(DeskReferrals(number=link.number), alert=f"{alert} {told}")


@flow.action(DeskWithdrawReferral)
async def on_withdraw(visitor: Visitor, link: DeskWithdrawReferral) -> Outcome:
    withdrawn = await visitor.services.desk_referrals.withdraw(visitor.account, link.number, link.referral)
    alert = _("The referral no. {referral} is withdrawn.").format(referral=unbroken(withdrawn.number))
    return Reply(DeskVisit(number=link.number), alert=alert)
