"""Words for a visit at the desk: its facts, who in the bot keeps it, and what became of the message about it."""

from __future__ import annotations

from bot.clinics.desk_port import ClinicVisit
from bot.clinics.port import LIVE, ClinicReason
from bot.core.clinic import Clinic
from bot.core.i18n import clock_time, gettext as _, numeric_date, spoken_date, spoken_moment
from bot.core.timing import local_day
from bot.staff.keepers import Arrival, Keepers, Reach
from dialogs.booking.wording import cancel_reason, visit_kind
from dialogs.kit.flow import Visitor
from dialogs.kit.screen import text, unbroken
from dialogs.kit.wording import moscow_date


def standing(visit: ClinicVisit) -> str:
    """Return what is to be said first of a visit that is cancelled; "" of a live one."""
    if visit.booking.status in LIVE:
        return ""
    why = visit.booking.reason
    if why in {reason.value for reason in ClinicReason}:
        return text(_("⚠️ <b>The clinic has cancelled this visit:</b> {why}."), why=cancel_reason(why))
    return _("⚠️ <b>This visit is cancelled.</b>")


def visit_lines(visitor: Visitor, clinic: Clinic, visit: ClinicVisit) -> list[str]:
    """Return who, to whom, where and when."""
    doctor, room = visit.doctor.with_initials, visit.booking.room
    return [
        text(_("<b>{name}</b>"), name=visit.person.full),
        text(_("Born on {date}"), date=spoken_date(visit.birth_date)),
        text(
            _("{specialty}, {doctor}, room {room}") if room else _("{specialty}, {doctor}"),
            specialty=visit.specialty,
            doctor=doctor,
            room=room,
        ),
        text(_("<b>{when}</b>"), when=spoken_moment(visit.booking.starts_at, clinic.zone, visitor.now)),
    ]


def facts_of(visit: ClinicVisit, keepers: Keepers) -> list[str]:
    """Return the number, the kind, who booked, the papers and the phone."""
    return [
        text(_("Visit number {ref}"), ref=unbroken(keepers.ref)) if keepers.ref else "",
        text(_("Kind of visit: {kind}"), kind=visit_kind(visit.booking.visit_type)),
        _("Booked in the bot") if visit.booking.key else _("Booked without the bot"),
        papers(keepers),
        text(_("The representative's phone: {phone}"), phone=keepers.phone) if keepers.phone else "",
    ]


def papers(keepers: Keepers) -> str:
    if keepers.reach is Reach.NOBODY:
        return ""
    if keepers.papers_at is None:
        return _("The papers were not seen at a reception")
    return text(_("The papers were seen on {date}"), date=moscow_date(keepers.papers_at))


def reach(keepers: Keepers) -> str:
    """Return whether anybody can be told of a change, before it is made."""
    match keepers.reach:
        case Reach.IN_BOT:
            return _("A parent is in the bot: I tell of every change.")
        case Reach.BLOCKED:
            said = _("⚠️ The parent does not get the bot's messages: phone.")
        case Reach.NOBODY:
            said = _("⚠️ Nobody keeps this visit in the bot: phone.")
    return with_phone(said, keepers)


def arrival(visitor: Visitor, clinic: Clinic, keepers: Keepers) -> str:
    """Return what became of the message about the last change; "" if there was none."""
    at = "" if keepers.at is None else clock_time(keepers.at, clinic.zone)
    if keepers.at is not None and local_day(keepers.at, clinic.zone) != local_day(visitor.now, clinic.zone):
        at = f"{at}, {numeric_date(local_day(keepers.at, clinic.zone))}"
    match keepers.arrival:
        case Arrival.WAITS:
            return text(_("I tell the parent at {time}."), time=at)
        case Arrival.ARRIVED:
            return text(_("✅ The parent was told at {time}."), time=at)
        case Arrival.FAILED:
            return with_phone(_("⚠️ The message did not reach the parent: phone."), keepers)
    return ""


def with_phone(said: str, keepers: Keepers) -> str:
    return text("{said} {phone}", said=said, phone=keepers.phone) if keepers.phone else said
