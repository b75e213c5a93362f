"""The newest screens that are kept in memory."""

from __future__ import annotations

from bot.delivery.screen import Screen
from dialogs.account.links import Help, Home
from dialogs.kit.newest import NewestScreens, Shown


def test_most_chats_are_kept_and_the_idle_one_is_forgotten() -> None:
    newest = NewestScreens(most=2)
    for chat in (1, 2, 1, 3):
        newest.keep(chat, Shown(chat, Screen("text"), Home()))
    assert newest.find(2) is None
    assert newest.find(1) is not None
    assert newest.find(3) is not None


def test_an_older_message_that_is_edited_is_not_the_newest() -> None:
    newest = NewestScreens()
    newest.keep(1, Shown(20, Screen("menu"), Home()))
    newest.keep(1, Shown(10, Screen("help"), Help()))
    pressed_above = newest.find(1)
    assert pressed_above is not None
    assert not pressed_above.is_newest
    newest.keep(1, Shown(10, Screen("notice"), None))
    assert newest.find(1) == pressed_above
    newest.keep(1, Shown(21, Screen("notice"), None))
    notice = newest.find(1)
    assert notice is not None
    assert notice.is_newest
