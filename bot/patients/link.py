"""Fill in the draft of a new patient, answer by answer, until the register can check it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from bot.core.budgets import Budget
from bot.core.clock import Clock
from bot.core.errors import InvalidInput, NotYours
from bot.core.patient import NameField, Patient
from bot.core.people import Account, PersonName, Sex
from bot.core.timing import MOSCOW, local_day
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.glossary import AccountId, DraftId, PatientId
from bot.patients.cards import Patients
from bot.patients.check import Checks
from bot.patients.errors import TooManyChecks, TooManyOpenChecks
from bot.patients.problems import AnswerProblem, NameProblem, OldPolicyProblem
from bot.patients.records import Detail, Documents, Draft, FetchFile
from bot.patients.rules import drafts, names, papers, policy_number as policy
from bot.patients.rules.drafts import PolicyDraft, Way

DRAFT = "policy"
"""the kind of these drafts in the storage"""
MOST_DRAFTS = 3
"""of an account that are offered to be continued"""
MOST_KEPT = 20
"""of an account; an older one that nobody has continued is dropped for a new one"""
NO_DRAFT = DraftId(0)

Change = Callable[[PolicyDraft], PolicyDraft]


class Begun(NamedTuple):
    """The draft with the number, or the card that this account already has of it."""

    draft: PolicyDraft | None = None
    patient: PatientId | None = None


class Linking:
    def __init__(
        self, storage: Storage, patients: Patients, checks: Checks, documents: Documents, clock: Clock
    ) -> None:
        self._storage, self._patients, self._checks = storage, patients, checks
        self._documents, self._clock = documents, clock

    # --- the draft: what is known so far ------------------------------------------------------------------------------

    @reads
    async def unfinished(self, view: UnitOfWork, account: AccountId) -> Sequence[PolicyDraft]:
        """Return the drafts to continue, the newest first."""
        return [drafts.read(current) for current in await view.drafts.list_of(account, DRAFT, MOST_DRAFTS)]

    @reads
    async def find_draft(self, view: UnitOfWork, account: AccountId, draft: DraftId) -> PolicyDraft | None:
        """Return None for a draft that is finished, dropped or another account's."""
        return opened(await view.drafts.find(account, draft))

    async def require_draft(self, account: AccountId, draft: DraftId) -> PolicyDraft:
        """Raises NotYours where ``find_draft`` returns None."""
        return _required(await self.find_draft(account, draft))

    @writes
    async def drop(self, uow: UnitOfWork, account: AccountId, draft: DraftId) -> None:
        await uow.drafts.drop(account, draft)

    # --- the number ---------------------------------------------------------------------------------------------------

    async def begin(self, account: AccountId, draft: DraftId | None, typed: str) -> Begun:
        """Store a typed policy number in a draft, or find the card that this account already has of it.

        The other answers in the draft stay. Raises InvalidInput; TooManyPatients if there is no room for a new card.
        """
        number = policy.parse_policy(typed, local_day(self._clock.now(), MOSCOW))
        return await self._begin(account, draft, number, lambda form: _with_number(form, Way.NUMBER, number))

    async def begin_from_file(self, account: AccountId, draft: DraftId | None, fetch: FetchFile) -> Begun:
        """``begin`` with a photo or a PDF of the policy; a name in its code is stored as a suggestion.

        Raises InvalidInput, FilesBusy, FilesPaused.
        """
        code = await self._documents.read_policy(account, fetch)
        number = policy.parse_policy_number(code.number, local_day(self._clock.now(), MOSCOW))
        name = code.name and _as_written(code.name)
        return await self._begin(account, draft, number, lambda form: _with_pictured(form, number, name))

    async def begin_old(self, account: AccountId, draft: DraftId | None, typed: str) -> Begun:
        """``begin`` with the series and number of a policy from before 2011. Raises InvalidInput."""
        try:
            number = policy.parse_old_policy(typed)
        except InvalidInput as refused:
            if refused.problem is not OldPolicyProblem.NEW:
                raise
            return await self.begin(account, draft, typed)  # the number of a new policy was typed at this prompt
        return await self._begin(account, draft, number, lambda form: _with_number(form, Way.OLD, number))

    @writes
    async def begin_by_person(self, uow: UnitOfWork, account: AccountId, draft: DraftId | None) -> PolicyDraft:
        """Return a draft whose policy will be searched for by the name, the birth date and the SNILS."""
        await self._patients.require_room_for(uow, account)
        current = await self._reusable(uow, account, draft, None)
        return await self._write(
            uow, account, current, lambda form: replace(form, way=Way.PERSON, number="", confirmed=False)
        )

    @writes
    async def _begin(
        self, uow: UnitOfWork, account: AccountId, draft: DraftId | None, number: str, change: Change
    ) -> Begun:
        """Store a number in a draft by ``change``, or find the card that this account already has of it."""
        cards = await uow.patients.list_of(account)
        known = next((card.id for card in cards if card.policy_number == number), None)
        if known is None and cards.unreadable:
            known = await uow.patients.find_own(account, number)
        if known is not None:
            return Begun(patient=known)
        self._patients.require_room_among(cards)
        current = await self._reusable(uow, account, draft, number)
        return Begun(await self._write(uow, account, current, change))

    async def _reusable(
        self, uow: UnitOfWork, account: AccountId, draft: DraftId | None, number: str | None
    ) -> PolicyDraft | None:
        """Return the draft with this id; without an id the newest one, unless it has answers about another child.

        None: a new one is to be added. Raises OverBudget.
        """
        if draft is not None:
            found = opened(await uow.drafts.find(account, draft))
            if found is None:
                await self._make_room(uow, account)
            return found
        newest = opened(next(iter(await uow.drafts.list_of(account, DRAFT, 1)), None))
        if newest is None or (number and newest.number == number):
            return newest
        if not newest.is_begun and (number or not newest.number):
            return newest
        await self._make_room(uow, account)
        return None

    async def _make_room(self, uow: UnitOfWork, account: AccountId) -> None:
        """Count a draft that is added beside others, and drop the oldest. Raises OverBudget."""
        await uow.budgets.spend(account, Budget.DRAFT, self._clock.now())
        await uow.drafts.keep_newest(account, MOST_KEPT - 1)

    async def confirm_facts(self, account: AccountId, draft: DraftId) -> PolicyDraft:
        """Confirm the birth date and the sex that the number encodes. Raises NotYours."""
        return await self._change(account, draft, lambda form: replace(form, confirmed=True))

    # --- the name -----------------------------------------------------------------------------------------------------

    async def take_name(self, account: AccountId, draft: DraftId, typed: str) -> PolicyDraft:
        """Store a typed name. Raises InvalidInput, NotYours.

        A patronymic whose ending does not fit the sex is refused once and accepted when it is typed again.
        """

        async def take(uow: UnitOfWork) -> PolicyDraft | InvalidInput:
            current = _required(opened(await uow.drafts.find(account, draft)))
            whole = drafts.completed(current, typed)
            try:
                name = _read_name(current, whole)
            except InvalidInput as refused:
                await self._write(uow, account, current, lambda form: _with_refused_name(form, whole))
                return refused
            return await self._write(uow, account, current, lambda form: _with_name(form, name))

        taken = await self._storage.write(take)
        if isinstance(taken, InvalidInput):
            raise taken
        return taken

    async def take_name_early(self, account: AccountId, draft: DraftId, typed: str) -> PolicyDraft:
        """Store a name that was typed at a yes-or-no question. Raises NotYours, and InvalidInput without details."""
        try:
            return await self._change(account, draft, lambda form: _with_name(form, _read_name(form, typed)))
        except InvalidInput:
            raise InvalidInput(AnswerProblem.YES_OR_NO) from None

    async def take_suggested(self, account: AccountId, draft: DraftId) -> PolicyDraft:
        """Confirm the name from the photo. Raises NotYours."""
        current = await self.require_draft(account, draft)
        if drafts.suggested_name(current) is None:
            return current
        return await self._change(account, draft, lambda form: replace(form, named=True))

    async def refuse_suggested(self, account: AccountId, draft: DraftId) -> PolicyDraft:
        """Remove the name from the photo: it will be typed. Raises NotYours."""
        current = await self.require_draft(account, draft)
        if drafts.suggested_name(current) is None:
            return current
        return await self._change(account, draft, lambda form: replace(form, name=None))

    async def without_patronymic(self, account: AccountId, draft: DraftId) -> PolicyDraft:
        """Record that there is no patronymic, and read a name that was typed before without one. Raises NotYours."""
        return await self._change(account, draft, _without_patronymic)

    async def with_patronymic(self, account: AccountId, draft: DraftId) -> PolicyDraft:
        """Record that there is a patronymic: the name, or what is missing of it, will be typed. Raises NotYours."""
        return await self._change(account, draft, _with_patronymic)

    # --- the rest -----------------------------------------------------------------------------------------------------

    async def take_birth_date(self, account: AccountId, draft: DraftId, typed: str) -> PolicyDraft:
        """Raises InvalidInput, NotYours."""
        born = papers.parse_birth_date(typed, local_day(self._clock.now(), MOSCOW))
        return await self._change(account, draft, lambda form: replace(form, birth_date=born, found=None))

    async def take_sex(self, account: AccountId, draft: DraftId, sex: Sex) -> PolicyDraft:
        return await self._change(account, draft, lambda form: replace(form, sex=sex))

    async def take_detail(self, account: AccountId, draft: DraftId, detail: Detail, typed: str) -> PolicyDraft:
        """Raises InvalidInput, NotYours."""
        today = local_day(self._clock.now(), MOSCOW)

        def change(form: PolicyDraft) -> PolicyDraft:
            return _with_detail(form, detail, papers.parse_detail(detail, typed, today, drafts.birth_date_of(form)))

        return await self._change(account, draft, change)

    async def drop_detail(self, account: AccountId, draft: DraftId, detail: Detail) -> PolicyDraft:
        return await self._change(account, draft, lambda form: _with_detail(form, detail, None))

    # --- the end ------------------------------------------------------------------------------------------------------

    async def finish(self, account: Account, draft: DraftId) -> Patient | PolicyDraft | None:
        """Turn a draft into a card and check its policy; return the card as it is after a moment's wait.

        Returns the draft while a question is open, and None if there is no such draft. Raises as
        ``Patients.add_or_renew``: then the draft is kept.
        """

        async def turn_into_card(uow: UnitOfWork) -> Patient | PolicyDraft | None:
            current = opened(await uow.drafts.find(account.id, draft))
            claim = None if current is None else drafts.claim_of(current)
            if current is None or claim is None:
                return current
            found = drafts.is_hidden(current)
            started = await self._patients.add_or_renew(uow, account, claim, current.details, number_found=found)
            await uow.drafts.drop(account.id, draft)
            return started

        try:
            found = await self._storage.write(turn_into_card)
        except TooManyChecks as pause:
            raise TooManyChecks(pause.until, draft=draft) from None
        except TooManyOpenChecks:
            raise TooManyOpenChecks(draft=draft) from None
        return await self._checks.finish(account.id, found) if isinstance(found, Patient) else found

    # --- writing ------------------------------------------------------------------------------------------------------

    @writes
    async def _change(self, uow: UnitOfWork, account: AccountId, draft: DraftId, change: Change) -> PolicyDraft:
        return await self._write(uow, account, _required(opened(await uow.drafts.find(account, draft))), change)

    async def _write(
        self, uow: UnitOfWork, account: AccountId, draft: PolicyDraft | None, change: Change
    ) -> PolicyDraft:
        """Change this draft, or add a new one if it is None."""
        now = self._clock.now()
        if draft is None:
            new = change(PolicyDraft(NO_DRAFT))
            return replace(new, id=await uow.drafts.add(account, DRAFT, drafts.written(new), now))
        changed = change(draft)
        await uow.drafts.save(draft.id, drafts.written(changed), now)
        return changed


