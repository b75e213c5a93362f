"""Services: every use case of the product, built once and reached through one object."""

from __future__ import annotations

from datetime import time

from bot.account.access_code import AccessCodes
from bot.account.accounts import Accounts
from bot.account.contacts import Contacts
from bot.applications.applications import Applications
from bot.applications.confirmation import Confirmations
from bot.applications.correspondence import Correspondences
from bot.applications.documents import DocumentRequests
from bot.applications.enrolled import Enrollments
from bot.applications.openings import EnrollmentOpenings
from bot.applications.own_clinic import OwnClinics
from bot.applications.papers import PaperFiles
from bot.applications.places import EnrollmentPlaces
from bot.applications.policy_requests import PolicyRequests
from bot.applications.register import RegisterDates
from bot.applications.sent import SentApplications
from bot.applications.standings import EnrollmentStandings
from bot.appointments.alternatives import AlternativeSlots
from bot.appointments.attend import Attendance
from bot.appointments.cancel import Cancellations
from bot.appointments.clinic_changes import ClinicChanges
from bot.appointments.instead import KeptTimes
from bot.appointments.keep import Keeping
from bot.appointments.nightly import NightlyComparison
from bot.appointments.regained import RegainedVisits
from bot.appointments.restored import RestoredVisits
from bot.appointments.statements import Statements
from bot.appointments.tickets import Tickets
from bot.appointments.wall_clock import WallClock
from bot.booking.blocks import Blocks
from bot.booking.book import Booker
from bot.booking.choose import Choices
from bot.booking.clinic_links import ClinicLinks
from bot.booking.elsewhere import VisitsElsewhere
from bot.booking.favourites import Favourites
from bot.booking.find_clinic import ClinicFinder
from bot.booking.referrals import Referrals
from bot.booking.reminders import Reminders
from bot.booking.settle import Settlement
from bot.booking.unchecked import UncheckedVisits
from bot.booking.visits import Visits
from bot.clinics.desk_port import ClinicDesk
from bot.clinics.directory import Directory
from bot.clinics.port import ClinicSystems
from bot.core.clock import Clock
from bot.core.tasks import Background
from bot.core.transactions import Storage
from bot.delivery.alarms import Alarms
from bot.delivery.failed_rows import FailedRows
from bot.delivery.paper import Printer
from bot.delivery.passing import PassingMessages
from bot.delivery.shown_news import ShownNews
from bot.delivery.silent_systems import SilentSystems
from bot.family.access import Access, announce_claim
from bot.family.invitations import Invitations
from bot.family.representatives import Family
from bot.glossary import ClinicId
from bot.home import Menu
from bot.patients.card_file import CardFiles
from bot.patients.cards import Patients
from bot.patients.check import Checks
from bot.patients.desk_checks import DeskChecks
from bot.patients.edit import Editing
from bot.patients.find import PolicyFinder
from bot.patients.guard import RegisterGuard
from bot.patients.levels import Levels
from bot.patients.link import Linking
from bot.patients.reception import Receptions
from bot.patients.records import Documents
from bot.patients.watch import Watching
from bot.privacy.consent import Consents
from bot.privacy.desk_lookup import DeskLookup
from bot.privacy.erase import Erasure
from bot.privacy.export import Export
from bot.privacy.lookup import Lookup
from bot.privacy.own_data import OwnData
from bot.privacy.retention import Retention
from bot.privacy.takeover import Takeovers
from bot.privacy.unlink import Unlinking
from bot.staff.application_check import ApplicationCheck
from bot.staff.application_results import ApplicationResults
from bot.staff.applications import DeskApplications
from bot.staff.arrivals import DeskArrivals
from bot.staff.blocks import DeskBlocks
from bot.staff.booking import DeskBooking
from bot.staff.calls import CallLists
from bot.staff.closing import Closing
from bot.staff.day_sheets import DaySheets
from bot.staff.delays import Delays
from bot.staff.desk import Staff
from bot.staff.digest import Digests
from bot.staff.figures import ClinicFigures
from bot.staff.follow_ups import FollowUps
from bot.staff.invitations import StaffInvitations
from bot.staff.matters import Matters
from bot.staff.members import Members
from bot.staff.one_decision import OneDecision
from bot.staff.papers import DeskPapers
from bot.staff.persons import ClinicPersons
from bot.staff.photographed import PhotographedCodes
from bot.staff.policy_checks import PolicyChecks
from bot.staff.policy_requests import DeskPolicyRequests
from bot.staff.policy_results import PolicyResults
from bot.staff.posters import Posters
from bot.staff.queue import Queue
from bot.staff.reading_alarm import ReadingAlarm
from bot.staff.referrals import Referring
from bot.staff.schedules import Schedules
from bot.staff.showing import Showing
from bot.staff.takeovers import DeskTakeovers
from bot.staff.unchecked import UncheckedAtDesk
from bot.staff.waiting import WaitingList


