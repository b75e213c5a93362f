"""The text of a letter to the insurer about a wrong entry in the register."""

from __future__ import annotations

from bot.core.i18n import gettext as _, numeric_date, speak, spoken_language
from bot.core.patient import Patient, RejectionReason
from bot.delivery.screen import Screen
from dialogs.kit.flow import Flow, Visitor
from dialogs.kit.screen import lines, text, ways_out
from dialogs.kit.wording import moscow_date
from dialogs.patients.links import LetterToInsurer, PatientCard

flow = Flow("insurer_letter")

INSURER_LANGUAGE = "ru"


@flow.screen(LetterToInsurer)
async def letter_to_insurer(visitor: Visitor, link: LetterToInsurer) -> Screen:
    patient = await visitor.services.patients.require(visitor.account.id, link.patient)
    return Screen(
        lines(
            _("<b>Letter to the insurer</b>"),
            _("Press the text to copy it, fill in the gaps and send it to the insurer or take it there."),
            text("<pre>{letter}</pre>", letter=letter(visitor, patient)),
            gloss(patient),
            _("Write the policy number by hand: a chat is no place for it."),
            [_("The insurer and its phone: on the policy, on Gosuslugi under “Documents”, or by 122.")],
        ),
        (ways_out(PatientCard(patient=patient.id)),),
    )


def gloss(patient: Patient) -> list[str]:
    """Return what the letter says, for a reader of another language."""
    if spoken_language() == INSURER_LANGUAGE:
        return []
    return [
        text(_("The letter is in Russian, because the insurer reads it. It says: {matter}"), matter=request(patient))
    ]


def letter(visitor: Visitor, patient: Patient) -> str:
    """Return the letter as plain text, always in Russian: the insurer reads it."""
    with speak(INSURER_LANGUAGE):
        return _(
            "To the insurance company\n\n{matter}\n\nChild: {name}, born on {birth_date}\nPolicy number: "
            "________________\nLegal representative: ________________\nPhone: ________________\n\nEnclosed: copies "
            "of the policy, of the child's birth certificate and of my passport.\n\nDate: {today}\nSignature: "
            "____________"
        ).format(
            matter=request(patient),
            name=patient.name.full,
            birth_date=numeric_date(patient.birth_date),
            today=moscow_date(visitor.now),
        )


def request(patient: Patient) -> str:
    """Return what the letter requests, by the reason of the rejection."""
    if patient.verification.reason is RejectionReason.SUSPENDED:
        return _(
            "The register of the insured has my child's OMS policy as suspended. Please tell me why and put it in "
            "force again; if any papers are needed for that, please name them."
        )
    return _(
        "Please compare the data of my child's OMS policy with the register of the insured: they did not agree when "
        "the policy was checked. If there is an error in the register, please correct it and tell me when it is done."
    )
