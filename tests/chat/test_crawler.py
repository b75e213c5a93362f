"""Crawls of the chat: each button is answered, each screen has a way out, and the map is complete."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.core.people import Role
from bot.delivery.alarms import Alarm
from bot.emulator.chats import Message
from bot.emulator.params import Upload
from bot.patients.records import Relationship
from dialogs.account.links import Home, HomeBelow, NewCode
from dialogs.booking.links import EnrollAtClinic
from dialogs.kit.link import Action, Link
from dialogs.patients.links import AskNumber
from dialogs.privacy.links import AskEmail, AskPhone
from storage.registry.seed.examples import Example
from storage.unit import UnitOfWork
from tests.barcodes import barcode, jpeg, on_paper, pdf417
from tests.builders import claim_of
from tests.chat.actions import ALINA, ARTYOM, EGOR, MARIA, NIKITA, SOFIA
from tests.chat.crawled_desk import ADMIN, miss_a_visit, set_up_desk, share_one_telephone
from tests.desk_code import set_code
from tests.stress import chat_map
from tests.stress.chat_map import CONTRIBUTING, ChatGraph
from tests.stress.crawl import CODE, Crawl, kind_of
from tests.stress.fuzz import ANNA, IGOR, REGISTRAR, STRANGER
from tests.stress.in_process import InProcessChat, open_chat

CRAWLS = ("mother", "owner", "father", "newcomer", "registrar", "forms", "desk", "code", "admin")
"""The crawls; each writes its findings under its name."""

UNREACHED = {
    "Alternatives": "follows a time that the clinic has refused",
    "Agree": "stands on buttons of older releases: it does not name the version of the text",
    "DeskFound": "stands on buttons of older releases: it holds the name",
    "DoctorsBelow": "follows a referral that the clinic has given",
    "InvitedToPost": "follows a link to a post",
    "AcceptPost": "follows a link to a post",
    "DeclinePost": "follows a link to a post",
    "AskKeep": "follows a visit that the clinic has put back",
    "Keep": "follows a visit that the clinic has put back",
    "DeclineTakeover": "follows a question to another account, and the only one has been confirmed",
    "ConfirmCard": "follows a notice that comes after half a year",
    "Leave": "follows a clinic that answers late",
    "LevelNeeded": "follows a clinic that wants more proved than a policy",
    "MadeElsewhere": "follows a visit that the clinic has made",
    "ConfirmName": "stands on buttons of older releases: the review confirms the name on a photo",
    "NameRight": "stands on buttons of older releases: the review confirms the name on a photo",
    "NameWrong": "stands on buttons of older releases: the review confirms the name on a photo",
    "Promote": "is for another representative, and access has been taken away from all",
    "Refuse": "follows a request, and the only one has been allowed",
    "RefuseTakeover": "follows the question of another account, and the only one has been allowed",
    "RequestAccess": "is offered a day after a refusal, or after a week of silence",
    "SetSex": "is for a number that does not tell the sex",
    "ShareBack": "is offered once another account shares its visits",
    "AskLiftBlock": "follows late cancellations at a clinic that counts them",
    "BlockedAt": "follows late cancellations at a clinic that counts them",
    "BlockedBelow": "follows late cancellations at a clinic that counts them",
    "DeskWaiting": "follows a closing for which too few times were left",
    "DeskBlocked": "follows late cancellations at a clinic that counts them",
    "LiftBlock": "follows late cancellations at a clinic that counts them",
    "FollowUpFor": "follows a code that the clinic has given",
    "FollowUpDays": "follows a code that the clinic has given",
    "DeclineInstead": "follows a visit that the clinic has called off",
    "ApplicationBelow": "follows the answer of a clinic to an application",
    "OtherReason": "follows the answer of a clinic to an application",
    "ReviewCorrected": "follows the answer of a clinic to an application",
    "ResendApplication": "follows the answer of a clinic to an application",
    "CorrectDocument": "follows the answer of a clinic to an application",
    "ResendDocument": "follows the answer of a clinic to an application",
    "AwaitOpening": "is offered at a clinic without places",
    "AwaitedOpening": "is offered at a clinic without places",
    "StopAwaiting": "is offered at a clinic without places",
    "ApplicationBegun": "leads on to the review of another link",
    "OldVisits": "follows an enrollment that the clinic has approved",
    "AskOldVisit": "follows an enrollment that the clinic has approved",
    "CancelOldVisit": "follows an enrollment that the clinic has approved",
    "CheckApplication": "follows the code on a printed application",
    "LimitEnrollment": "is for the head of a clinic",
    "PapersToAsk": "is for the head of a clinic",
    "AskPaper": "is for the head of a clinic",
    **dict.fromkeys(
        ("AddedPapers", "SendPaper", "AboutPassport", "RemovePaper", "ShowPapers"),
        "is for an operator who lets papers be sent",
    ),
    **dict.fromkeys(
        (
            "BeginPolicyForm",
            "PolicyQuestion",
            "TakeChildSex",
            "NoChildSnils",
            "ReviewPolicyForm",
            "ChangePolicyForm",
            "AskPolicyPassing",
            "SendPolicyForm",
            "DropPolicyForm",
            "PolicyRequestPage",
            "PolicyRequestBelow",
            "AskWithdrawPolicy",
            "WithdrawPolicyRequest",
            "CorrectPolicyForm",
            "ApplyForPolicyAgain",
            "PolicyRequestFile",
            "PolicyCorrespondence",
            "SentPolicyVersions",
            "CheckPolicyRequest",
            "SeePolicyRequest",
            "ShowPolicyApplicant",
            "ChoosePolicyReady",
            "ApprovePolicyRequest",
            "ChoosePolicyRefusal",
            "RefusePolicyRequest",
            "ChoosePolicyParts",
            "ReturnPolicyRequest",
            "PolicyRequestDecided",
            "UndoPolicyRequest",
        ),
        "is for an operator whose organisation takes applications for a policy",
    ),
    "AskOwnerForDocument": "may be done once in a day, and the owner has been asked to enroll the child",
    "BookFor": "gives a free time of the desk, and others have taken those that the crawl has seen",
    "DenyMissed": "follows a visit that was noted as missed, and the only one has been agreed to",
}
START_SCREENS = {"Home", "Welcome", "EnterCode", "Desk"}
"""Where «Меню» leads, so they have no such button: to the desk for staff who are no parents."""

Explore = Callable[[Crawl, str, int], Awaitable[Crawl]]


@pytest.fixture
async def town(template: Path, tmp_path: Path) -> AsyncIterator[InProcessChat]:
    async with open_chat(template, tmp_path) as everything:
        yield everything


@pytest.fixture(scope="session")
def findings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all processes of this run share: all crawls together make the map."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "findings"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def explore(town: InProcessChat, findings: Path) -> Explore:
    """Return a function that runs a crawl; ``screens`` is the least number of kinds of screens it must meet."""

    async def crawled(crawl: Crawl, name: str, screens: int) -> Crawl:
        with capture_logs() as lines:
            await crawl.run()
        # A crawl at the desk reads more names in an hour than a person would.
        errors = [
            line
            for line in lines
            if line["log_level"] in {"error", "exception"} and line.get("alarm") != Alarm.DESK_READING
        ]
        print(f"crawl of={name} screens={len(crawl.screens)} presses={crawl.presses} prompts={len(crawl.prompts)}")
        assert not crawl.wrong, "\n".join(crawl.wrong[:20])
        assert not errors
        assert town.refusals() == []
        assert crawl.presses < crawl.most_presses, "the crawl was cut short"
        assert len(crawl.screens) >= screens
        chat_map.keep(findings, name, crawl.recorder.graph)
        compare(crawl.recorder.graph, chat_map.gather(findings, CRAWLS))
        return crawl

    return crawled


def short_crawl(town: InProcessChat, person: int) -> Crawl:
    """Return a crawl that presses each button once and types only a code: the other crawls do the rest."""
    return Crawl(town, person, times=1, typed=(CODE,))


def compare(found: ChatGraph, everything: ChatGraph | None) -> None:
    """Compare with the map in CONTRIBUTING.md; the last crawl of the run compares the whole map."""
    text = CONTRIBUTING.read_text(encoding="utf-8")
    if everything is not None:
        if "WRITE_MAP" in os.environ:
            text = chat_map.put(text, chat_map.draw(everything))
            CONTRIBUTING.write_text(text, encoding="utf-8")
        check(everything)
        assert chat_map.between(text) == chat_map.draw(everything), "run: make map"
    elif "WRITE_MAP" not in os.environ:
        passed = UNREACHED.keys() & found.unreached()  # the map has no ways on from them
        drawn = {edge for edge in found.edges() if edge[1] not in passed}
        assert drawn - chat_map.read(text).edges() == set(), "run: make map"


def check(everything: ChatGraph) -> None:
    """Check that every screen is reached, except for those with a reason, and leads to the menu."""
    assert everything.unreached() == UNREACHED.keys()
    menu = {Home.__name__, HomeBelow.__name__}
    without_menu = {place for place, buttons in everything.buttons.items() if buttons and not menu & buttons}
    assert without_menu == START_SCREENS


def button(screen: Message | None, label: str) -> str:
    assert screen is not None
    for row in screen.inline or []:
        for each in row:
            if label in each["text"]:
                return str(each["callback_data"])
    raise AssertionError(f"no {label} in {screen.text}")


async def press(town: InProcessChat, person: int, *labels: str) -> None:
    for label in labels:
        screen = town.screen(person)
        if screen is not None and "В какую поликлинику?" in screen.text and label not in str(screen.inline):
            await town.press(person, button(screen, "Детская № 12"))  # a new card has no clinic
        await town.press(person, button(town.screen(person), label))


async def settle_in(town: InProcessChat, person: int) -> None:
    await town.say(person, "/start")
    await press(town, person, "Прочитать", "Даю согласие", "Даю согласие", "Даю согласие")


async def link(town: InProcessChat, person: int, child: Example) -> None:
    await town.press(person, AskNumber().pack())
    await town.say(person, child.policy_number)
    await press(town, person, "Да")
    if not child.name.patronymic:
        await press(town, person, "Отчества нет")
    await town.say(person, child.name.full)
    await press(town, person, "Проверить полис")


async def set_up_family(town: InProcessChat) -> None:
    """Give the mother two children, one card to correct, two refused cards, two visits and a draft."""
    await settle_in(town, ANNA)
    for child in (MARIA, ARTYOM, EGOR, NIKITA, SOFIA):
        await link(town, ANNA, child)
    for name, clinic, doctor, day in (
        ("Мария", "Детская № 12", "Петрова", "вт 24"),
        ("Артём", "Детская № 7", "Ким", "чт 26"),
    ):
        await town.say(ANNA, "/book")
        await press(town, ANNA, name, clinic, "Педиатр", doctor, day, ":", "Записаться")
    await town.press(ANNA, AskNumber().pack())
    await town.say(ANNA, MARIA.policy_number[:-1] + "4")


async def share(town: InProcessChat) -> None:
    """Igor shares a card with Anna, a stranger has a card of the same child, and Anna is invited to the stranger's."""
    services = town.app.services
    for person in (IGOR, STRANGER):
        await settle_in(town, person)
    await link(town, STRANGER, ALINA)
    mother, father, other = [await services.accounts.find_or_add(person, "ru") for person in (ANNA, IGOR, STRANGER)]
    maria, artyom, *_others = await services.patients.list_of(mother.id)
    token = await services.invitations.make(mother.id, artyom.id)
    await services.invitations.accept(father, await services.invitations.open(father.id, token))
    await services.patients.link(other, claim_of(maria.policy_number, maria.name))
    alina, _elsewhere = await services.patients.list_of(other.id)
    await services.invitations.open(mother.id, await services.invitations.make(other.id, alina.id))


