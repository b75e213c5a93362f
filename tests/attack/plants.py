"""Guards that a run may break on purpose: each of these must make the run fail, or the run proves nothing."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

from aiogram.types import Message

from bot.account.records import Takeover
from bot.applications.applications import Applications
from bot.applications.records import Application
from bot.applications.seen import Followed
from bot.booking import book, choose, rules, settle
from bot.clinics.desk_port import ClinicVisit
from bot.clinics.port import NO_HOLDER, NotFound
from bot.clinics.schedule_port import Closure
from bot.core import patient as patients
from bot.core.clinic import Clinic
from bot.core.deeds import Actor
from bot.core.errors import NotYours
from bot.core.people import Account, Role
from bot.core.transactions import UnitOfWork
from bot.documents import policy_reader
from bot.family.invitations import Invitations, OpenedInvitation
from bot.glossary import AccountId, ApplicationId, ClinicId, ClinicRef, InvitationId, PatientId
from bot.patients.check import Checks
from bot.privacy.takeover import Takeovers
from bot.staff import blocks as staff_blocks, invitations, members, rights
from bot.staff.application_check import ApplicationCheck, OpenedCode
from bot.staff.decisions import Decisions
from bot.staff.desk import SeenVisit, Staff
from bot.staff.follow_ups import FollowUps
from bot.staff.members import Members
from bot.staff.rights import Right
from dialogs.kit import access_code, filters, router
from dialogs.kit.flow import SharedContact
from storage.database.connection import Connection, Row
from storage.database.crypto import IdSeal
from storage.patients.cards import SqlPatients, queries
from storage.registry import closing, desk_tables
from storage.registry.desk import RegistryDesk

T = TypeVar("T")


class Plant(NamedTuple):
    """``noticed_by`` is the scene that must fail."""

    break_guard: Callable[[], None]
    noticed_by: str


PLANTS: dict[str, Plant] = {}


def plant(name: str, *, noticed_by: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    def register(break_guard: Callable[[], None]) -> Callable[[], None]:
        PLANTS[name] = Plant(break_guard, noticed_by)
        return break_guard

    return register


async def nothing(*_given: Any, **_named: Any) -> None:
    """Stand in for a guard that raises."""


def replace_everywhere(package: str, **functions: Callable[..., Any]) -> None:
    """Put functions in the place of those with the same name, in all modules of a package that have them."""
    for name, module in list(sys.modules.items()):
        if name.startswith(package):
            for function, broken in functions.items():
                if hasattr(module, function):
                    setattr(module, function, broken)


async def of_any(find: Callable[..., Awaitable[T]], connection: Connection, clinic: ClinicRef, number: int) -> T:
    """Return what one of the clinics has under this number. Raises NotFound."""
    for each in (clinic, *(ClinicRef(str(other)) for other in range(1, 10))):
        with suppress(NotFound):
            return await find(connection, each, number)
    raise NotFound


@plant("owner", noticed_by="stranger presses")
def everybody_may_open_any_card() -> None:
    require = SqlPatients.require

    async def of_anybody(self: SqlPatients, account: AccountId, patient: PatientId) -> patients.Patient:
        for someone in (account, *range(1, 40)):
            if await queries.list_patients(self._connection, account=someone, patient=patient):
                return await require(self, AccountId(someone), patient)
        return await require(self, account, patient)

    SqlPatients.require = of_anybody  # type: ignore[method-assign]  # broken on purpose


@plant("masking", noticed_by="claimant by SNILS")
def numbers_are_shown_in_full() -> None:
    patients.Patient.masked_policy = property(lambda self: self.policy_number)  # type: ignore[assignment]  # broken on purpose


@plant("tries", noticed_by="guessed names")
def wrong_checks_are_not_counted() -> None:
    Checks.require_tries = nothing  # type: ignore[method-assign]  # broken on purpose


@plant("code", noticed_by="locked phone")
def locked_chats_open() -> None:
    for module in (access_code, router):
        module.is_locked = lambda _lock, _now: False  # type: ignore[attr-defined]  # broken on purpose


@plant("contact", noticed_by="forged contact")
def any_contact_is_believed() -> None:
    def of_sender(message: Message) -> SharedContact | None:
        return None if message.contact is None else SharedContact(message.contact.phone_number, True)

    filters.shared_contact = router.shared_contact = of_sender  # type: ignore[attr-defined]  # broken on purpose


@plant("invitation", noticed_by="revoked parent")
def used_invitations_open() -> None:
    async def opened(_self: Invitations, uow: UnitOfWork, _account: Account, which: InvitationId) -> OpenedInvitation:
        found = await uow.family.invitation(which)
        if found is None:
            raise NotYours
        return OpenedInvitation(found, await uow.patients.require(found.owner, found.patient))

    Invitations._require_open = nothing  # type: ignore[method-assign]  # broken on purpose
    Invitations._require = opened  # type: ignore[method-assign, assignment]  # broken on purpose


@plant("revoked", noticed_by="revoked parent")
def revoked_access_stays() -> None:
    SqlPatients.unlink = nothing  # type: ignore[method-assign]  # broken on purpose


@plant("desk", noticed_by="parents at the desk")
def the_desk_opens_to_everybody() -> None:
    async def first_clinic(self: Staff, account: Account, _right: Right) -> Clinic:
        return (await self._directory.clinics())[0]

    Staff._clinic = first_clinic  # type: ignore[method-assign, assignment]  # broken on purpose


@plant("dismissed", noticed_by="dismissed registrar")
def dismissal_does_nothing() -> None:
    Members.dismiss = nothing  # type: ignore[method-assign]  # broken on purpose


@plant("clinic", noticed_by="other clinic")
def the_desk_shows_visits_of_all_clinics() -> None:
    visit = RegistryDesk.visit

    async def of_any_clinic(self: RegistryDesk, clinic: ClinicRef, number: int) -> ClinicVisit:
        for each in (clinic, *(ClinicRef(str(other)) for other in range(1, 10))):
            with suppress(NotFound):
                return await visit(self, each, number)
        return await visit(self, clinic, number)

    RegistryDesk.visit = of_any_clinic  # type: ignore[method-assign]  # broken on purpose


@plant("holds", noticed_by="second account")
def a_child_has_one_hold_whoever_holds_it() -> None:
    for module in (book, choose, settle):
        module.holder_of = lambda _account: NO_HOLDER  # type: ignore[attr-defined]  # broken on purpose


@plant("elsewhere", noticed_by="visit made elsewhere")
def whoever_types_all_data_is_proved() -> None:
    rules.may_see_elsewhere = lambda _keepers, _look: True  # type: ignore[assignment]  # broken on purpose


@plant("limits", noticed_by="hostile files")
def hostile_files_have_no_limits() -> None:
    policy_reader.READ_CPU = policy_reader.READ_WALL = 600


@plant("silence", noticed_by="telephone thief")
def silence_is_consent() -> None:
    async def finish(self: Takeovers, uow: UnitOfWork, takeover: Takeover) -> None:
        if takeover.old is not None:
            await self._move(uow, takeover, Actor.account(takeover.old), self._clock.now())

    Takeovers._finish = finish  # type: ignore[method-assign]  # broken on purpose


@plant("role", noticed_by="roles at the desk")
def every_role_may_do_everything() -> None:
    for role in Role:
        rights.RIGHTS[role] = frozenset(Right)  # type: ignore[index]  # broken on purpose


@plant("staff code", noticed_by="roles at the desk")
def the_desk_needs_no_code() -> None:
    def without_code(account: Account, right: Right) -> ClinicId:
        if account.clinic is None or not rights.has_right(account, right):
            raise NotYours
        return account.clinic

    replace_everywhere("bot.staff.", require_right=without_code)


@plant("person's clinic", noticed_by="neighbour at the desk")
def patients_of_all_clinics_are_listed() -> None:
    find = desk_tables.require_person

    async def of_any_clinic(connection: Connection, clinic: ClinicRef, person: int) -> Row:
        return await of_any(find, connection, clinic, person)

    replace_everywhere("storage.registry.", require_person=of_any_clinic)


@plant("doctor's clinic", noticed_by="neighbour at the desk")
def schedules_of_all_clinics_are_open() -> None:
    find = closing.require_practice

    async def of_any_clinic(connection: Connection, clinic: ClinicRef, doctor: int) -> closing.DeskPractice:
        return await of_any(find, connection, clinic, doctor)

    replace_everywhere("storage.registry.", require_practice=of_any_clinic)


@plant("closure's clinic", noticed_by="neighbour at the desk")
def hours_that_any_clinic_has_closed_are_shown() -> None:
    find = closing._require_closure

    async def of_any_clinic(connection: Connection, clinic: ClinicRef, number: int) -> Closure:
        return await of_any(find, connection, clinic, number)

    replace_everywhere("storage.registry.", _require_closure=of_any_clinic)


@plant("ticket", noticed_by="tickets")
def tickets_are_not_authenticated() -> None:
    IdSeal.open = lambda _self, sealed: int.from_bytes(sealed[-IdSeal.LENGTH :])  # type: ignore[assignment, method-assign]  # broken on purpose


@plant("used post", noticed_by="dismissed in the middle")
def links_to_a_post_work_again() -> None:
    invitations.StaffInvitations._require_usable = lambda _self, _account, _found: None  # type: ignore[assignment, method-assign]  # broken on purpose


@plant("colleague's clinic", noticed_by="roles at the desk")
def admins_dismiss_the_staff_of_all_clinics() -> None:
    async def any_member(view: UnitOfWork, _admin: Account, member: AccountId) -> Account:
        return await view.accounts.require(member)

    members._require_colleague = any_member  # type: ignore[assignment]  # broken on purpose


@plant("old prompt", noticed_by="dismissed in the middle")
def roles_are_remembered_after_a_dismissal() -> None:
    Members.dismiss_colleague = nothing  # type: ignore[assignment, method-assign]  # broken on purpose


@plant("application's clinic", noticed_by="applications")
def every_desk_decides_applications_of_all_clinics() -> None:
    require = Decisions._require

    async def at_any(self: Any, uow: UnitOfWork, staff: Account, clinic: ClinicId, number: Any) -> Any:
        found = await self.rows(uow).get(number)
        return await require(self, uow, staff, clinic if found is None else found.clinic, number)

    Decisions._require = at_any  # type: ignore[method-assign]  # broken on purpose


@plant("application's child", noticed_by="applications")
def whoever_has_a_number_follows_an_application() -> None:
    follow = Applications.follow

    async def as_who_has_filed(self: Applications, account: AccountId, application: ApplicationId) -> Followed:
        found = await self._storage.read(lambda view: view.applications.get(application))
        return await follow(self, account if found is None else found.account, application)

    Applications.follow = as_who_has_filed  # type: ignore[method-assign]  # broken on purpose


@plant("application's code", noticed_by="applications")
def codes_open_at_every_desk() -> None:
    async def of_any(self: ApplicationCheck, _account: Account, code: str) -> OpenedCode:
        return OpenedCode(own=await self._storage.read(lambda view: _nothing_but(view, code)))

    async def _nothing_but(view: UnitOfWork, code: str) -> Application | None:
        found = view.application_codes.read(code)
        return None if found is None else await view.applications.get(found)

    ApplicationCheck.open = of_any  # type: ignore[assignment, method-assign]  # broken on purpose
    whoever_has_a_number_follows_an_application()


@plant("block's desk", noticed_by="late-cancel blocks")
def whoever_knows_a_visit_lifts_its_block() -> None:
    staff_blocks.require_right = lambda _account, _right: ClinicId(2)  # type: ignore[attr-defined, assignment]  # broken on purpose


@plant("follow-up's desk", noticed_by="follow-up codes")
def whoever_knows_a_visit_makes_its_follow_up() -> None:
    async def of_any_visit(self: FollowUps, _account: Account, number: int) -> SeenVisit:
        for clinic in await self._directory.clinics():
            with suppress(NotFound):
                return await self._staff._seen(clinic, await self._staff._desk.visit(clinic.ref, number))
        raise NotYours

    FollowUps.of_visit = of_any_visit  # type: ignore[assignment, method-assign]  # broken on purpose
