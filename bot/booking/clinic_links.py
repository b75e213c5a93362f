"""Links that open the bot at a clinic: on its site, in a message, or as the QR code of its poster."""

from __future__ import annotations

from collections.abc import Mapping

from bot.booking.errors import ClinicLinkUnknown
from bot.clinics.directory import Directory
from bot.clinics.port import ClinicSystem
from bot.core.clinic import Clinic
from bot.core.errors import NotYours
from bot.core.people import Account
from bot.core.transactions import Storage
from bot.glossary import ClinicId, ClinicRef

WORD = "clinic"
"""the first word of the deep link"""
MOST_DIGITS = 9


class ClinicLinks:
    """A link holds the clinic's number and no secret: whoever has it learns nothing that the bot does not tell."""

    def __init__(self, storage: Storage, directory: Directory) -> None:
        self._storage, self._directory = storage, directory

    async def open(self, account: Account, rest: str) -> Clinic:
        """Remember the clinic for an account, also before its consents. Raises ClinicLinkUnknown."""
        if not (rest.isascii() and rest.isdecimal() and len(rest) <= MOST_DIGITS):
            raise ClinicLinkUnknown
        try:
            clinic = await self._directory.clinic(ClinicId(int(rest)))
        except NotYours:
            raise ClinicLinkUnknown from None
        if account.named_clinic != clinic.id:
            await self._storage.write(lambda uow: uow.accounts.name_clinic(account.id, clinic.id))
        return clinic


async def clinic_addresses(storage: Storage, system: ClinicSystem, bot_name: str) -> Mapping[ClinicRef, str]:
    """Return the addresses of the clinics of a system, also of those that nobody has listed yet. Raises ClinicError."""
    listed = await system.clinics()
    known = await storage.write(lambda uow: uow.directory.learn_clinics(system.name, listed))
    return {clinic.ref: clinic_address(bot_name, clinic.id) for clinic in known}


def clinic_address(bot_name: str, clinic: ClinicId) -> str:
    """Return the address of a clinic's link."""
    return f"https://t.me/{bot_name}?start={WORD}_{clinic}"