def opened(draft: Draft | None) -> PolicyDraft | None:
    return None if draft is None else drafts.read(draft)


def _required(draft: PolicyDraft | None) -> PolicyDraft:
    if draft is None:
        raise NotYours
    return draft


def _with_number(form: PolicyDraft, way: Way, number: str) -> PolicyDraft:
    """Another number removes the confirmation, and any number the name that an earlier photo has suggested."""
    confirmed = form.confirmed and form.number == number
    name = form.name if form.named else None
    return replace(form, way=way, number=number, confirmed=confirmed, pictured=False, name=name, found=None)


def _with_pictured(form: PolicyDraft, number: str, suggested: PersonName | None) -> PolicyDraft:
    """Take what a photo says; a name that the person has typed stays."""
    read = _with_number(form, Way.NUMBER, number)
    return replace(read, pictured=True, name=read.name or suggested)


def _with_name(form: PolicyDraft, name: PersonName) -> PolicyDraft:
    """A name typed in place of a photo's leaves the number confirmed: the review has shown what the number says."""
    confirmed = form.confirmed or drafts.suggested_name(form) is not None
    return replace(form, name=name, named=True, confirmed=confirmed, typed_name=None, adds_patronymic=False, found=None)


def _with_refused_name(form: PolicyDraft, typed: str) -> PolicyDraft:
    """Keep the typed text; a patronymic is added to it only as long as its first two parts are a name."""
    kept = replace(form, typed_name=typed)
    return kept if drafts.two_part_name(kept) else replace(kept, adds_patronymic=False)


