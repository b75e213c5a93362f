"""Random acts of a family and answers of the register: each card has one owner, and only representatives see it."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.app import Store, make_services
from bot.clinics.port import PolicyClaim, PolicyStatus
from bot.core.errors import NotYours, RuleError
from bot.core.patient import Patient
from bot.core.people import Account, PersonName, Purpose
from bot.core.tasks import Tasks
from bot.core.timing import MOSCOW, in_quiet_hours
from bot.glossary import AccountId, DraftId, PatientId
from bot.patients.rules.checks import JUST_NOW
from bot.patients.rules.claims import standing_of
from bot.services import Services
from storage.database.crypto import BlindIndex, Cipher
from storage.unit import Storage, UnitOfWork
from tests.builders import some_settings
from tests.storage.registry_world import CHILDREN, GIRL, World, world_in
from tests.time_limits import BUSY

T = TypeVar("T")

POLICIES = (GIRL, CHILDREN[0])
OTHER_NAME = PersonName("Сидоров", "Олег", "Петрович")
KEEPERS, POLICY = st.integers(0, 2), st.sampled_from([0, 0, 0, 1])
SPELLINGS = st.sampled_from(["right", "right", "right", "right", "patronymic", "all"])
STATUSES = st.sampled_from([PolicyStatus.ACTIVE, PolicyStatus.ACTIVE, PolicyStatus.SUSPENDED, PolicyStatus.EXPIRED])
ANSWERS = st.sampled_from([True, True, False, None])
MOVES = st.sampled_from([timedelta(minutes=20), timedelta(hours=2), timedelta(hours=26), timedelta(days=8)])


def spelled(claim: PolicyClaim, spelling: str) -> PersonName:
    if spelling == "patronymic":
        return replace(claim.name, patronymic="Петровна" if claim is GIRL else "Олегович")
    return OTHER_NAME if spelling == "all" else claim.name


async def _make_template(folder: Path) -> None:
    async with world_in(folder) as world:
        services = _services(world, Tasks())
        for number in range(4):
            account = await services.accounts.find_or_add(2001 + number, "ru")
            for purpose in Purpose:
                await services.consents.give(account.id, purpose, "digest")


def _services(world: World, tasks: Tasks) -> Services:
    cipher, index = Cipher({"test": b"k" * 32}, "test"), BlindIndex(b"i" * 32)
    store = Store(world.database, cipher, index, Storage(world.database, cipher, index))
    return make_services(store, world.clock, tasks, some_settings())


class FamilyMachine(RuleBasedStateMachine):
    """Three accounts that may keep cards, and a stranger that never gets one."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copytree(self.template, self.folder, dirs_exist_ok=True)
        self.runner, self.closing, self.tasks = asyncio.Runner(), AsyncExitStack(), Tasks()
        self.world: World = self.run(self.closing.enter_async_context(world_in(self.folder)))
        self.services = _services(self.world, self.tasks)
        self.storage = Storage(self.world.database, Cipher({"test": b"k" * 32}, "test"), BlindIndex(b"i" * 32))
        self.let_in: set[tuple[AccountId, PatientId]] = set()
        self.drafts: dict[DraftId, tuple[AccountId, str]] = {}
        self.tokens: list[str] = []
        self.register = {claim.policy_number: (PolicyStatus.ACTIVE, claim.name) for claim in POLICIES}

    @initialize()
    def meet(self) -> None:
        """Two parents have linked the policy of one child: the first of them owns its card."""
        accounts = [self.run(self.services.accounts.find_or_add(2001 + number, "ru")) for number in range(4)]
        self.keepers: list[Account] = accounts[:3]
        self.stranger = accounts[3]
        for who in (0, 1):
            self.run(self.link_one(who, GIRL))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def teardown(self) -> None:
        self.run(self.tasks.drain(BUSY))
        self.run(self.closing.aclose())
        self.runner.close()
        shutil.rmtree(self.folder)

    def ask(self, work: Coroutine[Any, Any, T]) -> T | None:
        """Return the result, or None after a RuleError."""
        try:
            return self.run(work)
        except RuleError:
            return None

    def cards(self, who: int) -> list[Patient]:
        return list(self.run(self.services.patients.list_of(self.keepers[who].id)))

    def card(self, who: int, policy: int) -> Patient | None:
        number = POLICIES[policy].policy_number
        return next((card for card in self.cards(who) if card.policy_number == number), None)

    def owned(self, policy: int) -> tuple[AccountId, PatientId] | None:
        """Return the owner of the card that has the policy, and the card."""
        for who, keeper in enumerate(self.keepers):
            card = self.card(who, policy)
            if card is not None and card.person is not None:
                mine = self.run(self.services.family.household(keeper.id, card.id)).mine
                if mine.is_owner:
                    return keeper.id, card.id
        return None

    # --- acts of people -----------------------------------------------------------------------------------------------

    async def link_one(self, who: int, claim: PolicyClaim) -> None:
        linked = await self.services.patients.link(self.keepers[who], claim)
        self.let_in.add((self.keepers[who].id, linked.id))

    @rule(who=KEEPERS, policy=POLICY, spelling=SPELLINGS)
    def link(self, who: int, policy: int, spelling: str) -> None:
        claim = POLICIES[policy]
        self.ask(self.link_one(who, replace(claim, name=spelled(claim, spelling))))

    @rule(policy=POLICY)
    def all_link_at_once(self, policy: int) -> None:
        async def crowd() -> None:
            links = [self.link_one(who, POLICIES[policy]) for who in range(3)]
            for answer in await asyncio.gather(*links, return_exceptions=True):
                assert answer is None or isinstance(answer, RuleError), answer

        self.run(crowd())

    @rule(who=KEEPERS, policy=POLICY, spelling=SPELLINGS)
    def correct(self, who: int, policy: int, spelling: str) -> None:
        if card := self.card(who, policy):
            self.ask(self.services.checks.correct(self.keepers[who].id, card.id, spelled(POLICIES[policy], spelling)))

    @rule(who=KEEPERS, policy=POLICY)
    def recheck(self, who: int, policy: int) -> None:
        if card := self.card(who, policy):
            self.world.clock.advance(JUST_NOW)  # before that the last answer is reused
            checked = self.ask(self.services.checks.recheck(self.keepers[who].id, card.id))
            if checked is not None and checked.is_verified:
                self.agrees(checked)

    @rule(who=KEEPERS, policy=POLICY)
    def begin_a_form(self, who: int, policy: int) -> None:
        number = POLICIES[policy].policy_number
        begun = self.ask(self.services.linking.begin(self.keepers[who].id, None, number))
        if begun is not None and begun.draft is not None:
            self.drafts[begun.draft.id] = (self.keepers[who].id, number)

    @rule(policy=POLICY, answer=ANSWERS)
    def request_access(self, policy: int, answer: bool | None) -> None:
        """All limited accounts ask once more; the owner of a card answers now, much later or never."""
        for who, keeper in enumerate(self.keepers):
            if card := self.card(who, policy):
                self.ask(self.services.access.ask(keeper.id, card.id))
        if answer is None or not (owned := self.owned(policy)):
            return
        account, patient = owned
        for request in self.run(self.services.family.household(account, patient)).requests:
            if answer:
                self.run(self.services.access.approve(account, request.id))
            else:
                self.run(self.services.access.refuse(account, request.id))

    @rule(policy=POLICY, who=KEEPERS, back_too=st.booleans())
    def share_back_or_end_sharing(self, policy: int, who: int, back_too: bool) -> None:
        if (card := self.card(who, policy)) is None:
            return
        account = self.keepers[who].id
        if back_too:
            self.ask(self.services.access.share_back(account, card.id))
            return
        for other in self.run(self.services.family.household(account, card.id)).shared:
            self.done(self.services.access.end_sharing(account, card.id, other.card))

    @rule(policy=POLICY, who=KEEPERS, back=st.sampled_from([0, 0, 0, 1]), answer=ANSWERS)
    def invite(self, policy: int, who: int, back: int, answer: bool | None) -> None:
        """The owner makes a link; an account opens this or an earlier one and answers now or never."""
        if owned := self.owned(policy):
            made = self.ask(self.services.invitations.make(*owned))  # an account may make so many in an hour
            self.tokens += [made] if made else []
        if not self.tokens:
            return
        account = self.keepers[who]
        invitation = self.ask(self.services.invitations.open(account.id, self.tokens[-1 - back % len(self.tokens)]))
        if invitation is None or answer is None:
            return
        if not answer:
            self.ask(self.services.invitations.decline(account.id, invitation))
        elif (patient := self.ask(self.services.invitations.accept(account, invitation))) is not None:
            self.let_in.add((account.id, patient))

    @rule(policy=POLICY, other=KEEPERS, hand_over=st.booleans())
    def decide_about_another(self, policy: int, other: int, hand_over: bool) -> None:
        if not (owned := self.owned(policy)):
            return
        account, patient = owned
        them = self.keepers[other].id
        if hand_over:
            self.done(self.services.family.promote(account, patient, them))
        elif self.done(self.services.family.revoke(account, patient, them)):
            self.let_in.discard((them, patient))

    @rule(who=KEEPERS, other=KEEPERS, policy=POLICY)
    def act_as_owner_without_being_it(self, who: int, other: int, policy: int) -> None:
        card, owned = self.card(who, policy), self.owned(policy)
        if card is not None and owned is not None and owned[0] != self.keepers[who].id and owned[1] == card.id:
            account, them = self.keepers[who].id, self.keepers[other].id
            assert not self.done(self.services.family.promote(account, card.id, them))
            assert not self.done(self.services.family.revoke(account, card.id, them))
            assert self.ask(self.services.invitations.make(account, card.id)) is None

    def done(self, work: Coroutine[Any, Any, None]) -> bool:
        try:
            self.run(work)
        except RuleError:
            return False
        return True

    @rule(who=KEEPERS, policy=POLICY)
    def unlink(self, who: int, policy: int) -> None:
        if card := self.card(who, policy):
            account = self.keepers[who].id
            self.run(self.services.unlinking.unlink(account, card.id, keep_visits=True))
            self.let_in.discard((account, card.id))

    # --- acts of the register and the clock ---------------------------------------------------------------------------

    @rule(policy=POLICY, status=STATUSES)
    def the_register_changes_a_policy(self, policy: int, status: PolicyStatus) -> None:
        claim = POLICIES[policy]
        number = self.world.cipher.policy_index(claim.policy_number)
        sql = "UPDATE registry_persons SET status = :status WHERE number_index = :number"
        self.run(self.world.run(sql, status=status, number=number))
        self.register[claim.policy_number] = (status, self.register[claim.policy_number][1])

    @rule(policy=POLICY, spelling=SPELLINGS)
    def the_register_renames_a_person(self, policy: int, spelling: str) -> None:
        claim = POLICIES[policy]
        name, number = spelled(claim, spelling), self.world.cipher.policy_index(claim.policy_number)
        sql = "SELECT uid FROM registry_persons WHERE number_index = :number"
        [row] = self.run(self.world.rows(sql, number=number))
        person = self.world.cipher.seal_person(row["uid"], name, claim.birth_date, claim.policy_number)
        change = "UPDATE registry_persons SET person = :person WHERE number_index = :number"
        self.run(self.world.run(change, person=person, number=number))
        self.register[claim.policy_number] = (self.register[claim.policy_number][0], name)

    @rule(by=MOVES)
    def time_passes(self, by: timedelta) -> None:
        """Run the jobs; within a day they check every verified policy again, but none at night."""
        self.world.clock.advance(by)
        self.work()
        if by < timedelta(days=1) or in_quiet_hours(self.world.clock.now(), MOSCOW):
            return
        for who in range(3):
            for card in self.cards(who):
                if card.is_verified:
                    self.agrees(card)

    def work(self) -> None:
        for job in (self.services.checks.check_due, self.services.watching.look_due):
            while self.run(job()):
                pass

    def agrees(self, card: Patient) -> None:
        assert self.register[card.policy_number] == (PolicyStatus.ACTIVE, card.name)

    # --- invariants ---------------------------------------------------------------------------------------------------

    @invariant()
    def every_card_has_one_owner_and_every_account_one_card_of_a_policy(self) -> None:
        sql = """
            SELECT p.id, p.policy_index, p.sealed_person IS NOT NULL AS held,
                (SELECT count(*) FROM representations r WHERE r.patient_id = p.id AND r.rights = 'OWNER') AS owners,
                (SELECT r.account_id FROM representations r WHERE r.patient_id = p.id AND r.rights = 'OWNER') AS owner
            FROM patients p
        """
        rows = self.run(self.world.rows(sql))
        assert {row["owners"] for row in rows} <= {1}
        held = [(bytes(row["policy_index"]), row["owner"]) for row in rows if row["held"]]
        assert len(set(held)) == len(held)

    @invariant()
    def of_the_confirmed_cards_of_a_policy_the_first_is_not_limited(self) -> None:
        async def look(view: UnitOfWork) -> None:
            for policy in POLICIES:
                claims = await view.representatives.claims(policy.policy_number)
                shared = await view.representatives.sharings(policy.policy_number)
                assert not claims or not standing_of(claims[0].card, claims, shared).is_limited

        self.run(self.storage.read(look))

    @invariant()
    def account_keeps_only_cards_with_access_and_one_per_policy(self) -> None:
        rows = self.run(self.world.rows("SELECT account_id, patient_id FROM representations"))
        assert {(row["account_id"], row["patient_id"]) for row in rows} <= self.let_in
        for who in range(3):
            numbers = [card.policy_number for card in self.cards(who)]
            assert len(set(numbers)) == len(numbers)

    @invariant()
    def a_stranger_sees_no_card(self) -> None:
        for (patient,) in self.run(self.world.rows("SELECT id FROM patients")):
            with pytest.raises(NotYours):
                self.run(self.services.family.household(self.stranger.id, patient))
        assert self.run(self.services.patients.list_of(self.stranger.id)) == []

    @invariant()
    def no_form_is_lost(self) -> None:
        for draft, (account, number) in self.drafts.items():
            kept = self.run(self.services.linking.find_draft(account, draft))
            assert kept is not None
            assert kept.number == number


@pytest.mark.requirement("E12", "E14")
def test_card_has_one_owner_and_is_hidden_from_strangers(tmp_path: Path) -> None:
    """After any sequence of links, questions, invitations, corrections and answers of the register."""
    FamilyMachine.template = tmp_path
    asyncio.run(_make_template(tmp_path))
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    case = settings(max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=checks)
    machine = FamilyMachine.TestCase
    machine.settings = case
    machine("runTest").runTest()
