"""The use cases, one service a slice; they travel together as one frozen record."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.access import Access
from bot.services.accounts import Accounts
from bot.services.appointments import Appointments
from bot.services.booking import Booking
from bot.services.checks import Checks
from bot.services.contacts import Contacts
from bot.services.directory import Directory
from bot.services.editing import Editing
from bot.services.export import Export
from bot.services.family import Family
from bot.services.finding import Finding
from bot.services.invitations import Invitations
from bot.services.levels import Levels
from bot.services.linking import Linking
from bot.services.notices import Notices
from bot.services.orders import Orders
from bot.services.patients import Patients
from bot.services.pins import Pins
from bot.services.privacy import Privacy
from bot.services.retention import Retention
from bot.services.staff import Staff
from bot.services.takeovers import Takeovers
from bot.services.unlinking import Unlinking
from bot.services.watching import Watching


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
    booking: Booking
    orders: Orders
    appointments: Appointments
    notices: Notices
    privacy: Privacy
    export: Export
    pins: Pins
    levels: Levels
    contacts: Contacts
    takeovers: Takeovers
    retention: Retention
    staff: Staff
