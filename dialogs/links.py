"""What every button carries: a link is a state of the chat and opens its screen, an action does one thing.

Fields are packed as small numbers: ids of ours, days as ordinals, moments as epoch seconds, members of a closed set by
their place; 0 where a field may be absent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from operator import call
from types import NoneType
from typing import Any, ClassVar, NamedTuple, NewType, Self, get_args

from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State

from bot.models import (
    AccountId,
    AppointmentId,
    ClinicId,
    ClinicReason,
    Detail,
    DoctorId,
    DraftId,
    InvitationId,
    KeyField,
    OrderId,
    PatientId,
    RequestId,
    SpecialtyId,
    TakeoverId,
    VisitType,
)
from dialogs.states import CardPrompts, ContactPrompts, LinkingPrompts, PinPrompts

# --- kit --------------------------------------------------------------------------------------------------------------

LONGEST_DATA = 64
"""bytes of a button's data"""

Day = date
"""packed as an ordinal"""
Moment = datetime
"""packed as epoch seconds, read as UTC"""
Page = NewType("Page", int)
"""of a list, from 0"""


class Packing(NamedTuple):
    """How a field stands in a button; ``read`` raises ValueError or KeyError for what we could not have written."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]


def _number(within: range, meaning: Callable[[int], Any] = int) -> Callable[[str], Any]:
    """Read a whole number, or what one stands for; a forged one fits into no column and no calendar."""

    def read(text: str) -> Any:
        number = int(text)
        if number not in within:
            raise ValueError(f"{number} is out of range")
        return meaning(number)

    return read


def _one_of(members: Iterable[Any]) -> Packing:
    """Of a closed set: each member by its place, so new ones go to the end."""
    places = {member: str(place) for place, member in enumerate(members)}
    return Packing(places.__getitem__, {place: member for member, place in places.items()}.__getitem__)


def _perhaps(packing: Packing) -> Packing:
    """Of what may be absent, which is written as 0."""
    write, read = packing
    return Packing(
        lambda value: "0" if value is None else write(value), lambda text: None if text == "0" else read(text)
    )


IDS, PAGES, SECONDS = range(2**53), range(1000), range(2**33)
DAYS = range(date(2020, 1, 1).toordinal(), date(2200, 1, 1).toordinal())
PACKINGS: dict[Any, Packing] = {
    int: Packing(str, _number(IDS)),
    bool: _one_of((False, True)),
    str: Packing(str, str),
    Page: Packing(str, _number(PAGES)),
    Day: Packing(lambda day: str(day.toordinal()), _number(DAYS, date.fromordinal)),
    Moment: Packing(
        lambda moment: str(int(moment.timestamp())),
        _number(SECONDS, lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    ),
}
"""Ids are of ``int``; a closed set is packed by ``_one_of``."""


def packing_of(kind: Any) -> Packing:
    """How fields of a type are packed: an id as its number, ``X | None`` with 0 for None, a StrEnum by places."""
    if kind in PACKINGS:
        return PACKINGS[kind]
    if hasattr(kind, "__supertype__"):
        return packing_of(kind.__supertype__)
    kinds = get_args(kind) or (kind,)
    if NoneType in kinds:
        (present,) = (each for each in kinds if each is not NoneType)
        return _perhaps(packing_of(present))
    return _one_of(member for each in kinds for member in each)


class Data(CallbackData, prefix="?", strict=True):
    writers: ClassVar[tuple[Callable[[Any], str], ...]] = ()
    readers: ClassVar[tuple[Callable[[str], Any], ...]] = ()
    """of the fields, in their order"""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        packings = [packing_of(field.annotation) for field in cls.model_fields.values()]
        cls.writers = tuple(packing.write for packing in packings)
        cls.readers = tuple(packing.read for packing in packings)

    def pack(self) -> str:
        """The data of a button, without asking pydantic for what lies at hand: a screen has a dozen of them."""
        data = ":".join((self.__prefix__, *map(call, self.writers, vars(self).values())))
        if data.count(":") != len(self.writers) or len(data.encode()) > LONGEST_DATA:
            raise ValueError(f"{type(self).__name__} does not fit into a button")
        return data

    @classmethod
    def unpack(cls, value: str) -> Self:
        """The link or action in a button's data. Raises ValueError for data that we could not have written."""
        code, *parts = value.split(":")
        if code != cls.__prefix__ or len(parts) != len(cls.readers):
            raise ValueError(f"no {cls.__name__}")
        try:
            return cls(**dict(zip(cls.model_fields, map(call, cls.readers, parts), strict=True)))
        except KeyError as place:
            raise ValueError(f"{place} is no place in a set") from None


