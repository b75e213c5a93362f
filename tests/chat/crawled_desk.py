"""What crawls need beside a family: people of the clinic's list, questions that wait, a missed visit, right answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from bot.core.people import PersonName, Sex
from bot.patients.records import DeskMatter
from bot.patients.rules.policy_number import make_policy_number
from dialogs.kit.link import Link
from dialogs.staff.day_links import DeskWhom
from dialogs.staff.links import AskMatter, Desk
from dialogs.staff.list_links import AskPatientPolicy, DeskPatients, NewPatient
from dialogs.staff.schedule_links import AddTimes
from storage.registry.desk import RegistryDesk
from tests.chat.actions import MARIA, SOFIA
from tests.stress.crawl import Answers
from tests.stress.fuzz import ANNA
from tests.stress.in_process import InProcessChat

ADMIN = 1008
BORN = date(2026, 11, 16)
NEWBORN, TWIN_RECORD = PersonName("Ильина", "Анна", "Сергеевна"), PersonName("Ильина", "Анна", "")
NEW_PERSON = ("Фомина", "Вера", "Павловна", "16.11.2026", "Девочка", "8 916 123-45-68")
FOREIGN_TICKET = "https://t.me/registratura_bot?start=visit_" + "A" * 30


async def set_up_desk(town: InProcessChat) -> Answers:
    """Add a newborn with two records, and questions of the mother and the father; return what is typed at the desk.

    The mother has a card of Maria and a telephone, by which the father asks for her cards.
    """
    services, store = town.app.services, town.app.store
    desk = RegistryDesk(store.database, store.cipher, store.index, town.clock)
    (clinic, *_others) = await services.directory.clinics()
    for name in (NEWBORN, TWIN_RECORD):
        await desk.add_person(clinic.ref, name, BORN, Sex.FEMALE)
    mother = await services.accounts.find_or_add(ANNA, "ru")
    maria = next(each for each in await services.patients.list_of(mother.id) if each.name == MARIA.name)
    papers, dispute = [
        await services.family.open_matter(mother.id, maria.id, kind) for kind in (DeskMatter.PAPERS, DeskMatter.DISPUTE)
    ]
    return by_code(
        {
            **right_answers(MARIA.name.family),
            Desk: ((papers,), (FOREIGN_TICKET,), (MARIA.name.family,), (SOFIA.name.family,)),
            AskMatter: ((dispute, "Отклонить"),),
            DeskPatients: ((MARIA.policy_number,), (NEWBORN.family,)),
            DeskWhom: ((NEWBORN.family,),),
        }
    )


def right_answers(family: str) -> dict[type[Link], Sequence[Sequence[str]]]:
    """Return what may be written at the desk of any clinic; ``family`` is that of a patient."""
    return {
        **dict.fromkeys((Desk, DeskPatients, DeskWhom), ((family,),)),
        NewPatient: ((*NEW_PERSON, "Добавить пациента"), NEW_PERSON),
        AskPatientPolicy: ((make_policy_number("77", BORN, Sex.FEMALE, 7),),),
        AddTimes: (("17:00-18:00",),),
    }


def by_code(answers: Mapping[type[Link], Sequence[Sequence[str]]]) -> Answers:
    return {link.__prefix__: texts for link, texts in answers.items()}


async def share_one_telephone(town: InProcessChat, owner: int, other: int) -> None:
    """Let another account share the telephone of an account: it is offered to ask for all that the owner has."""
    town.actor(owner).share_contact()
    await town.handle()
    town.actor(other).share_contact(phone=town.actor(owner).person.phone, user_id=other)
    await town.handle()


async def miss_a_visit(town: InProcessChat) -> None:
    """Let the clinic note that nobody came to the mother's visit of tomorrow: it is 9:45 of the day after."""
    wish = "UPDATE registry_clinics SET details = json_set(details, '$.marks_no_show', json('true')) WHERE id = 1"
    await town.app.store.database.write(lambda connection: connection.execute(wish, {}))
    await town.app.services.directory.refresh()
    for passed in (timedelta(hours=19, minutes=50), timedelta(hours=25, minutes=55)):
        town.clock.advance(passed)
        await town.app.jobs.run_all_once()
