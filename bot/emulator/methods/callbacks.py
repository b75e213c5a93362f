"""Answers to presses on inline buttons."""

from bot.emulator.methods.method_table import method
from bot.emulator.params import Params
from bot.emulator.state import Emulator


@method("answerCallbackQuery")
def answer_callback_query(emulator: Emulator, params: Params) -> bool:
    emulator.presses.answer(
        params.text("callback_query_id"), params.text("text"), params.flag("show_alert"), params.text("url")
    )
    return True
