"""The screen that says which reception to call, and what to say there."""

from __future__ import annotations

from bot.core.clinic import Clinic
from bot.core.i18n import gettext as _
from bot.delivery.screen import Screen
from dialogs.kit.flow import Flow, Visitor
from dialogs.kit.link import Link
from dialogs.kit.pager import first_lines
from dialogs.kit.screen import lines, text, ways_out
from dialogs.patients.links import PatientCard, Reception
from dialogs.privacy.links import Declined

flow = Flow("reception", open=True)

MOST_CLINICS = 12


@flow.screen(Reception)
async def reception(visitor: Visitor, link: Reception) -> Screen:
    clinics = await visitor.services.receptions.list_for(visitor.account.id, link.patient)
    return Screen(
        lines(
            _("<b>Call the reception</b>"),
            first_lines(clinics, clinic_line, MOST_CLINICS),
            [
                _("Say: “The register has the child's name otherwise than the policy. How is it written with you?”")
                if link.patient is not None
                else _("Say which doctor the child needs and on which day. Have the policy at hand.")
            ],
            [_("You can also call 122 or come in person.")],
        ),
        (ways_out(_asked_from(link)),),
    )


def _asked_from(link: Reception) -> Link | None:
    if link.patient is not None:
        return PatientCard(patient=link.patient)
    return Declined(step=link.refused) if link.refused else None


def clinic_line(clinic: Clinic) -> str:
    return text(_("{clinic}: {phone}"), clinic=clinic.name, phone=clinic.phone)
