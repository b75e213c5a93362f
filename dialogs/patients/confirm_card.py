"""The half-yearly confirmation that a card is still right."""

from __future__ import annotations

from bot.core.i18n import gettext as _
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.patients.links import ConfirmCard, PatientCard

flow = Flow("confirm_card")


@flow.action(ConfirmCard)
async def on_confirm(visitor: Visitor, link: ConfirmCard) -> Outcome:
    await visitor.services.watching.confirm(visitor.account.id, link.patient)
    return Reply(PatientCard(patient=link.patient), alert=_("Thank you. I will ask again in half a year."))
