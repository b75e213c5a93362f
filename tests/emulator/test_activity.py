"""When the emulator takes the bot for idle."""

from bot.emulator.bot_activity import BotActivity


def test_each_unanswered_update_has_the_whole_patience() -> None:
    house = BotActivity()
    chat = BotActivity(house)
    chat.expect_reaction()
    house.unanswered_since -= 1000
    chat.unanswered_since -= 1000
    assert chat.seconds_until_idle(quiet=0, patience=60) == house.seconds_until_idle(quiet=0, patience=60) == 0
    chat.expect_reaction()
    assert chat.seconds_until_idle(quiet=0, patience=60)
    assert house.seconds_until_idle(quiet=0, patience=60)
    chat.note_reaction()
    assert chat.seconds_until_idle(quiet=0, patience=60) == house.seconds_until_idle(quiet=0, patience=60) == 0
