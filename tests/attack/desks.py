"""Attackers at a clinic's desk: another clinic's clerk, a parent, a stranger, each role, and whoever was dismissed.

Each presses the desk's buttons with the numbers of an attacked visit, writes at its prompts and opens tickets.
"""

from __future__ import annotations

import re
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from contextlib import closing
from io import BytesIO
from typing import Any, NamedTuple

from aiogram.filters.callback_data import CallbackData

from bot.core.people import Role
from bot.glossary import AccountId, AppointmentId
from dialogs.appointments.links import PrintTicket
from dialogs.staff.day_links import AgreeMissed, CheckIn, DeskFigures, DeskWhom, DrawWeek, SetBenefit, TakeMonth
from dialogs.staff.links import Desk, DeskReaders, DeskVisit, Dismiss, MakePostLink
from dialogs.staff.list_links import DeskPatients
from dialogs.staff.schedule_links import ChooseStandIn, ConfirmStandIn, StandInNow
from tests.attack.attack import CODE, Attack
from tests.attack.insiders import REGISTRAR, set_code
from tests.chat.actions import consent, say
from tests.chat.forged_buttons import DAY, NOWHERE, of_admin, of_desk, of_post
from tests.chat.message import ChatMessage
from tests.chat.person import Person

CLERK, ADMIN, CODELESS = 1011, 1012, 1013
"""the staff of the clinic of the attacked visit"""
GONE, FOREIGN_TICKET = "Этого здесь больше нет", "Этот код не из бота"
OWNED = ("number", "person", "keep", "doctor", "closure", "check", "matter", "takeover")
"""fields of a button that name something of a clinic"""
PUBLIC = (DeskFigures, DrawWeek, TakeMonth)
"""what an admin may open: figures, without names"""
POST, TICKET = re.compile(r"\?start=(staff_[\w-]+)"), re.compile(r"\?start=(visit_[\w-]+)$")

CHANGED_AT_DESK = """
SELECT (SELECT status || ' ' || slot_id FROM registry_bookings WHERE id = :number) AS visit,
    (SELECT priority FROM registry_persons WHERE id = :person) AS benefit,
    (SELECT count(*) FROM registry_persons) AS persons,
    (SELECT count(*) FROM registry_bookings WHERE status IN ('CHECKED_IN', 'FULFILLED', 'NO_SHOW')) AS arrivals,
    (SELECT count(*) FROM registry_bookings WHERE key IS NULL) AS by_desk,
    (SELECT count(*) FROM registry_referrals) AS referrals,
    (SELECT count(*) || ' ' || count(reopened_at) FROM registry_closures) AS closures,
    (SELECT count(called_at) FROM registry_closed_slots) AS calls,
    (SELECT count(*) FROM registry_exceptions WHERE from_desk = 1) AS exceptions,
    (SELECT count(*) || ' ' || count(ended_at) FROM staff_invitations) AS posts,
    (SELECT count(*) FROM accounts WHERE role IS NOT NULL) AS staff
"""


class DeskIds(NamedTuple):
    """The desk's own numbers around the attacked visit."""

    number: int
    person: int
    doctor: int
    closure: int

    def buttons(self) -> list[CallbackData]:
        return list(of_desk(self.number, self.person, self.doctor, self.closure))


MISSING = DeskIds(NOWHERE, NOWHERE, NOWHERE, NOWHERE)


def look_up(attack: Attack, sql: str, **values: int) -> sqlite3.Row:
    """Return the first row of what an attacker who has read the clinic's papers would know."""
    with closing(sqlite3.connect(attack.database, timeout=20)) as connection:
        connection.row_factory = sqlite3.Row
        row: sqlite3.Row = connection.execute(sql, values).fetchone()
        return row


def ids_of(attack: Attack) -> DeskIds:
    found = look_up(
        attack,
        "SELECT b.person_id, s.doctor_id, (SELECT max(id) FROM registry_closures c WHERE c.clinic_id = s.clinic_id) "
        "FROM registry_bookings b JOIN registry_slots s ON s.id = b.slot_id WHERE b.id = :number",
        number=attack.number,
    )
    return DeskIds(attack.number, *found)


def what_stands(attack: Attack, ids: DeskIds) -> dict[str, object]:
    return dict(look_up(attack, CHANGED_AT_DESK, number=ids.number, person=ids.person))


def compare(attack: Attack, before: dict[str, object], after: dict[str, object], where: str) -> None:
    """Count what an attacker has changed."""
    changed = [name for name, value in after.items() if value != before[name]]
    attack.score.leaks += [f"{where}: has changed {name}: {before[name]} to {after[name]}" for name in changed]


