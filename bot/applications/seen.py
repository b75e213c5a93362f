"""What a representative sees of applications, and what is asked for with a new one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from bot.applications.limit_rules import EnrollmentLimits
from bot.applications.records import (
    AnyApplication,
    Application,
    Enrollment,
    EnrollmentReason,
    LastChange,
    PolicyRequest,
    StepTaken,
)
from bot.core.clinic import Clinic, Doctor
from bot.core.patient import Patient
from bot.glossary import ClinicId, PatientId
from bot.patients.records import Detail


class Wish(NamedTuple):
    """What a representative asks for: where, why, and when the clinic was changed last."""

    patient: PatientId
    clinic: ClinicId
    reason: EnrollmentReason
    last_change: LastChange = LastChange.UNKNOWN


class Offer(NamedTuple):
    """What is known before an application is filed at a clinic."""

    patient: Patient
    clinic: Clinic
    limits: EnrollmentLimits
    is_owner: bool
    has_consent: bool
    """this account has agreed that this clinic gets the data of this patient"""
    details: frozenset[Detail]
    """what the card has beside the name and the policy, and the clinic gets"""
    enrollment: Enrollment | None = None
    """where the patient is enrolled by a decision made in the bot"""
    open: Application | None = None
    """the open application of this card"""
    open_at: Clinic | None = None
    registered: date | None = None
    """since when the register has the patient enrolled, if the account may know it"""
    with_policy: bool = False
    """the desk decides on the policy too, which is not confirmed"""


class Followed(NamedTuple):
    """An application as its representatives see it."""

    application: Application
    patient: Patient
    clinic: Clinic
    steps: Sequence[StepTaken]
    is_owner: bool
    doctor: Doctor | None = None
    with_policy: bool = False
    """the desk has the policy of the card to check as well"""

    @property
    def filed(self) -> AnyApplication:
        return self.application


class FollowedPolicy(NamedTuple):
    """An application for a policy as the account sees it that has sent it."""

    request: PolicyRequest
    clinic: Clinic
    steps: Sequence[StepTaken] = ()

    @property
    def filed(self) -> AnyApplication:
        return self.request


AnyFollowed = Followed | FollowedPolicy


class ListedApplication(NamedTuple):
    application: Application
    patient: Patient
    clinic: Clinic
