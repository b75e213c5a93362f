"""Every screen and action of the desk for every role; a link that this test does not know fails it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from aiogram.filters.callback_data import CallbackData

from bot.clinics.port import ClinicReason
from bot.clinics.schedule_port import DayHours
from bot.core.clinic import VisitType
from bot.core.people import Role
from bot.glossary import ClinicId, DoctorId
from bot.staff.rights import RIGHTS, Right
from dialogs.kit.link import Action, Link
from dialogs.staff import application_links, check_links, day_links, links, list_links, schedule_links
from tests.chat.actions import MARIA, PETROVA, THURSDAY, account_of, book, say, send, settle_in
from tests.chat.forged_buttons import DAY, NOWHERE, START, of_desk
from tests.chat.person import Person
from tests.chat.town import Town
from tests.desk_code import CODE, set_code

GONE = "Этого здесь больше нет. Вот что есть сейчас."
NAMES = ("Мария И.", "Иванова", "Мария")

OF_POSTS = {"InvitedToPost", "AcceptPost", "DeclinePost"}
"""of whoever has opened a link to a post; tests/chat/staff/test_posts.py"""
ANYBODY = {"TicketAnswer": "says the same to everybody who may not see the visit"}
OLD = {"DeskFound": "stands on buttons of earlier releases, which hold the name that was typed"}
BY_STAFF = {"Desk": "the menu of every role"}

CLINICS_OWN = {
    "AskMatter", "SeeMatter", "ConfirmMatter", "DeclineMatter", "ShowMatter",
    "SeeTakeover", "ConfirmTakeover", "DeclineTakeover", "ShowTakeover",
    "PolicyQueue", "SeePolicy", "ShowPolicy", "AskDigits", "AskBothDigits", "ChooseFix", "ChooseNo", "DecidePolicy",
    "PolicyDecided", "UndoPolicy", "CheckUnchecked",
}  # fmt: skip
"""about what parents bring: tests of matters, takeovers and policy checks press them in their own scenes"""

RIGHT_OF: dict[str, Right] = {
    **dict.fromkeys(
        ["DeskDay", "DeskDoctorDay", "DeskDoctors", "DeskDays", "DeskNames", "DeskVisit", "ShowVisit", "PrintDay",
         "DeskWaiting", "DeskFollowUp", "MakeFollowUp", "SwitchDigest"],
        Right.SEE_VISITS,
    ),
    **dict.fromkeys(["DeskAskCancel", "DeskConfirmCancel", "DeskCancel", "DeskUndo"], Right.CANCEL_VISITS),
    **dict.fromkeys(["DeskMove", "DeskMoveDays", "DeskConfirmMove", "DeskMoveTo"], Right.MOVE_VISITS),
    **dict.fromkeys(
        ["DeskReferrals", "DeskRefer", "DeskReferUntil", "DeskConfirmReferral", "DeskGiveReferral",
         "DeskWithdrawReferral"],
        Right.REFER,
    ),
    "DeskQueue": Right.SETTLE_MATTERS,
    "DeskReaders": Right.SEE_READERS,
    **dict.fromkeys(
        ["StaffList", "InviteColleague", "MakePostLink", "PostLink", "WithdrawPostLink", "Colleague", "AskDismiss",
         "Dismiss"],
        Right.MANAGE_STAFF,
    ),
    **dict.fromkeys(["ClinicPoster", "PrintPoster"], Right.PRINT_POSTER),
    **dict.fromkeys(["CheckIn", "DeskMissed", "AgreeMissed", "DenyMissed", "AskBenefit", "SetBenefit"], Right.CHECK_IN),
    **dict.fromkeys(["DeskBlocked", "AskLiftBlock", "LiftBlock"], Right.LIFT_BLOCKS),
    **dict.fromkeys(["DeskFigures", "DrawWeek", "TakeMonth"], Right.SEE_FIGURES),
    **dict.fromkeys(
        ["DeskWhom", "DeskPersons", "DeskSpecialtiesFor", "DeskDoctorsFor", "DeskTimesFor", "DeskReviewFor", "BookFor"],
        Right.BOOK_VISITS,
    ),
    **{
        name: Right.EDIT_SCHEDULES
        for name, kind in vars(schedule_links).items()
        if isinstance(kind, type) and issubclass(kind, (Link, Action)) and kind.__module__ == schedule_links.__name__
    },
    "PrintFollowUps": Right.EDIT_SCHEDULES,
    **{
        name: Right.KEEP_PATIENTS
        for name, kind in vars(list_links).items()
        if isinstance(kind, type) and issubclass(kind, (Link, Action)) and kind.__module__ == list_links.__name__
    },
}  # fmt: skip

OF_APPLICATIONS = {
    name
    for name, kind in vars(application_links).items()
    if isinstance(kind, type) and issubclass(kind, (Link, Action)) and kind.__module__ == application_links.__name__
}
"""pressed by every role in test_access_of_applications.py"""

OWNED = ("number", "person", "keep", "doctor", "closure")
"""fields that name something of a clinic"""
ROLES = ("clerk", "head", "admin", "other clinic's clerk", "dismissed clerk", "parent", "stranger")
STANDS = """
SELECT (SELECT group_concat(id || status || slot_id, ',') FROM registry_bookings) AS visits,
    (SELECT group_concat(status, '') FROM registry_slots) AS slots,
    (SELECT sum(priority) FROM registry_persons) AS benefits,
    (SELECT count(*) FROM registry_persons) AS persons,
    (SELECT count(*) FROM registry_referrals) AS referrals,
    (SELECT count(*) || count(reopened_at) FROM registry_closures) AS closures,
    (SELECT count(called_at) FROM registry_closed_slots) AS calls,
    (SELECT count(*) FROM registry_exceptions WHERE from_desk = 1) AS exceptions,
    (SELECT group_concat(room, ',') FROM registry_slots) AS rooms,
    (SELECT count(*) FROM staff_invitations) AS posts,
    (SELECT count(*) FROM accounts WHERE role IS NOT NULL) AS staff
