"""Every button with an id that another account could forge, and a mother whose ids they carry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from aiogram.filters.callback_data import CallbackData

from bot.applications.document_rules import RecentDays
from bot.applications.records import ApplicationKind, ApplicationStanding, EnrollmentReason, PaperKind, RefusalReason
from bot.booking.records import LiftReason
from bot.clinics.port import ClinicReason
from bot.core.clinic import VisitType
from bot.core.people import Role
from bot.core.policy_form import FormPart, PolicyReady
from bot.glossary import AccountId, DoctorId, PostInvitationId
from bot.patients.records import DeskDecision, Detail, KeyField
from bot.staff.records import PersonStep, Term
from dialogs.applications.document_links import (
    AllowDocumentPassing,
    AskDocumentPassing,
    AskOwnerForDocument,
    CorrectDocument,
    DocumentPage,
    FileDocument,
    ResendDocument,
    ReviewDocument,
    TakeDays,
)
from dialogs.applications.links import (
    AboutPassport,
    AddedPapers,
    AllowPassing,
    ApplicationBegun,
    ApplicationBelow,
    ApplicationFile,
    ApplicationFilters,
    ApplicationPage,
    AskOldVisit,
    AskOwner,
    AskPassing,
    AskWithdraw,
    AwaitedOpening,
    AwaitOpening,
    CancelOldVisit,
    ChooseLastChange,
    ChooseReason,
    ClinicForPatient,
    CorrespondenceFile,
    DocumentList,
    DocumentsForWhom,
    FileApplication,
    FilteredApplications,
    MyApplications,
    OldVisits,
    OtherReason,
    OurClinic,
    PolicyRequestPage,
    PrintOurClinic,
    RemovePaper,
    ResendApplication,
    ReviewApplication,
    ReviewCorrected,
    SendPaper,
    SentVersions,
    StopAwaiting,
    WithdrawApplication,
)
from dialogs.applications.policy_links import (
    ApplyForPolicyAgain,
    AskPolicyPassing,
    AskWithdrawPolicy,
    ChangePolicyForm,
    CorrectPolicyForm,
    DropPolicyForm,
    NoChildSnils,
    PolicyCorrespondence,
    PolicyQuestion,
    PolicyRequestBelow,
    PolicyRequestFile,
    ReviewPolicyForm,
    SendPolicyForm,
    SentPolicyVersions,
    TakeChildSex,
    WithdrawPolicyRequest,
)
from dialogs.appointments.links import (
    Alternatives,
    AppointmentDetails,
    AskCancel,
    AskKeep,
    Cancel,
    ClaimPresence,
    Coming,
    DeclineInstead,
    Keep,
    Leave,
    MadeElsewhere,
    OpenVisit,
    PrintTicket,
)
from dialogs.booking.links import (
    AddFavourite,
    BlockedAt,
    BlockedBelow,
    Book,
    CardReferrals,
    ChooseClinic,
    ClinicCard,
    ClinicDistricts,
    ClinicFilters,
    ClinicForWhom,
    ClinicsFound,
    ClinicsNearby,
    Days,
    Doctors,
    DoctorsBelow,
    DropFavourite,
    EnrollAtClinic,
    EnterReferral,
    FavouriteClinics,
    FollowUpDays,
    FollowUpFor,
    GiveUp,
    NeedsReferral,
    OtherTime,
    Review,
    ShowOnMap,
    Specialties,
    TakeSoonest,
    Times,
    WantedSpecialty,
)
from dialogs.family.links import (
    AcceptInvitation,
    Allow,
    AnswerRequest,
    AskAccess,
    AskEndSharing,
    AskPromote,
    AskTakeAway,
    CancelInvitation,
    DeclineInvitation,
    EndSharing,
    Invite,
    Invited,
    MakeInvitation,
    Promote,
    Refuse,
    RequestAccess,
    ShareBack,
    TakeAway,
    WhoAsks,
    WhoKeeps,
)
from dialogs.kit.link import Page
from dialogs.patients.links import (
    AskBirthDate,
    AskCorrection,
    AskDetail,
    AskDrop,
    AskName,
    AskNumber,
    AskOldNumber,
    AskPhoto,
    AskRegister,
    AskSex,
    ByPerson,
    CardFile,
    CheckDraft,
    CheckPolicy,
    ChooseDesk,
    ChooseDetail,
    ChooseField,
    ChooseWay,
    ConfirmCard,
    ConfirmFacts,
    ConfirmName,
    DropDetail,
    DropDraft,
    DropPatronymic,
    DropValue,
    EditCard,
    EditField,
    FactsRight,
    FoundPolicies,
    GiveUpCorrection,
    HasPatronymic,
    History,
    LetterToInsurer,
    LevelNeeded,
    NameRight,
    NameWrong,
    NeedDoctorToday,
    NoPatronymic,
    NoPolicy,
    PatientCard,
    Reception,
    ReviewCorrection,
    ReviewDraft,
    SendToDesk,
    SetSex,
    ShowNumber,
    ShowNumbers,
    TakePolicy,
    TakeSex,
    WhereNumber,
)
from dialogs.privacy.links import (
    AllowTakeover,
    AskExport,
    AskPhone,
    AskTakeover,
    AskUnlink,
    EnterOldCode,
    ExportData,
    RefuseTakeover,
    TakeoverPapers,
    UndoTakeover,
    Unlink,
    WithdrawTakeover,
)
from dialogs.staff.application_links import (
    ApplicationDecided,
    ApproveApplication,
    AskPaper,
    CheckApplication,
    ChooseArea,
    ChooseParts,
    ChooseRefusal,
    DecideBoth,
    DeskApplicationList,
    LimitEnrollment,
    PapersToAsk,
    PolicyToCorrect,
    RefuseApplication,
    RefusePolicy,
    ReturnApplication,
    SeeApplication,
    ShowApplicant,
    ShowPapers,
    UndoApplication,
)
from dialogs.staff.check_links import (
    AskBothDigits,
    AskDigits,
    ChooseFix,
    ChooseNo,
    DecidePolicy,
    PolicyDecided,
    PolicyQueue,
    SeePolicy,
    ShowPolicy,
    UndoPolicy,
)
from dialogs.staff.day_links import (
    AgreeMissed,
    AskBenefit,
    AskLiftBlock,
    BookFor,
    CheckIn,
    CheckUnchecked,
    DenyMissed,
    DeskBlocked,
    DeskDoctorsFor,
    DeskFigures,
    DeskFollowUp,
    DeskMissed,
    DeskReviewFor,
    DeskSpecialtiesFor,
    DeskTimesFor,
    DeskWaiting,
    DeskWhom,
    DrawWeek,
    LiftBlock,
    MakeFollowUp,
    PrintDay,
    PrintFollowUps,
    SetBenefit,
    TakeMonth,
)
from dialogs.staff.links import (
    AcceptPost,
    AskDismiss,
    AskMatter,
    Colleague,
    ConfirmMatter,
    ConfirmTakeover,
    DeclineMatter,
    DeclinePost,
    DeclineTakeover,
    DeskAskCancel,
    DeskCancel,
    DeskConfirmCancel,
    DeskConfirmMove,
    DeskConfirmReferral,
    DeskDay,
    DeskDays,
    DeskDoctorDay,
    DeskDoctors,
    DeskFound,
    DeskGiveReferral,
    DeskMove,
    DeskMoveDays,
    DeskMoveTo,
    DeskNames,
    DeskQueue,
    DeskRefer,
    DeskReferrals,
    DeskReferUntil,
    DeskUndo,
    DeskVisit,
    DeskWithdrawReferral,
    Dismiss,
    InviteColleague,
    InvitedToPost,
    MakePostLink,
    PostLink,
    SeeMatter,
    SeeTakeover,
    ShowMatter,
    ShowTakeover,
    ShowVisit,
    StaffList,
    SwitchDigest,
    WithdrawPostLink,
)
from dialogs.staff.list_links import (
    AddPatient,
    AddPatientPolicy,
    AskPatientPolicy,
    ConfirmMerge,
    ConfirmPatientPolicy,
    DeskPatient,
    DeskPatients,
    Doubles,
    DropPatient,
    LeaveOut,
    MergePatients,
    NewPatient,
    PatientsFound,
    ReviewPatient,
    ShowPatient,
    TakePatientSex,
)
from dialogs.staff.policy_links import (
    ApprovePolicyRequest,
    CheckPolicyRequest,
    ChoosePolicyParts,
    ChoosePolicyReady,
    ChoosePolicyRefusal,
    PolicyRequestDecided,
    RefusePolicyRequest,
    ReturnPolicyRequest,
    SeePolicyRequest,
    ShowPolicyApplicant,
    UndoPolicyRequest,
)
from dialogs.staff.schedule_links import (
    AddTimes,
    AskReopen,
    CallsOfDelay,
    ChangeRoom,
    ChooseCloseReason,
    ChooseStandIn,
    ChooseTimesKind,
    ClosedHours,
    CloseHours,
    CloseNow,
    ClosePreview,
    ConfirmDelay,
    ConfirmStandIn,
    DoctorDay,
    OpenTimes,
    PrintCalls,
    PrintLateCalls,
    Reopen,
    ScheduleDoctors,
    ScheduleWeek,
    SetCalled,
    SetLateCalled,
    StandInNow,
    TellDelay,
    TellDelayNow,
)
from tests.chat.actions import (
    ALINA,
    FRIDAY,
    MARIA,
    PETROVA,
    THURSDAY,
    ZAITSEV,
    account_of,
    book,
    choose,
    data_of,
    review,
    say,
    settle_in,
)
from tests.chat.town import Town

NOWHERE = 987_654
"""An id that nothing has."""

DAY, START = date(2025, 11, 26), datetime(2026, 11, 29, 7, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OwnedIds:
    """The ids of one account that its buttons carry."""

    patient: int
    visit: int
    order: int
    draft: int
    application: int = NOWHERE


MISSING_IDS = OwnedIds(NOWHERE, NOWHERE, NOWHERE, NOWHERE)


async def settle_mother(town: Town) -> OwnedIds:
    """Give the mother a child, a visit, an open review screen and a draft of another card; return their ids."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    reviewed = await review(mother, "ЛОР", ZAITSEV, FRIDAY)
    order = Book.unpack(data_of(reviewed, "Записаться")).order
    await say(mother, "/children")
    await choose(mother, "Добавить ребёнка")
    await say(mother, ALINA.policy_number)
    account, services = await account_of(town, mother), town.app.services
    [patient] = await services.patients.list_of(account.id)
    [visit] = await services.visits.upcoming(account.id)
    [draft] = await services.linking.unfinished(account.id)
    return OwnedIds(patient.id, visit.appointment.id, order, draft.id)


