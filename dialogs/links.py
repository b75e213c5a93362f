"""What every button carries: a link opens a state's screen, an action does one thing and says where it may end.

Fields are small integers: ids of ours, days as ordinals, moments as epoch seconds; 0 means none.
"""

from __future__ import annotations

from typing import Any, ClassVar

from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State

from dialogs.states import (
    MAP,
    Appointments,
    Booking,
    Consenting,
    Contacts,
    Desk,
    Family,
    Linking,
    Menu,
    Patients,
    Pin,
    Privacy,
    Watching,
)

LONGEST_DATA = 64
"""bytes of a button's data"""


class Data(CallbackData, prefix="?"):
    def pack(self) -> str:
        """As aiogram packs it, without asking pydantic for what lies at hand: a screen has a dozen buttons."""
        parts = (str(int(value) if isinstance(value, bool) else value) for value in vars(self).values())
        data = ":".join((self.__prefix__, *parts))
        if data.count(":") != len(vars(self)) or len(data.encode()) > LONGEST_DATA:
            raise ValueError(f"{type(self).__name__} does not fit into a button")
        return data


class Link(Data, prefix="-"):
    """Opens the screen of one state."""

    at: ClassVar[State]

    def __init_subclass__(cls, at: State, **kwargs: Any) -> None:
        super().__init_subclass__(prefix=MAP[at].code, **kwargs)
        cls.at = at


class Action(Data, prefix="!"):
    """Does one thing; ``ends`` are the states whose screen may follow."""

    ends: ClassVar[tuple[State, ...]]

    def __init_subclass__(cls, code: str, ends: tuple[State, ...], **kwargs: Any) -> None:
        super().__init_subclass__(prefix=code, **kwargs)
        cls.ends = ends


# --- consent ----------------------------------------------------------------------------------------------------------


class Welcome(Link, at=Consenting.welcome):
    pass


class AskConsent(Link, at=Consenting.purpose):
    step: int


class ConsentText(Link, at=Consenting.full_text):
    step: int
    reading: bool = False
    """opened from «Мои данные», not on the way to a decision"""


class Declined(Link, at=Consenting.declined):
    step: int


class Agree(Action, code="Ca", ends=(Consenting.purpose, Linking.way, Menu.home, Family.invited)):
    step: int


class Decline(
    Action, code="Cd", ends=(Consenting.declined, Consenting.purpose, Linking.way, Menu.home, Family.invited)
):
    step: int


# --- menu -------------------------------------------------------------------------------------------------------------


class Home(Link, at=Menu.home):
    pass


class ChooseLanguage(Link, at=Menu.language):
    pass


class SetLanguage(Action, code="Ml", ends=(Menu.home, Consenting.welcome)):
    language: str


class Help(Link, at=Menu.help):
    pass


class NoPolicy(Link, at=Menu.no_policy):
    pass


# --- linking a policy -------------------------------------------------------------------------------------------------


class ChooseWay(Link, at=Linking.way):
    draft: int = 0


class AskNumber(Link, at=Linking.number):
    draft: int = 0


class AskOldNumber(Link, at=Linking.old_number):
    draft: int = 0


class WhereNumber(Link, at=Linking.where_number):
    draft: int = 0


class AskPhoto(Link, at=Linking.photo):
    draft: int = 0


class ConfirmFacts(Link, at=Linking.facts):
    draft: int


class FactsRight(Action, code="Lf", ends=(Linking.name, Linking.name_read, Linking.review)):
    draft: int


class ConfirmName(Link, at=Linking.name_read):
    draft: int


class NameRight(
    Action, code="Lr", ends=(Linking.name, Linking.birth_date, Linking.detail, Linking.policies, Linking.review)
):
    draft: int


class NameWrong(Action, code="Lw", ends=(Linking.name,)):
    draft: int


class AskName(Link, at=Linking.name):
    draft: int


class NoPatronymic(
    Action, code="Ln", ends=(Linking.name, Linking.birth_date, Linking.detail, Linking.policies, Linking.review)
):
    draft: int


class HasPatronymic(Action, code="Lh", ends=(Linking.name,)):
    draft: int


class AskBirthDate(Link, at=Linking.birth_date):
    draft: int


class AskSex(Link, at=Linking.sex):
    draft: int


class TakeSex(Action, code="Lx", ends=(Linking.name, Linking.name_read, Linking.review)):
    draft: int
    girl: bool


class ByPerson(
    Action,
    code="Lb",
    ends=(Linking.name, Linking.name_read, Linking.birth_date, Linking.detail, Linking.policies),
):
    draft: int = 0


class FoundPolicies(Link, at=Linking.policies):
    draft: int


class TakePolicy(Action, code="Lk", ends=(Linking.facts, Linking.review, Patients.card)):
    draft: int
    place: int


class ReviewDraft(Link, at=Linking.review):
    draft: int


