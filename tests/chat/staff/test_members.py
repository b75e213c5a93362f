"""Members of the staff: the code that opens the desk, what each role may do, and dismissal."""

from __future__ import annotations

from bot.core.people import Role
from dialogs.staff.links import DeskDay
from tests.chat.actions import MARIA, PETROVA, THURSDAY, book, choose, say, send, settle_in
from tests.chat.person import Person
from tests.chat.town import Town
from tests.desk_code import set_code

NEWCOMER = 1005


async def appointed(town: Town, role: Role) -> Person:
    """Return a new member of the staff of the registrar's clinic, who has no access code yet."""
    clinics = await town.app.services.directory.clinics()
    await town.app.services.accounts.appoint(NEWCOMER, role, clinics[0].id)
    member = town.chat.person(NEWCOMER, first_name="Новенькая")
    await say(member, "/start")
    return member


async def book_maria(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")


async def test_desk_opens_only_after_a_code_is_set(town: Town) -> None:
    member = await appointed(town, Role.REGISTRAR)
    answer, seen = await send(member, DeskDay().pack())
    assert answer.alert == "Регистратура открывается только по коду доступа. Поставьте свой, это займёт минуту."
    assert "Придумайте код" in seen.text
    await say(member, "580213")
    done = await say(member, "580213")
    await member.press("Открыть регистратуру", done)
    assert "Детская № 12" in (await choose(member, "Приёмы сегодня")).text


async def test_admin_sees_no_visits(town: Town) -> None:
    await book_maria(town)
    admin = await appointed(town, Role.ADMIN)
    await set_code(town.app.services, NEWCOMER)
    answer, seen = await send(admin, DeskDay().pack())
    assert answer.alert == "Этого здесь больше нет. Вот что есть сейчас."
    assert not seen.button("Приёмы сегодня")