async def test_crawl_of_a_mother_with_visits_and_a_draft(town: InProcessChat, explore: Explore) -> None:
    await set_up_family(town)
    town.clock.advance(timedelta(hours=7))  # past six in the evening of the day before
    await town.app.jobs.run_all_once()
    reminder = town.screen(ANNA)
    assert reminder is not None
    assert "Напомина" in reminder.text
    crawl = await explore(Crawl(town, ANNA, times=1), "mother", 60)
    assert kind_of(reminder) in crawl.screens


async def test_crawl_of_a_father_with_shared_cards(town: InProcessChat, explore: Explore) -> None:
    await set_up_family(town)
    await settle_in(town, IGOR)
    accounts, families = town.app.services.accounts, town.app.store.storage
    mother, father = await accounts.find_or_add(ANNA, "ru"), await accounts.find_or_add(IGOR, "ru")

    async def change(uow: UnitOfWork) -> None:
        for patient in await uow.patients.list_of(mother.id):
            await uow.representatives.add(father.id, patient.id, Relationship.PARENT, town.clock.now())

    await families.write(change)
    await settle_in(town, STRANGER)
    for person in (STRANGER, IGOR):
        await link(town, person, ALINA)
    await explore(Crawl(town, IGOR, times=1), "father", 25)


async def test_crawl_of_a_newcomer_without_consent(town: InProcessChat, explore: Explore) -> None:
    await explore(Crawl(town, STRANGER), "newcomer", 25)


