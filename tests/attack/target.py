"""The demo that is attacked: more insured children, a dismissed registrar, and one broken guard if one is named.

``python -m tests.attack.target PLANT PORT``; any other word than the name of a plant breaks nothing.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

from bot import demo
from bot.__main__ import stoppable
from bot.app import App
from bot.clinics.port import ClinicReason, PolicyClaim
from bot.clinics.schedule_port import DayHours
from bot.core.people import Role
from bot.core.timing import local_day
from bot.glossary import ClinicId, Key
from bot.logs import configure_logs
from storage.registry.desk import RegistryDesk
from storage.registry.seed import desk_clinic
from storage.registry.seed.town import seed_town
from storage.registry.system import Registry
from tests.attack.claimants import VISITED
from tests.attack.desks import ADMIN, CLERK, CODELESS
from tests.attack.insiders import DISMISSED
from tests.attack.papers import DISMISSED_CLERK
from tests.attack.plants import PLANTS
from tests.chat.actions import ARTYOM
from tests.chat.insured_children import insure, make_children

CHILDREN = make_children(6)
"""insured beside the examples; the true parents book for them"""
FIRST_CLOSED = 4
"""days until the first day that the clinic may close"""


async def book_by_phone(app: App) -> None:
    """Let the clinic book its first free time for a child whose parents know nothing of the bot."""
    registry = Registry(app.store.database, app.store.cipher, app.store.index, app.clock)
    clinic = (await registry.clinics())[0].ref
    specialty = (await registry.specialties(clinic))[0].ref
    [slot] = await registry.soonest(clinic, specialty, app.clock.now() + timedelta(days=1), 1)
    child = PolicyClaim(VISITED.policy_number, VISITED.name, VISITED.birth_date, VISITED.sex)
    await registry.book(Key("by phone"), (await registry.check_policy(child)).ref, slot.ref)


async def open_attacked_desk(app: App) -> None:
    """Give the clinic of the attacked visit a staff, and let it have closed a day of a doctor with visits."""
    clinic = next(each for each in await app.services.directory.clinics() if each.name == ARTYOM.clinic)
    for member, role in ((CLERK, Role.REGISTRAR), (ADMIN, Role.ADMIN), (CODELESS, Role.REGISTRAR)):
        await app.services.accounts.appoint(member, role, clinic.id)
    await app.services.accounts.appoint(DISMISSED_CLERK, Role.REGISTRAR, clinic.id)
    await app.services.members.dismiss(DISMISSED_CLERK)
    blocks = (
        "UPDATE registry_clinics SET details = json_set(details, '$.late_cancels', 1, '$.block_days', 30) "
        "WHERE id = :id"
    )
    await app.store.database.write(lambda connection: connection.execute(blocks, {"id": int(clinic.ref)}))
    await app.services.directory.refresh()
    desk = RegistryDesk(app.store.database, app.store.cipher, app.store.index, app.clock)
    for ahead in range(FIRST_CLOSED, FIRST_CLOSED + 14):  # the next days may be holidays
        day = local_day(app.clock.now() + timedelta(days=ahead), clinic.zone)
        visits = [each for each in await desk.visits(clinic.ref, day) if each.specialty != "Педиатр"]
        if visits:
            await desk.close(clinic.ref, visits[0].doctor_number, DayHours(day), ClinicReason.DOCTOR_ILL)
            return
    raise LookupError("No visit of the coming weeks can be closed")


def main(plant: str, port: int) -> None:
    configure_logs("ERROR", as_json=False)
    appoint_staff = demo._appoint_staff

    async def prepare(app: App) -> None:
        await appoint_staff(app)
        await insure(app.store, [*CHILDREN, VISITED])
        await book_by_phone(app)
        await app.services.accounts.appoint(DISMISSED, Role.REGISTRAR, ClinicId(1))
        await app.services.members.dismiss(DISMISSED)
        await open_attacked_desk(app)

    demo._appoint_staff = prepare
    # Without a clinic that asks its desk, so that the register names wrong fields: guessers learn more.
    desk_clinic.seed_demo = seed_town
    demo.STAFF = {demo.OLGA: demo.STAFF[demo.OLGA]}
    if plant in PLANTS:
        PLANTS[plant].break_guard()
    asyncio.run(stoppable(demo.run_demo(port)))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
