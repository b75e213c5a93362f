"""Sentences and ways out for refusals to change a visit."""

from __future__ import annotations

from datetime import datetime

from bot.booking.errors import NotActive, TooLateToReschedule
from bot.core.i18n import gettext as _, ngettext
from dialogs.appointments.links import AppointmentDetails
from dialogs.kit.refusals import Explanation, refusal


@refusal(NotActive)
def not_active(refusal: NotActive, now: datetime) -> Explanation:
    return Explanation(_("This visit is no longer active."), AppointmentDetails(appointment=refusal.appointment))


@refusal(TooLateToReschedule)
def too_late_to_reschedule(refusal: TooLateToReschedule, now: datetime) -> Explanation:
    hours = int(refusal.deadline.total_seconds()) // 3600
    sentence = ngettext(
        "Less than {n} hour is left before the visit: it cannot be moved here, only cancelled. The reception may "
        "move it: {phone}",
        "Less than {n} hours are left before the visit: it cannot be moved here, only cancelled. The reception may "
        "move it: {phone}",
        hours,
    )
    return Explanation(
        sentence.format(n=hours, phone=refusal.phone), AppointmentDetails(appointment=refusal.appointment)
    )
