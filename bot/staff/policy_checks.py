"""Policy checks at the desk: the queue, the decision with digits from the clinic's own system, and what follows it.

A decision is stored at once and done a minute later by the job ``desk_checks``, so that it can be undone until then.
The job may be killed anywhere: entering a person twice makes one, and the unit that closes the check changes the card.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from bot.applications.policy import application_around, decided_with
from bot.applications.records import Application
from bot.clinics.calls import clinic_call
from bot.clinics.desk_port import ClinicDesk
from bot.clinics.directory import Directory
from bot.clinics.port import ClinicError, ClinicSystems, InsuredPerson, PersonNotFound, PolicyClaim
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import InvalidInput, NotYours
from bot.core.patient import Patient
from bot.core.people import Account
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.core.working_hours import due_within
from bot.delivery.failed_rows import FailedRows
from bot.glossary import DeskCheckId
from bot.patients.consenting import consenting_representatives
from bot.patients.deeds import POLICY_CHECKED
from bot.patients.desk_checks import AtDesk
from bot.patients.news import DeskAnswered, DeskCheckLate
from bot.patients.records import DeskCheck, DeskDecision
from bot.patients.rules import checks as checking, desk_checks as rules, watch as watching
from bot.patients.rules.corrections import claim_of
from bot.patients.verdict import Announce
from bot.patients.zones import zone_of
from bot.staff.decisions import Decisions, card_of, heads_of, look_at_card
from bot.staff.errors import (
    DeskCheckGone,
    DeskCheckTaken,
    DigitsWrong,
    NumberOfAnother,
    OwnDeskCheck,
    PolicyWithApplication,
)
from bot.staff.news import DeskIsLate, DigitsGuessed
from bot.staff.problems import DigitsProblem
from bot.staff.reading import journal_readings
from bot.staff.reading_alarm import ReadingAlarm
from bot.staff.rights import Right, require_right

DONE_AT_ONCE = 50


class CheckQueue(NamedTuple):
    clinic: Clinic
    checks: Sequence[DeskCheck]
    within: Mapping[DeskCheckId, Application]
    """the applications with which checks are one decision: it is made on their pages"""


class SeenCheck(NamedTuple):
    """A check that this member has claimed. ``is_known`` is None if the register does not answer."""

    check: DeskCheck
    patient: Patient
    clinic: Clinic
    sent: int
    """how often this card was sent to a desk"""
    is_known: bool | None
    """whether the register has the number under other data"""


class PolicyChecks:
    def __init__(
        self,
        storage: Storage,
        systems: ClinicSystems,
        directory: Directory,
        desk: ClinicDesk,
        alarm: ReadingAlarm,
        failed_rows: FailedRows,
        clock: Clock,
        announce: Announce,
    ) -> None:
        self._storage, self._systems, self._directory, self._desk = storage, systems, directory, desk
        self._alarm, self._failed_rows, self._clock, self._announce = alarm, failed_rows, clock, announce
        self._decisions = Decisions[DeskCheckId, DeskCheck, DeskDecision, Patient](
            lambda uow: uow.desk_checks,
            Right.CHECK_POLICIES,
            Deed.DESK_CHECK_DECIDED,
            Deed.DESK_CHECK_UNDONE,
            DeskCheckGone,
            lambda row, member, until: DeskCheckTaken(until, is_barred=row.barred == member),
            look_at_card(OwnDeskCheck),
            clock,
        )

    # --- the queue ----------------------------------------------------------------------------------------------------

    async def queue(self, staff: Account) -> CheckQueue:
        """List what waits at the member's clinic: urgent first, then the oldest. Raises NotYours, StaffCodeNeeded."""
        clinic = await self._directory.clinic(require_right(staff, Right.CHECK_POLICIES))

        async def look(view: UnitOfWork) -> tuple[Sequence[DeskCheck], Mapping[DeskCheckId, Application]]:
            waiting = await view.desk_checks.waiting(clinic.id)
            filed = {each.patient: each for each in await view.applications.at_desk(clinic.id) if each.enrollment}
            return waiting, {each.id: filed[each.patient] for each in waiting if each.patient in filed}

        return CheckQueue(clinic, *await self._storage.read(look))

    async def see(self, staff: Account, check: DeskCheckId) -> SeenCheck:
        """Claim a check for ten minutes and return what the desk sees of it, which the card's journal records.

        Raises NotYours, StaffCodeNeeded, DeskCheckGone, DeskCheckTaken, OwnDeskCheck, PolicyWithApplication,
        OverBudget.
        """
        where, now = await self._directory.clinic(require_right(staff, Right.CHECK_POLICIES)), self._clock.now()

        async def claim(uow: UnitOfWork) -> tuple[DeskCheck, Patient, int, int]:
            found, patient = await self._decisions.claim(uow, staff, check)
            await _require_alone(uow, found)
            subject = Subject.patient(patient.id)
            names = await journal_readings(uow, staff, where, [subject], Deed.DESK_CHECK_READ, now)
            return found, patient, await uow.desk_checks.count_of(patient.id), names

        found, patient, sent, names = await self._storage.write(claim)
        await self._alarm.note(staff, names)
        return await self.compared(found, patient, where, sent)

    async def claim_within(self, uow: UnitOfWork, staff: Account, check: DeskCheckId) -> None:
        """Claim a check that is one decision with an application, with this. Raises as ``see``."""
        await self._decisions.claim(uow, staff, check)

    async def compared(self, check: DeskCheck, patient: Patient, where: Clinic, sent: int) -> SeenCheck:
        """Return what the desk sees of a check that this member has claimed."""
        return SeenCheck(check, patient, where, sent, await self._is_known(claim_of(patient)))

    async def _is_known(self, claim: PolicyClaim) -> bool | None:
        try:
            known = await self._systems.register.check_policy(claim)
        except PersonNotFound:
            return False
        except ClinicError:
            return None
        return _differs(known)

    # --- the decision -------------------------------------------------------------------------------------------------

    @clinic_call
    async def match(self, staff: Account, check: DeskCheckId, typed: str) -> None:
        """Confirm the policy, with the last digits of its number from the clinic's own system.

        Raises as ``see``, InvalidInput, DigitsWrong, NumberOfAnother.
        """
        await self.require_digits(staff, check, typed)
        await self._decide(staff, check, DeskDecision.MATCHED)

    @clinic_call
    async def require_digits(self, staff: Account, check: DeskCheckId, typed: str) -> None:
        """Return if the last digits are those of a policy that may be confirmed. Raises as ``match``."""
        require_right(staff, Right.CHECK_POLICIES)
        digits = "".join(typed.split())
        if len(digits) != rules.HIDDEN_DIGITS or not digits.isalnum():
            raise InvalidInput(DigitsProblem.FORM)

        async def look(view: UnitOfWork) -> Patient:
            return (await self._decisions.require_claimed(view, staff, check))[1]

        patient = await self._storage.read(look)
        if digits.casefold() == rules.last_digits(patient.policy_number).casefold():
            if await self._is_known(claim_of(patient)):
                raise NumberOfAnother(check)
            return
        left = await self._note_wrong(staff, check)
        raise DigitsWrong(check, left)

    @writes
    async def _note_wrong(self, uow: UnitOfWork, staff: Account, check: DeskCheckId) -> int:
        """Count a wrong try and return how many are left; after the last one the member is barred and the head told."""
        now, clinic = self._clock.now(), require_right(staff, Right.CHECK_POLICIES)
        found, _patient = await self._decisions.require_claimed(uow, staff, check)
        wrong = await uow.desk_checks.count_wrong_digits(check)
        subject = Subject.patient(found.patient)
        await uow.audit.add(Actor.staff(staff.id, clinic), Deed.DESK_DIGITS_WRONG, subject, now)
        if wrong < rules.MOST_WRONG_DIGITS:
            return rules.MOST_WRONG_DIGITS - wrong
        around = await application_around(uow, found)
        if around is not None:
            await uow.applications.release(around.id)  # the colleague decides on both
        await uow.desk_checks.bar(check, staff.id)
        for head in await heads_of(uow, clinic):
            await uow.outbox.add(DigitsGuessed(head, check).due(now), now)
        return 0

    async def decide(self, staff: Account, check: DeskCheckId, decision: DeskDecision) -> None:
        """Decide anything but that the policy is right. Raises as ``see``."""
        if decision is DeskDecision.MATCHED:
            raise NotYours
        await self._decide(staff, check, decision)

    @writes
    async def _decide(self, uow: UnitOfWork, staff: Account, check: DeskCheckId, decision: DeskDecision) -> None:
        found, _patient = await self._decisions.require_claimed(uow, staff, check)
        await _require_alone(uow, found)
        await self._decisions.decide(uow, staff, check, decision)

    async def decide_within(self, uow: UnitOfWork, staff: Account, check: DeskCheckId, decision: DeskDecision) -> None:
        """Decide on a policy in the unit of work that decides on the application. Raises as ``see``."""
        await self._decisions.decide(uow, staff, check, decision)

    @reads
    async def decided(self, view: UnitOfWork, staff: Account, check: DeskCheckId) -> DeskCheck:
        """Return a check that the desk has decided. Raises NotYours, StaffCodeNeeded, DeskCheckGone."""
        return await self._decisions.find_decided(view, staff, check)

    @writes
    async def undo(self, uow: UnitOfWork, staff: Account, check: DeskCheckId) -> None:
        """Take one's own decision back within the minute.

        Raises NotYours, StaffCodeNeeded, DeskCheckGone, also for one that was decided with an application.
        """
        require_right(staff, Right.CHECK_POLICIES)
        found = await uow.desk_checks.get(check)
        if found is not None and await decided_with(uow, found) is not None:
            raise DeskCheckGone
        await self._decisions.undo(uow, staff, check)

    async def undo_within(self, uow: UnitOfWork, staff: Account, check: DeskCheckId) -> None:
        """Take a decision back in the unit of work that takes that about the application back. Raises as ``undo``."""
        await self._decisions.undo(uow, staff, check)

    # --- the job ------------------------------------------------------------------------------------------------------

    async def work(self) -> None:
        """Do the decisions whose minute is over, tell of late checks, and ask again after a year."""
        now = self._clock.now()
        final = await self._storage.read(lambda view: view.desk_checks.final(now, DONE_AT_ONCE))
        await self._failed_rows.each("desk_checks", final, self._conclude)
        await self._tell_late()
        await self._ask_again()

    async def _conclude(self, check: DeskCheck) -> None:
        patient = await self._storage.read(lambda view: card_of(view, check))
        person: InsuredPerson | None = None
        if patient is not None and check.decision is DeskDecision.MATCHED:
            clinic = await self._directory.clinic(check.clinic)
            person = await self._desk.enter_person(clinic.ref, claim_of(patient))
        await self._finish(check, patient, person)

    @writes
    async def _finish(
        self, uow: UnitOfWork, check: DeskCheck, asked: Patient | None, person: InsuredPerson | None
    ) -> None:
        """Write a decision to the card and close the check, if nothing has changed since; the parents are told."""
        now = self._clock.now()
        if await uow.desk_checks.get(check.id) != check or check.decision is None:
            return
        found = await card_of(uow, check)
        if found is None:
            await uow.desk_checks.withdraw(check.patient, now)
            return
        together = await decided_with(uow, check)
        if (asked is None or claim_of(asked) != claim_of(found)) or (person is not None and _differs(person)):
            await uow.desk_checks.reopen(check.id)  # it waits again: the register has another person by now
            if together is not None:
                await uow.applications.reopen(together.id)
            return
        await self._write(uow, check, found, person)
        again = now + rules.ASK_AGAIN_AFTER if check.decision is DeskDecision.MATCHED else None
        await uow.desk_checks.close(check.id, now, again)
        if together is not None:
            return  # the news of the application tells the parents
        for each in await uow.representatives.list_of(found.id):
            await uow.outbox.add(DeskAnswered(each.account, found.id, check.id).due(now), now)

    async def _write(self, uow: UnitOfWork, check: DeskCheck, found: Patient, person: InsuredPerson | None) -> None:
        decision, now = check.decision, self._clock.now().replace(microsecond=0)
        if decision is None:
            return
        card = rules.with_verdict(found, decision, now)
        [owner, *_others] = await uow.representatives.list_of(found.id)
        if person is None:
            await uow.patients.record_verdict(card, None, None)
        else:
            zone = await zone_of(uow, check.clinic)
            card = replace(card, person=person.ref)
            await uow.patients.record_verdict(card, checking.next_look(now, zone, card.id), person, check.clinic)
            await uow.patients.adopt_clinic(card.id, check.clinic)  # the parent has named it
            await uow.checks.record_matter(card.id, watching.CONFIRMED, now)
            if found.person != person.ref:
                await self._announce(uow, owner.account, card, now)
        deed, subject = POLICY_CHECKED[card.verification.status], Subject.patient(card.id)
        await uow.audit.add(Actor.system(owner.account), deed, subject, now)

    @writes
    async def _tell_late(self, uow: UnitOfWork) -> None:
        now = self._clock.now()
        for check in await uow.desk_checks.claim_late(now, DONE_AT_ONCE):
            if await card_of(uow, check) is None:
                await uow.desk_checks.withdraw(check.patient, now)
                continue
            if await application_around(uow, check) is not None:
                continue  # the delay of the application is told instead
            for each in await uow.representatives.list_of(check.patient):
                await uow.outbox.add(DeskCheckLate(each.account, check.patient, check.id).due(now), now)
            for head in await heads_of(uow, check.clinic):
                await uow.outbox.add(DeskIsLate(head, check.id).due(now), now)

    @writes
    async def _ask_again(self, uow: UnitOfWork) -> None:
        """Open a new check of what a desk confirmed a year ago; the policy stays confirmed until it answers."""
        now = self._clock.now()
        for old in await uow.desk_checks.claim_again(now, DONE_AT_ONCE):
            accounts, clinic = (
                await consenting_representatives(uow, old.patient),
                await uow.directory.clinic(old.clinic),
            )
            if (
                not accounts
                or clinic is None
                or not (await uow.patients.require(accounts[0].id, old.patient)).is_verified
            ):
                continue
            due_at = due_within(clinic.check_hours, now, clinic.zone)
            await uow.desk_checks.open(accounts[0].id, old.patient, old.clinic, now, due_at)
            subject = Subject.patient(old.patient)
            await uow.audit.add(Actor.system(accounts[0].id), Deed.DESK_CHECK_AGAIN, subject, now)

    async def about(self, message: DeskIsLate | DigitsGuessed) -> AtDesk | None:
        """Return the check of a notice to the head and its clinic; None if it is decided or the account is no head."""

        async def look(view: UnitOfWork) -> DeskCheck | None:
            found = await view.desk_checks.get(message.check)
            is_head = found is not None and message.account in await heads_of(view, found.clinic)
            return found if is_head and found is not None and found.awaits_desk else None

        check = await self._storage.read(look)
        return None if check is None else AtDesk(check, await self._directory.clinic(check.clinic))


async def _require_alone(view: UnitOfWork, check: DeskCheck) -> None:
    """Raises PolicyWithApplication if the check is one decision with an application."""
    around = await application_around(view, check)
    if around is not None:
        raise PolicyWithApplication(around.id)


def _differs(known: InsuredPerson) -> bool:
    return bool(known.differs) or known.birth_differs
