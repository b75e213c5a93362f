"""Rights at the desk: what each role of the staff may do at its own clinic.

| Right               | REGISTRAR | HEAD | ADMIN |
|---------------------|-----------|------|-------|
| SEE_VISITS          | yes       | yes  | no    |
| CANCEL_VISITS       | yes       | yes  | no    |
| MOVE_VISITS         | yes       | yes  | no    |
| SETTLE_MATTERS      | yes       | yes  | no    |
| CHECK_POLICIES      | yes       | yes  | no    |
| DECIDE_APPLICATIONS | yes       | yes  | no    |
| LIMIT_ENROLLMENT    | no        | yes  | no    |
| REFER               | yes       | yes  | no    |
| KEEP_PATIENTS       | yes       | yes  | no    |
| EDIT_SCHEDULES      | yes       | yes  | no    |
| REPLACE_FOR_GOOD    | no        | yes  | no    |
| BOOK_VISITS         | yes       | yes  | no    |
| CHECK_IN            | yes       | yes  | no    |
| LIFT_BLOCKS         | yes       | yes  | no    |
| SEE_READERS         | no        | yes  | yes   |
| SEE_FIGURES         | yes       | yes  | yes   |
| PRINT_POSTER        | no        | yes  | yes   |
| MANAGE_STAFF        | no        | no   | yes   |

An admin looks after the staff and needs no patient's name for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bot.core.errors import NotYours
from bot.core.people import Account, Role
from bot.glossary import ClinicId
from bot.staff.errors import StaffCodeNeeded


class Right(StrEnum):
    SEE_VISITS = "SEE_VISITS"
    """the visits of a day with the patients' names, and one visit"""
    CANCEL_VISITS = "CANCEL_VISITS"
    MOVE_VISITS = "MOVE_VISITS"
    SETTLE_MATTERS = "SETTLE_MATTERS"
    """confirm or decline, with papers, what a parent brings to the desk under a Ref"""
    CHECK_POLICIES = "CHECK_POLICIES"
    """decide whether a policy that no list confirms is in the clinic's own system"""
    DECIDE_APPLICATIONS = "DECIDE_APPLICATIONS"
    """open the applications to the clinic, approve, refuse or give them back"""
    LIMIT_ENROLLMENT = "LIMIT_ENROLLMENT"
    """say that the clinic takes no more children, or only those of its own districts, and which papers it asks for"""
    REFER = "REFER"
    """give the patient of a visit a referral, and withdraw it"""
    KEEP_PATIENTS = "KEEP_PATIENTS"
    """look into the clinic's list of patients, add one, add a policy and merge double records"""
    EDIT_SCHEDULES = "EDIT_SCHEDULES"
    """close and open hours, change a room, let another doctor stand in for a day"""
    REPLACE_FOR_GOOD = "REPLACE_FOR_GOOD"
    BOOK_VISITS = "BOOK_VISITS"
    """book a person at the counter or on the telephone"""
    CHECK_IN = "CHECK_IN"
    """note whether the patient of a visit has come"""
    LIFT_BLOCKS = "LIFT_BLOCKS"
    """let a card book again that is blocked after late cancellations"""
    SEE_READERS = "SEE_READERS"
    """how many names each colleague has read"""
    SEE_FIGURES = "SEE_FIGURES"
    """how full the days are, how many visits were missed or cancelled late; no names"""
    PRINT_POSTER = "PRINT_POSTER"
    """the clinic's link, and the poster with its QR code"""
    MANAGE_STAFF = "MANAGE_STAFF"
    """invite colleagues to the own clinic and dismiss them"""


_REGISTRAR = frozenset(
    {
        Right.SEE_VISITS,
        Right.CANCEL_VISITS,
        Right.MOVE_VISITS,
        Right.SETTLE_MATTERS,
        Right.CHECK_POLICIES,
        Right.DECIDE_APPLICATIONS,
        Right.REFER,
        Right.KEEP_PATIENTS,
        Right.EDIT_SCHEDULES,
        Right.CHECK_IN,
        Right.BOOK_VISITS,
        Right.LIFT_BLOCKS,
        Right.SEE_FIGURES,
    }
)

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.REGISTRAR: _REGISTRAR,
    Role.HEAD: _REGISTRAR | {Right.SEE_READERS, Right.REPLACE_FOR_GOOD, Right.PRINT_POSTER, Right.LIMIT_ENROLLMENT},
    Role.ADMIN: frozenset({Right.SEE_READERS, Right.SEE_FIGURES, Right.PRINT_POSTER, Right.MANAGE_STAFF}),
}


def has_right(account: Account, right: Right) -> bool:
    """Return whether the role of the account gives the right; the access code is not looked at."""
    return account.role is not None and account.clinic is not None and right in RIGHTS[account.role]


def require_right(account: Account, right: Right) -> ClinicId:
    """Return the clinic of a staff member who has the right and an access code. Raises NotYours, StaffCodeNeeded.

    A forgotten code that is going to be dropped counts as none: the right code, typed once, keeps it.
    """
    if account.clinic is None or not has_right(account, right):
        raise NotYours
    if account.lock is None or account.lock.drops_at is not None:
        raise StaffCodeNeeded
    return account.clinic
