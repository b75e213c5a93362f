"""Links and actions of the patients slice."""

from __future__ import annotations

from aiogram.fsm.state import State, StatesGroup

from bot.delivery.screen import Colour
from bot.glossary import ClinicId, DraftId, PatientId
from bot.patients.records import Detail, KeyField
from dialogs.kit.link import Action, Fields, Link, Page


class LinkingPrompts(StatesGroup):
    way = State()
    number = State()
    old_number = State()
    photo = State()
    facts = State()
    name_read = State()
    name = State()
    birth_date = State()
    sex = State()
    detail = State()
    correction = State()


class CardPrompts(StatesGroup):
    field = State()


class NoPolicy(Link, code="mn", later=1):
    """The question that precedes advice for a child without a policy."""

    draft: DraftId | None = None
    """the unfinished child to which the way leads back"""


class ChooseWay(Link, code="ly", state=LinkingPrompts.way):
    """The ways to add a patient: number, photo, old policy or the child's data."""

    draft: DraftId | None = None


class AskNumber(Link, code="ln", state=LinkingPrompts.number):
    """The prompt for a policy number."""

    draft: DraftId | None = None


class AskOldNumber(Link, code="lu", state=LinkingPrompts.old_number):
    """The prompt for the series and number of an old policy."""

    draft: DraftId | None = None


class WhereNumber(Link, code="lw"):
    """Where a policy has its number."""

    draft: DraftId | None = None


class AskPhoto(Link, code="lp", state=LinkingPrompts.photo):
    """The prompt for a photo or a file of the policy."""

    draft: DraftId | None = None


class ConfirmFacts(Link, code="lf", state=LinkingPrompts.facts):
    """The sex and birth date that the number encodes, to be confirmed."""

    draft: DraftId


class FactsRight(Action, code="Lf"):
    """Confirm the sex and birth date that the number encodes."""

    draft: DraftId


class ConfirmName(Link, code="lr", state=LinkingPrompts.name_read):
    """The name read from the policy, to be confirmed."""

    draft: DraftId


class NameRight(Action, code="Lr"):
    """Confirm the name read from the policy."""

    draft: DraftId


class NameWrong(Action, code="Lw"):
    """Refuse the name read from the policy."""

    draft: DraftId


class AskName(Link, code="la", state=LinkingPrompts.name):
    """The prompt for the child's full name."""

    draft: DraftId


class NoPatronymic(Action, code="Ln"):
    """Leave the patronymic out."""

    draft: DraftId


class HasPatronymic(Action, code="Lh"):
    """Undo the choice to leave the patronymic out."""

    draft: DraftId


class AskBirthDate(Link, code="lb", state=LinkingPrompts.birth_date):
    """The prompt for the birth date."""

    draft: DraftId


class AskSex(Link, code="lx", state=LinkingPrompts.sex):
    """The question about the child's sex."""

    draft: DraftId


class TakeSex(Action, code="Lx"):
    """Answer the question about the child's sex."""

    draft: DraftId
    girl: bool


class ByPerson(Action, code="Lb"):
    """Look for the policy by the child's data."""

    draft: DraftId | None = None


class FoundPolicies(Link, code="lo", later=1):
    """The policies found by the child's data."""

    draft: DraftId
    page: Page = Page(0)


class TakePolicy(Action, code="Lk"):
    """Choose one of the policies found."""

    draft: DraftId
    place: int


class ReviewDraft(Link, code="lv"):
    """The answers of a draft, to be reviewed before the check."""

    draft: DraftId


class ShowNumbers(Action, code="Ls"):
    """Show the numbers of a draft in full."""

    draft: DraftId


class CheckDraft(Action, code="Lc", main=True):
    """Finish a draft and check its policy."""

    draft: DraftId


class ChooseField(Link, code="lg"):
    """The choice of what to correct in a draft."""

    draft: DraftId


