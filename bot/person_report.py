"""What the operator's command shows of a person: one tree, printed as tables or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.booking.records import AppointmentCard
from bot.core.deeds import AuditEntry
from bot.core.i18n import MOSCOW
from bot.core.patient import Patient
from bot.patients.records import Detail
from bot.privacy.desk_lookup import FoundAtDesk
from bot.privacy.lookup import Found, FoundPerson
from bot.privacy.records import Trace, UndoableMove

Tree = Mapping[str, Any]


# --- the tree ---------------------------------------------------------------------------------------------------------


def report(found: Found) -> Tree:
    """Return what was found; only details name a person or a visit."""
    people = [_account(person) | _personal(person) for person in found.people]
    return {"found": [_trace(trace) for trace in found.traces], "accounts": people}


def at_desk(found: FoundAtDesk, *, detailed: bool) -> dict[str, Any]:
    """Return whom a number of the desk's own belongs to; only details name the person."""
    known = {"clinic": found.clinic.name, "about": str(found.subject), "has_policy": bool(found.policy_number)}
    if not detailed:
        return known
    born = found.birth_date.isoformat()
    details = {"name": found.name.full, "birth_date": born, "policy_number": found.policy_number, "phone": found.phone}
    return known | details


def _trace(trace: Trace) -> Tree:
    return {
        "what": trace.source.value,
        "number": trace.ref,
        "status": trace.status,
        "at": _moment(trace.at),
        "operator": trace.operator,
        "accounts": list(trace.accounts),
    }


def _account(person: FoundPerson) -> dict[str, Any]:
    account = person.account
    return {
        "account": account.id,
        "reachable": account.reachable,
        "language": account.language or account.telegram_language,
        "role": account.role,
        "has_code": account.lock is not None,
        "consents": [
            {
                "purpose": consent.purpose.value,
                "version": consent.version,
                "given_at": _moment(consent.given_at),
                "revoked_at": _moment(consent.revoked_at),
            }
            for consent in person.consents
        ],
        "patients": person.holdings.patients,
        "visits_ahead": person.holdings.visits,
        "takeovers": [_move(made) for made in person.moves],
        "acts_of_operators": [_act(entry) for entry in person.acts],
    }


def _act(entry: AuditEntry) -> Tree:
    return {"at": _moment(entry.at), "who": entry.actor.name, "deed": entry.deed.value, "subject": str(entry.subject)}


def _move(made: UndoableMove) -> Tree:
    """Return a takeover that can be undone until a moment."""
    return {
        "takeover": made.takeover,
        "number": made.ref,
        "from": made.old,
        "to": made.new,
        "made_at": _moment(made.moved_at),
        "until": _moment(made.until),
    }


def _personal(person: FoundPerson) -> dict[str, Any]:
    details = person.details
    if details is None:
        return {}
    return {
        "telegram_id": details.telegram_id,
        "phone": details.contact.phone,
        "email": details.contact.email,
        "children": [_child(patient, details.more[patient.id]) for patient in details.patients],
        "visits": [_visit(card) for card in details.visits],
    }


def _child(patient: Patient, more: Mapping[Detail, str]) -> Tree:
    return {
        "card": patient.id,
        "name": patient.name.full,
        "birth_date": patient.birth_date.isoformat(),
        "sex": patient.sex.value,
        "policy_number": patient.policy_number,
        "snils": more.get(Detail.SNILS),
        "birth_certificate": more.get(Detail.CERTIFICATE),
        "address": more.get(Detail.ADDRESS),
        "check": patient.verification.status.value,
    }


def _visit(card: AppointmentCard) -> Tree:
    return {
        "number": card.appointment.ref,
        "card": card.patient.id,
        "status": card.appointment.status.value,
        "starts_at": _moment(card.appointment.starts_at),
        "specialty": card.specialty.name,
        "clinic": card.clinic.name,
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(MOSCOW).isoformat(timespec="minutes")


# --- printing ---------------------------------------------------------------------------------------------------------


def print_json(tree: Tree) -> None:
    print(json.dumps(tree, ensure_ascii=False, indent=2))


def print_tables(tree: Tree) -> None:
    console = Console(highlight=False)
    console.print(_table("Found", tree["found"]))
    for account in tree["accounts"]:
        lists = {name: value for name, value in account.items() if isinstance(value, list)}
        facts = [{"": name.replace("_", " "), " ": value} for name, value in account.items() if name not in lists]
        console.print(_table("Account", facts, heads=False))
        for name, rows in lists.items():
            if rows:
                console.print(_table(name.replace("_", " ").capitalize(), rows))


def _table(title: str, rows: Sequence[Tree], *, heads: bool = True) -> Table:
    """Return a table without the columns that would be empty."""
    table = Table(title=title, title_justify="left", show_header=heads)
    names = [name for name in rows[0] if any(row[name] not in (None, "", []) for row in rows)]
    for name in names:
        table.add_column(name.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*_cells(row[name] for name in names))
    return table


def _cells(values: Iterable[object]) -> list[str]:
    """Return plain texts: a name with square brackets is no markup."""
    return [escape(_written(value)) for value in values]


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return "" if value is None else str(value)
