"""Photos that are sent together are one answer: the readable one counts, and all of them are deleted."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from aiogram.types import Chat, Message, PhotoSize, Update, User
from PIL import Image

from bot.core.errors import InvalidInput
from bot.patients.problems import FileProblem
from dialogs.account.links import Home
from dialogs.kit.flow import Outcome
from dialogs.kit.sent_together import MOST_READ, TOGETHER, Batch, SentTogether
from tests.barcodes import barcode, jpeg, on_paper, pdf417
from tests.builders import MONDAY
from tests.chat.actions import ARTYOM, MARIA, choose, consent, new_messages, say, settle_in
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.town import Town
from tests.chat.wait import BUSY

FRONT = jpeg(on_paper(pdf417(barcode(MARIA.policy_number, MARIA.name))))
BACK = jpeg(Image.new("L", (640, 480), "white"))
HIS = jpeg(on_paper(pdf417(barcode(ARTYOM.policy_number, ARTYOM.name))))


async def messages_left(person: Person, count: int) -> list[ChatMessage]:
    """Wait until so many messages are left: further photos of an answer are deleted in silence."""
    async with asyncio.timeout(BUSY):
        while len(messages := await person.messages()) != count:  # noqa: ASYNC110 - over HTTP
            await asyncio.sleep(0.01)
    return messages


@pytest.mark.requirement("E8")
@pytest.mark.parametrize(
    ("photos", "album"),
    [((FRONT, BACK), "1"), ((BACK, FRONT), "1"), ((FRONT, BACK), "")],
    ids=["front first", "back first", "one by one"],
)
async def test_front_and_back_are_one_answer(town: Town, photos: tuple[bytes, bytes], album: str) -> None:
    mother = town.mother
    await consent(mother)
    before = len(await mother.messages())
    await asyncio.gather(*(mother.send_photo(photo, album=album) for photo in photos))
    messages = await mother.messages()
    assert "15 марта 2018" in messages[-1].text
    assert len(messages) == before
    assert all(message.bot for message in messages[before - 1 :])


async def test_photo_after_another_answer_is_an_answer_of_its_own(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await mother.send_photo(FRONT)
    await choose(mother, "Изменить", "Номер полиса")
    await mother.send_photo(HIS)
    assert "2 ноября 2015" in (await mother.screen()).text
    await say(mother, "/menu")
    await mother.send_photo(FRONT)
    assert "15 марта 2018" in (await mother.screen()).text


async def test_album_that_nothing_asks_for_is_one_policy(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, ARTYOM)
    await say(mother, "/menu")
    before = await mother.messages()
    for _ in range(3):
        await mother.send_photo(FRONT, album="1")
    [read] = await new_messages(mother, before)
    assert "15 марта 2018" in read.text


async def test_album_where_no_child_can_be_added_gets_one_line_and_is_deleted(town: Town) -> None:
    mother = town.mother
    await say(mother, "/start")
    before = len(await mother.messages())
    await asyncio.gather(*(mother.send_photo(FRONT, album="1") for _ in range(3)))
    messages = await messages_left(mother, before)
    assert "Снимок здесь не нужен, я его удалил." in messages[-1].text


# --- which messages are one answer ------------------------------------------------------------------------------------


def photo(number: int, after: timedelta = timedelta(0), album: str | None = None) -> Message:
    size = PhotoSize(file_id=str(number), file_unique_id=str(number), width=1, height=1)
    date, chat = MONDAY + after, Chat(id=1, type="private")
    return Message(message_id=number, date=date, chat=chat, photo=[size], media_group_id=album)


def problem(kind: FileProblem) -> InvalidInput:
    return InvalidInput(kind)


async def read_all(batch: Batch, answers: Mapping[int, Outcome | InvalidInput]) -> Outcome:
    async def read(message: Message) -> Outcome:
        answer = answers[message.message_id]
        if isinstance(answer, InvalidInput):
            raise answer
        return answer

    return await batch.first_read(read)


async def test_first_readable_file_counts_and_the_rest_is_not_read() -> None:
    batch = Batch(photo(1))
    batch.messages += [photo(2), photo(3)]
    assert await read_all(batch, {1: problem(FileProblem.CODE_NOT_FOUND), 2: Home()}) == Home()
    assert batch.is_accepted
    assert [message.message_id for message in batch.answered()] == [1, 2, 3]


@pytest.mark.parametrize("order", [(1, 2, 3), (2, 1, 3), (2, 3, 1)])
async def test_refusal_that_says_most_answers_unreadable_files(order: tuple[int, ...]) -> None:
    """A back without a barcode says nothing about a front with two of them."""
    first, *others = (photo(number) for number in order)
    batch = Batch(first)
    batch.messages += others
    kinds = (FileProblem.CODE_SEVERAL, FileProblem.CODE_NOT_FOUND, FileProblem.CODE_NOT_IN_FILE)
    with pytest.raises(InvalidInput) as refused:
        await read_all(batch, {number: problem(kind) for number, kind in enumerate(kinds, start=1)})
    assert refused.value.problem is FileProblem.CODE_SEVERAL
    assert not batch.is_accepted


async def test_no_more_files_are_read_than_an_album_has() -> None:
    batch = Batch(photo(0))
    batch.messages += [photo(number) for number in range(1, 30)]
    with pytest.raises(InvalidInput):
        await read_all(batch, {number: problem(FileProblem.CODE_NOT_FOUND) for number in range(MOST_READ)})


def test_file_joins_an_answer_that_is_being_read() -> None:
    assert Batch(photo(1)).takes(photo(2, TOGETHER * 2))


@pytest.mark.parametrize(
    ("after", "album", "taken"),
    [(TOGETHER, None, True), (TOGETHER * 2, None, False), (TOGETHER * 2, "1", True), (TOGETHER * 2, "2", False)],
)
def test_file_that_comes_after_a_read_one_is_part_of_its_answer(
    after: timedelta, album: str | None, taken: bool
) -> None:
    batch = Batch(photo(1, album="1"))
    batch.is_accepted = True
    batch.answered()
    assert batch.takes(photo(2, after, album)) is taken


def test_file_that_comes_after_a_refused_one_is_read() -> None:
    batch = Batch(photo(1, album="1"))
    batch.answered()
    assert not batch.takes(photo(2, album="1"))


async def test_files_that_come_during_an_answer_are_not_handled() -> None:
    together, handled, is_read = SentTogether(), [], asyncio.Event()

    async def handle(event: Any, data: dict[str, Any]) -> None:
        handled.append(event.message.message_id)
        await is_read.wait()
        assert [message.message_id for message in data["batch"].answered()] == [1, 2]

    def data() -> dict[str, Any]:
        return {"event_chat": Chat(id=1, type="private"), "event_from_user": User(id=1, is_bot=False, first_name="А")}

    first = asyncio.gather(together(handle, Update(update_id=1, message=photo(1)), data()))
    await asyncio.sleep(0)
    await together(handle, Update(update_id=2, message=photo(2)), data())
    is_read.set()
    await first
    assert handled == [1]
