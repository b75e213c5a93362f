"""The clinic's own link and its poster, for whoever may give them out."""

from __future__ import annotations

from bot.clinics.directory import Directory
from bot.core.clinic import Clinic
from bot.core.people import Account
from bot.delivery.paper import Paper, Printer
from bot.staff.rights import Right, require_right


class Posters:
    def __init__(self, directory: Directory, printer: Printer) -> None:
        self._directory, self._printer = directory, printer

    async def clinic(self, account: Account) -> Clinic:
        """Return the clinic of a member who may print its poster. Raises NotYours, StaffCodeNeeded."""
        return await self._directory.clinic(require_right(account, Right.PRINT_POSTER))

    async def print_poster(self, paper: Paper) -> bytes:
        """Return the PDF. Raises NotPrinted."""
        return await self._printer.print_paper(paper)