class AskDrop(Link, code="lz"):
    """The question whether to drop a draft."""

    draft: DraftId


class DropDraft(Action, code="Lz", colour=Colour.RED):
    """Drop a draft."""

    draft: DraftId


class ChooseDetail(Link, code="le"):
    """The choice of an optional detail of a draft."""

    draft: DraftId


class AskDetail(Link, code="ld", state=LinkingPrompts.detail):
    """The prompt for an optional detail."""

    draft: DraftId
    detail: Detail


class DropDetail(Action, code="Ld"):
    """Remove an optional detail of a draft."""

    draft: DraftId
    detail: Detail


class AskCorrection(Link, code="lc", state=LinkingPrompts.correction):
    """The prompt for the part of a name that the register finds different."""

    patient: PatientId
    whole: bool = False
    """prompt for the whole name, not only for the part that differs"""


class DropPatronymic(Action, code="Lp"):
    """Correct a name to one without a patronymic."""

    patient: PatientId


class PatientList(Link, code="pl", later=1):
    """The patients and the unfinished drafts."""

    page: Page = Page(0)


class PatientCard(Link, code="pc"):
    """The card of a patient."""

    patient: PatientId


class CheckPolicy(Action, code="Pc"):
    """Check a policy again."""

    patient: PatientId


class ShowNumber(Action, code="Pn"):
    """Show the policy number in full."""

    patient: PatientId


class EditCard(Link, code="pe"):
    """The choice of a field of a card to edit."""

    patient: PatientId


class OfField(Fields):
    """The field of a card that is edited."""

    patient: PatientId
    field: KeyField | Detail


class EditField(OfField, Link, code="pf", state=CardPrompts.field):
    """The prompt for a new value of a field."""


class DropValue(OfField, Action, code="Pd"):
    """Remove the value of a field."""


class SetSex(Action, code="Px"):
    """Correct the sex."""

    patient: PatientId
    male: bool


class ReviewCorrection(Link, code="pr"):
    """A correction that the register must confirm."""

    patient: PatientId


class AskRegister(Action, code="Pa", main=True):
    """Check a correction in the register."""

    patient: PatientId


class GiveUpCorrection(Action, code="Pg"):
    """Drop a correction."""

    patient: PatientId


class History(Link, code="ph"):
    """The history of a card."""

    patient: PatientId
    page: Page = Page(0)


class LevelNeeded(Link, code="bl"):
    """The proof that a clinic requires before booking."""

    patient: PatientId
    clinic: ClinicId


class CardFile(Action, code="Dc"):
    """Export a card for printing."""

    patient: PatientId


class LetterToInsurer(Link, code="wl"):
    """A letter to the insurer about a wrong entry in the register."""

    patient: PatientId


class Reception(Link, code="wt", later=1):
    """Which reception to call, and what to say there."""

    patient: PatientId | None = None
    """None: how to book without the bot"""
    refused: int = 0
    """the step of the consent that was refused, to which the way leads back; 0 if none was"""


class Newborn(Link, code="wn"):
    """What to do for a child under a month without a policy."""


class GetPolicy(Link, code="wg"):
    """How to get a policy."""


class BeginPolicyForm(Action, code="ha"):
    """Begin an application for a policy, or go on with the one that was begun."""


class RemindOfPolicy(Action, code="Wm"):
    """Schedule a reminder to get a policy."""


class ConfirmCard(Action, code="Wc"):
    """Confirm half a year later that a card is still right."""

    patient: PatientId


class ChooseDesk(Link, code="va"):
    """The clinics whose desks may check a policy that no list confirms."""

    patient: PatientId
    page: Page = Page(0)


class SendToDesk(Action, code="Va", main=True):
    """Send a policy to a clinic's desk."""

    patient: PatientId
    clinic: ClinicId


class NeedDoctorToday(Action, code="Vt"):
    """Call the check at a desk urgent."""

    patient: PatientId