async def test_crawl_of_a_registrar(town: InProcessChat, explore: Explore) -> None:
    """The queue of the desk has a policy to check, and another one with an application."""
    await set_up_family(town)
    await check_at_desks(town, STRANGER)
    await press(town, STRANGER, "Отправить в регистратуру", "Детская № 12", "Врачи и свободное время", "Педиатр")
    await press(town, STRANGER, "Петрова", "чт 26", ":", "Записаться")
    await settle_in(town, IGOR)
    await miss_a_visit(town)
    await press(town, ANNA, "Мы были")
    await share_one_telephone(town, ANNA, IGOR)
    await press(town, IGOR, "Перенести")
    await apply_unchecked(town)
    await apply_for(town, "Мария", "Артём")
    for typed in ("/start", CODE):
        await town.say(REGISTRAR, typed)
    answers = await set_up_desk(town)
    await explore(Crawl(town, REGISTRAR, times=1, answers=answers), "registrar", 60)


async def apply_unchecked(town: InProcessChat) -> None:
    """Let the mother apply for a child whose policy no list confirms: the desk decides on both."""
    services = town.app.services
    mother = await services.accounts.find_or_add(ANNA, "ru")
    egor = next(each for each in await services.patients.list_of(mother.id) if each.name == EGOR.name)
    (clinic, *_others) = await services.directory.clinics()
    await town.press(ANNA, EnrollAtClinic(patient=egor.id, clinic=clinic.id).pack())
    await press(town, ANNA, "По нашему выбору", "Отправить", "Даю согласие")


