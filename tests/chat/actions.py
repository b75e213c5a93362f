"""Steps of people in the chat, of the clinic's desk, and of the clock."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from bot.account.records import Contact
from bot.core.patient import Patient
from bot.core.people import Account, Purpose
from bot.glossary import DraftId
from dialogs.patients.links import CheckDraft
from dialogs.privacy.links import STEPS, Decline
from storage.registry.seed.examples import EXAMPLES, Example
from tests.builders import MONDAY
from tests.chat.agreeing import AGREE
from tests.chat.message import ChatMessage, Pattern, PressAnswer
from tests.chat.person import Person
from tests.chat.town import Town
from tests.desk_code import CODE

MARIA, ARTYOM, ALINA, NIKITA, EVA, EGOR, SOFIA, DARYA = EXAMPLES
"""The policies of Maria, Artyom and Alina are active, Nikita's is suspended, Eva's has expired. Egor has another
patronymic in the register, Sofia is not in it, Darya has a temporary certificate."""

TIME = re.compile(r"^\d\d:\d\d( · \w+( \w+)?)?$")
DAY = re.compile(r"^\w\w \d\d\.\d\d \(\d+\)$")
MOMENT = re.compile(r"\w\w \d+ \w+, \d\d:\d\d")
REF = re.compile(r"[0-9ABCEHKMPTX]{4}\u2011[0-9ABCEHKMPTX]{2}")
DECLINE = Decline(step=STEPS[Purpose.REMINDERS]).pack()
MENU = "Дети и полисы"
"""A button of the menu of an account with patients."""

CHECK = "Проверить полис"
"""The one main button of «Проверьте данные»."""

YES = re.compile("^Да$")
"""The whole label: that of «Данные ребёнка» on the screen before begins with it."""

TOMORROW = re.compile(r"^\w\w \d\d\.\d\d ›$")
DOCTOR_ILL = re.compile("[Вв]рач заболел")

STAFF_CODE = "580213"
THURSDAY, FRIDAY = "чт 26", "пт 27"
PETROVA, GROMOV, ZAITSEV = "Петрова", "Громов", "Зайцев"


# --- reading ----------------------------------------------------------------------------------------------------------


def ref_of(seen: ChatMessage) -> str:
    """Return the Ref in a message."""
    return _found(REF, seen)


def moment_of(seen: ChatMessage) -> str:
    """Return a moment such as «чт 26 ноября, 08:30» in a message."""
    return _found(MOMENT, seen)


def _found(pattern: re.Pattern[str], seen: ChatMessage) -> str:
    match = pattern.search(seen.text)
    assert match, f"no {pattern.pattern} in:\n{seen}"
    return match[0]


def labels(seen: ChatMessage, pattern: re.Pattern[str]) -> list[str]:
    return [label for label in seen.labels if pattern.search(label)]


def data_of(seen: ChatMessage, wanted: Pattern) -> str:
    """Return the data of a button."""
    found = seen.button(wanted)
    assert found is not None, f"no button {wanted!r} in:\n{seen}"
    assert found.data is not None
    return found.data


def looks(seen: ChatMessage) -> tuple[str, list[str]]:
    """Return the text and the labels of a screen for comparison."""
    return seen.text, seen.labels


async def presses(town: Town) -> int:
    """Return how many buttons have been pressed so far."""
    return sum("callback_query" in update for update in await town.chat.updates())


async def account_of(town: Town, person: Person) -> Account:
    account = await town.app.store.storage.read(lambda view: view.accounts.find(person.id))
    assert account is not None
    return account


async def contact_of(town: Town, person: Person) -> Contact:
    account = await account_of(town, person)
    return await town.app.store.storage.read(lambda view: view.contacts.get(account.id))


async def children_of(town: Town, person: Person) -> Sequence[Patient]:
    return await town.app.services.patients.list_of((await account_of(town, person)).id)


# --- pressing ---------------------------------------------------------------------------------------------------------


async def choose(person: Person, *wanted: Pattern) -> ChatMessage:
    """Press one button after another and return the last screen.

    If the screen asks for a clinic and has no such button, «Детская № 12» is chosen first: a new card has no clinic.
    """
    for each in wanted:
        await choose_clinic(person, unless=each)
        await person.press(each)
    return await person.screen()


async def say(person: Person, text: str) -> ChatMessage:
    await person.say(text)
    return await person.screen()


async def repeat(person: Person, seen: ChatMessage, wanted: Pattern) -> PressAnswer:
    """Press a button of a screen that may have changed since."""
    return await person.press_data(seen.id, data_of(seen, wanted))


async def look(person: Person, message_id: int) -> ChatMessage:
    """Return a message by its id."""
    return next(message for message in await person.messages() if message.id == message_id)


async def send(person: Person, data: str) -> tuple[PressAnswer, ChatMessage]:
    """Press a forged button on the newest message."""
    answer = await person.press_data((await person.screen()).id, data)
    return answer, await person.screen()


# --- the journey ------------------------------------------------------------------------------------------------------


async def consent(person: Person, *, reminders: bool = True) -> ChatMessage:
    """Give the consents, only the last one in the chat; ``consent_by_chat`` presses all buttons.

    So does this if the bot runs in another process.
    """
    known = await person.known()
    if known is None:
        return await consent_by_chat(person, reminders=reminders)
    services, language = known
    account = await services.accounts.find_or_add(person.id, language)
    for purpose in (Purpose.REPRESENTATIVE, Purpose.PATIENT):
        await services.consents.give(account.id, purpose, sha256(purpose.encode()).hexdigest())
    await person.start()
    return (await send(person, AGREE[-1] if reminders else DECLINE))[1]


async def consent_by_chat(person: Person, *, reminders: bool = True) -> ChatMessage:
    await person.start()
    return await choose(person, "Прочитать", "Даю согласие", "Даю согласие", "Даю согласие" if reminders else "Не даю")


async def to_name(person: Person, child: Example) -> ChatMessage:
    """Go to the prompt for the child's name."""
    if (await person.screen()).button("Добавить"):
        await person.press("Добавить")
    await say(person, child.policy_number)
    return await choose(person, YES)