class Link(Data, prefix="-"):
    """Opens a screen, whose state it is; where it waits for an answer, ``state`` is aiogram's."""

    state: ClassVar[State | None] = None

    def __init_subclass__(cls, code: str, state: State | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(prefix=code, **kwargs)
        cls.state = state


class Action(Data, prefix="!"):
    """Does one thing, and shows what has come of it or leads to the screen of a link."""

    def __init_subclass__(cls, code: str, **kwargs: Any) -> None:
        super().__init_subclass__(prefix=code, **kwargs)


# --- consent ----------------------------------------------------------------------------------------------------------


class Welcome(Link, code="cw"):
    """The first screen: what the bot does and that it needs consent."""


class AskConsent(Link, code="cp"):
    """One consent: its purpose and what is kept."""

    step: int


class ConsentText(Link, code="cf"):
    """A consent in full."""

    step: int
    reading: bool = False
    """opened from «Мои данные», not on the way to a decision"""


class Declined(Link, code="cd"):
    """What a refused consent means."""

    step: int


class Agree(Action, code="Ca"):
    """Give a consent."""

    step: int


class Decline(Action, code="Cd"):
    """Refuse a consent."""

    step: int


# --- menu -------------------------------------------------------------------------------------------------------------


class Home(Link, code="mh"):
    """The menu."""


class ChooseLanguage(Link, code="ml"):
    """The choice of a language."""


class SetLanguage(Action, code="Ml"):
    """Switch to a language."""

    language: str


class Help(Link, code="mp"):
    """Help and support."""


class NoPolicy(Link, code="mn"):
    """What to do without a policy."""


# --- linking a policy -------------------------------------------------------------------------------------------------


class ChooseWay(Link, code="ly", state=LinkingPrompts.way):
    """What is at hand for a new patient: number, photo, old policy or the child's data."""

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
    """The sex and birth date that the number tells, to be confirmed."""

    draft: DraftId


class FactsRight(Action, code="Lf"):
    """Confirm what the number tells."""

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
    """Ask for the patronymic after all."""

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


class FoundPolicies(Link, code="lo"):
    """The policies found by the child's data."""

    draft: DraftId


class TakePolicy(Action, code="Lk"):
    """Choose one of the policies found."""

    draft: DraftId
    place: int


class ReviewDraft(Link, code="lv"):
    """What has been entered, to be checked before the register is asked."""

    draft: DraftId


class ShowNumbers(Action, code="Ls"):
    """Show the numbers of a draft in full."""

    draft: DraftId


class CheckDraft(Action, code="Lc"):
    """Ask the register about a draft."""

    draft: DraftId


class ChooseField(Link, code="lg"):
    """The choice of what to correct in a draft."""

    draft: DraftId


class AskDrop(Link, code="lz"):
    """The question whether to drop a draft."""

    draft: DraftId


class DropDraft(Action, code="Lz"):
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
    """ask for the whole name, not only for the part that differs"""


class DropPatronymic(Action, code="Lp"):
    """Correct a name to one without a patronymic."""

    patient: PatientId


# --- patients ---------------------------------------------------------------------------------------------------------


class PatientList(Link, code="pl"):
    """The patients and the unfinished drafts."""


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


class EditField(Link, code="pf", state=CardPrompts.field):
    """The prompt for a new value of a field."""

    patient: PatientId
    field: KeyField | Detail


class DropValue(Action, code="Pd"):
    """Remove the value of a field."""

    patient: PatientId
    field: KeyField | Detail


class SetSex(Action, code="Px"):
    """Correct the sex."""

    patient: PatientId
    male: bool


class ReviewCorrection(Link, code="pr"):
    """A correction that waits for the register's agreement."""

    patient: PatientId


class AskRegister(Action, code="Pa"):
    """Ask the register whether it agrees to a correction."""

    patient: PatientId


class GiveUpCorrection(Action, code="Pg"):
    """Give a correction up."""

    patient: PatientId


class AskUnlink(Link, code="pu"):
    """The question whether to remove a card."""

    patient: PatientId


class Unlink(Action, code="Pu"):
    """Remove a card.

    ``shared`` and ``visits`` are what the question said: an old answer must not be taken for one to another.
    """

    patient: PatientId
    keep_visits: bool
    shared: bool = False
    visits: int = 0


class History(Link, code="ph"):
    """What has happened to a card."""

    patient: PatientId
    page: Page = Page(0)


# --- booking ----------------------------------------------------------------------------------------------------------


class ChoosePatient(Link, code="bp"):
    """The choice of a patient to book for."""


class ChooseClinic(Link, code="bc"):
    """The choice of a clinic."""

    patient: PatientId


class Specialties(Link, code="bs"):
    """The choice of a specialty."""

    patient: PatientId
    clinic: ClinicId | None = None
    """0: the patient's own clinic"""


class LevelNeeded(Link, code="bl"):
    """What a clinic wants proved before it books."""

    patient: PatientId
    clinic: ClinicId


class NeedsReferral(Link, code="bf"):
    """Why a specialty needs a referral."""

    patient: PatientId
    clinic: ClinicId
    specialty: SpecialtyId


class Doctors(Link, code="bd"):
    """The choice of a doctor."""

    patient: PatientId
    clinic: ClinicId
    specialty: SpecialtyId


class Days(Link, code="by"):
    """The days with free times of one doctor."""

    patient: PatientId
    doctor: DoctorId
    replaces: AppointmentId | None = None
    page: Page = Page(0)


class Times(Link, code="bt"):
    """The free times of one doctor on one day."""

    patient: PatientId
    doctor: DoctorId
    day: Day
    replaces: AppointmentId | None = None
    page: Page = Page(0)


class Review(Link, code="br"):
    """One time, held and shown with the rules before it is booked."""

    patient: PatientId
    doctor: DoctorId
    start: Moment
    kind: VisitType
    replaces: AppointmentId | None = None


class TakeSoonest(Action, code="Bs"):
    """Review the soonest time of any doctor."""

    patient: PatientId
    clinic: ClinicId
    specialty: SpecialtyId


class Book(Action, code="Bb"):
    """Book the time of an order."""

    order: OrderId


class OtherTime(Action, code="Bo"):
    """Give an order up and choose another time."""

    order: OrderId


class GiveUp(Action, code="Bg"):
    """Give an order up."""

    order: OrderId


# --- appointments -----------------------------------------------------------------------------------------------------


class AppointmentList(Link, code="al"):
    """The visits ahead."""


class AppointmentCard(Link, code="ac"):
    """One visit."""

    appointment: AppointmentId


class AskCancel(Link, code="ax"):
    """The question whether to cancel a visit."""

    appointment: AppointmentId


class Cancel(Action, code="Ac"):
    """Cancel a visit."""

    appointment: AppointmentId


class Leave(Action, code="Al"):
    """Leave a screen that waits for an outcome."""

    appointment: AppointmentId


class Coming(Action, code="Ay"):
    """Confirm that the patient is coming."""

    appointment: AppointmentId


class Alternatives(Link, code="aa"):
    """What is free instead of a time that was refused."""

    appointment: AppointmentId


# --- my data ----------------------------------------------------------------------------------------------------------


class MyData(Link, code="dm"):
    """What is kept of the account, its consents and their ways out."""


class AskRevoke(Link, code="dr"):
    """The question whether to take a consent back."""

    step: int


class Revoke(Action, code="Dr"):
    """Take a consent back."""

    step: int


class Journal(Link, code="dj"):
    """What has been done with the account's data."""


class AskTakeOut(Link, code="dx"):
    """The question before data are exported."""

    patient: PatientId | None = None
    """0: everything of the account"""


class TakeOut(Action, code="Dx"):
    """Export data as files."""

    patient: PatientId | None = None


class CardFile(Action, code="Dc"):
    """Export a card for printing."""

    patient: PatientId


class AskErase(Link, code="de"):
    """The question whether to erase everything."""


class Erase(Action, code="De"):
    """Erase everything of the account."""

    keep_visits: bool


# --- the access code --------------------------------------------------------------------------------------------------


class EnterPin(Link, code="ie", state=PinPrompts.enter):
    """The prompt for the access code."""

    then: str = ""
    """what was wanted, packed by ``dialogs.gate``; "": the menu"""


class ForgottenPin(Link, code="if", state=PinPrompts.forgotten):
    """What to do about a forgotten code."""

    then: str = ""


class ForgetPin(Action, code="If"):
    """Have the code switched off after a day."""

    then: str = ""


class PinSettings(Link, code="is"):
    """The settings of the access code."""


class AskPin(Link, code="ip", state=PinPrompts.proof):
    """The present code, typed before it is changed or switched off."""

    off: bool = False


class NewPin(Link, code="in", state=PinPrompts.new):
    """The prompt for a new code."""


class NewPinAgain(Link, code="ia", state=PinPrompts.again):
    """The prompt to repeat the new code."""

    weak: bool = False


class ClosePin(Action, code="Ic"):
    """Lock the chat at once."""


# --- phone and e-mail -------------------------------------------------------------------------------------------------


class MyContacts(Link, code="tm"):
    """The account's phone and e-mail."""


class AskPhone(Link, code="tp", state=ContactPrompts.phone):
    """The prompt for a phone."""


class AskEmail(Link, code="te", state=ContactPrompts.email):
    """The prompt for an e-mail address."""


class DropPhone(Action, code="Tp"):
    """Delete the phone."""


class DropEmail(Action, code="Te"):
    """Delete the e-mail address."""


class AskTakeover(Action, code="Ta"):
    """Ask the account that has the phone to hand the cards over."""

    takeover: TakeoverId


class WithdrawTakeover(Action, code="Tw"):
    """Withdraw the question about a takeover."""

    takeover: TakeoverId


class AllowTakeover(Action, code="Ty"):
    """Allow a takeover."""

    takeover: TakeoverId


class RefuseTakeover(Action, code="Tn"):
    """Refuse a takeover."""

    takeover: TakeoverId


# --- the other parent ------------------------------------------------------------------------------------------------


class WhoKeeps(Link, code="fa"):
    """The representatives of a patient."""

    patient: PatientId


class Invite(Link, code="fb"):
    """What an invitation is, before its link is made."""

    patient: PatientId


class MakeInvitation(Action, code="Fm"):
    """Make the link of an invitation."""

    patient: PatientId


class CancelInvitation(Action, code="Fc"):
    """Cancel the link of an invitation."""

    patient: PatientId


class Invited(Link, code="fc"):
    """An invitation that the account has opened."""

    invitation: InvitationId


class AcceptInvitation(Action, code="Fa"):
    """Accept an invitation."""

    invitation: InvitationId


class DeclineInvitation(Action, code="Fd"):
    """Decline an invitation."""

    invitation: InvitationId


class AskTakeAway(Link, code="fd"):
    """The question whether to take another representative's access away."""

    patient: PatientId
    who: AccountId


class TakeAway(Action, code="Ft"):
    """Take another representative's access away."""

    patient: PatientId
    who: AccountId


class AskPromote(Link, code="fe"):
    """The question whether to make another representative the owner."""

    patient: PatientId
    who: AccountId


class Promote(Action, code="Fp"):
    """Make another representative the owner."""

    patient: PatientId
    who: AccountId


class RequestAccess(Action, code="Fq"):
    """Ask for access to a card whose policy another account has."""

    patient: PatientId
    again: bool = False
    """although the owner has refused once"""


class AskAccess(Link, code="ff"):
    """How a request for access stands."""

    patient: PatientId


class AnswerRequest(Link, code="fg"):
    """A request for access, to be answered by the owner."""

    request: RequestId


class WhoAsks(Link, code="fh"):
    """What is known of the account that asks for access."""

    request: RequestId


class Allow(Action, code="Fy"):
    """Allow access."""

    request: RequestId


class Refuse(Action, code="Fn"):
    """Refuse access."""

    request: RequestId


# --- watching a policy ------------------------------------------------------------------------------------------------


class LetterToInsurer(Link, code="wl"):
    """A letter to the insurer about a wrong entry in the register."""

    patient: PatientId


class Newborn(Link, code="wn"):
    """How a newborn gets a policy."""


class GetPolicy(Link, code="wg"):
    """Where a policy is issued."""


class RemindOfPolicy(Action, code="Wm"):
    """Have a reminder to get a policy."""


class ConfirmCard(Action, code="Wc"):
    """Confirm half a year later that a card is still right: «Да, всё верно»."""

    patient: PatientId


# --- the clinic's desk ------------------------------------------------------------------------------------------------


class DeskDay(Link, code="kd"):
    """The visits of one day at the registrar's clinic."""

    day: Day | None = None
    """0: today in the clinic's zone"""
    page: Page = Page(0)


class DeskVisit(Link, code="kv"):
    """One visit at the desk."""

    number: int


class DeskAskCancel(Link, code="kx"):
    """The question why the clinic cancels a visit."""

    number: int


class DeskCancel(Action, code="Kx"):
    """Cancel a visit for the clinic."""

    number: int
    reason: ClinicReason


class DeskMove(Link, code="km"):
    """The days and times that a visit can be moved to."""

    number: int
    day: Day | None = None
    """0: the first day with free time"""


class DeskMoveTo(Action, code="Km"):
    """Move a visit for the clinic."""

    number: int
    start: Moment
    kind: VisitType