def forged(ids: OwnedIds, doctor: int = 1, day: date = DAY) -> Iterator[CallbackData]:
    """Yield every button that carries an id of an account."""
    yield from of_patient(ids.patient)
    yield from of_family(ids.patient)
    yield from of_visit(ids, doctor, day)
    yield from of_draft(ids.draft)
    yield from of_application(ids.patient, ids.application)
    yield from of_policy(ids.draft, ids.application)


def of_patient(patient: int) -> Iterator[CallbackData]:
    for_patient = (PatientCard, AskCorrection, DropPatronymic, CheckPolicy)
    yield from (kind(patient=patient) for kind in (LetterToInsurer, ConfirmCard, Reception))
    yield from (kind(patient=patient) for kind in (*for_patient, ChooseClinic, Specialties))
    for_card = (EditCard, ReviewCorrection, AskRegister, GiveUpCorrection, AskUnlink)
    yield from (kind(patient=patient) for kind in (*for_card, History, ShowNumber))
    yield from (kind(patient=patient, field=KeyField.PATRONYMIC) for kind in (EditField, DropValue))
    yield SetSex(patient=patient, male=True)
    yield from (kind(patient=patient) for kind in (ChooseDesk, NeedDoctorToday))
    yield SendToDesk(patient=patient, clinic=1)
    yield Unlink(patient=patient, keep_visits=False)
    yield from (kind(patient=patient) for kind in (CardFile, AskExport, ExportData))


