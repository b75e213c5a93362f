"""The use cases, one service a slice; they travel together as one frozen record."""

from __future__ import annotations

from dataclasses import dataclass

from bot.account.access_code import AccessCodes
from bot.account.accounts import Accounts
from bot.account.contacts import Contacts
from bot.appointments.appointments import Appointments
from bot.booking.book import Orders
from bot.booking.choose import Booking
from bot.clinics.directory import Directory
from bot.delivery.shown_news import ShownNews
from bot.family.access import Access
from bot.family.invitations import Invitations
from bot.family.representatives import Family
from bot.home import Menu
from bot.patients.card_file import CardFiles
from bot.patients.cards import Patients
from bot.patients.check import Checks
from bot.patients.edit import Editing
from bot.patients.find import PolicyFinder
from bot.patients.levels import Levels
from bot.patients.link import Linking
from bot.patients.watch import Watching
from bot.privacy.consent import Consents
from bot.privacy.erase import Erasure
from bot.privacy.export import Export
from bot.privacy.own_data import OwnData
from bot.privacy.retention import Retention
from bot.privacy.takeover import Takeovers
from bot.privacy.unlink import Unlinking
from bot.staff.desk import Staff


@dataclass(frozen=True, slots=True)
class Services:
    accounts: Accounts
    menu: Menu
    patients: Patients
    card_files: CardFiles
    editing: Editing
    unlinking: Unlinking
    family: Family
    access: Access
    invitations: Invitations
    checks: Checks
    watching: Watching
    linking: Linking
    finding: PolicyFinder
    directory: Directory
    booking: Booking
    orders: Orders
    appointments: Appointments
    shown_news: ShownNews
    consents: Consents
    own_data: OwnData
    erasure: Erasure
    export: Export
    access_codes: AccessCodes
    levels: Levels
    contacts: Contacts
    takeovers: Takeovers
    retention: Retention
    staff: Staff