async def files_of(person: Person) -> int:
    return sum(bool(each.raw.get("document") or each.raw.get("photo")) for each in await person.messages() if each.bot)


async def begin(attack: Attack, telegram_id: int) -> Person:
    """Return a member of the staff who has typed the access code."""
    member = attack.client.person(telegram_id)
    await say(member, "/start")
    await behind_code(member)
    await set_code(member)
    return member


async def behind_code(member: Person) -> ChatMessage:
    seen = await member.screen()
    return await say(member, CODE) if "код доступа" in seen.text and not seen.button("Поставить код") else seen


async def is_refused(attack: Attack, who: Person, buttons: Iterable[CallbackData], where: str) -> None:
    """Press buttons that this person has no right to: each is answered as if there were nothing."""
    files = await files_of(who)
    for button in buttons:
        await attack.forge(who, button.pack(), where)
        if GONE not in attack.last_alert:
            attack.score.leaks.append(f"{where}: {button.pack()} is answered: {attack.last_alert or 'by a screen'}")
    if await files_of(who) != files:
        attack.score.leaks.append(f"{where}: gets a file")


async def types_everything(attack: Attack, who: Person, where: str, *prompts: CallbackData) -> None:
    """Open each prompt and write whom to look for: the name, the policy number and the number of the visit."""
    name = attack.child.name
    for prompt in prompts:
        for text in (f"{name.family} {name.given}", attack.child.policy_number, attack.ref):
            await attack.forge(who, prompt.pack(), where)
            # What was typed may stand in the answer.
            others = [secret for secret in attack.secrets if secret not in text]
            await attack.write(who, text, where, [each for each in others if each not in (name.family, name.short)])
            if (await who.screen()).button(re.compile(f"^{name.given} .*{name.family[0]}")):
                attack.score.leaks.append(f"{where}: {text!r} finds the child")


async def neighbour_uses_the_desk(attack: Attack) -> None:
    """The clerk of another clinic uses the numbers of the attacked one: each is answered like a missing number."""
    neighbour, ids, where = await begin(attack, REGISTRAR), ids_of(attack), "neighbour at the desk"
    before = what_stands(attack, ids)
    for real, missing in zip(ids.buttons(), MISSING.buttons(), strict=True):
        if not set(OWNED) & set(type(real).model_fields):
            continue
        answers = []
        for button in (missing, real):
            seen = await attack.forge(neighbour, button.pack(), where, [attack.child.name.full, attack.ref])
            answers.append((attack.last_alert, seen.text, seen.labels))
        if answers[0] != answers[1]:
            attack.score.leaks.append(f"{where}: {real.pack()} is no missing number: {answers[1]}")
    await types_everything(attack, neighbour, where, Desk(), DeskWhom(), DeskPatients())
    compare(attack, before, what_stands(attack, ids), where)


async def parents_use_the_desk(attack: Attack) -> None:
    """A stranger, a parent of another child and the mother herself press what only the staff may."""
    stranger, ids = attack.stranger(), ids_of(attack)
    await consent(stranger)
    before = what_stands(attack, ids)
    buttons = [*ids.buttons(), *of_admin(1, 1), DeskReaders()]
    await is_refused(attack, stranger, buttons, "stranger at the desk")
    await types_everything(attack, stranger, "stranger at the desk", Desk(), DeskWhom(), DeskPatients())
    for post in of_post(1):
        await attack.forge(stranger, post.pack(), "stranger at the desk")
    for command in ("/desk", "/day", "/queue"):
        await attack.write(stranger, command, "stranger at the desk")
    number = ids.number
    own = (CheckIn(number=number), AgreeMissed(number=number), SetBenefit(number=number, on=True))
    for parent in (attack.photographer.person, attack.mother.person):
        await say(parent, "/menu")
        for button in own:
            await parent.press_data((await parent.screen()).id, button.pack())
            attack.score.acts += 1
    compare(attack, before, what_stands(attack, ids), "parents at the desk")


async def roles_go_beyond(attack: Attack) -> None:
    """An admin sees no patients, a clerk manages no staff and replaces nobody for good, and no code means no desk."""
    ids = ids_of(attack)
    admin, clerk = await begin(attack, ADMIN), await begin(attack, CLERK)
    before = what_stands(attack, ids)
    await is_refused(
        attack, admin, (each for each in ids.buttons() if not isinstance(each, PUBLIC)), "admin at the desk"
    )
    foreign = look_up(attack, "SELECT min(id) AS member FROM accounts WHERE role IS NOT NULL AND clinic_id = 1")
    await is_refused(attack, admin, [Dismiss(member=AccountId(foreign["member"]))], "admin of another clinic")
    for_good: dict[str, Any] = {"doctor": ids.doctor, "day": DAY}
    beyond = [
        ChooseStandIn(**for_good, for_good=True),
        *(kind(**for_good, substitute=ids.doctor + 1, for_good=True) for kind in (ConfirmStandIn, StandInNow)),
        *(each for each in of_admin(1, 1)),
        MakePostLink(role=Role.HEAD),
        DeskReaders(),
    ]
    await is_refused(attack, clerk, beyond, "clerk beyond the role")
    codeless = attack.client.person(CODELESS)
    await say(codeless, "/start")
    for button in ids.buttons():
        await attack.forge(codeless, button.pack(), "clerk without a code")
    compare(attack, before, what_stands(attack, ids), "roles at the desk")


