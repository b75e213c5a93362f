"""The ticket of a visit as a picture, and «Мы были» of one to which nobody is said to have come."""

from __future__ import annotations

from bot.core.i18n import gettext as _, spoken_moment
from bot.delivery.screen import File
from dialogs.appointments.links import AppointmentDetails, ClaimPresence, PrintTicket
from dialogs.kit.flow import Flow, Reply, Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.screen import unbroken

flow = Flow("tickets")


@flow.action(PrintTicket)
async def on_ticket(visitor: Visitor, link: PrintTicket) -> Reply:
    card, picture = await visitor.services.tickets.print_ticket(visitor.account.id, link.appointment, visitor.username)
    appointment = card.appointment
    caption = _("{name}: {when}, visit {ref}. Show this code at the reception, from the screen or printed.").format(
        name=patient_name(card.patient),
        when=spoken_moment(appointment.starts_at, card.clinic.zone, visitor.now),
        ref=unbroken(appointment.ref),
    )
    file = File(_("Ticket {ref}.png").format(ref=appointment.ref), picture, caption, is_picture=True)
    return Reply(AppointmentDetails(appointment=link.appointment), files=(file,))


@flow.action(ClaimPresence)
async def on_claim(visitor: Visitor, link: ClaimPresence) -> Reply:
    await visitor.services.attendance.claim(visitor.account.id, link.appointment)
    said = _("I have passed it on to the reception. Nothing is closed to you meanwhile.")
    return Reply(AppointmentDetails(appointment=link.appointment), said)