def of_application(patient: int, application: int) -> Iterator[CallbackData]:
    """Yield what a representative presses on the way to an application, and about one."""
    yield MyApplications()
    yield from (kind(patient=patient, clinic=1) for kind in (ChooseReason, AskOwner))
    asked = {"patient": patient, "clinic": 1, "reason": EnrollmentReason.CHOICE}
    for_wish = (ApplicationBegun, ReviewApplication, ChooseLastChange, FileApplication, AskPassing, AllowPassing)
    yield from (kind(**asked) for kind in for_wish)
    yield FileApplication(**asked, instead=application)
    yield from (kind(**asked, again=application) for kind in (AddedPapers, SendPaper, AboutPassport, RemovePaper))
    yield from (kind(patient=patient, clinic=1) for kind in (AwaitOpening, AwaitedOpening, StopAwaiting))
    yield ApplicationFilters(kind=ApplicationKind.ENROLLMENT)
    yield FilteredApplications(status=ApplicationStanding.OPEN)
    for_filed = (ApplicationPage, ApplicationBelow, ApplicationFile, AskWithdraw, WithdrawApplication, OtherReason)
    yield from (kind(application=application) for kind in (SentVersions, CorrespondenceFile))
    yield from (kind(application=application) for kind in for_filed)
    yield OldVisits(application=application)
    yield from (kind(application=application, appointment=NOWHERE) for kind in (AskOldVisit, CancelOldVisit))
    yield from (kind() for kind in (DocumentsForWhom, ClinicForPatient))
    yield DocumentList(patient=patient, clinic=1)
    of_clinic = {"patient": patient, "clinic": 1, "document": 1}
    for_document = (DocumentPage, ReviewDocument, FileDocument, AskDocumentPassing, AllowDocumentPassing)
    yield from (kind(**of_clinic) for kind in (*for_document, AskOwnerForDocument))
    yield TakeDays(**of_clinic, days=RecentDays.WEEK)
    yield from (kind(application=application) for kind in (CorrectDocument, ResendDocument))
    for_corrected = (ReviewCorrected, ResendApplication)
    yield from (kind(application=application, reason=EnrollmentReason.MOVED) for kind in for_corrected)