class ShowNumbers(Action, code="Ls", ends=(Linking.review,)):
    draft: int


class CheckDraft(Action, code="Lc", ends=(Patients.card, Linking.review, Menu.home)):
    draft: int


class ChooseField(Link, at=Linking.fields):
    draft: int


class AskDrop(Link, at=Linking.giving_up):
    draft: int


class DropDraft(Action, code="Lz", ends=(Menu.home,)):
    draft: int


class ChooseDetail(Link, at=Linking.extras):
    draft: int


class AskDetail(Link, at=Linking.detail):
    draft: int
    detail: int
    """its place in ``dialogs.fields.DETAILS``"""


class DropDetail(Action, code="Ld", ends=(Linking.review,)):
    draft: int
    detail: int


class AskCorrection(Link, at=Linking.correction):
    patient: int
    whole: bool = False
    """ask for the whole name, not only for the part that differs"""


class DropPatronymic(Action, code="Lp", ends=(Patients.card,)):
    patient: int


# --- patients ---------------------------------------------------------------------------------------------------------


class PatientList(Link, at=Patients.list):
    pass


class PatientCard(Link, at=Patients.card):
    patient: int


class CheckPolicy(Action, code="Pc", ends=(Patients.card,)):
    patient: int


class ShowNumber(Action, code="Pn", ends=(Patients.card,)):
    patient: int


class EditCard(Link, at=Patients.edit):
    patient: int


class EditField(Link, at=Patients.field):
    patient: int
    field: int
    """a place in dialogs.editing.FIELDS"""


class DropValue(Action, code="Pd", ends=(Patients.edit, Patients.review, Patients.card)):
    patient: int
    field: int


class SetSex(Action, code="Px", ends=(Patients.review, Patients.card)):
    patient: int
    male: bool


class ReviewCorrection(Link, at=Patients.review):
    patient: int


class AskRegister(Action, code="Pa", ends=(Patients.review, Patients.card)):
    """Whether it agrees to a correction."""

    patient: int


class GiveUpCorrection(Action, code="Pg", ends=(Patients.card,)):
    patient: int


class AskUnlink(Link, at=Patients.unlink):
    patient: int


class Unlink(Action, code="Pu", ends=(Patients.list, Patients.unlink)):
    """``shared`` and ``visits`` are what the question said: an old answer must not be taken for one to another."""

    patient: int
    keep_visits: bool
    shared: bool = False
    visits: int = 0


class History(Link, at=Patients.history):
    patient: int
    page: int = 0


# --- booking ----------------------------------------------------------------------------------------------------------


class ChoosePatient(Link, at=Booking.patient):
    pass


class ChooseClinic(Link, at=Booking.clinic):
    patient: int


class Specialties(Link, at=Booking.specialty):
    patient: int
    clinic: int = 0
    """0: the patient's own clinic"""


class LevelNeeded(Link, at=Booking.level):
    patient: int
    clinic: int


class NeedsReferral(Link, at=Booking.referral):
    patient: int
    clinic: int
    specialty: int


class Doctors(Link, at=Booking.doctor):
    patient: int
    clinic: int
    specialty: int


class Days(Link, at=Booking.day):
    patient: int
    doctor: int
    replaces: int = 0
    page: int = 0


class Times(Link, at=Booking.time):
    patient: int
    doctor: int
    day: int
    replaces: int = 0
    page: int = 0


class Review(Link, at=Booking.review):
    patient: int
    doctor: int
    start: int
    kind: int
    replaces: int = 0


class TakeSoonest(Action, code="Bs", ends=(Booking.review, Booking.doctor)):
    patient: int
    clinic: int
    specialty: int


class Book(Action, code="Bb", ends=(Appointments.card, Booking.time, Booking.day)):
    order: int


class OtherTime(Action, code="Bo", ends=(Booking.time, Booking.day)):
    order: int


class GiveUp(Action, code="Bg", ends=(Menu.home, Appointments.card)):
    order: int


# --- appointments -----------------------------------------------------------------------------------------------------


class AppointmentList(Link, at=Appointments.list):
    pass


class AppointmentCard(Link, at=Appointments.card):
    appointment: int


class AskCancel(Link, at=Appointments.cancel):
    appointment: int


class Cancel(Action, code="Ac", ends=(Appointments.card,)):
    appointment: int


class Leave(Action, code="Al", ends=(Menu.home,)):
    """Away from a screen that waits for an outcome."""

    appointment: int


class Coming(Action, code="Ay", ends=(Appointments.card,)):
    appointment: int


class Alternatives(Link, at=Appointments.alternatives):
    appointment: int


# --- my data ----------------------------------------------------------------------------------------------------------


class MyData(Link, at=Privacy.mine):
    pass


class AskRevoke(Link, at=Privacy.revoke):
    step: int


class Revoke(Action, code="Dr", ends=(Privacy.mine,)):
    step: int


