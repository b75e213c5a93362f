"""Links and actions of the desk's screens."""

from __future__ import annotations

from aiogram.fsm.state import State, StatesGroup

from bot.clinics.port import ClinicReason
from bot.core.clinic import VisitType
from bot.core.people import Role
from bot.delivery.screen import Colour
from bot.glossary import AccountId, MatterId, PostInvitationId, SpecialtyId, TakeoverId
from bot.staff.records import Term
from dialogs.kit.link import Action, Day, Link, Moment, Page


class DeskPrompts(StatesGroup):
    """At a desk matter a number is asked for; on all other screens a family name or a Ref may be typed."""

    matter = State()
    menu = State()
    day = State()
    doctor_day = State()
    doctors = State()
    days = State()
    found = State()
    names = State()
    visit = State()
    ask_cancel = State()
    confirm_cancel = State()
    move = State()
    move_days = State()
    confirm_move = State()
    digits = State()
    both_digits = State()
    referrals = State()
    refer = State()
    refer_until = State()
    confirm_referral = State()


class Desk(Link, code="kk", state=DeskPrompts.menu):
    """The menu of the desk: what the member's role allows."""


class DeskDay(Link, code="kd", state=DeskPrompts.day):
    """The visits of one day at the registrar's clinic."""

    day: Day | None = None
    """None: today in the clinic's zone"""
    page: Page = Page(0)


class DeskDoctorDay(Link, code="ko", state=DeskPrompts.doctor_day, kept=True):
    """The visits of one day to one doctor."""

    day: Day
    doctor: int
    """the desk's own number of the doctor"""
    page: Page = Page(0)


class DeskDoctors(Link, code="kg", state=DeskPrompts.doctors):
    """The doctors who have visits on a day."""

    day: Day
    page: Page = Page(0)


class DeskDays(Link, code="kj", state=DeskPrompts.days):
    """The choice of another day."""

    day: Day
    """the first of those to choose from"""


class DeskFound(Link, code="kq", state=DeskPrompts.found):
    """The same as DeskNames, in buttons of earlier releases: they hold the name. No new button is made of it."""

    wanted: str
    page: Page = Page(0)


class DeskNames(Link, code="kN", state=DeskPrompts.names, kept=True):
    """The visits ahead of people whose name was typed; the name stands in the sealed prompt (``Visitor.noted``)."""

    page: Page = Page(0)


class DeskVisit(Link, code="kv", state=DeskPrompts.visit):
    """One visit at the desk."""

    number: int


class DeskAskCancel(Link, code="kx", state=DeskPrompts.ask_cancel):
    """The question why the clinic cancels a visit."""

    number: int


class DeskConfirmCancel(Link, code="ky", state=DeskPrompts.confirm_cancel):
    """The question whether to cancel a visit, with whether anybody can be told of it."""

    number: int
    reason: ClinicReason


class DeskCancel(Action, code="Kx", colour=Colour.RED):
    """Cancel a visit for the clinic."""

    number: int
    reason: ClinicReason


class DeskMove(Link, code="km", state=DeskPrompts.move, later=1):
    """The days and times that a visit can be moved to."""

    number: int
    day: Day | None = None
    """None: the first day with free time"""
    page: Page = Page(0)


class DeskMoveDays(Link, code="kn", state=DeskPrompts.move_days):
    """All days that a visit can be moved to."""

    number: int
    page: Page = Page(0)


class DeskConfirmMove(Link, code="kz", state=DeskPrompts.confirm_move):
    """The question whether to move a visit, with whether anybody can be told of it."""

    number: int
    start: Moment
    kind: VisitType


class DeskMoveTo(Action, code="Km"):
    """Move a visit for the clinic."""

    number: int
    start: Moment
    kind: VisitType


class DeskUndo(Action, code="Kz"):
    """Undo the last change of a visit, within a minute."""

    number: int


class DeskReferrals(Link, code="zr", state=DeskPrompts.referrals):
    """What the desk has given the patient of a visit and no visit has spent."""

    number: int
    page: Page = Page(0)


class DeskRefer(Link, code="zs", state=DeskPrompts.refer):
    """The choice of the specialty to which the patient of a visit is referred."""

    number: int
    page: Page = Page(0)