def of_policy(draft: int, request: int) -> Iterator[CallbackData]:
    """Yield what a parent presses on the way to an application for a policy, and about one."""
    for_form = (ReviewPolicyForm, ChangePolicyForm, AskPolicyPassing, SendPolicyForm, DropPolicyForm, NoChildSnils)
    yield from (kind(draft=draft) for kind in for_form)
    yield PolicyQuestion(draft=draft, part=FormPart.ADDRESS)
    yield TakeChildSex(draft=draft, girl=True)
    for_sent = (PolicyRequestPage, PolicyRequestBelow, AskWithdrawPolicy, WithdrawPolicyRequest, CorrectPolicyForm)
    yield from (
        kind(request=request)
        for kind in (*for_sent, ApplyForPolicyAgain, PolicyRequestFile, PolicyCorrespondence, SentPolicyVersions)
    )


def of_family(patient: int, who: int = 1) -> Iterator[CallbackData]:
    for_card = (WhoKeeps, Invite, MakeInvitation, CancelInvitation)
    yield from (kind(patient=patient) for kind in (*for_card, RequestAccess, AskAccess, ShareBack))
    yield from (kind(patient=patient, other=1) for kind in (AskEndSharing, EndSharing))
    for_another = (AskTakeAway, TakeAway, AskPromote, Promote)
    yield from (kind(patient=patient, who=who) for kind in for_another)


def of_request(request: int) -> Iterator[CallbackData]:
    yield from (kind(request=request) for kind in (AnswerRequest, WhoAsks, Allow, Refuse))


def of_invitation(invitation: int) -> Iterator[CallbackData]:
    for_invited = (Invited, AcceptInvitation, DeclineInvitation)
    yield from (kind(invitation=invitation) for kind in for_invited)