class Journal(Link, at=Privacy.journal):
    pass


class AskTakeOut(Link, at=Privacy.export):
    patient: int = 0
    """0: everything of the account"""


class TakeOut(Action, code="Dx", ends=(Privacy.mine, Patients.card)):
    patient: int = 0


class CardFile(Action, code="Dc", ends=(Patients.card,)):
    patient: int


class AskErase(Link, at=Privacy.erase):
    pass


class Erase(Action, code="De", ends=(Consenting.welcome,)):
    keep_visits: bool


# --- the access code --------------------------------------------------------------------------------------------------


class EnterPin(Link, at=Pin.enter):
    then: str = ""
    """what was wanted, packed by ``dialogs.gate``; "": the menu"""


class ForgottenPin(Link, at=Pin.forgotten):
    then: str = ""


class ForgetPin(Action, code="If", ends=(Pin.forgotten,)):
    then: str = ""


class PinSettings(Link, at=Pin.settings):
    pass


class AskPin(Link, at=Pin.proof):
    """The present code, typed before it is changed or switched off."""

    off: bool = False


class NewPin(Link, at=Pin.new):
    pass


class NewPinAgain(Link, at=Pin.again):
    weak: bool = False


class ClosePin(Action, code="Ic", ends=(Pin.enter,)):
    pass


# --- phone and e-mail -------------------------------------------------------------------------------------------------


class MyContacts(Link, at=Contacts.mine):
    pass


class AskPhone(Link, at=Contacts.phone):
    pass


class AskEmail(Link, at=Contacts.email):
    pass


class DropPhone(Action, code="Tp", ends=(Contacts.mine,)):
    pass


class DropEmail(Action, code="Te", ends=(Contacts.mine,)):
    pass


class AskTakeover(Action, code="Ta", ends=(Contacts.mine,)):
    takeover: int


class WithdrawTakeover(Action, code="Tw", ends=(Contacts.mine,)):
    takeover: int


class AllowTakeover(Action, code="Ty", ends=(Contacts.mine,)):
    takeover: int


class RefuseTakeover(Action, code="Tn", ends=(Contacts.mine,)):
    takeover: int


# --- the other parent ------------------------------------------------------------------------------------------------


class WhoKeeps(Link, at=Family.household):
    patient: int


class Invite(Link, at=Family.invitation):
    patient: int


class MakeInvitation(Action, code="Fm", ends=(Family.invitation,)):
    patient: int


class CancelInvitation(Action, code="Fc", ends=(Family.household,)):
    patient: int


class Invited(Link, at=Family.invited):
    invitation: int


class AcceptInvitation(Action, code="Fa", ends=(Patients.card,)):
    invitation: int


class DeclineInvitation(Action, code="Fd", ends=(Menu.home,)):
    invitation: int


class AskTakeAway(Link, at=Family.take_away):
    patient: int
    who: int


class TakeAway(Action, code="Ft", ends=(Family.household,)):
    patient: int
    who: int


class AskPromote(Link, at=Family.promote):
    patient: int
    who: int


class Promote(Action, code="Fp", ends=(Family.household,)):
    patient: int
    who: int


class RequestAccess(Action, code="Fq", ends=(Family.asking, Patients.card)):
    """Of a card whose policy is with somebody else."""

    patient: int
    again: bool = False
    """although the owner has refused once"""


class AskAccess(Link, at=Family.asking):
    patient: int


class AnswerRequest(Link, at=Family.request):
    request: int


class WhoAsks(Link, at=Family.asker):
    request: int


class Allow(Action, code="Fy", ends=(Family.household,)):
    request: int


class Refuse(Action, code="Fn", ends=(Family.household,)):
    request: int


# --- watching a policy ------------------------------------------------------------------------------------------------


class LetterToInsurer(Link, at=Watching.letter):
    patient: int


class Newborn(Link, at=Watching.newborn):
    pass


class GetPolicy(Link, at=Watching.get_policy):
    pass


class RemindOfPolicy(Action, code="Wm", ends=(Watching.get_policy,)):
    pass


class ConfirmCard(Action, code="Wc", ends=(Patients.card,)):
    """«Да, всё верно», half a year later."""

    patient: int


# --- the clinic's desk ------------------------------------------------------------------------------------------------


class DeskDay(Link, at=Desk.day):
    day: int = 0
    """0: today in the clinic's zone"""
    page: int = 0


class DeskVisit(Link, at=Desk.visit):
    number: int


class DeskAskCancel(Link, at=Desk.cancel):
    number: int


class DeskCancel(Action, code="Kx", ends=(Desk.day,)):
    number: int
    reason: int


class DeskMove(Link, at=Desk.move):
    number: int
    day: int = 0
    """0: the first day with free time"""


class DeskMoveTo(Action, code="Km", ends=(Desk.visit,)):
    number: int
    start: int
    kind: int