class Services:
    """The only list of services: one import and one line each, a service after the services that it needs."""

    def __init__(  # noqa: PLR0915 - one statement for each service
        self,
        storage: Storage,
        systems: ClinicSystems,
        desk: ClinicDesk,
        documents: Documents,
        printer: Printer,
        clock: Clock,
        background: Background,
        *,
        patients_limit: int,
        reminder_hour: int,
        refusals_limit: int,
        digest_at: time,
        desk_shows: bool,
        papers_sent: bool,
        policy_desk: ClinicId | None,
    ) -> None:
        reminders = Reminders(reminder_hour)
        self.alarms = Alarms(clock)
        self.silent_systems = SilentSystems(systems.silent, self.alarms)
        self.failed_rows = FailedRows(storage, self.alarms, clock)
        self.accounts = Accounts(storage, clock)
        self.access_codes = AccessCodes(storage, clock)
        self.contacts = Contacts(storage, clock)
        self.menu = Menu(storage, clock)
        self.shown_news = ShownNews(storage, clock)
        self.passing = PassingMessages(storage, clock)
        self.directory = Directory(storage, systems)
        self.guard = RegisterGuard(storage, self.alarms, clock, refusals_limit)
        self.checks = Checks(storage, systems, self.directory, self.guard, background, clock, announce_claim)
        self.desk_checks = DeskChecks(storage, self.directory, clock)
        self.register_dates = RegisterDates(storage, systems)
        # A desk that never shows full data would keep files that nobody can look at.
        self.papers = PaperFiles(storage, self.directory, documents, clock, can_send=papers_sent and desk_shows)
        self.standings = EnrollmentStandings(storage, self.directory, clock)
        self.applications = Applications(
            storage, self.directory, self.register_dates, self.standings, self.papers, clock
        )
        self.document_requests = DocumentRequests(storage, self.directory, desk, self.applications, clock)
        # A desk that never shows full data could not act on a form.
        policies_at = policy_desk if desk_shows else None
        self.policy_requests = PolicyRequests(storage, self.directory, clock, policies_at)
        self.openings = EnrollmentOpenings(
            storage, self.directory, EnrollmentPlaces(storage, self.directory, clock), clock
        )
        self.sent_applications = SentApplications(storage)
        self.patients = Patients(storage, self.checks, clock, patients_limit)
        self.card_files = CardFiles(storage, printer, clock)
        self.editing = Editing(storage, systems, self.checks, self.guard, clock)
        self.watching = Watching(storage, self.checks, background, clock)
        self.linking = Linking(storage, self.patients, self.checks, documents, clock)
        self.finding = PolicyFinder(storage, systems, self.checks, self.guard, clock)
        self.receptions = Receptions(storage, self.directory)
        self.levels = Levels(storage, self.directory)
        self.family = Family(storage, clock)
        self.access = Access(storage, clock, reminders.plan_for)
        self.invitations = Invitations(storage, clock, patients_limit, reminders.plan_for)
        self.settlement = Settlement(storage, self.directory, background, clock, reminders)
        self.elsewhere = VisitsElsewhere(storage, systems, self.directory, background, clock, reminders)
        self.referrals = Referrals(storage, self.directory, clock)
        self.favourites = Favourites(storage, self.directory, clock)
        self.choices = Choices(storage, self.directory, self.referrals, clock)
        self.clinic_links = ClinicLinks(storage, self.directory)
        self.clinic_finder = ClinicFinder(self.directory, self.choices, self.favourites, self.standings.of, clock)
        self.own_clinics = OwnClinics(storage, systems, self.directory, printer, clock)
        self.blocks = Blocks(storage, self.directory, clock)
        self.visits = Visits(storage, clock)
        self.unchecked = UncheckedVisits(storage, self.directory, desk, self.failed_rows, clock)
        self.booking = Booker(storage, self.directory, self.choices, self.unchecked, self.settlement, clock)
        self.cancellations = Cancellations(storage, self.visits, self.settlement, clock)
        self.confirmations = Confirmations(storage, self.applications, self.policy_requests, printer, clock)
        self.correspondences = Correspondences(storage, self.applications, self.policy_requests, printer, clock)
        self.enrollments = Enrollments(storage, self.directory, self.cancellations, clock)
        self.attendance = Attendance(storage, clock)
        self.tickets = Tickets(storage, printer, clock)
        self.alternatives = AlternativeSlots(self.choices, clock)
        self.kept_times = KeptTimes(storage, self.directory, clock)
        self.wall_clock = WallClock(storage, reminders, clock)
        statements = Statements(storage, self.directory, clock)
        self.clinic_changes = ClinicChanges(
            storage, systems, statements, self.settlement, self.elsewhere, reminders, clock
        )
        regained = RegainedVisits(storage, systems, self.directory, self.clinic_changes, reminders, clock)
        self.keeping = Keeping(self.visits, self.clinic_changes, self.cancellations, clock)
        self.restored = RestoredVisits(storage, systems, self.clinic_changes, regained, clock)
        self.nightly = NightlyComparison(storage, systems, self.clinic_changes, self.failed_rows, clock)
        self.consents = Consents(storage, clock, reminders)
        self.own_data = OwnData(storage, clock)
        self.lookup = Lookup(storage, clock)
        self.desk_lookup = DeskLookup(storage, self.directory, desk, clock)
        self.erasure = Erasure(storage, self.cancellations, clock)
        self.unlinking = Unlinking(storage, self.cancellations, clock)
        self.export = Export(storage, printer, clock)
        self.retention = Retention(storage, self.erasure, self.failed_rows, clock)
        self.takeovers = Takeovers(storage, clock, reminders, self.access_codes, self.failed_rows)
        self.reading_alarm = ReadingAlarm(self.alarms, clock)
        self.staff = Staff(storage, self.directory, desk, self.clinic_changes, self.reading_alarm, clock)
        self.schedules = Schedules(storage, self.directory, desk, self.clinic_changes, self.reading_alarm, clock)
        self.arrivals = DeskArrivals(storage, self.directory, desk, self.staff, clock)
        self.follow_ups = FollowUps(storage, self.directory, self.staff, self.schedules, printer, clock)
        self.waiting = WaitingList(storage, self.directory, desk, self.staff, clock)
        self.desk_blocks = DeskBlocks(storage, self.directory, desk, clock)
        self.desk_booking = DeskBooking(storage, self.directory, desk, self.staff, self.reading_alarm, clock)
        self.desk_referrals = Referring(storage, self.directory, desk, self.staff, clock)
        self.unchecked_at_desk = UncheckedAtDesk(storage, self.directory, desk, clock)
        self.clinic_persons = ClinicPersons(storage, self.directory, desk, self.reading_alarm, clock)
        self.members = Members(storage, self.directory, clock)
        self.matters = Matters(storage, self.directory, desk, self.reading_alarm, clock)
        self.desk_takeovers = DeskTakeovers(storage, self.directory, self.takeovers, self.reading_alarm, clock)
        self.policy_checks = PolicyChecks(
            storage, systems, self.directory, desk, self.reading_alarm, self.failed_rows, clock, announce_claim
        )
        self.showing = Showing(
            storage,
            self.directory,
            self.staff,
            self.clinic_persons,
            self.matters,
            self.desk_takeovers,
            self.policy_checks,
            self.reading_alarm,
            clock,
            is_allowed=desk_shows,
        )
        self.call_lists = CallLists(self.schedules, storage, self.showing, printer)
        self.closing = Closing(self.schedules, self.call_lists, storage, desk)
        self.delays = Delays(self.schedules, self.call_lists, storage, desk)
        self.day_sheets = DaySheets(storage, self.staff, self.showing, printer, self.reading_alarm, clock)
        self.posters = Posters(self.directory, printer)
        self.figures = ClinicFigures(storage, self.directory, desk, printer, clock)
        self.queue = Queue(storage, self.directory)
        self.staff_invitations = StaffInvitations(storage, self.directory, clock)
        self.digests = Digests(storage, self.directory, desk, clock, digest_at)
        self.desk_applications = DeskApplications(
            storage, self.directory, desk, self.policy_checks, self.reading_alarm, clock, shows_all=desk_shows
        )
        self.one_decision = OneDecision(storage, self.desk_applications, self.policy_checks)
        self.desk_papers = DeskPapers(storage, self.directory, self.desk_applications, self.reading_alarm, clock)
        self.application_results = ApplicationResults(
            storage, self.directory, desk, self.openings, self.failed_rows, clock
        )
        self.application_check = ApplicationCheck(storage, self.directory, self.reading_alarm, clock)
        self.desk_policy_requests = DeskPolicyRequests(
            storage, self.directory, self.reading_alarm, clock, shows_all=desk_shows
        )
        self.policy_results = PolicyResults(storage, self.directory, self.failed_rows, clock)
        self.photographed_codes = PhotographedCodes(documents, self.arrivals, self.application_check)