def of_visit(ids: OwnedIds, doctor: int, day: date) -> Iterator[CallbackData]:
    patient, visit, order = ids.patient, ids.visit, ids.order
    for_specialty = (NeedsReferral, EnterReferral, Doctors, DoctorsBelow, TakeSoonest)
    yield CardReferrals(patient=patient)
    yield from (kind(patient=patient, clinic=1, specialty=1) for kind in for_specialty)
    yield from (kind(patient=patient, clinic=1) for kind in (LevelNeeded, AskPhone, MadeElsewhere))
    kinds = (ClinicCard, EnrollAtClinic, ShowOnMap, BlockedAt, BlockedBelow, AddFavourite, DropFavourite)
    yield from (kind(patient=patient, clinic=1) for kind in kinds)
    yield from (kind(patient=patient) for kind in (FavouriteClinics, OurClinic, PrintOurClinic))
    for_search = (ClinicFilters, WantedSpecialty, ClinicDistricts, ClinicsNearby)
    yield from (kind(patient=patient) for kind in (ClinicsFound, *for_search))
    yield ClinicForWhom(clinic=1, doctor=doctor)
    yield Days(patient=patient, doctor=doctor)
    yield Days(patient=patient, doctor=doctor, replaces=visit)
    yield FollowUpDays(patient=patient, doctor=doctor, since=day)
    yield FollowUpFor(doctor=doctor, since=day)
    yield Times(patient=patient, doctor=doctor, day=day, replaces=visit)
    yield Review(patient=patient, doctor=doctor, start=START, kind=VisitType.CHECKUP)
    yield Review(patient=patient, doctor=doctor, start=START, kind=VisitType.CHECKUP, replaces=visit)
    yield from (kind(order=order) for kind in (Book, OtherTime, GiveUp))
    for_visit = (
        AppointmentDetails,
        OpenVisit,
        AskCancel,
        Cancel,
        Coming,
        DeclineInstead,
        Alternatives,
        Leave,
        AskKeep,
        Keep,
        PrintTicket,
        ClaimPresence,
    )
    yield from (kind(appointment=visit) for kind in for_visit)


def of_draft(draft: int) -> Iterator[CallbackData]:
    for_draft = (ChooseWay, AskNumber, AskOldNumber, ConfirmFacts, FactsRight)
    for_name = (ConfirmName, NameRight, NameWrong)
    for_way = (WhereNumber, AskPhoto, ByPerson)
    for_answer = (AskName, NoPatronymic, HasPatronymic, AskBirthDate, AskSex)
    for_review = (ReviewDraft, ChooseField, ChooseDetail, ShowNumbers, CheckDraft)
    yield from (kind(draft=draft) for kind in (*for_draft, *for_name, *for_way, *for_answer, *for_review))
    yield from (kind(draft=draft) for kind in (AskDrop, DropDraft))
    yield from (kind(draft=draft, detail=Detail.SNILS) for kind in (AskDetail, DropDetail))
    yield TakeSex(draft=draft, girl=False)
    yield FoundPolicies(draft=draft)
    yield NoPolicy(draft=draft)
    yield TakePolicy(draft=draft, place=0)


def of_takeover(takeover: int) -> Iterator[CallbackData]:
    asked = (AskTakeover, WithdrawTakeover, EnterOldCode, TakeoverPapers)
    kinds = (*asked, AllowTakeover, RefuseTakeover, UndoTakeover)
    yield from (kind(takeover=takeover) for kind in kinds)
    yield from (kind(takeover=takeover) for kind in (SeeTakeover, ShowTakeover, ConfirmTakeover, DeclineTakeover))


