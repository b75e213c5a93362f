"""The chat: one file a flow, together the routers of a dispatcher."""

from __future__ import annotations

from aiogram import Router

from dialogs import fallback as support
from dialogs import home as menu
from dialogs.account import access_code as pin
from dialogs.account import news as news_account
from dialogs.account import problems as problems_account
from dialogs.account import refusals as refusals_account
from dialogs.appointments import alternatives, cancel, visits
from dialogs.appointments import news as news_appointments
from dialogs.appointments import refusals as refusals_appointments
from dialogs.booking import choose as booking
from dialogs.booking import confirm as confirming
from dialogs.booking import news as news_booking
from dialogs.booking import refusals as refusals_booking
from dialogs.family import access, invited
from dialogs.family import household as family
from dialogs.family import news as news_family
from dialogs.family import refusals as refusals_family
from dialogs.kit.router import Doors
from dialogs.patients import card_file as printed
from dialogs.patients import cards as patients
from dialogs.patients import correct as mending
from dialogs.patients import edit as editing
from dialogs.patients import find as finding
from dialogs.patients import history, levels, newborn, review
from dialogs.patients import insurer_letter as insurer
from dialogs.patients import link as linking
from dialogs.patients import news as news_patients
from dialogs.patients import problems as problems_patients
from dialogs.patients import questions as wizard
from dialogs.patients import refusals as refusals_patients
from dialogs.patients import watch as watching
from dialogs.privacy import consent, contacts, journal
from dialogs.privacy import my_data as privacy
from dialogs.privacy import news as news_privacy
from dialogs.privacy import unlink as unlinking
from dialogs.staff import desk
from dialogs.staff import refusals as refusals_staff

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
    visits.flow,
    cancel.flow,
    alternatives.flow,
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
