"""The card of a clinic reads what is known of this clinic, whatever other clinics there are; a list reads all once."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from bot.applications.limit_rules import EnrollmentLimits
from bot.booking.find_clinic import ClinicWish
from bot.core.people import Role
from storage.unit import UnitOfWork
from tests.chat.staff.test_statements_of_lists import Counter
from tests.stress.inline_database import inline_database
from tests.stress.service_town import ServiceTown, make_template, open_service_town


async def open_desks(town: ServiceTown) -> None:
    """Give each clinic a registrar, and say that no clinic has places."""
    clinics, now = await town.services.directory.clinics(within=60), town.clock.now()
    for number, clinic in enumerate(clinics, start=9000):
        await town.services.accounts.appoint(number, Role.REGISTRAR, clinic.id)

    async def fill(uow: UnitOfWork) -> None:
        for clinic in clinics:
            await uow.enrollments.set_limits(clinic.id, EnrollmentLimits(is_full=True), now)

    await town.store.storage.write(fill)


@pytest.mark.requirement("B41")
async def test_card_of_a_clinic_reads_one_row_of_how_it_enrolls(tmp_path: Path) -> None:
    counter = Counter()
    path = await make_template(tmp_path)
    async with inline_database(path, Random(1), counter) as database, open_service_town(database, 1) as town:
        await open_desks(town)
        family, finder = town.families[0], town.services.clinic_finder
        account, child = family.account.id, family.patients[0]
        clinics = await town.services.directory.clinics(within=60)
        await counter.of(lambda: finder.page(account, child, clinics[0].id))
        [read] = [sql for sql in counter.statements if "enrollment_limits" in sql or "role IS NOT NULL" in sql]
        rows = await database.read(lambda connection: connection.fetch(read, {"clinic": clinics[0].id}))
        assert len(clinics) > 1
        assert len(rows) == 1
        await counter.of(lambda: finder.search(account, None, "", ClinicWish(online=True)))
        both = [sql for sql in counter.statements if "enrollment_limits" in sql or "role IS NOT NULL" in sql]
        assert len(both) == 2, "the full clinics and those with a desk, all at once"
