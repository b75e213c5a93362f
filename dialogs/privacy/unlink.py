"""Screens of unlinking: what would be lost, and the question about booked visits."""

from __future__ import annotations

from bot.core.i18n import gettext as _, ngettext
from bot.delivery.screen import Screen
from bot.privacy.unlink import UnlinkPreview
from dialogs.account.links import HomeBelow
from dialogs.appointments.links import AppointmentList
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.screen import Row, button, lines, text, ways_out
from dialogs.patients.links import PatientCard, PatientList
from dialogs.privacy.kept_visits import kept_visits
from dialogs.privacy.links import AskUnlink, Unlink

flow = Flow("unlinking")


@flow.screen(AskUnlink)
async def ask_unlink(visitor: Visitor, link: AskUnlink) -> Screen:
    preview = await visitor.services.unlinking.preview(visitor.account.id, link.patient)
    return Screen(
        lines(text(question(preview), name=patient_name(preview.patient)), *consequences(preview)),
        (*unlink_buttons(preview), ways_out(PatientCard(patient=link.patient))),
    )


def question(preview: UnlinkPreview) -> str:
    return _("<b>Remove the card: {name}?</b>") if preview.is_owner else _("<b>Leave the card: {name}?</b>")


def consequences(preview: UnlinkPreview) -> list[str]:
    if not preview.is_owner:
        return [
            _("The card and the visits stay with its owner. You will neither see this child nor book any more."),
            _("You can come back if the owner invites you again."),
        ]
    if preview.is_shared:
        return [
            _("The card and the visits stay with the other representative, who becomes the owner."),
            _("You will neither see this child nor book any more."),
        ]
    erased = _("Name, date of birth, policy, details and reminders of this child are erased and cannot be restored.")
    if not preview.visits_lost:
        return [erased, _("The child can be added anew on any day.")]
    ahead = ngettext(
        "There is {n} visit ahead. What shall I do with it?",
        "There are {n} visits ahead. What shall I do with them?",
        preview.visits_lost,
    )
    kept = ngettext(
        "If you keep it, I neither show it nor remind you of it: only the reception can cancel it then. I will write "
        "its number.",
        "If you keep them, I neither show them nor remind you of them: only the reception can cancel them then. "
        "I will write their numbers.",
        preview.visits_lost,
    )
    return [erased, ahead.format(n=preview.visits_lost), kept]


def unlink_buttons(preview: UnlinkPreview) -> list[Row]:
    keep = Unlink(patient=preview.patient.id, keep_visits=True, shared=preview.is_shared, visits=preview.visits_lost)
    if not preview.is_owner:
        return [(button(_("Leave the card"), keep),)]
    if not preview.visits_lost:
        return [(button(_("Yes, remove"), keep),)]
    return [
        (button(cancel_label(preview.visits_lost), keep.model_copy(update={"keep_visits": False})),),
        (button(keep_label(preview.visits_lost), keep),),
        (button(_("My visits"), AppointmentList()),),
    ]


def cancel_label(visits: int) -> str:
    return ngettext("Cancel the visit and remove", "Cancel the visits and remove", visits)


def keep_label(visits: int) -> str:
    return ngettext("Keep the visit and remove", "Keep the visits and remove", visits)


@flow.action(Unlink)
async def on_unlink(visitor: Visitor, link: Unlink) -> Outcome:
    account, patient, unlinking = visitor.account.id, link.patient, visitor.services.unlinking
    current = await unlinking.preview(account, patient)
    if (current.is_shared, current.visits_lost) != (link.shared, link.visits):
        return Reply(AskUnlink(patient=link.patient), _("Something has changed since then. Please look again."))
    before = await unlinking.unlink(account, patient, keep_visits=link.keep_visits)
    if not before.is_owner:
        return Reply(PatientList(), _("You have left the card."))
    if before.visits_lost and not link.keep_visits:
        return Reply(PatientList(), visits_cancelled(before.visits_lost))
    if before.visits_lost:
        return Screen(
            lines(_("✅ <b>The card is removed.</b>"), *kept_visits(visitor, before.lost)),
            ((button(_("Menu"), HomeBelow()),),),
        )
    return Reply(PatientList(), _("The card is removed."))


def visits_cancelled(visits: int) -> str:
    return ngettext(
        "The visit is cancelled, the card is removed.", "The visits are cancelled, the card is removed.", visits
    )
