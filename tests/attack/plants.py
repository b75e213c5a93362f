"""Guards that a run may break on purpose: each of these must make the run fail, or the run proves nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiogram.types import Message

from bot.core import patient as patients
from bot.core.clinic import Clinic
from bot.core.people import Account
from bot.family.invitations import Invitations
from bot.glossary import AccountId, InvitationId, PatientId
from bot.patients.check import Checks
from bot.staff.desk import Staff
from bot.staff.rights import Right
from dialogs.kit import access_code, filters, router
from dialogs.kit.flow import SharedContact
from storage.family import SqlFamily
from storage.patients.cards import SqlPatients, queries

PLANTS: dict[str, Callable[[], None]] = {}


def plant(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    def register(break_guard: Callable[[], None]) -> Callable[[], None]:
        PLANTS[name] = break_guard
        return break_guard

    return register


async def nothing(*_given: Any, **_named: Any) -> None:
    """Stand in for a guard that raises."""


@plant("owner")
def everybody_may_open_any_card() -> None:
    require = SqlPatients.require

    async def of_anybody(self: SqlPatients, account: AccountId, patient: PatientId) -> patients.Patient:
        for someone in (account, *range(1, 40)):
            if await queries.list_patients(self._connection, account=someone, patient=patient):
                return await require(self, AccountId(someone), patient)
        return await require(self, account, patient)

    SqlPatients.require = of_anybody  # type: ignore[method-assign]  # broken on purpose


@plant("masking")
def numbers_are_shown_in_full() -> None:
    patients.Patient.masked_policy = property(lambda self: self.policy_number)  # type: ignore[assignment]  # broken on purpose


@plant("tries")
def wrong_checks_are_not_counted() -> None:
    Checks.require_tries = nothing  # type: ignore[method-assign]  # broken on purpose


@plant("code")
def locked_chats_open() -> None:
    for module in (access_code, router):
        module.is_locked = lambda _lock, _now: False  # type: ignore[attr-defined]  # broken on purpose


@plant("contact")
def any_contact_is_believed() -> None:
    def of_sender(message: Message) -> SharedContact | None:
        return None if message.contact is None else SharedContact(message.contact.phone_number, True)

    filters.shared_contact = router.shared_contact = of_sender  # type: ignore[attr-defined]  # broken on purpose


@plant("invitation")
def used_invitations_open() -> None:
    async def unused(self: SqlFamily, invitation: InvitationId, *_given: object) -> None:
        """Forget that an invitation was opened or used."""

    SqlFamily.use_invitation = SqlFamily.open_invitation = unused  # type: ignore[method-assign, assignment]  # broken on purpose
    Invitations._require_open = nothing  # type: ignore[method-assign]  # broken on purpose


@plant("revoked")
def revoked_access_stays() -> None:
    SqlPatients.unlink = nothing  # type: ignore[method-assign]  # broken on purpose


@plant("desk")
def the_desk_opens_to_everybody() -> None:
    async def first_clinic(self: Staff, account: Account, _right: Right) -> Clinic:
        return (await self._directory.clinics())[0]

    Staff._clinic = first_clinic  # type: ignore[method-assign, assignment]  # broken on purpose
