"""A photographed QR code at the desk: the ticket of a visit, or the check code of an application."""

from __future__ import annotations

from bot.applications.confirmation import code_in
from bot.appointments.tickets import ticket_in
from bot.core.errors import InvalidInput
from bot.core.people import Account
from bot.patients.records import Documents, FetchFile
from bot.staff.application_check import ApplicationCheck, OpenedCode
from bot.staff.arrivals import DeskArrivals, OpenedTicket
from bot.staff.problems import DeskProblem
from bot.staff.records import TicketKind
from bot.staff.rights import Right, require_right


class PhotographedCodes:
    def __init__(self, documents: Documents, arrivals: DeskArrivals, application_check: ApplicationCheck) -> None:
        self._documents, self._arrivals, self._application_check = documents, arrivals, application_check

    async def open(self, account: Account, fetch: FetchFile) -> OpenedTicket | OpenedCode:
        """Return what a photographed code opens, as ``DeskArrivals.open`` and ``ApplicationCheck.open`` do.

        Raises NotYours, StaffCodeNeeded, ClinicSilent, FilesBusy, FilesPaused; InvalidInput: NO_TICKET,
        SEVERAL_TICKETS, UNREADABLE.
        """
        require_right(account, Right.SEE_VISITS)
        try:
            texts = await self._documents.read_qr_codes(account.id, fetch)
        except InvalidInput:
            raise InvalidInput(DeskProblem.UNREADABLE) from None
        if not texts:
            raise InvalidInput(DeskProblem.NO_TICKET)
        tickets = {ticket for text in texts if (ticket := ticket_in(text))}
        codes = {code for text in texts if (code := code_in(text))}
        if len(tickets) + len(codes) > 1:
            raise InvalidInput(DeskProblem.SEVERAL_TICKETS)
        if codes:
            return await self._application_check.open(account, codes.pop())
        return await self._arrivals.open(account, tickets.pop()) if tickets else OpenedTicket(TicketKind.FORGED)
