"""A clinic that takes no new visit of a patient for a while: until when, why, and what can be done."""

from __future__ import annotations

from bot.booking.blocks import Block, BlockAhead
from bot.booking.records import CountedVisit
from bot.core.clinic import Clinic
from bot.core.i18n import gettext as _, ngettext, numeric_day, past_day
from bot.core.timing import local_day
from bot.delivery.screen import Button, Screen
from dialogs.appointments.links import AppointmentDetails
from dialogs.booking.links import BlockedAt, BlockedBelow, Specialties
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.pager import few
from dialogs.kit.screen import button, copying, lines, text, unbroken, ways_out
from dialogs.patients.levels import other_clinic_row, way_back

flow = Flow("blocked")

MOST_VISITS = 3


@flow.screen(BlockedAt)
async def blocked_at(visitor: Visitor, link: BlockedAt) -> Outcome:
    patient, clinic, block = await visitor.services.blocks.seen(visitor.account.id, link.patient, link.clinic)
    if block is None:
        return Specialties(patient=patient.id, clinic=clinic.id)
    last = block.counted[-1]

    def visit_button(each: CountedVisit) -> Button:
        day = numeric_day(local_day(each.starts_at, clinic.zone))
        return button(_("We were there: {day}").format(day=day), AppointmentDetails(appointment=each.appointment))

    return Screen(
        lines(
            text(_("<b>Booking is closed until {day}.</b>"), day=opening(visitor, clinic, block)),
            text(_("Patient: <b>{name}</b>"), name=patient_name(patient)),
            text(_("Clinic: {name}, {address}"), name=clinic.name, address=clinic.address),
            [why_blocked(block)],
            text(
                _("The reception may open it earlier: {phone}. Say the number <b>{ref}</b>."),
                phone=clinic.phone,
                ref=unbroken(last.ref),
            ),
        ),
        (
            *few([each for each in block.counted if each.missed][-MOST_VISITS:], visit_button),
            other_clinic_row(patient, clinic),
            *copying(phone=clinic.phone, ref=last.ref),
            ways_out(way_back(patient, clinic)),
        ),
    )


def opening(visitor: Visitor, clinic: Clinic, block: Block) -> str:
    """Return «14 декабря»: the day from which the patient can be booked."""
    return past_day(block.opens_on, local_day(visitor.now, clinic.zone))


def why_blocked(block: Block) -> str:
    missed = sum(each.missed for each in block.counted)
    late = len(block.counted) - missed
    said = (
        ngettext("{n} visit was cancelled late.", "{n} visits were cancelled late.", late).format(n=late),
        ngettext("{n} visit was missed.", "{n} visits were missed.", missed).format(n=missed),
    )
    return " ".join(words for words, number in zip(said, (late, missed), strict=True) if number)


@flow.screen(BlockedBelow)
async def blocked_below(visitor: Visitor, link: BlockedBelow) -> Outcome:
    return Specialties(patient=link.patient, clinic=link.clinic)


def ahead_line(ahead: BlockAhead | None) -> str:
    """Return what one more late cancellation means at this clinic, "" if nothing."""
    if ahead is None:
        return ""
    days = ngettext("{n} day", "{n} days", ahead.block_days).format(n=ahead.block_days)
    if ahead.blocks:
        return _("⚠️ It is late cancellation number {n}: the clinic then takes no new visits for {days}.").format(
            n=ahead.counted, days=days
        )
    return _(
        "This makes {n} of {most} late cancellations; after the last one the clinic takes no visits for {days}."
    ).format(n=ahead.counted, most=ahead.late_cancels, days=days)
