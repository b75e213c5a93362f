"""A visit that was made elsewhere and that the account may not see: where to ask, and how it can be seen here."""

from __future__ import annotations

from bot.booking.elsewhere import Proof
from bot.core.clinic import Clinic
from bot.core.i18n import gettext as _
from bot.delivery.screen import Screen
from bot.glossary import Ref
from bot.patients.records import DeskMatter
from dialogs.appointments.links import AppointmentList, MadeElsewhere
from dialogs.booking.links import Specialties
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.link import Link
from dialogs.kit.names import patient_name
from dialogs.kit.screen import Row, button, lines, text, unbroken, ways_out
from dialogs.privacy.links import AskPhone

flow = Flow("made elsewhere")


@flow.screen(MadeElsewhere)
async def made_elsewhere(visitor: Visitor, link: MadeElsewhere) -> Outcome:
    account, services = visitor.account.id, visitor.services
    proof = await services.elsewhere.proof(account, link.patient, link.clinic)
    if proof is None:
        return AppointmentList()
    back = AppointmentList() if link.clinic is None else Specialties(patient=link.patient, clinic=link.clinic)
    if proof.is_proved:
        return screen(proof, back, [_("I show you the visits of another account when it shares them with you.")])
    ref = await services.family.open_matter(account, link.patient, DeskMatter.PAPERS, link.clinic)
    return screen(proof, back, ways_to_see(proof, ref))


def screen(proof: Proof, back: Link, more: list[str]) -> Screen:
    patient, clinic = proof.patient, proof.clinic
    share: list[Row] = [(button(_("Share my phone"), AskPhone()),)] if proof.wants_phone and not proof.is_proved else []
    return Screen(
        lines(
            text(_("<b>{name} has a visit that was not made by you</b>"), name=patient_name(patient)),
            where_to_ask(clinic),
            more,
        ),
        (*share, ways_out(back)),
    )


def where_to_ask(clinic: Clinic | None) -> str:
    if clinic is None:
        return _("The clinic where it was made moves or cancels it by phone.")
    return text(
        _("The reception moves or cancels it by phone. {clinic}: {phone}"), clinic=clinic.name, phone=clinic.phone
    )


def ways_to_see(proof: Proof, ref: Ref) -> list[str]:
    return [
        _("You will see it here if the clinic knows the phone that you share with me.") if proof.wants_phone else "",
        text(
            _(
                "To see it here, show your passport and the child's birth certificate once at the reception and say "
                "the number <b>{ref}</b>."
            ),
            ref=unbroken(ref),
        ),
    ]
