"""History: what was done with a card and its visits, by whom and when; nothing medical, and no names."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bot.i18n import MOSCOW, N_, clock_time, numeric_date
from bot.i18n import gettext as _
from bot.models import AuditEntry, PatientId, Screen
from bot.services.patients import HISTORY_PAGE
from dialogs.kit import Flow, Visitor, lines, pages, text, ways_out
from dialogs.links import History, PatientCard

flow = Flow("history")


class Doer(StrEnum):
    PERSON = "PERSON"
    """whoever's account it was"""
    REGISTER = "REGISTER"
    CLINIC = "CLINIC"


DEEDS: Mapping[str, tuple[Doer, str]] = {
    "policy linked": (Doer.PERSON, N_("the card is added")),
    "name corrected": (Doer.PERSON, N_("the name is corrected")),
    "corrected: family": (Doer.PERSON, N_("the family name is corrected")),
    "corrected: given": (Doer.PERSON, N_("the given name is corrected")),
    "corrected: patronymic": (Doer.PERSON, N_("the patronymic is corrected")),
    "corrected: number": (Doer.PERSON, N_("the policy number is changed")),
    "corrected: birth_date": (Doer.PERSON, N_("the date of birth is corrected")),
    "corrected: sex": (Doer.PERSON, N_("the sex is corrected")),
    "correction refused": (Doer.REGISTER, N_("the correction is not confirmed")),
    "detail changed: snils": (Doer.PERSON, N_("the SNILS is written down")),
    "detail changed: certificate": (Doer.PERSON, N_("the birth certificate is written down")),
    "detail changed: issued_on": (Doer.PERSON, N_("the day of issue is written down")),
    "detail changed: valid_until": (Doer.PERSON, N_("the last day of the policy is written down")),
    "detail changed: address": (Doer.PERSON, N_("the address is written down")),
    "detail removed: snils": (Doer.PERSON, N_("the SNILS is removed")),
    "detail removed: certificate": (Doer.PERSON, N_("the birth certificate is removed")),
    "detail removed: issued_on": (Doer.PERSON, N_("the day of issue is removed")),
    "detail removed: valid_until": (Doer.PERSON, N_("the last day of the policy is removed")),
    "detail removed: address": (Doer.PERSON, N_("the address is removed")),
    "number shown": (Doer.PERSON, N_("the numbers are shown")),
    "card removed": (Doer.PERSON, N_("the card is removed from the own list")),
    "became owner": (Doer.PERSON, N_("is the owner of the card now")),
    "policy check: verified": (Doer.REGISTER, N_("the policy is confirmed")),
    "policy check: needs_correction": (Doer.REGISTER, N_("a part of the name differs")),
    "policy check: rejected": (Doer.REGISTER, N_("the policy is not confirmed")),
    "booking asked for": (Doer.PERSON, N_("a visit is wanted")),
    "booking: booked": (Doer.CLINIC, N_("the visit is booked")),
    "booking: checked_in": (Doer.CLINIC, N_("the visit is booked")),
    "booking: refused": (Doer.CLINIC, N_("the visit is refused")),
    "visit moved": (Doer.PERSON, N_("the visit is moved")),
    "cancellation asked for": (Doer.PERSON, N_("cancelling the visit is wanted")),
    "cancellation refused": (Doer.CLINIC, N_("the visit is not cancelled")),
    "visit cancelled": (Doer.CLINIC, N_("the visit is cancelled")),
    "coming confirmed": (Doer.PERSON, N_("coming is confirmed")),
    "changed by the clinic": (Doer.CLINIC, N_("the visit is changed")),
}
"""Every action that the journal has of a patient or of an appointment."""


@flow.screen(History)
async def history(visitor: Visitor, link: History) -> Screen:
    shown = await visitor.services.patients.history(visitor.account.id, PatientId(link.patient), link.page)
    told = [line(visitor, entry) for entry in shown.entries]
    count = link.page * HISTORY_PAGE + len(told) + shown.more
    return Screen(
        lines(
            text(_("<b>{name}: history</b>"), name=shown.patient.name.short),
            told or [_("Nothing has been done yet.")],
        ),
        (*pages(link, link.page, count, HISTORY_PAGE), ways_out(PatientCard(patient=link.patient))),
    )


def line(visitor: Visitor, entry: AuditEntry) -> str:
    doer, deed = DEEDS.get(entry.action, (Doer.PERSON, N_("the card is changed")))
    local = entry.at.astimezone(MOSCOW)
    said = text(
        _("{date}, {time} · {who}: {what}"),
        date=numeric_date(local.date()),
        time=clock_time(entry.at, MOSCOW),
        who=called(visitor, doer, entry),
        what=_(deed),
    )
    return f"{said}, {entry.ref}" if entry.ref else said


def called(visitor: Visitor, doer: Doer, entry: AuditEntry) -> str:
    if doer is Doer.REGISTER:
        return _("the register")
    if doer is Doer.CLINIC:
        return _("the clinic")
    return _("you") if entry.account == visitor.account.id else _("another representative")
