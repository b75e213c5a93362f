"""The chat: one file a flow, together the routers of a dispatcher."""

from __future__ import annotations

from aiogram import Router

from dialogs import (
    access,
    appointments,
    booking,
    confirming,
    consent,
    contacts,
    desk,
    editing,
    family,
    finding,
    history,
    insurer,
    invited,
    journal,
    levels,
    linking,
    mending,
    menu,
    newborn,
    news_account,
    news_appointments,
    news_booking,
    news_family,
    news_patients,
    news_privacy,
    patients,
    pin,
    printed,
    privacy,
    problems_account,
    problems_patients,
    refusals_account,
    refusals_appointments,
    refusals_booking,
    refusals_family,
    refusals_patients,
    refusals_staff,
    review,
    support,
    unlinking,
    watching,
    wizard,
)
from dialogs.press import Doors

FLOWS = (
    menu.flow,
    consent.flow,
    linking.flow,
    wizard.flow,
    finding.flow,
    review.flow,
    patients.flow,
    editing.flow,
    history.flow,
    unlinking.flow,
    mending.flow,
    insurer.flow,
    newborn.flow,
    watching.flow,
    booking.flow,
    confirming.flow,
    appointments.flow,
    family.flow,
    access.flow,
    invited.flow,
    printed.flow,
    privacy.flow,
    journal.flow,
    contacts.flow,
    pin.flow,
    levels.flow,
    desk.flow,
)

NEWS = (news_account, news_patients, news_family, news_booking, news_appointments, news_privacy)
"""Each registers its functions when it is imported."""

SENTENCES = (
    refusals_account,
    refusals_patients,
    refusals_family,
    refusals_booking,
    refusals_appointments,
    refusals_staff,
    problems_account,
    problems_patients,
)
"""Modules that register the sentences of refusals and problems when they are imported."""


def all_routers() -> list[Router]:
    """Made anew on every call, so that two dispatchers can live in one process; the last one takes what is left."""
    doors = Doors(FLOWS)
    return [*doors.routers(), support.Leftovers(doors).router()]
