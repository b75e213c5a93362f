"""Export: everything the bot holds on an account and on its patients, as a tree that becomes JSON and a paper to read.

The tree, field by field (a moment is ISO 8601 in UTC, a day is an ISO date, what is not known is null):

``made_at``, ``about``        when, and of what: ``ACCOUNT`` with all its patients, or one ``PATIENT``
``account``                   Telegram's number of the account, its languages, its role at a clinic, since when
``contacts``                  telephone and e-mail
``code``                      whether a code is asked for; the code itself is not kept
``consents``                  every giving and taking back: purpose, version, the text's SHA-256, moments
``patients``                  for each one:

  ``number``                  our own number, by which the journal speaks of the patient
  ``name``, ``birth_date``, ``sex``, ``policy_number``, ``clinic``, ``details``
  ``waiting_name``, ``waiting_policy_number``   a correction that the register has not agreed to yet
  ``check``                   where the check of the policy stands, and why
  ``representatives``         who may act: ``YOU`` or ``ANOTHER_REPRESENTATIVE``, never by name
  ``visits``                  past and ahead, with their ``number`` in the journal and the clinic's ``zone``
  ``chosen_times``            times looked at on a review screen in these days
  ``requests_received``, ``invitations_made``, ``desk_matters``, ``said_once``
  ``journal``                 who did what with the patient and its visits

``requests_made``, ``invitations_received``, ``takeovers``, ``failed_checks``
``drafts``                    forms left halfway, with what was typed
``messages``                  what the bot has to tell or has told: kind, state, moments, the visit's ref
``journal``                   what else was done by this account

Of other people's nothing but that they exist is in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.core.clock import Clock
from bot.core.deeds import Actor, AuditEntry, Deed, Subject, SubjectKind
from bot.core.patient import Patient
from bot.core.transactions import Storage, UnitOfWork
from bot.delivery.paper import Paper, Printer
from bot.glossary import AccountId, PatientId
from bot.privacy.records import Holding

WHOLE_JOURNAL = 100_000
"""entries of one patient; the journal is forgotten after three years"""

OF_PATIENT = (
    "representatives",
    "visits",
    "chosen_times",
    "requests_received",
    "invitations_made",
    "desk_matters",
    "said_once",
)
OF_ACCOUNT = ("requests_made", "invitations_received", "takeovers", "failed_checks", "drafts", "messages")

Sections = Mapping[str, Sequence[Holding]]


class Export:
    def __init__(self, storage: Storage, printer: Printer, clock: Clock) -> None:
        self._storage, self._printer, self._clock = storage, printer, clock

    async def gather(self, account: AccountId, patient: PatientId | None = None) -> Holding:
        """All of an account, or of one of its patients alone. Raises NotYours."""
        now = self._clock.now()
        subject = Subject.own_account() if patient is None else Subject.patient(patient)

        async def note(uow: UnitOfWork) -> None:
            if patient is not None:
                await uow.patients.require(account, patient)
            await uow.audit.add(Actor.account(account), Deed.DATA_EXPORTED, subject, now)

        await self._storage.write(note)

        async def look(view: UnitOfWork) -> Holding:
            sections = await view.holdings.of_account(account)
            known = [each for each in await view.patients.list_of(account) if patient in (None, each.id)]
            patients = [await _patient(view, account, each, sections) for each in known]
            if patient is not None:
                return {"made_at": now, "about": "PATIENT", "patients": patients}
            return {"made_at": now, "about": "ACCOUNT", **await _account(view, account, sections, patients)}

        return await self._storage.read(look)

    async def print_paper(self, paper: Paper) -> bytes:
        """Raises NotPrinted."""
        return await self._printer.print_paper(paper)


def as_json(tree: Holding) -> bytes:
    return json.dumps(tree, ensure_ascii=False, indent=2, default=_plain).encode()


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in an export")


async def _account(view: UnitOfWork, account: AccountId, sections: Sections, patients: Sequence[Holding]) -> Holding:
    contact = await view.contacts.get(account)
    told = {str(Subject(SubjectKind.PATIENT, str(card["patient_id"]))) for card in sections["cards"]}
    told |= {str(Subject(SubjectKind.APPOINTMENT, str(visit["number"]))) for visit in sections["visits"]}
    return {
        "account": sections["account"][0],
        "contacts": {"phone": contact.phone, "email": contact.email},
        "code": next(iter(sections["code"]), {"is_asked_for": False}),
        "consents": sections["consents"],
        "patients": patients,
        **{name: sections[name] for name in OF_ACCOUNT},
        "journal": [entry for entry in sections["journal"] if entry["subject"] not in told],
    }


async def _patient(view: UnitOfWork, account: AccountId, patient: Patient, sections: Sections) -> Holding:
    [card] = _of(patient.id, sections["cards"])
    check = patient.verification
    wanted = await view.patients.correction(patient.id)
    journal = await view.audit.list_of_patient(patient.id, WHOLE_JOURNAL)
    return {
        "number": patient.id,
        "name": _name_parts(patient),
        "birth_date": patient.birth_date,
        "sex": patient.sex,
        "policy_number": patient.policy_number,
        **card,
        "details": {detail.lower(): value for detail, value in (await view.patients.details(patient.id)).items()},
        "waiting_name": None if wanted is None else wanted.claim.name.full,
        "waiting_policy_number": None if wanted is None else wanted.claim.policy_number,
        "check": {
            "status": check.status,
            "reason": check.reason,
            "to_correct": check.correct,
            "asked_at": check.queued_at,
            "answered_at": check.checked_at,
        },
        **{name: _of(patient.id, sections[name]) for name in OF_PATIENT},
        "journal": [_entry(entry, account) for entry in journal],
    }


def _name_parts(patient: Patient) -> Holding:
    name = patient.name
    return {"family": name.family, "given": name.given, "patronymic": name.patronymic}


def _of(patient: PatientId, records: Sequence[Holding]) -> list[Holding]:
    return [
        {name: value for name, value in record.items() if name != "patient_id"}
        for record in records
        if record["patient_id"] == patient
    ]


def _entry(entry: AuditEntry, account: AccountId) -> Holding:
    who = {account: "YOU", None: None}.get(entry.actor.id, "ANOTHER_REPRESENTATIVE")
    return {"at": entry.at, "who": who, "action": entry.deed.value, "subject": str(entry.subject)}
