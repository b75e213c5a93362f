"""Unlinking: what goes with a card, what happens to booked visits, and the last word before it."""

from __future__ import annotations

from bot.core.i18n import gettext as _
from bot.core.i18n import ngettext
from bot.delivery.screen import Screen
from bot.privacy.unlink import Prospect
from dialogs.appointments.links import AppointmentList
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.screen import Row, button, lines, text, ways_out
from dialogs.patients.links import PatientCard, PatientList
from dialogs.privacy.links import AskUnlink, Unlink

flow = Flow("unlinking")


@flow.screen(AskUnlink)
async def ask_unlink(visitor: Visitor, link: AskUnlink) -> Screen:
    prospect = await visitor.services.unlinking.prospect(visitor.account.id, link.patient)
    return Screen(
        lines(text(question(prospect), name=prospect.patient.name.short), *what_becomes(prospect)),
        (*choices(prospect), ways_out(PatientCard(patient=link.patient))),
    )


def question(prospect: Prospect) -> str:
    return _("<b>Remove the card: {name}?</b>") if prospect.is_owner else _("<b>Leave the card: {name}?</b>")


def what_becomes(prospect: Prospect) -> list[str]:
    if not prospect.is_owner:
        return [
            _("The card and the visits stay with its owner. You will neither see this child nor book any more."),
            _("You can come back if the owner invites you again."),
        ]
    if prospect.is_shared:
        return [
            _("The card and the visits stay with the other representative, who becomes the owner."),
            _("You will neither see this child nor book any more."),
        ]
    erased = _("Name, date of birth, policy, details and reminders of this child are erased and cannot be restored.")
    if not prospect.at_stake:
        return [erased, _("The child can be added anew on any day.")]
    ahead = ngettext(
        "There is {n} visit ahead. What shall I do with it?",
        "There are {n} visits ahead. What shall I do with them?",
        prospect.at_stake,
    )
    kept = ngettext(
        "If you keep it, I neither show it nor remind you of it: only the reception can cancel it then. Its number "
        "is in “My visits”.",
        "If you keep them, I neither show them nor remind you of them: only the reception can cancel them then. "
        "Their numbers are in “My visits”.",
        prospect.at_stake,
    )
    return [erased, ahead.format(n=prospect.at_stake), kept]


def choices(prospect: Prospect) -> list[Row]:
    keep = Unlink(patient=prospect.patient.id, keep_visits=True, shared=prospect.is_shared, visits=prospect.at_stake)
    if not prospect.is_owner:
        return [(button(_("Leave the card"), keep),)]
    if not prospect.at_stake:
        return [(button(_("Yes, remove"), keep),)]
    return [
        (button(cancelling(prospect.at_stake), keep.model_copy(update={"keep_visits": False})),),
        (button(keeping(prospect.at_stake), keep),),
        (button(_("My visits"), AppointmentList()),),
    ]


def cancelling(visits: int) -> str:
    return ngettext("Cancel the visit and remove", "Cancel the visits and remove", visits)


def keeping(visits: int) -> str:
    return ngettext("Keep the visit and remove", "Keep the visits and remove", visits)


@flow.action(Unlink)
async def on_unlink(visitor: Visitor, link: Unlink) -> Outcome:
    account, patient, unlinking = visitor.account.id, link.patient, visitor.services.unlinking
    now_is = await unlinking.prospect(account, patient)
    if (now_is.is_shared, now_is.at_stake) != (link.shared, link.visits):
        return Reply(AskUnlink(patient=link.patient), _("Something has changed since then. Please look again."))
    was = await unlinking.unlink(account, patient, keep_visits=link.keep_visits)
    if not was.is_owner:
        return Reply(PatientList(), _("You have left the card."))
    if was.at_stake and not link.keep_visits:
        return Reply(PatientList(), cancelled(was.at_stake))
    return Reply(PatientList(), _("The card is removed."))


def cancelled(visits: int) -> str:
    return ngettext(
        "The visit is cancelled, the card is removed.", "The visits are cancelled, the card is removed.", visits
    )