def of_desk(
    number: int, person: int | None = None, doctor: int | None = None, closure: int | None = None
) -> Iterator[CallbackData]:
    """Yield what the desk presses about a visit, a person, a doctor and closed hours, by the desk's own numbers."""
    yield DeskDay()
    yield from (kind(day=START.date()) for kind in (DeskDays, DeskDoctors))
    yield DeskDoctorDay(day=START.date(), doctor=doctor or number)
    yield DeskFound(wanted="иванова")
    yield DeskNames()
    yield from (
        kind(number=number) for kind in (DeskVisit, DeskAskCancel, DeskMove, DeskMoveDays, DeskReferrals, DeskRefer)
    )
    yield DeskReferUntil(number=number, specialty=1)
    yield from (kind(number=number, specialty=1, term=Term.MONTH) for kind in (DeskConfirmReferral, DeskGiveReferral))
    yield DeskWithdrawReferral(number=number, referral=number)
    yield AskMatter()
    yield from (kind(matter=number) for kind in (SeeMatter, ShowMatter, ConfirmMatter, DeclineMatter))
    yield DeskQueue()
    yield SwitchDigest(on=False)
    yield ShowVisit(number=number)
    yield from (kind(number=number, reason=ClinicReason.DOCTOR_ILL) for kind in (DeskConfirmCancel, DeskCancel))
    yield from (kind(number=number, start=START, kind=VisitType.CHECKUP) for kind in (DeskConfirmMove, DeskMoveTo))
    yield DeskUndo(number=number)
    yield from of_day(number, person or NOWHERE, doctor or number)
    yield from of_schedule(doctor or number, closure or number)
    yield from of_decisions(number)
    yield from of_list(person or number)


def of_decisions(number: int) -> Iterator[CallbackData]:
    """Yield what the desk presses about policy checks and applications."""
    yield PolicyQueue()
    for_check = (SeePolicy, ShowPolicy, AskDigits, ChooseFix, ChooseNo, PolicyDecided, UndoPolicy)
    yield from (kind(check=number) for kind in for_check)
    yield CheckUnchecked(number=number)
    yield DecidePolicy(check=number, decision=DeskDecision.PAPERS)
    yield AskBothDigits(application=number)
    yield from of_desk_application(number)
    yield from of_desk_policy(number)


def of_desk_application(application: int) -> Iterator[CallbackData]:
    """Yield what the desk presses about applications."""
    yield DeskApplicationList()
    yield LimitEnrollment(full=True, own_area=False)
    yield PapersToAsk()
    yield AskPaper(kind=PaperKind.RESIDENCE, wanted=True)
    kinds = (
        CheckApplication,
        SeeApplication,
        ShowApplicant,
        ShowPapers,
        ChooseArea,
        ChooseRefusal,
        ChooseParts,
        ApplicationDecided,
        UndoApplication,
        PolicyToCorrect,
        RefusePolicy,
    )
    yield from (kind(application=application) for kind in (*kinds, ApproveApplication))
    yield DecideBoth(application=application, decision=DeskDecision.NOT_FOUND)
    yield ApproveApplication(application=application, doctor=1)
    yield RefuseApplication(application=application, reason=RefusalReason.NO_PLACES)
    yield ReturnApplication(application=application, parts=1, days=7)


def of_desk_policy(request: int) -> Iterator[CallbackData]:
    """Yield what the desk presses about applications for a policy."""
    kinds = (
        CheckPolicyRequest,
        SeePolicyRequest,
        ShowPolicyApplicant,
        ChoosePolicyReady,
        ChoosePolicyRefusal,
        ChoosePolicyParts,
        PolicyRequestDecided,
        UndoPolicyRequest,
    )
    yield from (kind(request=request) for kind in kinds)
    yield ApprovePolicyRequest(request=request, ready=PolicyReady.RECEPTION)
    yield RefusePolicyRequest(request=request, reason=RefusalReason.HAS_POLICY)
    yield ReturnPolicyRequest(request=request, parts=1, days=7)


def of_list(person: int) -> Iterator[CallbackData]:
    """Yield what the desk presses about its list of patients."""
    yield from (kind() for kind in (DeskPatients, PatientsFound, ReviewPatient, AddPatient, DropPatient))
    for_person = (DeskPatient, ShowPatient, AskPatientPolicy, ConfirmPatientPolicy, AddPatientPolicy, Doubles)
    yield from (kind(person=person) for kind in for_person)
    yield NewPatient(step=PersonStep.FAMILY)
    yield LeaveOut(step=PersonStep.PHONE)
    yield TakePatientSex(girl=True)
    yield from (kind(keep=person, drop=person) for kind in (ConfirmMerge, MergePatients))


