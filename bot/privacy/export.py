"""Export: everything that is stored about an account and its patients, as one tree for the JSON file and the PDF.

The tree (moments are ISO 8601 in UTC, days are ISO dates, unknown values are null):

``made_at``, ``about``        the moment, and ``ACCOUNT`` (with all its patients) or ``PATIENT`` (one patient)
``account``                   Telegram id, languages, role at a clinic, since when, cards that cannot be read
``contacts``                  phone and e-mail
``code``                      whether there is an access code; the code itself is not stored
``consents``                  given and revoked ones: purpose, version, SHA-256 of the text, moments
``patients``                  for each patient:

  ``number``                  the id that journal entries refer to
  ``name``, ``birth_date``, ``sex``, ``policy_number``, ``clinic``, ``details``
  ``waiting_name``, ``waiting_policy_number``   a correction that the register has not verified yet
  ``check``                   status of the policy check and the reason
  ``representatives``         ``YOU`` or ``ANOTHER_REPRESENTATIVE``, never a name
  ``visits``                  past and upcoming; journal entries refer to ``number``; ``zone`` is the clinic's
  ``chosen_times``            times chosen but not booked, of the last days
  ``requests_received``, ``invitations_made``, ``desk_matters``, ``desk_checks``, ``shared_cards``, ``said_once``
  ``applications``, ``application_history``, ``sent_applications``, ``application_papers`` (without the pictures),
  ``clinic_consents``, ``enrollments``
  ``enrollment_waits``        clinics of which this account asked to be told when they enroll again
  ``journal``                 what was done with the patient and its visits, and by whom; ``CLINIC`` is its staff

``requests_made``, ``invitations_received``, ``takeovers``, ``failed_checks``
``drafts``                    unfinished forms, with what was typed
``policy_requests``           applications for a policy, with what was typed; ``policy_request_history``,
                              ``sent_policy_requests``
``messages``                  queued and sent messages: kind, status, moments, the visit's ref
``journal``                   everything else that this account has done; ``who`` is null, or ``OPERATOR``

Of other people it says only that they exist.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.core.budgets import Budget
from bot.core.clock import Clock
from bot.core.deeds import Actor, ActorKind, AuditEntry, Deed, Subject, SubjectKind, WrittenEntry
from bot.core.patient import Patient, masked
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.delivery.paper import Paper, Printer
from bot.glossary import AccountId, PatientId
from bot.privacy.export_file import ExportFile, as_text, write_json
from bot.privacy.journals import PAGE, Entries, LongJournal
from bot.privacy.records import ACCOUNT_SECTIONS, PATIENT_SECTIONS, ExportRecord

Sections = Mapping[str, Sequence[ExportRecord]]


Tree = dict[str, object]
"""an ExportRecord that is being made"""


class Copy(NamedTuple):
    file: ExportFile
    tree: ExportRecord
    """for the paper: it has the newest entries of each journal"""


class Export:
    def __init__(self, storage: Storage, printer: Printer, clock: Clock) -> None:
        self._storage, self._printer, self._clock = storage, printer, clock

    async def take(self, account: AccountId, patient: PatientId | None = None) -> Copy:
        """Return the copy that an account takes of its data, or of the data of one patient.

        Its journals are read by pages. Raises NotYours, OverBudget.
        """
        now = self._clock.now()
        await self._note_copy(account, patient, now)
        tree = await self._gather(account, patient, now)
        return Copy(await write_json(tree), tree)

    async def gather(
        self, account: AccountId, patient: PatientId | None = None, by: Actor | None = None
    ) -> ExportRecord:
        """Return the tree of an account, or of one of its patients, with its whole journals.

        ``by`` is the operator who asks instead of the account. ``by`` is the operator.

        Raises NotYours.
        """
        now = self._clock.now()
        await self._note_export(account, patient, by or Actor.account(account), now)
        tree = await self._gather(account, patient, now)
        for holder in (tree, *_cards(tree)):
            if isinstance(journal := holder.get("journal"), LongJournal):
                holder["journal"] = await journal.whole()
        return tree

    @writes
    async def _note_export(
        self, uow: UnitOfWork, account: AccountId, patient: PatientId | None, actor: Actor, now: datetime
    ) -> None:
        await _note_export(uow, account, patient, actor, now)

    @writes
    async def _note_copy(self, uow: UnitOfWork, account: AccountId, patient: PatientId | None, now: datetime) -> None:
        await uow.budgets.spend(account, Budget.EXPORT, now)
        await _note_export(uow, account, patient, Actor.account(account), now)

    @reads
    async def _gather(self, view: UnitOfWork, account: AccountId, patient: PatientId | None, now: datetime) -> Tree:
        sections = await view.holdings.of_account(account)
        wanted = [each for each in await view.patients.list_of(account) if patient in (None, each.id)]
        patients = [await _patient(view, each, sections, self._journal_of_patient(account, each.id)) for each in wanted]
        if patient is not None:
            return {"made_at": now, "about": "PATIENT", "patients": patients}
        journal = self._journal_of_account(account, sections)
        return {"made_at": now, "about": "ACCOUNT", **await _account(view, account, sections, patients, journal)}

    def _journal_of_account(self, account: AccountId, sections: Sections) -> LongJournal:
        shown_above = {str(Subject(SubjectKind.PATIENT, str(card["patient_id"]))) for card in sections["cards"]}
        shown_above |= {str(Subject(SubjectKind.APPOINTMENT, str(visit["number"]))) for visit in sections["visits"]}

        async def read(after: int | None) -> Entries:
            page = await self._storage.read(lambda view: view.audit.page_of_account(account, after, PAGE))
            return [(entry.id, None if entry.subject in shown_above else _own_entry(entry)) for entry in page]

        return LongJournal(read, newest_first=False)

    def _journal_of_patient(self, account: AccountId, patient: PatientId) -> LongJournal:
        async def read_page(view: UnitOfWork, before: int | None) -> Entries:
            await view.patients.require(account, patient)  # the access may have been taken away since the page before
            page = await view.audit.page_of_patient(patient, before, PAGE)
            return [(id_, _entry(entry, account)) for id_, entry in page]

        return LongJournal(lambda before: self._storage.read(lambda view: read_page(view, before)), newest_first=True)

    async def print_paper(self, paper: Paper) -> bytes:
        """Raises NotPrinted."""
        return await self._printer.print_paper(paper)


def as_json(tree: ExportRecord) -> bytes:
    """Return the JSON file of a tree with its whole journals."""
    return as_text(tree).encode()


def _cards(tree: Tree) -> Sequence[Tree]:
    """Return the patients in a tree."""
    cards = tree["patients"]
    return cards if isinstance(cards, list) else ()


async def _note_export(
    uow: UnitOfWork, account: AccountId, patient: PatientId | None, actor: Actor, now: datetime
) -> None:
    if patient is not None:
        await uow.patients.require(account, patient)
    subject = Subject.own_account() if patient is None else Subject.patient(patient)
    await uow.audit.add(actor, Deed.DATA_EXPORTED, subject, now)


async def _account(
    view: UnitOfWork, account: AccountId, sections: Sections, patients: Sequence[ExportRecord], journal: LongJournal
) -> Tree:
    contact = await view.contacts.get(account)
    unreadable = (await view.patients.list_of(account)).unreadable
    damaged = {"unreadable_cards": unreadable} if unreadable else {}
    return {
        "account": {"telegram_id": await view.accounts.telegram_id_of(account), **sections["account"][0], **damaged},
        "contacts": {"phone": contact.phone, "email": contact.email},
        "code": next(iter(sections["code"]), {"is_asked_for": False}),
        "consents": sections["consents"],
        "patients": patients,
        **{name: sections[name] for name in ACCOUNT_SECTIONS},
        "journal": journal,
    }


async def _patient(view: UnitOfWork, patient: Patient, sections: Sections, journal: LongJournal) -> Tree:
    [card] = _of(patient.id, sections["cards"])
    check = patient.verification
    correction = await view.patients.correction(patient.id)
    return {
        "number": patient.id,
        "name": {"family": patient.name.family, "given": patient.name.given, "patronymic": patient.name.patronymic},
        "birth_date": patient.birth_date,
        "sex": patient.sex,
        "policy_number": _typed_number(patient, patient.policy_number),
        **card,
        "details": {detail.lower(): value for detail, value in (await view.patients.details(patient.id)).items()},
        "waiting_name": None if correction is None else correction.claim.name.full,
        "waiting_policy_number": None if correction is None else _typed_number(patient, correction.claim.policy_number),
        "check": {
            "status": check.status,
            "reason": check.reason,
            "to_correct": check.correct,
            "asked_at": check.queued_at,
            "answered_at": check.checked_at,
        },
        **{name: _of(patient.id, sections[name]) for name in PATIENT_SECTIONS},
        "journal": journal,
    }


def _typed_number(patient: Patient, number: str) -> str:
    """Return a policy number; masked if the bot has found it and the account has not typed it."""
    return masked(number) if patient.number_found and number == patient.policy_number else number


def _of(patient: PatientId, records: Sequence[ExportRecord]) -> list[ExportRecord]:
    return [
        {name: value for name, value in record.items() if name != "patient_id"}
        for record in records
        if record["patient_id"] == patient
    ]


def _own_entry(entry: WrittenEntry) -> ExportRecord:
    """Return an entry of the account's own journal; only what the operator did has a doer."""
    who = "OPERATOR" if entry.actor is ActorKind.OPERATOR else None
    return {"at": entry.at, "who": who, "action": entry.action, "subject": entry.subject}


def _entry(entry: AuditEntry, account: AccountId) -> ExportRecord:
    who: str | None = "YOU" if entry.actor.id == account else "ANOTHER_REPRESENTATIVE"
    if entry.actor.kind is ActorKind.OPERATOR:
        who = "OPERATOR"
    elif entry.actor == Actor.system():
        who = None
    told = {"at": entry.at, "who": who, "action": entry.deed.value, "subject": str(entry.subject)}
    return {**told, "who": "CLINIC", "clinic": entry.clinic} if entry.actor.kind is ActorKind.STAFF else told