async def link(person: Person, child: Example) -> ChatMessage:
    """Go from the prompt for a policy number, or the button to it, to the verdict."""
    await to_review(person, child)
    return await choose(person, CHECK)


async def to_review(person: Person, child: Example) -> ChatMessage:
    """Go to «Проверьте данные»."""
    await to_name(person, child)
    if not child.name.patronymic:
        await person.press("Отчества нет")
    return await say(person, child.name.full)


async def name_and_check(person: Person, name: str) -> ChatMessage:
    """Go from the prompt for the child's name to the verdict."""
    await person.say(name)
    return await choose(person, CHECK)


async def settle_in(person: Person, *children: Example, reminders: bool = True) -> ChatMessage:
    """Give the consents and link the children, and return the last verdict.

    The forms are filled in by the services that the screens call; ``settle_in_by_chat`` types and presses everything.
    So does this if the bot runs in another process.
    """
    if await person.known() is None:
        return await settle_in_by_chat(person, *children, reminders=reminders)
    seen = await consent(person, reminders=reminders)
    for child in children:
        seen = (await send(person, CheckDraft(draft=await filled_in(person, child)).pack()))[1]
    return seen


async def filled_in(person: Person, child: Example) -> DraftId:
    """Return a form with all answers about a child, for a bot in this process."""
    known = await person.known()
    assert known is not None
    services, language = known
    account, linking = await services.accounts.find_or_add(person.id, language), services.linking
    begun = await linking.begin(account.id, None, child.policy_number)
    assert begun.draft is not None
    draft = await linking.confirm_facts(account.id, begun.draft.id)
    if not child.name.patronymic:
        await linking.without_patronymic(account.id, draft.id)
    await linking.take_name(account.id, draft.id, child.name.full)
    return draft.id


async def settle_in_by_chat(person: Person, *children: Example, reminders: bool = True) -> ChatMessage:
    """Give the consents and link the children, as people do."""
    await consent_by_chat(person, reminders=reminders)
    for child in children:
        await link(person, child)
    return await person.screen()


async def to_days(person: Person, specialty: str = "Педиатр", doctor: str = PETROVA, *before: Pattern) -> ChatMessage:
    """Go to the doctor's days; ``before`` are the presses that choose a child or a clinic."""
    await person.say("/book")
    return await choose(person, *before, specialty, doctor)