def of_day(number: int, person: int, doctor: int) -> Iterator[CallbackData]:
    """Yield what the desk presses about who comes, and whom it books."""
    yield from (kind(number=number) for kind in (CheckIn, AgreeMissed, DenyMissed, AskBenefit))
    yield SetBenefit(number=number, on=True)
    yield from (DeskFollowUp(number=number), MakeFollowUp(number=number, days=10), PrintFollowUps(doctor=doctor))
    yield from (
        DeskWaiting(),
        DeskBlocked(),
        AskLiftBlock(number=number),
        LiftBlock(number=number, why=LiftReason.ILLNESS),
    )
    yield PrintDay(day=START.date(), doctor=doctor)
    yield from (DeskFigures(), DrawWeek(day=START.date()), TakeMonth(day=START.date()))
    yield from (DeskMissed(), DeskWhom(), DeskSpecialtiesFor(person=person))
    yield DeskDoctorsFor(person=person, specialty=1)
    yield DeskTimesFor(person=person, doctor=DoctorId(doctor))
    at = {"start": START, "kind": VisitType.CHECKUP}
    yield from (kind(person=person, doctor=DoctorId(doctor), **at) for kind in (DeskReviewFor, BookFor))


def of_schedule(doctor: int, closure: int) -> Iterator[CallbackData]:
    """Yield what the desk presses about the schedule of a doctor, and about hours that were closed."""
    yield ScheduleDoctors()
    yield from (kind(doctor=doctor, day=DAY) for kind in (ScheduleWeek, DoctorDay, CloseHours, AddTimes, ChangeRoom))
    hours: dict[str, Any] = {"doctor": doctor, "day": DAY, "starts": 0, "ends": 24 * 60}
    yield ChooseCloseReason(**hours)
    yield ClosePreview(**hours, reason=ClinicReason.DOCTOR_ILL)
    yield CloseNow(**hours, reason=ClinicReason.DOCTOR_ILL, touched=0)
    yield from (kind(closure=closure) for kind in (ClosedHours, PrintCalls, AskReopen, Reopen))
    yield SetCalled(closure=closure, visit=1, called=True)
    yield from (kind(**hours, minutes=30) for kind in (ChooseTimesKind, OpenTimes))
    yield ChooseStandIn(doctor=doctor, day=DAY)
    yield from (kind(doctor=doctor, day=DAY, substitute=2, for_good=False) for kind in (ConfirmStandIn, StandInNow))
    yield StandInNow(doctor=doctor, day=DAY, substitute=2, for_good=True)
    yield TellDelay(doctor=doctor)
    yield from (kind(doctor=doctor, minutes=15) for kind in (ConfirmDelay, TellDelayNow, CallsOfDelay, PrintLateCalls))
    yield TellDelayNow(doctor=doctor, minutes=15, is_sure=True)
    yield from (SetLateCalled(doctor=doctor, minutes=15, page=Page(0), visit=each, called=True) for each in range(1, 4))


def of_admin(member: int, invitation: int) -> Iterator[CallbackData]:
    """Yield what an admin presses about the staff of a clinic."""
    yield StaffList()
    yield InviteColleague()
    yield MakePostLink(role=Role.ADMIN)
    yield from (kind(member=AccountId(member)) for kind in (Colleague, AskDismiss, Dismiss))
    yield from (kind(invitation=PostInvitationId(invitation)) for kind in (PostLink, WithdrawPostLink))


def of_post(invitation: int) -> Iterator[CallbackData]:
    kinds = (InvitedToPost, AcceptPost, DeclinePost)
    yield from (kind(invitation=PostInvitationId(invitation)) for kind in kinds)


def all_buttons(ids: OwnedIds) -> Iterator[CallbackData]:
    yield from forged(ids)
    yield from of_request(NOWHERE)
    yield from of_invitation(NOWHERE)
    yield from of_takeover(NOWHERE)
    yield from of_desk(NOWHERE)
    yield from of_admin(NOWHERE, NOWHERE)
    yield from of_post(NOWHERE)
