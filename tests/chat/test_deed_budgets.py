"""Nobody can fill the journal of a card that others keep, too: each deed that writes there has a budget."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.core.budgets import OverBudget
from bot.core.deeds import Deed
from bot.glossary import AccountId, PatientId
from bot.patients.records import Detail
from bot.services import Services
from tests.chat.actions import MARIA, account_of, book, children_of, choose, say, settle_in, visits
from tests.chat.town import Town

ENOUGH = 100
"""deeds in an hour; nobody needs so many"""

Repeat = Callable[[Services, AccountId, PatientId, int], Awaitable[object]]


async def change_address(services: Services, account: AccountId, patient: PatientId, time: int) -> None:
    await services.editing.set_detail(account, patient, Detail.ADDRESS, f"Садовая, {time + 1}")


async def export(services: Services, account: AccountId, patient: PatientId, _time: int) -> None:
    await services.export.take(account, patient)


DEEDS: dict[str, Repeat] = {
    "numbers are shown": lambda services, account, patient, _time: services.patients.show_number(account, patient),
    "card is printed": lambda services, account, patient, _time: services.card_files.card(account, patient),
    "detail is changed": change_address,
    "invitation is made": lambda services, account, patient, _time: services.invitations.make(account, patient),
    "copy is taken": export,
}


async def test_every_deed_on_a_shared_card_has_a_budget(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    account, [maria] = await account_of(town, town.mother), await children_of(town, town.mother)
    endless = []
    for name, repeat in DEEDS.items():
        try:
            for time in range(ENOUGH):
                await repeat(town.app.services, account.id, maria.id, time)
            endless.append(name)
        except OverBudget:
            continue
    assert endless == []


async def test_coming_is_written_once(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother)
    account, [maria] = await account_of(town, town.mother), await children_of(town, town.mother)
    [visit] = await town.app.store.storage.read(lambda view: view.appointments.upcoming(account.id, town.clock.now()))
    for _each in range(3):
        await town.app.services.attendance.confirm(account.id, visit.appointment.id)
    entries = await town.app.store.storage.read(lambda view: view.audit.list_of_patient(maria.id, 50))
    assert [entry.deed for entry in entries].count(Deed.COMING_CONFIRMED) == 1


async def test_visits_are_cancelled_so_often_and_then_the_reception_is_named(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    services, account = town.app.services, await account_of(town, town.mother)
    for _each in range(30):
        await book(town.mother)
        [visit] = await town.app.store.storage.read(
            lambda view: view.appointments.upcoming(account.id, town.clock.now())
        )
        await services.cancellations.cancel(account.id, visit.appointment.id, None)
    await book(town.mother)
    await visits(town.mother)
    await choose(town.mother, "Отменить")
    pressed = await town.mother.press("Да, отменить")
    assert "позвоните в регистратуру" in (pressed.alert or "")
    await services.erasure.erase(account.id, keep_visits=False)
    assert "Здравствуйте" in (await say(town.mother, "/start")).text