async def dismissed_in_the_middle(attack: Attack) -> None:
    """A colleague is invited, opens the desk and is dismissed: open prompts, old buttons and the link are of no use."""
    where, admin, ids = "dismissed in the middle", await begin(attack, ADMIN), ids_of(attack)
    await admin.press_data((await admin.screen()).id, MakePostLink(role=Role.REGISTRAR).pack())
    word = POST.findall((await admin.wait_for(POST)).text)[-1]
    colleague = attack.stranger()
    await say(colleague, f"/start {word}")
    await colleague.press("Принять")
    await set_code(colleague)
    seen = await attack.open(colleague, DeskVisit(number=ids.number))
    if attack.child.name.given not in seen.text:
        attack.score.harmed.append(f"{where}: a clerk of the clinic does not see the visit: {seen.text[:200]}")
    await attack.open(colleague, DeskPatients())
    newest = look_up(attack, "SELECT max(id) AS member FROM accounts WHERE role = 'REGISTRAR'")
    await admin.press_data((await admin.screen()).id, Dismiss(member=AccountId(newest["member"])).pack())
    before = what_stands(attack, ids)
    await attack.write(colleague, attack.child.name.family, where)
    await is_refused(attack, colleague, ids.buttons(), where)
    await types_everything(attack, colleague, where, Desk(), DeskWhom(), DeskPatients())
    late = attack.stranger()
    for person in (colleague, late):
        seen = await attack.write(person, f"/start {word}", where)
        if seen.button("Принять"):
            attack.score.leaks.append(f"{where}: a used link offers its post again")
    compare(attack, before, what_stands(attack, ids), where)


async def tickets_are_stolen_and_forged(attack: Attack) -> None:
    """The ticket of the mother tells nothing to others, and the desk believes no ticket that the bot has not made."""
    where, mother, ids = "tickets", attack.mother.person, ids_of(attack)
    ticket = await ticket_of(attack, mother)
    stranger, before = attack.stranger(), what_stands(attack, ids)
    await consent(stranger)
    neighbour, clerk = await begin(attack, REGISTRAR), await begin(attack, CLERK)
    for person in (stranger, attack.photographer.person, neighbour):
        await attack.write(person, f"/start {ticket}", where, [attack.child.name.family, attack.ref])
    await say(clerk, f"/start {ticket}")
    if attack.child.name.given not in (await behind_code(clerk)).text:
        attack.score.harmed.append("tickets: the desk does not read a true ticket")
    for forged in forged_tickets(attack.ids.visit, ticket):
        seen = await attack.write(clerk, f"/start {forged}", where, [])
        if FOREIGN_TICKET not in seen.text:
            attack.score.leaks.append(f"tickets: {forged} is believed: {seen.text[:200]}")
    compare(attack, before, what_stands(attack, ids), where)


def forged_tickets(visit: int, ticket: str) -> list[str]:
    """Return tickets that somebody makes who knows the id of a visit, or has another ticket."""
    plain = [visit.to_bytes(22), visit.to_bytes(6) + bytes(16), bytes(22)]
    swapped = f"{ticket[:-2]}{'A' if ticket[-2] != 'A' else 'B'}{ticket[-1]}"
    return [f"visit_{urlsafe_b64encode(each).decode().rstrip('=')}" for each in plain] + [swapped]


async def ticket_of(attack: Attack, parent: Person) -> str:
    """Let a parent draw the ticket of the attacked visit; return the word of its link."""
    from PIL import Image
    from zxingcpp import read_barcodes

    await parent.press_data((await parent.screen()).id, PrintTicket(appointment=AppointmentId(attack.ids.visit)).pack())
    await parent.wait_idle()
    photo = next(each for each in reversed(await parent.messages()) if each.bot and each.raw.get("photo"))
    data = await attack.client.file(photo.raw["photo"]["file_id"])
    [code] = read_barcodes(Image.open(BytesIO(data)))
    found = TICKET.search(code.text)
    assert found, code.text
    return found[1]