async def apply_for(town: InProcessChat, *children: str) -> None:
    """Let the mother apply for the enrollment of children at one clinic."""
    for name in children:
        await town.say(ANNA, "/book")
        await press(town, ANNA, name)
        screen = town.screen(ANNA)
        if screen is not None and "К какому врачу?" in screen.text:
            await press(town, ANNA, "Другая поликлиника")
        await press(town, ANNA, "Детская № 12", "О поликлинике", "Прикрепиться", "По нашему выбору", "Отправить")
        await press(town, ANNA, "Даю согласие")


async def test_crawl_of_an_admin(town: InProcessChat, explore: Explore) -> None:
    clinic, *_others = await town.app.services.directory.clinics()
    for person, role in ((ADMIN, Role.ADMIN), (STRANGER, Role.REGISTRAR)):
        await town.app.services.accounts.appoint(person, role, clinic.id)
        await set_code(town.app.services, person)
    await explore(Crawl(town, ADMIN, times=1), "admin", 10)


async def test_crawl_of_an_owner_with_requests_and_invitations(town: InProcessChat, explore: Explore) -> None:
    await settle_in(town, ANNA)
    for child in (MARIA, ARTYOM):
        await link(town, ANNA, child)
    await share(town)
    await explore(short_crawl(town, ANNA), "owner", 60)


