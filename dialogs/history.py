"""History: what was done with a card and its visits, by whom and when; nothing medical, and no names."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bot.i18n import MOSCOW, N_, clock_time, numeric_date
from bot.i18n import gettext as _
from bot.models import AuditEntry, Screen
from dialogs.kit import Flow, Row, Visitor, button, lines, text, unbroken, ways_out
from dialogs.links import History, PatientCard

flow = Flow("history")


class Doer(StrEnum):
    PERSON = "PERSON"
    """whoever's account it was"""
    REGISTER = "REGISTER"
    CLINIC = "CLINIC"
    BOT = "BOT"


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
    "card printed": (Doer.PERSON, N_("the file of the card is made")),
    "data taken out": (Doer.PERSON, N_("a copy of the data is taken")),
    "card removed": (Doer.PERSON, N_("the card is removed from the own list")),
    "access asked for": (Doer.PERSON, N_("access to the policy is asked for")),
    "access given": (Doer.PERSON, N_("access is given")),
    "access refused": (Doer.PERSON, N_("access is refused")),
    "access revoked": (Doer.PERSON, N_("access is taken away")),
    "invitation made": (Doer.PERSON, N_("an invitation link is made")),
    "invitation cancelled": (Doer.PERSON, N_("the invitation link is cancelled")),
    "invitation accepted": (Doer.PERSON, N_("the invitation is accepted")),
    "invitation declined": (Doer.PERSON, N_("the invitation is declined")),
    "ownership handed over": (Doer.PERSON, N_("the card is handed over")),
    "became owner": (Doer.PERSON, N_("is the owner of the card now")),
    "card confirmed": (Doer.PERSON, N_("it is all still right")),
    "card closed": (Doer.BOT, N_("the card is closed: the patient is 18")),
    "card erased": (Doer.BOT, N_("the card is erased")),
    "papers seen": (Doer.CLINIC, N_("the papers are seen at the reception")),
    "policy check: verified": (Doer.REGISTER, N_("the policy is confirmed")),
    "policy check: needs_correction": (Doer.REGISTER, N_("a part of the name differs")),
    "policy check: rejected": (Doer.REGISTER, N_("the policy is not confirmed")),
    "booking asked for": (Doer.PERSON, N_("a visit is wanted")),
    "booking: booked": (Doer.CLINIC, N_("the visit is booked")),
    "booking: checked_in": (Doer.CLINIC, N_("the visit is booked")),
    "booking: fulfilled": (Doer.CLINIC, N_("the visit has taken place")),
    "booking: no_show": (Doer.CLINIC, N_("nobody came to the visit")),
    "booking: cancelled": (Doer.CLINIC, N_("the visit is cancelled")),
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
    shown = await visitor.services.patients.history(visitor.account.id, link.patient, link.page)
    told = [line(visitor, entry) for entry in shown.entries]
    return Screen(
        lines(
            text(_("<b>{name}: history</b>"), name=shown.patient.name.short),
            told or [_("Nothing has been done yet.")],
        ),
        (*turning(link, shown.more), ways_out(PatientCard(patient=link.patient))),
    )


def turning(link: History, more: bool) -> list[Row]:
    """The newest stands first, so that the next page is an earlier time."""
    newer = [button(_("‹ Newer"), link.model_copy(update={"page": link.page - 1}))] if link.page else []
    older = [button(_("Older ›"), link.model_copy(update={"page": link.page + 1}))] if more else []
    return [(*newer, *older)] if newer or older else []


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
    return f"{said}, {unbroken(entry.ref)}" if entry.ref else said


def called(visitor: Visitor, doer: Doer, entry: AuditEntry) -> str:
    if doer is Doer.REGISTER:
        return _("the register")
    if doer is Doer.CLINIC:
        return _("the clinic")
    if doer is Doer.BOT:
        return _("the bot")
    return _("you") if entry.account == visitor.account.id else _("another representative")
