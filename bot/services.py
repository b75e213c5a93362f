"""The use cases, one service a slice; they travel together as one frozen record."""

from __future__ import annotations

from dataclasses import dataclass

from bot.account.access_code import Pins
from bot.account.accounts import Accounts
from bot.account.contacts import Contacts
from bot.appointments.alternatives import AlternativeSlots
from bot.appointments.attend import Attendance
from bot.appointments.cancel import Cancellations
from bot.appointments.clinic_changes import ClinicChanges
from bot.booking.book import Booker
from bot.booking.choose import Choices
from bot.booking.settle import Settlement
from bot.booking.visits import Visits
from bot.clinics.directory import Directory
from bot.delivery.shown import Notices
from bot.family.access import Access
from bot.family.invitations import Invitations
from bot.family.representatives import Family
from bot.patients.cards import Patients
from bot.patients.check import Checks
from bot.patients.edit import Editing
from bot.patients.find import Finding
from bot.patients.levels import Levels
from bot.patients.link import Linking
from bot.patients.watch import Watching
from bot.privacy.export import Export
from bot.privacy.privacy import Privacy
from bot.privacy.retention import Retention
from bot.privacy.takeover import Takeovers
from bot.privacy.unlink import Unlinking
from bot.staff.desk import Staff


@dataclass(frozen=True, slots=True)
class Services:
    accounts: Accounts
    patients: Patients
    editing: Editing
    unlinking: Unlinking
    family: Family
    access: Access
    invitations: Invitations
    checks: Checks
    watching: Watching
    linking: Linking
    finding: Finding
    directory: Directory
    choices: Choices
    booking: Booker
    settlement: Settlement
    visits: Visits
    cancellations: Cancellations
    attendance: Attendance
    alternatives: AlternativeSlots
    clinic_changes: ClinicChanges
    notices: Notices
    privacy: Privacy
    export: Export
    pins: Pins
    levels: Levels
    contacts: Contacts
    takeovers: Takeovers
    retention: Retention
    staff: Staff
