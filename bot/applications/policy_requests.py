"""Ask for the policy of a child who has none, where the operator has named a desk that takes such applications.

The form is a draft until it is sent. The child has no card, so an application belongs to the account alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from bot.account.rules.consents import require_consents
from bot.applications import policy_form as forms, rules
from bot.applications.errors import ApplicationGone, PolicyNotTaken
from bot.applications.news import PolicyRequestNews
from bot.applications.records import ApplicationStatus, ApplicationStep, PolicyRequest, StepTaken
from bot.applications.seen import FollowedPolicy
from bot.applications.sent import keep_corrected, keep_form
from bot.clinics.directory import Directory
from bot.core.budgets import Budget
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import NotYours
from bot.core.people import Account
from bot.core.policy_form import FormPart, PolicyForm, read_form, written_form
from bot.core.refs import read_ref, with_new_ref
from bot.core.timing import local_day
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.glossary import AccountId, ClinicId, DraftId, PolicyRequestId, Ref

DRAFT = "policy request"
"""the kind of these drafts in the storage"""
MOST_KEPT = 20
"""drafts of an account; the oldest is dropped for a new one"""
CONSENT_VERSION = "1"
"""of the text that asks to pass a child's data to the desk"""


class PolicyOffer(NamedTuple):
    """A form before it is sent, and the clinic that gets it; ``open`` is the account's open one for this child."""

    form: PolicyForm
    clinic: Clinic
    due_at: datetime
    open: PolicyRequest | None = None
    corrected: PolicyRequest | None = None
    """the one that is to be corrected by the form"""


