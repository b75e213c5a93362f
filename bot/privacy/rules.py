"""Rules of the operator's search: every reading of what a person has quoted."""

from __future__ import annotations

import re

from bot.account.rules.contacts import parse_phone
from bot.core.errors import InvalidInput
from bot.core.refs import read_ref
from bot.core.typed_text import visible
from bot.glossary import AccountId, AppointmentId, PatientId
from bot.patients.rules.policy_number import parse_old_policy
from bot.privacy.records import Quoted

POLICY_LENGTHS = (9, 16)
LONGEST_ID = 15
"""digits of a Telegram id, which has at most 52 bits"""

_SIGN = r"\s*(?:№|no\.?|n)?\s*(\d{1,15})"
_ACCOUNT = re.compile(rf"(?:account|уч[её]тная запись|аккаунт){_SIGN}", re.IGNORECASE)
_CARD = re.compile(rf"(?:card|карточка){_SIGN}", re.IGNORECASE)
_VISIT = re.compile(rf"(?:visit|запись|приём){_SIGN}", re.IGNORECASE)
_FAILURE = re.compile(r"[0-9a-f]{8}")


def read_quoted(text: str) -> Quoted:
    """Read a phone, a policy number, a Telegram id, a Ref, or another number that the bot tells people.

    Some texts can be read in two ways: nine digits are a temporary certificate or a Telegram id.
    """
    typed = visible(text)
    digits = "".join(char for char in typed if char.isdecimal()) if re.fullmatch(r"[\d\s-]+", typed) else ""
    labelled = [pattern.fullmatch(typed) for pattern in (_ACCOUNT, _CARD, _VISIT)]
    account, card, visit = labelled
    return Quoted(
        ref=read_ref(typed),
        phone=_phone(typed),
        policy_number=digits if len(digits) in POLICY_LENGTHS else None if any(labelled) else _old_policy(typed),
        telegram_id=int(digits) if 0 < len(digits) <= LONGEST_ID else None,
        account=AccountId(int(account[1])) if account else None,
        card=PatientId(int(card[1])) if card else None,
        visit=AppointmentId(int(visit[1])) if visit else None,
        is_failure=_FAILURE.fullmatch(typed.lower()) is not None,
    )


def _phone(typed: str) -> str | None:
    try:
        return parse_phone(typed)
    except InvalidInput:
        return None


def _old_policy(typed: str) -> str | None:
    if read_ref(typed) or not any(char.isalpha() for char in typed) or ("№" not in typed and " " not in typed):
        return None
    try:
        return parse_old_policy(typed)
    except InvalidInput:
        return None