class DeskReferUntil(Link, code="zu", state=DeskPrompts.refer_until):
    """The choice of how long the referral is good."""

    number: int
    specialty: SpecialtyId


class DeskConfirmReferral(Link, code="zc", state=DeskPrompts.confirm_referral, later=1):
    """The question whether to give the referral; the number on its form may be typed."""

    number: int
    specialty: SpecialtyId
    term: Term
    until: Day | None = None
    """the last day if it was typed: then the term does not count"""


class DeskGiveReferral(Action, code="Zg", main=True, later=1):
    """Refer the patient of a visit."""

    number: int
    specialty: SpecialtyId
    term: Term
    until: Day | None = None
    """as in DeskConfirmReferral"""


class DeskWithdrawReferral(Action, code="Zw", colour=Colour.RED):
    """Withdraw a referral that no visit has spent."""

    number: int
    referral: int
    """the desk's own number of it"""


class AskMatter(Link, code="ku", state=DeskPrompts.matter, later=1):
    """The prompt for the number of a desk matter."""

    queue: bool = False
    """opened from the queue: «Назад» leads back there"""


class SeeMatter(Link, code="kw", later=1):
    """A desk matter, with the papers to look at."""

    matter: MatterId
    page: Page = Page(0)


class ConfirmMatter(Action, code="Kw", colour=Colour.GREEN):
    """Confirm a desk matter: the papers are right."""

    matter: MatterId


class DeclineMatter(Action, code="Ku"):
    """Decline a desk matter: the papers are not right."""

    matter: MatterId


class DeskReaders(Link, code="kr", later=1):
    """How many names each member of the clinic's staff has read on one day."""

    day: Day | None = None
    """None: today in the clinic's zone"""
    page: Page = Page(0)


class SeeTakeover(Link, code="kt", later=1):
    """A takeover whose number a parent has brought, with the papers to look at."""

    takeover: TakeoverId
    page: Page = Page(0)


class ConfirmTakeover(Action, code="Kt", colour=Colour.GREEN):
    """Confirm a takeover: the papers are right."""

    takeover: TakeoverId


class DeclineTakeover(Action, code="Kf"):
    """Decline a takeover: the papers are not right."""

    takeover: TakeoverId


class ShowVisit(Action, code="Jv"):
    """Show the full data of the child of a visit."""

    number: int


class ShowMatter(Action, code="Jm"):
    """Show the full data of the child of a desk matter."""

    matter: MatterId


class ShowTakeover(Action, code="Jt"):
    """Show the full data of the children of a takeover."""

    takeover: TakeoverId
    page: Page = Page(0)


class DeskQueue(Link, code="jq"):
    """The open questions of the clinic."""

    page: Page = Page(0)


class SwitchDigest(Action, code="Jg"):
    """Switch the morning digest on or off."""

    on: bool


class StaffList(Link, code="js"):
    """The members of the admin's clinic and the open invitations to it."""

    page: Page = Page(0)


class InviteColleague(Link, code="ji"):
    """The choice of the role of a link to a post."""


class MakePostLink(Action, code="Ji"):
    """Make a link to a post."""

    role: Role


class PostLink(Link, code="jl"):
    """An open invitation to a post."""

    invitation: PostInvitationId


class WithdrawPostLink(Action, code="Jw", colour=Colour.RED):
    """Withdraw a link to a post."""

    invitation: PostInvitationId


class Colleague(Link, code="jm"):
    """One member of the admin's clinic."""

    member: AccountId


class AskDismiss(Link, code="jd"):
    """The question whether to dismiss a member."""

    member: AccountId


class Dismiss(Action, code="Jd", colour=Colour.RED):
    """Dismiss a member."""

    member: AccountId


class InvitedToPost(Link, code="jp"):
    """A link to a post that the account has opened."""

    invitation: PostInvitationId


class AcceptPost(Action, code="Ja", colour=Colour.GREEN):
    """Take the post."""

    invitation: PostInvitationId


class DeclinePost(Action, code="Jn"):
    """Decline the post."""

    invitation: PostInvitationId
