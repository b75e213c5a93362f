"""In a group the bot says one line, once, and leaves."""

from __future__ import annotations

from tests.chat.actions import MARIA, settle_in
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.town import Town


async def test_bot_added_to_a_group_says_one_line_and_leaves(town: Town) -> None:
    group = town.chat.in_group(town.mother.id)
    await group.add_bot()
    [line] = await lines_of_bot(group)
    assert "только в личном чате" in line.text
    assert line.labels == []
    assert not await group.has_bot()


async def test_thirty_commands_in_a_group_get_one_line(town: Town) -> None:
    await stay_in_group(town)
    group = town.chat.in_group(town.mother.id)
    for _command in range(30):
        await group.say("/start")
    assert len(await lines_of_bot(group)) == 1
    await town.chat.clear_faults()
    await group.say("/start")
    assert len(await lines_of_bot(group)) == 1
    assert not await group.has_bot()


async def test_edits_and_other_people_of_a_group_get_no_answer(town: Town) -> None:
    await town.chat.settings(reads_groups=True)
    await stay_in_group(town)
    mother, father = town.chat.in_group(town.mother.id), town.chat.in_group(town.father.id)
    said = await mother.say("кто идёт завтра?")
    await mother.edit(said, "кто идёт послезавтра?")
    await father.say("мы идём")
    assert len(await lines_of_bot(mother)) == 1


async def test_group_opens_no_account_and_shows_nobody(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    group = town.chat.in_group(town.stranger.id)
    await group.add_bot()
    await town.chat.wait_idle()
    assert "Мария" not in "".join(line.text for line in await lines_of_bot(group))
    assert await town.app.store.storage.read(lambda view: view.accounts.find(town.stranger.id)) is None


async def stay_in_group(town: Town) -> None:
    """Add the bot to the group while Telegram does not let it leave."""
    await town.chat.fault("400", method="leaveChat", times=None)
    await town.chat.in_group(town.mother.id).add_bot()
    await town.chat.wait_idle()


async def lines_of_bot(group: Person) -> list[ChatMessage]:
    return [message for message in await group.messages() if message.bot]