class PolicyRequests:
    def __init__(self, storage: Storage, directory: Directory, clock: Clock, desk: ClinicId | None) -> None:
        """``desk`` is the clinic whose desk takes these applications, None if none does."""
        self._storage, self._directory, self._clock, self._desk = storage, directory, clock, desk

    # --- the desk -----------------------------------------------------------------------------------------------------

    async def taken_at(self) -> Clinic | None:
        """Return the clinic that takes applications now; None if none is named, or nobody works at its desk."""
        desk = self._desk
        if desk is None or not await self._storage.read(lambda view: view.enrollments.has_desk(desk)):
            return None
        try:
            return await self._directory.clinic(desk)
        except NotYours:  # the operator has named a clinic that does not exist
            return None

    async def _require_desk(self) -> Clinic:
        clinic = await self.taken_at()
        if clinic is None:
            raise PolicyNotTaken
        return clinic

    # --- the form -----------------------------------------------------------------------------------------------------

    async def begin(self, account: AccountId) -> DraftId:
        """Return the form that was begun and not sent, else a new one. Raises PolicyNotTaken, OverBudget."""
        await self._require_desk()
        return await self._storage.write(lambda uow: self._begin(uow, account, PolicyForm()))

    async def correct(self, account: AccountId, request: PolicyRequestId) -> DraftId:
        """Return a form with what was sent, to send it again. Raises NotYours, ApplicationGone, OverBudget."""

        async def begin(uow: UnitOfWork) -> DraftId:
            found = await _require(uow, account, request)
            if rules.after(found.status, ApplicationStep.RESENT) is None:
                raise ApplicationGone
            return await self._begin(uow, account, replace(found.form, request=request))

        return await self._storage.write(begin)

    async def again(self, account: AccountId, request: PolicyRequestId) -> DraftId:
        """Return a new form with what was sent with one that is closed. Raises NotYours, PolicyNotTaken, OverBudget."""
        await self._require_desk()

        async def begin(uow: UnitOfWork) -> DraftId:
            return await self._begin(uow, account, (await _require(uow, account, request)).form)

        return await self._storage.write(begin)

    async def _begin(self, uow: UnitOfWork, account: AccountId, form: PolicyForm) -> DraftId:
        """Add a draft, or return the newest one for the same application, and for the same child if it is known."""
        now = self._clock.now()
        for each in await uow.drafts.list_of(account, DRAFT, MOST_KEPT):
            known = read_form(each.fields)
            if known.request == form.request and (form.name is None or forms.same_child(known, form)):
                return each.id
        await uow.budgets.spend(account, Budget.DRAFT, now)
        await uow.drafts.keep_newest(account, MOST_KEPT - 1)
        return await uow.drafts.add(account, DRAFT, written_form(form), now)

    @reads
    async def form(self, view: UnitOfWork, account: AccountId, draft: DraftId) -> PolicyForm:
        """Raises NotYours."""
        return await _form_of(view, account, draft)

    async def answer(
        self, account: AccountId, draft: DraftId, part: FormPart, typed: str, *, no_patronymic: bool = False
    ) -> PolicyForm:
        """Store a typed answer. Raises NotYours, InvalidInput."""
        clinic = await self._require_desk()
        today = local_day(self._clock.now(), clinic.zone)
        return await self._change(
            account, draft, lambda form: forms.with_answer(form, part, typed, today, no_patronymic=no_patronymic)
        )

    async def without_snils(self, account: AccountId, draft: DraftId) -> PolicyForm:
        """Store that the child has no SNILS. Raises NotYours."""
        return await self._change(account, draft, lambda form: replace(form, snils=""))

    @writes
    async def _change(
        self, uow: UnitOfWork, account: AccountId, draft: DraftId, change: Callable[[PolicyForm], PolicyForm]
    ) -> PolicyForm:
        changed = change(await _form_of(uow, account, draft))
        await uow.drafts.save(draft, written_form(changed), self._clock.now())
        return changed

    @writes
    async def drop(self, uow: UnitOfWork, account: AccountId, draft: DraftId) -> None:
        """Delete a form that was not sent."""
        await _form_of(uow, account, draft)
        await uow.drafts.drop(account, draft)

    async def offer(self, account: AccountId, draft: DraftId) -> PolicyOffer:
        """Return what to show before a form is sent. Raises NotYours, PolicyNotTaken."""
        clinic, now = await self._require_desk(), self._clock.now()

        async def look(view: UnitOfWork) -> PolicyOffer:
            form = await _form_of(view, account, draft)
            corrected = None if form.request is None else await view.policy_requests.get(form.request)
            return PolicyOffer(form, clinic, rules.due_of(now, clinic), await _open_of(view, account, form), corrected)

        return await self._storage.read(look)

    # --- sending ------------------------------------------------------------------------------------------------------

    async def file(self, account: Account, draft: DraftId, digest: str) -> PolicyRequestId:
        """Send a form with the consent that the clinic gets it; the same once more returns the one that is open.

        ``digest`` is the SHA-256 of the consent that was shown; a corrected one has it already.

        Raises NotYours, PolicyNotTaken, ConsentRequired, OverBudget, ApplicationGone if what is corrected waits no
        longer for it.
        """
        clinic = await self._require_desk()

        async def send(uow: UnitOfWork, ref: Ref) -> PolicyRequestId:
            require_consents(account)
            form = await _form_of(uow, account.id, draft)
            if forms.next_part(form) is not None:
                raise NotYours  # the screen asks for it first
            known = await _open_of(uow, account.id, form)
            if known is not None:
                await uow.drafts.drop(account.id, draft)
                return known.id
            now = self._clock.now()
            await uow.budgets.spend(account.id, Budget.POLICY_REQUEST, now)
            sent = await self._send(uow, account.id, clinic, form, ref, digest, now)
            await uow.drafts.drop(account.id, draft)
            return sent

        return await with_new_ref(lambda ref: self._storage.write(lambda uow: send(uow, ref)))

    async def _send(
        self,
        uow: UnitOfWork,
        account: AccountId,
        clinic: Clinic,
        form: PolicyForm,
        ref: Ref,
        digest: str,
        now: datetime,
    ) -> PolicyRequestId:
        due_at, actor = rules.due_of(now, clinic), Actor.account(account)
        if form.request is None:
            consent = (CONSENT_VERSION, digest)
            sent = await uow.policy_requests.file(ref, account, clinic.id, form, consent, now, due_at)
            await uow.audit.add(actor, Deed.PASSING_ALLOWED, Subject.number(ref), now)
            step, deed = ApplicationStep.SUBMITTED, Deed.APPLICATION_FILED
            found = await _require(uow, account, sent)
            await keep_form(uow, found, now)
        else:
            sent, step, deed = form.request, ApplicationStep.RESENT, Deed.APPLICATION_RESENT
            found = await _require(uow, account, sent)
            if rules.after(found.status, step) is None or found.clinic != clinic.id:
                raise ApplicationGone
            corrected = replace(form, request=None)
            await uow.policy_requests.resend(sent, corrected, due_at)
            await keep_corrected(uow, found, corrected, now)
        await uow.policy_requests.add_step(sent, step, now)
        await uow.audit.add(actor, deed, found.subject, now)
        return sent

    @writes
    async def withdraw(self, uow: UnitOfWork, account: AccountId, request: PolicyRequestId) -> None:
        """Withdraw an open application, and the consent with it. Raises NotYours, ApplicationGone."""
        found, now = await _require(uow, account, request), self._clock.now()
        if not found.is_open:
            raise ApplicationGone
        await uow.policy_requests.close(request, ApplicationStatus.WITHDRAWN, now)
        await uow.policy_requests.add_step(request, ApplicationStep.WITHDRAWN, now)
        await uow.audit.add(Actor.account(account), Deed.APPLICATION_WITHDRAWN, found.subject, now)

    # --- following ----------------------------------------------------------------------------------------------------

    async def list_of(self, account: AccountId) -> Sequence[FollowedPolicy]:
        """List the account's applications: open ones first, then the newest."""
        found = await self._storage.read(lambda view: view.policy_requests.list_of(account))
        return [FollowedPolicy(each, await self._directory.clinic(each.clinic)) for each in found]

    async def follow(self, account: AccountId, request: PolicyRequestId) -> FollowedPolicy:
        """Raises NotYours."""

        async def look(view: UnitOfWork) -> tuple[PolicyRequest, Sequence[StepTaken]]:
            return await _require(view, account, request), await view.policy_requests.steps(request)

        found, steps = await self._storage.read(look)
        return FollowedPolicy(found, await self._directory.clinic(found.clinic), steps)

    @reads
    async def find_numbered(self, view: UnitOfWork, account: AccountId, typed: str) -> PolicyRequestId | None:
        """Return the account's application whose Ref was typed; None for any other text and for another's."""
        ref = read_ref(typed)
        found = None if ref is None else await view.policy_requests.find(ref)
        return None if found is None or found.account != account else found.id

    async def about(self, message: PolicyRequestNews) -> FollowedPolicy | None:
        """Return the application of a notice, None if it is gone."""
        try:
            return await self.follow(message.account, message.request)
        except NotYours:
            return None


async def _form_of(view: UnitOfWork, account: AccountId, draft: DraftId) -> PolicyForm:
    """Raises NotYours for a form that is sent, dropped or another account's."""
    found = await view.drafts.find(account, draft)
    if found is None or found.kind != DRAFT:
        raise NotYours
    return read_form(found.fields)


async def _require(view: UnitOfWork, account: AccountId, request: PolicyRequestId) -> PolicyRequest:
    """Return an application of the account; another's and a missing one are one answer. Raises NotYours."""
    found = await view.policy_requests.get(request)
    if found is None or found.account != account:
        raise NotYours
    return found


async def _open_of(view: UnitOfWork, account: AccountId, form: PolicyForm) -> PolicyRequest | None:
    """Return the account's open application for the child of a form, but for the one that the form corrects."""
    known = await view.policy_requests.list_of(account)
    return next(
        (each for each in known if each.is_open and each.id != form.request and forms.same_child(each.form, form)), None
    )
