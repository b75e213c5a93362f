"""What was typed at the desk and stands in no button: the name that is looked for, a new patient, a policy number.

It is kept in the sealed prompt (``Visitor.noted``), so it survives other screens of the desk that ask for text, a wrong
answer, the access code and a restart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.staff.person_form import read, written
from bot.staff.records import PersonForm
from dialogs.kit.flow import Visitor

WANTED, FORM, POLICY, PRINTED = "wanted", "form", "policy", "printed"


def wanted_of(visitor: Visitor) -> str:
    """Return the name that is looked for, "" if none is."""
    return str(_notes(visitor).get(WANTED, ""))


def form_of(visitor: Visitor) -> PersonForm:
    """Return the answers about a new patient; an empty form if there are none."""
    return read(_notes(visitor).get(FORM, {}))


def policy_of(visitor: Visitor) -> str:
    """Return the policy number that was typed, "" if none was."""
    return str(_notes(visitor).get(POLICY, ""))


def printed_of(visitor: Visitor, visit: int) -> str:
    """Return the number on the form of a referral that was typed at a visit, "" if none was."""
    return str(_notes(visitor).get(PRINTED, {}).get(str(visit), ""))


def keep_printed(visitor: Visitor, visit: int, number: str) -> None:
    """Keep the number that was typed at a visit, in place of one at another visit; "" drops it."""
    _keep(visitor, PRINTED, {str(visit): number} if number else "")


def keep_wanted(visitor: Visitor, wanted: str) -> None:
    _keep(visitor, WANTED, wanted)


def keep_form(visitor: Visitor, form: PersonForm) -> None:
    """Keep the answers; an empty form drops them."""
    _keep(visitor, FORM, written(form))


def keep_policy(visitor: Visitor, number: str) -> None:
    _keep(visitor, POLICY, number)


def _notes(visitor: Visitor) -> dict[str, Any]:
    if visitor.noted.startswith("{"):
        notes: dict[str, Any] = json.loads(visitor.noted)
        return notes
    return {WANTED: visitor.noted} if visitor.noted else {}  # a prompt of an earlier release


def _keep(visitor: Visitor, what: str, value: str | Mapping[str, str]) -> None:
    notes = {key: known for key, known in _notes(visitor).items() if key != what}
    kept = notes | ({what: value} if value else {})
    visitor.noted = json.dumps(kept, ensure_ascii=False) if kept else ""