async def choose_clinic(person: Person, clinic: str = "Детская № 12", unless: Pattern = "") -> None:
    """Choose a clinic if the newest screen asks for one and has no button ``unless``."""
    seen = next((each for each in reversed(await person.messages()) if each.bot), None)
    if seen is not None and "В какую поликлинику?" in seen.text and not (unless and seen.button(unless)):
        await person.press(clinic)


async def to_times(
    person: Person, specialty: str = "Педиатр", doctor: str = PETROVA, day: Pattern = THURSDAY, *before: Pattern
) -> ChatMessage:
    await to_days(person, specialty, doctor, *before)
    return await choose(person, day)


async def review(
    person: Person,
    specialty: str = "Педиатр",
    doctor: str = PETROVA,
    day: Pattern = THURSDAY,
    time: Pattern = TIME,
    *before: Pattern,
) -> ChatMessage:
    """Go to «Проверьте запись», by default with the first free time."""
    await to_times(person, specialty, doctor, day, *before)
    return await choose(person, time)


async def book(
    person: Person,
    specialty: str = "Педиатр",
    doctor: str = PETROVA,
    day: Pattern = THURSDAY,
    time: Pattern = TIME,
    *before: Pattern,
) -> ChatMessage:
    await review(person, specialty, doctor, day, time, *before)
    return await choose(person, "Записаться")


async def visits(person: Person) -> ChatMessage:
    return await say(person, "/visits")


async def take_back(person: Person, consent: str) -> ChatMessage:
    """Revoke a consent by its name in «Настройки и данные»."""
    await say(person, "/data")
    return await choose(person, f"Отозвать: {consent}", "Отозвать")


async def new_messages(person: Person, than: Sequence[ChatMessage]) -> list[ChatMessage]:
    """Return the bot's messages that are not among ``than``."""
    known = {message.id for message in than}
    return [message for message in await person.messages() if message.bot and message.id not in known]


# --- the clinic and the clock -----------------------------------------------------------------------------------------


async def at_desk(town: Town, day: str = "26 ноября") -> ChatMessage:
    """Open the registrar's list of that day's visits."""
    seen = await say(town.registrar, "/start")
    if "код доступа" in seen.text:
        await say(town.registrar, CODE)
    seen = await choose(town.registrar, "Приёмы сегодня")
    for _ in range(21):
        if day in seen.text.partition("\n")[0]:
            return seen
        seen = await choose(town.registrar, TOMORROW)
    raise AssertionError(f"no {day} at the desk")


async def with_code(town: Town, person: Person) -> Person:
    """Return a staff member who has an access code: the desk opens to no other."""
    await person.start()
    codes, account = town.app.services.access_codes, await account_of(town, person)
    if account.lock is None:
        await codes.propose(account, STAFF_CODE)
        await codes.confirm(account, STAFF_CODE)
    return person


async def show_papers(town: Town, number: str) -> None:
    """Let the registrar confirm the papers of the parent who brings this number."""
    registrar = await account_of(town, await with_code(town, town.registrar))
    matters = town.app.services.matters
    await matters.confirm(registrar, await matters.find(registrar, number))


async def clinic_cancels(town: Town, name: str, why: Pattern = DOCTOR_ILL, day: str = "26 ноября") -> ChatMessage:
    await at_desk(town, day)
    seen = await choose(town.registrar, name, "Отменить приём", why, "Да, отменить")
    await town.pass_time(seconds=60)
    return seen


async def clinic_moves(town: Town, name: str, day: str = "26 ноября", to: Pattern = FRIDAY) -> ChatMessage:
    """Let the registrar move a visit to the last time of another day; the minute to undo it passes."""
    await at_desk(town, day)
    offered = await choose(town.registrar, name, "Перенести", to)
    seen = await choose(town.registrar, labels(offered, TIME)[-1], "Да, перенести")
    await town.pass_time(seconds=60)
    return seen


async def pass_until(town: Town, moment: datetime) -> None:
    """Move the clock to a moment and run the jobs."""
    await town.pass_time(seconds=(moment - town.clock.now()).total_seconds())


def moscow(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of November 2026 in Moscow time."""
    return MONDAY.replace(day=day, hour=0, minute=minute) + timedelta(hours=hour - 3)
