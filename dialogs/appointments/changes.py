"""What the clinic has changed of a visit, in words: «Было» and «Стало» of everything that differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.appointments.clinic_changes import Change
from bot.appointments.rules import Difference
from bot.core.i18n import duration, gettext as _, spoken_moment
from dialogs.booking.wording import full_doctor_name, patient_and_doctor, place_of, visit_kind
from dialogs.kit.flow import Visitor
from dialogs.kit.screen import text
from dialogs.kit.specialties import as_told_at_clinic


def before_and_after(visitor: Visitor, change: Change) -> list[str]:
    """Return who, when and where, with a line for every field that differs."""
    card, zone = change.card, change.card.clinic.zone
    was_at = next((each.was for each in change.differences if each.field == "starts_at"), card.appointment.starts_at)
    was_zone = next((each.was for each in change.differences if each.field == "zone"), change.clinic.zone)
    was = spoken_moment(was_at, was_zone, visitor.now)
    now = spoken_moment(card.appointment.starts_at, zone, visitor.now)
    when = [text(_("Was: {when}"), when=was), text(_("<b>Now: {when}</b>"), when=now)]
    if was == now:
        when = [text(_("<b>{when}</b>"), when=now)]
    others = [LINES[each.field](change, each) for each in change.differences]
    return [patient_and_doctor(card), *when, *filter(None, others), place_of(card)]


def _shown_elsewhere(change: Change, difference: Difference) -> str:
    """The time has lines of its own, and the title says the status."""
    return ""


def _length(change: Change, difference: Difference) -> str:
    return _both(_("Length"), *(duration(int(each.total_seconds()) // 60) for each in difference[1:]))


def _visit_type(change: Change, difference: Difference) -> str:
    return _both(_("Kind of visit"), *(visit_kind(each) for each in difference[1:]))


def _doctor(change: Change, difference: Difference) -> str:
    return _both(_("Doctor"), full_doctor_name(change.doctor), full_doctor_name(change.card.doctor))


def _doctor_name(change: Change, difference: Difference) -> str:
    """The same doctor has another name; another doctor has a line already."""
    if any(each.field == "doctor" for each in change.differences):
        return ""
    return _both(_("Doctor"), *(each or _("(the clinic gives no name)") for each in difference[1:]))


def _specialty(change: Change, difference: Difference) -> str:
    return _both(_("Specialist"), as_told_at_clinic(change.specialty), as_told_at_clinic(change.card.specialty))


def _clinic(change: Change, difference: Difference) -> str:
    return _both(_("Clinic"), change.clinic.name, change.card.clinic.name)


def _address(change: Change, difference: Difference) -> str:
    """The same clinic has another address; another clinic stands with its address below."""
    if any(each.field == "clinic" for each in change.differences):
        return ""
    return _both(_("Address"), difference.was, difference.now)


def _zone(change: Change, difference: Difference) -> str:
    """The lines of the time show it; the reason is said where the clinic is the same one."""
    if any(each.field == "clinic" for each in change.differences):
        return ""
    return _("The clinic is in another time zone now.")


def _room(change: Change, difference: Difference) -> str:
    return _both(_("Room"), *(each or _("not given") for each in difference[1:]))


def _both(what: str, was: str, now: str) -> str:
    return text(_("{what}: was {was}, now <b>{now}</b>"), what=what, was=was, now=now)


LINES: Mapping[str, Callable[[Change, Difference], str]] = {
    "starts_at": _shown_elsewhere,
    "length": _length,
    "visit_type": _visit_type,
    "doctor": _doctor,
    "doctor_name": _doctor_name,
    "specialty": _specialty,
    "clinic": _clinic,
    "address": _address,
    "zone": _zone,
    "room": _room,
    "state": _shown_elsewhere,
}
"""a line for each field of what people are told"""