async def leave_drafts(town: InProcessChat) -> None:
    """Leave drafts: a policy found by the child's data, an old one without a sex, a photo with a SNILS."""
    await press(town, ANNA, "Данные ребёнка")
    for typed in (EGOR.name.full.replace("Алексеевич", "Андреевич"), "12.01.2019", EGOR.snils):
        await town.say(ANNA, typed)
    await press(town, ANNA, "Меню", "Добавить ребёнка", "Старый полис")
    for typed in ("АБ 123456", "20.02.2010"):
        await town.say(ANNA, typed)
    await press(town, ANNA, "Меню", "Добавить ребёнка")
    photo = Upload("photo.jpg", "image/jpeg", jpeg(on_paper(pdf417(barcode(SOFIA.policy_number, SOFIA.name)))))
    town.actor(ANNA).send_file("photo", photo)
    await town.handle()
    await press(town, ANNA, "Добавить необязательное", "СНИЛС")
    await town.say(ANNA, SOFIA.snils)
    await press(town, ANNA, "Меню")


async def test_crawl_of_a_mother_with_drafts(town: InProcessChat, explore: Explore) -> None:
    """The father asks for all that she has here."""
    for person in (ANNA, IGOR):
        await settle_in(town, person)
    await leave_drafts(town)
    await share_one_telephone(town, ANNA, IGOR)
    await press(town, IGOR, "Перенести")
    await explore(short_crawl(town, ANNA), "forms", 30)


async def check_at_desks(town: InProcessChat, person: int) -> None:
    """Let two clinics check policies at their desks, and give a person a card that no list confirms."""
    wish = "UPDATE registry_clinics SET checked_by = 'DESK', books_unchecked = 1 WHERE id <= 2"
    await town.app.store.database.write(lambda connection: connection.execute(wish, {}))
    await town.app.services.directory.refresh()
    await settle_in(town, person)
    await link(town, person, SOFIA)


async def test_crawl_of_a_mother_whose_policy_no_list_confirms(town: InProcessChat, explore: Explore) -> None:
    """She may ask for what the father has here."""
    await check_at_desks(town, ANNA)
    await settle_in(town, IGOR)
    await share_one_telephone(town, IGOR, ANNA)
    await explore(short_crawl(town, ANNA), "desk", 20)


async def test_crawl_of_a_mother_with_an_access_code_and_a_number(town: InProcessChat, explore: Explore) -> None:
    """The clinic has noted that nobody came to her visit."""
    await settle_in(town, ANNA)
    await link(town, ANNA, MARIA)
    await press(town, ANNA, "Записать", "Детская № 12", "Педиатр", "Петрова", "вт 24", ":", "Записаться")
    await miss_a_visit(town)
    await town.press(ANNA, NewCode().pack())
    for _time in range(2):
        await town.say(ANNA, CODE)
    await town.press(ANNA, AskEmail().pack())
    await town.say(ANNA, "anna@example.org")
    await town.press(ANNA, AskPhone().pack())
    town.actor(ANNA).share_contact()
    await town.handle()
    await town.press(ANNA, AskNumber().pack())
    await town.say(ANNA, EGOR.policy_number)
    await explore(short_crawl(town, ANNA), "code", 30)


def test_every_link_and_action_has_one_row_on_the_map() -> None:
    rows = chat_map.ROW.findall(chat_map.between(CONTRIBUTING.read_text(encoding="utf-8")))
    assert Counter(name for name, *_leads in rows) == Counter(
        kind.__name__ for kind in (*Link.__subclasses__(), *Action.__subclasses__())
    )
