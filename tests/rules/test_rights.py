"""What each role of the staff may do, and that nothing opens without an access code."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.errors import NotYours
from bot.core.people import Account, Lock, Role
from bot.glossary import AccountId, ClinicId
from bot.staff.errors import StaffCodeNeeded
from bot.staff.rights import RIGHTS, Right, has_right, require_right

CLINIC = ClinicId(7)
AT_DESK = {
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


def member(role: Role | None, lock: Lock | None = Lock()) -> Account:  # noqa: B008 - a frozen record
    return Account(AccountId(1), None, frozenset(), role=role, clinic=CLINIC if role else None, lock=lock)


def test_three_roles_have_three_sets_of_rights() -> None:
    assert RIGHTS[Role.REGISTRAR] == AT_DESK
    assert RIGHTS[Role.HEAD] == AT_DESK | {
        Right.SEE_READERS,
        Right.REPLACE_FOR_GOOD,
        Right.PRINT_POSTER,
        Right.LIMIT_ENROLLMENT,
    }
    assert RIGHTS[Role.ADMIN] == {Right.SEE_READERS, Right.SEE_FIGURES, Right.PRINT_POSTER, Right.MANAGE_STAFF}
    assert set(RIGHTS) == set(Role)


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize("role", [*Role, None])
def test_right_is_required_of_the_role(role: Role | None, right: Right) -> None:
    account = member(role)
    if role is not None and right in RIGHTS[role]:
        assert require_right(account, right) == CLINIC
        assert has_right(account, right)
        return
    assert not has_right(account, right)
    with pytest.raises(NotYours):
        require_right(account, right)


@pytest.mark.parametrize("lock", [None, Lock(drops_at=datetime(2026, 11, 24, tzinfo=UTC))])
def test_desk_is_closed_without_an_access_code(lock: Lock | None) -> None:
    """A forgotten code that is going to be dropped is none either."""
    with pytest.raises(StaffCodeNeeded):
        require_right(member(Role.HEAD, lock), Right.SEE_VISITS)
    with pytest.raises(NotYours):
        require_right(member(None, lock), Right.SEE_VISITS)