"""


@dataclass(frozen=True, slots=True)
class Scene:
    town: Town
    persons: dict[str, Person]
    buttons: list[CallbackData]
    missing: list[CallbackData]

    async def stands(self) -> dict[str, Any]:
        [row] = await self.town.app.store.database.read(lambda connection: connection.fetch(STANDS, {}))
        return dict(row)


def kinds() -> Iterator[type[CallbackData]]:
    """Yield every link and action of the desk."""
    for module in (links, day_links, schedule_links, list_links, application_links, check_links):
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, (Link, Action)) and kind.__module__ == module.__name__:
                yield kind


def right_of(button: CallbackData) -> Right | None:
    if getattr(button, "for_good", False):
        return Right.REPLACE_FOR_GOOD
    return RIGHT_OF.get(type(button).__name__)


def buttons_of(number: int, person: int, doctor: int, closure: int) -> list[CallbackData]:
    return [
        *of_desk(number, person, doctor, closure),
        day_links.DeskPersons(),
        links.DeskReaders(),
        day_links.ClinicPoster(),
        day_links.PrintPoster(),
        day_links.DeskTimesFor(person=person, doctor=DoctorId(doctor), day=DAY),
        day_links.DeskReviewFor(person=person, doctor=DoctorId(doctor), start=START, kind=VisitType.PLANNED),
        schedule_links.ChooseStandIn(doctor=doctor, day=DAY, for_good=True),
    ]


async def member(town: Town, telegram_id: int, role: Role, clinic: int) -> Person:
    await town.app.services.accounts.appoint(telegram_id, role, ClinicId(clinic))
    await set_code(town.app.services, telegram_id)
    person = town.chat.person(telegram_id, first_name="Сотрудник")
    await say(person, "/start")
    if "код доступа" in (await person.screen()).text:
        await say(person, CODE)
    return person


@pytest.fixture
async def scene(town: Town) -> Scene:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await settle_in(town.stranger)
    clerk = await member(town, 1009, Role.REGISTRAR, 1)
    persons = {
        "clerk": clerk,
        "head": await member(town, 1006, Role.HEAD, 1),
        "admin": await member(town, 1007, Role.ADMIN, 1),
        "other clinic's clerk": await member(town, 1005, Role.REGISTRAR, 2),
        "dismissed clerk": await member(town, 1008, Role.REGISTRAR, 1),
        "parent": town.mother,
        "stranger": town.stranger,
    }
    await town.app.services.members.dismiss(1008)
    sql = """
        SELECT b.id, b.person_id, s.doctor_id FROM registry_bookings b
        JOIN registry_slots s ON s.id = b.slot_id JOIN appointments a ON a.booking = CAST(b.id AS TEXT)
        ORDER BY a.id DESC LIMIT 1
    """
    [[number, person, doctor]] = await town.app.store.database.read(lambda connection: connection.fetch(sql, {}))
    staff = await account_of(town, clerk)
    found = await town.app.services.schedules.doctors(staff)
    other = next(each.number for each in found[1] if each.name.family == "Зайцев")
    touched = (await town.app.services.closing.preview(staff, other, DayHours(date(2026, 11, 26)))).total
    closure = await town.app.services.closing.close(
        staff, other, DayHours(date(2026, 11, 26)), ClinicReason.DOCTOR_ILL, touched
    )
    real = buttons_of(number, person, doctor, closure.number)
    return Scene(town, persons, real, buttons_of(NOWHERE, NOWHERE, NOWHERE, NOWHERE))


def test_every_link_of_the_desk_has_a_right_here_and_is_pressed() -> None:
    """A new link is added to RIGHT_OF, and to ``of_desk`` or ``buttons_of``."""
    elsewhere = {*OF_POSTS, *ANYBODY, *OLD, *BY_STAFF, *CLINICS_OWN, *OF_APPLICATIONS}
    every = {kind.__name__ for kind in kinds()}
    assert every == {*RIGHT_OF, *elsewhere}
    of_admins = {name for name, right in RIGHT_OF.items() if right is Right.MANAGE_STAFF}
    pressed = {type(each).__name__ for each in buttons_of(1, 1, 1, 1)}
    assert every - elsewhere - of_admins <= pressed


@pytest.mark.requirement("B41", "B62", "C22", "C23")
@pytest.mark.parametrize("role", ROLES)
async def test_role_is_let_in_by_its_rights_alone(scene: Scene, role: str) -> None:
    """Whoever has no right is answered alike by every button; another clinic's numbers are answered as missing ones."""
    person, before = scene.persons[role], await scene.stands()
    if role in ("clerk", "head"):
        await is_let_in(scene, person, RIGHTS[Role.HEAD if role == "head" else Role.REGISTRAR])
        return
    for real, missing in zip(scene.buttons, scene.missing, strict=True):
        right = right_of(real)
        if right is None or (role == "admin" and right in RIGHTS[Role.ADMIN]):
            continue
        if role == "other clinic's clerk":
            if right in RIGHTS[Role.REGISTRAR] and not any(hasattr(real, name) for name in OWNED):
                continue
            expected, _seen = await send(person, missing.pack())
            answer, seen = await send(person, real.pack())
            assert answer.alert == expected.alert, real
        else:
            answer, seen = await send(person, real.pack())
            assert answer.alert == GONE, real
        if role != "parent":
            assert not any(name in seen.text for name in NAMES), real
    assert await scene.stands() == before


async def is_let_in(scene: Scene, person: Person, rights: frozenset[Right]) -> None:
    """Open every screen; actions are pressed by the tests of what they do."""
    for button in scene.buttons:
        right = right_of(button)
        if right is None or isinstance(button, Action):
            continue
        answer, _seen = await send(person, button.pack())
        if right in rights:
            assert answer.alert != GONE, button
        else:
            assert answer.alert == GONE, button
