"""Export: everything that is stored about an account and its patients, as one tree for the JSON file and the PDF.

The tree (moments are ISO 8601 in UTC, days are ISO dates, unknown values are null):

``made_at``, ``about``        the moment, and ``ACCOUNT`` (with all its patients) or ``PATIENT`` (one patient)
``account``                   Telegram id, languages, role at a clinic, since when
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
  ``requests_received``, ``invitations_made``, ``desk_matters``, ``shared_cards``, ``said_once``
  ``journal``                 what was done with the patient and its visits, and by whom; ``CLINIC`` is its staff

``requests_made``, ``invitations_received``, ``takeovers``, ``failed_checks``
``drafts``                    unfinished forms, with what was typed
``messages``                  queued and sent messages: kind, status, moments, the visit's ref
``journal``                   everything else that this account has done; ``who`` is null, or ``OPERATOR``

Of other people it says only that they exist.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.core.clock import Clock
from bot.core.deeds import Actor, ActorKind, AuditEntry, Deed, Subject, SubjectKind
from bot.core.patient import Patient, masked
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.delivery.paper import Paper, Printer
from bot.glossary import AccountId, PatientId
from bot.privacy.records import ACCOUNT_SECTIONS, PATIENT_SECTIONS, ExportRecord

WHOLE_JOURNAL = 100_000
"""a limit of entries that no patient's journal of three years reaches"""

Sections = Mapping[str, Sequence[ExportRecord]]


class Export:
    def __init__(self, storage: Storage, printer: Printer, clock: Clock) -> None:
        self._storage, self._printer, self._clock = storage, printer, clock

    async def gather(
        self, account: AccountId, patient: PatientId | None = None, by: Actor | None = None
    ) -> ExportRecord:
        """Return the tree of an account, or of one of its patients. ``by`` is the operator. Raises NotYours."""
        now = self._clock.now()
        await self._note_export(account, patient, by or Actor.account(account), now)
        return await self._gather(account, patient, now)

    @writes
    async def _note_export(
        self, uow: UnitOfWork, account: AccountId, patient: PatientId | None, actor: Actor, now: datetime
    ) -> None:
        if patient is not None:
            await uow.patients.require(account, patient)
        subject = Subject.own_account() if patient is None else Subject.patient(patient)
        await uow.audit.add(actor, Deed.DATA_EXPORTED, subject, now)

    @reads
    async def _gather(
        self, view: UnitOfWork, account: AccountId, patient: PatientId | None, now: datetime
    ) -> ExportRecord:
        sections = await view.holdings.of_account(account)
        wanted = [each for each in await view.patients.list_of(account) if patient in (None, each.id)]
        patients = [await _patient(view, account, each, sections) for each in wanted]
        if patient is not None:
            return {"made_at": now, "about": "PATIENT", "patients": patients}
        return {"made_at": now, "about": "ACCOUNT", **await _account(view, account, sections, patients)}

    async def print_paper(self, paper: Paper) -> bytes:
        """Raises NotPrinted."""
        return await self._printer.print_paper(paper)


def as_json(tree: ExportRecord) -> bytes:
    return json.dumps(tree, ensure_ascii=False, indent=2, default=_plain).encode()


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"an export cannot contain {type(value).__name__}")


async def _account(
    view: UnitOfWork, account: AccountId, sections: Sections, patients: Sequence[ExportRecord]
) -> ExportRecord:
    contact = await view.contacts.get(account)
    shown_above = {str(Subject(SubjectKind.PATIENT, str(card["patient_id"]))) for card in sections["cards"]}
    shown_above |= {str(Subject(SubjectKind.APPOINTMENT, str(visit["number"]))) for visit in sections["visits"]}
    return {
        "account": sections["account"][0],
        "contacts": {"phone": contact.phone, "email": contact.email},
        "code": next(iter(sections["code"]), {"is_asked_for": False}),
        "consents": sections["consents"],
        "patients": patients,
        **{name: sections[name] for name in ACCOUNT_SECTIONS},
        "journal": [entry for entry in sections["journal"] if entry["subject"] not in shown_above],
    }


async def _patient(view: UnitOfWork, account: AccountId, patient: Patient, sections: Sections) -> ExportRecord:
    [card] = _of(patient.id, sections["cards"])
    check = patient.verification
    correction = await view.patients.correction(patient.id)
    journal = await view.audit.list_of_patient(patient.id, WHOLE_JOURNAL)
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
        "journal": [_entry(entry, account) for entry in journal],
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


def _entry(entry: AuditEntry, account: AccountId) -> ExportRecord:
    who = {account: "YOU", None: None}.get(entry.actor.id, "ANOTHER_REPRESENTATIVE")
    if entry.actor.kind is ActorKind.OPERATOR:
        who = "OPERATOR"
    told = {"at": entry.at, "who": who, "action": entry.deed.value, "subject": str(entry.subject)}
    return {**told, "who": "CLINIC", "clinic": entry.clinic} if entry.actor.kind is ActorKind.STAFF else told
