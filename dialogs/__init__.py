"""The chat: register every flow, every sentence and every news function, and make the routers of a dispatcher."""

from __future__ import annotations

from aiogram import Router

from dialogs import fallback, home
from dialogs.account import (
    access_code,
    news as news_account,
    problems as problems_account,
    refusals as refusals_account,
)
from dialogs.appointments import (
    alternatives,
    cancel,
    elsewhere,
    keeping,
    news as news_appointments,
    refusals as refusals_appointments,
    tickets,
    visits,
)
from dialogs.booking import (
    blocked,
    choose,
    clinic_card,
    confirm,
    find_clinic,
    follow_up,
    news as news_booking,
    problems as problems_booking,
    referrals,
    refusals as refusals_booking,
)
from dialogs.family import access, household, invitation, news as news_family, refusals as refusals_family
from dialogs.kit import budgets
from dialogs.kit.router import Navigator
from dialogs.patients import (
    begin_draft,
    card_file,
    cards,
    confirm_card,
    desk_check,
    draft_questions,
    edit_card,
    find_policy,
    history,
    insurer_letter,
    levels,
    news as news_patients,
    no_policy,
    problems as problems_patients,
    reception,
    recheck,
    refusals as refusals_patients,
    review_draft,
)
from dialogs.privacy import (
    consent,
    contacts,
    journal,
    my_data,
    news as news_privacy,
    refusals as refusals_privacy,
    takeover,
    unlink,
)
from dialogs.staff import (
    arrivals,
    blocks as desk_blocks,
    changes as desk_changes,
    closing as desk_closing,
    colleagues,
    day_sheets,
    desk,
    desk_booking,
    figures,
    finding,
    follow_ups,
    matters,
    menu,
    new_patient,
    news as news_staff,
    patients as desk_patients,
    policy_checks,
    posts,
    problems as problems_staff,
    queue,
    readers,
    referrals as desk_referrals,
    refusals as refusals_staff,
    schedule_changes as desk_schedule_changes,
    schedules as desk_schedules,
    takeovers as desk_takeovers,
    waiting,
)

FLOWS = (
    home.flow,
    consent.flow,
    begin_draft.flow,
    draft_questions.flow,
    find_policy.flow,
    review_draft.flow,
    cards.flow,
    edit_card.flow,
    history.flow,
    unlink.flow,
    recheck.flow,
    insurer_letter.flow,
    no_policy.flow,
    confirm_card.flow,
    desk_check.flow,
    choose.flow,
    find_clinic.flow,
    clinic_card.flow,
    referrals.flow,
    blocked.flow,
    follow_up.flow,
    confirm.flow,
    visits.flow,
    elsewhere.flow,
    cancel.flow,
    alternatives.flow,
    keeping.flow,
    tickets.flow,
    household.flow,
    access.flow,
    invitation.flow,
    card_file.flow,
    my_data.flow,
    journal.flow,
    contacts.flow,
    takeover.flow,
    takeover.answers,
    access_code.flow,
    levels.flow,
    reception.flow,
    menu.flow,
    matters.flow,
    policy_checks.flow,
    readers.flow,
    desk_takeovers.flow,
    desk.flow,
    desk_blocks.flow,
    desk_changes.flow,
    desk_referrals.flow,
    desk_schedules.flow,
    desk_schedule_changes.flow,
    desk_closing.flow,
    queue.flow,
    colleagues.flow,
    posts.flow,
    finding.flow,
    desk_patients.flow,
    new_patient.flow,
    arrivals.flow,
    day_sheets.flow,
    follow_ups.flow,
    waiting.flow,
    figures.flow,
    desk_booking.flow,
)

NEWS = (news_account, news_patients, news_family, news_booking, news_appointments, news_privacy, news_staff)
"""Importing one of these modules registers its functions that draw news."""

SENTENCES = (
    budgets,
    refusals_account,
    refusals_patients,
    refusals_family,
    refusals_booking,
    refusals_appointments,
    refusals_privacy,
    refusals_staff,
    problems_account,
    problems_patients,
    problems_booking,
    problems_staff,
)
"""Importing one of these modules registers its sentences for refusals or problems."""


def all_routers() -> list[Router]:
    """Return new routers: aiogram attaches a router to one dispatcher only. The last one gets what no flow accepts."""
    navigator = Navigator(FLOWS)
    return [navigator.router(), fallback.Fallback(navigator).router()]