def _with_patronymic(form: PolicyDraft) -> PolicyDraft:
    return replace(form, no_patronymic=False, adds_patronymic=drafts.two_part_name(form) is not None)


def _without_patronymic(form: PolicyDraft) -> PolicyDraft:
    form = replace(form, no_patronymic=True, adds_patronymic=False)
    if form.typed_name is not None:
        with suppress(InvalidInput):
            return _with_name(form, _read_name(form, form.typed_name))
    return replace(form, name=form.name and replace(form.name, patronymic=""), found=None)


def _with_detail(form: PolicyDraft, detail: Detail, value: str | None) -> PolicyDraft:
    """Another SNILS makes the policies found with the old one invalid. None removes the detail."""
    others = {known: text for known, text in form.details.items() if known is not detail}
    details = others if value is None else {**others, detail: value}
    return replace(form, details=details, found=None if detail is Detail.SNILS else form.found)


def _read_name(draft: PolicyDraft, typed: str) -> PersonName:
    sex = drafts.sex_of(draft)
    name = names.parse_full_name(typed, sex or drafts.sex_by_patronymic(typed), no_patronymic=draft.no_patronymic)
    fits = sex is None or not name.patronymic or names.patronymic_fits(name.patronymic, sex)
    if not fits and draft.typed_name != typed:
        raise InvalidInput(NameProblem.PATRONYMIC_SEX, word=name.patronymic)
    return name


def _as_written(name: PersonName) -> PersonName | None:
    """Return the name spelled as in documents, or None for a text that is not a name."""
    parts = ((name.family, NameField.FAMILY), (name.given, NameField.GIVEN), (name.patronymic, NameField.PATRONYMIC))
    try:
        return PersonName(*(names.parse_name_part(word, part) if word else "" for word, part in parts))
    except InvalidInput:
        return None
