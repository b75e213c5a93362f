"""Words about a doctor who is chosen: specialty and room, the nearest day, and whether the doctor sees patients now."""

from __future__ import annotations

from datetime import date, datetime

from bot.booking.choose import Chosen, DayChoice
from bot.core.clinic import Clinic, Doctor
from bot.core.i18n import gettext as _, near_day, past_day, short_day
from bot.core.timing import local_day
from dialogs.kit.screen import text
from dialogs.kit.specialties import as_told_at_clinic, uncapitalised


def nearest_day(at: datetime | None, clinic: Clinic, today: date) -> str:
    return _("no time") if at is None else near_day(local_day(at, clinic.zone), today)


def nearest_or_first_day(doctor: Doctor, clinic: Clinic, today: date) -> str:
    """Return the nearest day, or from which day on the doctor sees patients, or that there is no time."""
    begins = doctor.facts.sees_from
    if doctor.nearest is None and begins is not None and begins > today:
        return _("from {day}").format(day=short_day(begins))
    return nearest_day(doctor.nearest, clinic, today)


def specialty_and_room(chosen: Chosen) -> str:
    specialty, room = uncapitalised(as_told_at_clinic(chosen.specialty)), chosen.doctor.room
    return text(_("{specialty}, room {room}") if room else "{specialty}", specialty=specialty, room=room)


def accepting_line(choice: DayChoice, today: date) -> str:
    """Return whether the doctor sees patients now, from or until when, and how many places are free."""
    facts, free = choice.chosen.doctor.facts, sum(each.free for each in choice.days)
    if not free:
        if facts.sees_from is not None and facts.sees_from > today:
            return text(_("Sees patients from {day} on."), day=past_day(facts.sees_from, today))
        return _("There is no free time now.")
    if facts.sees_until is not None:
        return text(
            _("Sees patients until {day}, free places: {n}."), day=past_day(facts.sees_until, today), n=str(free)
        )
    return text(_("Sees patients, free places: {n}."), n=str(free))
