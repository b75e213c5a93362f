"""Leaving a group."""

from bot.emulator.errors import bad_request
from bot.emulator.methods.message_content import require_chat
from bot.emulator.methods.method_table import method
from bot.emulator.params import Params
from bot.emulator.state import Emulator


@method("leaveChat")
def leave_chat(emulator: Emulator, params: Params) -> bool:
    chat = require_chat(emulator, params)
    if chat.private:
        raise bad_request("private chats can't be left")
    chat.has_bot = False
    emulator.send_membership(chat, emulator.profile.as_user(), "member", "left")
    return True
