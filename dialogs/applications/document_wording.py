"""Words of documents that the screens of representatives and of the desk share."""

from __future__ import annotations

from collections.abc import Mapping

from bot.applications.document_rules import LONGEST_SAID, answer_in
from bot.applications.problems import ApplicationProblem
from bot.core.clinic import Clinic
from bot.core.clinic_documents import DocumentAsks
from bot.core.errors import InvalidInput
from bot.core.i18n import N_, gettext as _
from dialogs.kit.screen import text
from dialogs.kit.typed import MENU_AT_PROMPTS, means_elsewhere

LABELS: Mapping[DocumentAsks, str] = {
    DocumentAsks.PERIOD: N_("Days"),
    DocumentAsks.PLACE: N_("Place"),
    DocumentAsks.DOCTOR: N_("To whom"),
}
"""what the answer to the question of a document is called"""


def giving_line(clinic: Clinic, *, is_file: bool) -> str:
    """Return how a clinic gives a document; no file of one goes through the bot."""
    if is_file:
        as_file = _("The clinic sends it as a file itself, not through me. Call the reception and ask how: {phone}.")
        return text(as_file, phone=clinic.phone)
    return text(_("The reception gives it out: {address}."), address=clinic.address)


def said_label(asks: DocumentAsks) -> str:
    """Return what the answer to the question of a document is called, "" if it asks nothing."""
    return _(LABELS[asks]) if asks in LABELS else ""


def said_line(asks: DocumentAsks, said: str) -> str:
    """Return the line with the answer to what a document asks, "" if it asks nothing."""
    return text("{label}: {said}", label=said_label(asks), said=said) if asks in LABELS and said else ""


def written_in(typed: str) -> str:
    """Return what is written for a document in one line. Raises InvalidInput, also for what means another screen."""
    if means_elsewhere(typed, MENU_AT_PROMPTS):
        raise InvalidInput(ApplicationProblem.SAID, longest=LONGEST_SAID)
    return answer_in(typed)
