"""Links and actions of applications at the desk."""

from __future__ import annotations

from aiogram.fsm.state import State, StatesGroup

from bot.applications.limit_rules import LimitPart
from bot.applications.records import ApplicationKind, PaperKind, RefusalReason
from bot.glossary import ApplicationId, DoctorId
from bot.patients.records import DeskDecision
from dialogs.kit.link import Action, Link, Page


class DeskApplicationPrompts(StatesGroup):
    """In the queue of applications the number or the code of one may be typed, as a name or a Ref on other screens."""

    waiting = State()
    checked = State()


class DeskApplicationList(Link, code="oa", state=DeskApplicationPrompts.waiting):
    """The applications that wait for the clinic, what is due first at the top."""

    page: Page = Page(0)


class SeeApplication(Link, code="ob"):
    """One application, which is the member's own to decide for ten minutes."""

    application: ApplicationId


class ShowApplicant(Action, code="oc"):
    """Show the full data of the child for two minutes."""

    application: ApplicationId


class ChooseArea(Link, code="od"):
    """The choice of the pediatrician and the district of a child that is taken."""

    application: ApplicationId
    page: Page = Page(0)


class ApproveApplication(Action, code="oe"):
    """Take the child."""

    application: ApplicationId
    doctor: DoctorId | None = None


class ChooseRefusal(Link, code="of", later=1):
    """The choice of the reason for a refusal."""

    application: ApplicationId
    kind: ApplicationKind = ApplicationKind.ENROLLMENT


class RefuseApplication(Action, code="og"):
    """Refuse an application."""

    application: ApplicationId
    reason: RefusalReason


class ChooseParts(Link, code="oh", later=1):
    """The choice of what is to be corrected; ``parts`` is a set as bits."""

    application: ApplicationId
    parts: int = 0
    kind: ApplicationKind = ApplicationKind.ENROLLMENT


class ReturnApplication(Action, code="oi"):
    """Give an application back to be corrected within so many days."""

    application: ApplicationId
    parts: int
    days: int


class ApplicationDecided(Link, code="oj"):
    """A decision, which can be undone for a minute."""

    application: ApplicationId


class UndoApplication(Action, code="ok"):
    """Take the decision back."""

    application: ApplicationId


class LimitEnrollment(Action, code="ol", later=1):
    """Set one part of whom the clinic takes."""

    full: bool
    own_area: bool
    part: LimitPart = LimitPart.EITHER


class CheckApplication(Link, code="om", state=DeskApplicationPrompts.checked):
    """An application whose code or number was checked; it is not claimed."""

    application: ApplicationId


class PolicyToCorrect(Link, code="oo"):
    """What the parent has to correct about the policy, or to bring; the application is given back with it."""

    application: ApplicationId


class RefusePolicy(Link, code="op"):
    """Why a policy is refused, and the application with it."""

    application: ApplicationId


class DecideBoth(Action, code="oq"):
    """Decide on a policy and on its application, but not that the policy is right."""

    application: ApplicationId
    decision: DeskDecision


class ShowPapers(Action, code="Gs"):
    """Show the papers of an application for two minutes."""

    application: ApplicationId


class PapersToAsk(Link, code="gx"):
    """The papers that the clinic asks for with an application."""


class AskPaper(Action, code="Gx"):
    """Ask for a paper, or no longer."""

    kind: PaperKind
    wanted: bool
