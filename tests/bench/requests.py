"""The two requests of a tap, an edit with twelve buttons and an answer: as plain values, against aiogram's way."""

from __future__ import annotations

from aiogram import Bot
from aiogram.methods import AnswerCallbackQuery

from bot.telegram.direct import press_answered, request, text_edited
from tests.bench.canned_telegram import PERSON_ID
from tests.bench.figures import Bench, Figure, Measure, cpu, interleaved
from tests.bench.taps import TEXT, twelve_buttons
from tests.bench.updates import plain_bot, product_bot, telegram, without_limit
from tests.builders import some_settings

MESSAGE, PRESS = 77, "7"


async def measure(bench: Bench, name: str) -> Figure:
    """Both sides make their buttons anew, send them over HTTP and read the answers."""
    with without_limit():
        async with telegram() as address:
            settings = some_settings(bot_api_url=address)
            ours, plain = product_bot(settings), plain_bot(settings)
            compared = await interleaved(cpu(lambda: _directly(ours)), cpu(lambda: _by_aiogram(plain)), bench.effort)
            for each in (ours, plain):
                await each.session.close()
    return Figure(name, compared.ratio, None, "edit12_answer_by_aiogram", compared.samples)


REQUESTS: dict[str, Measure] = {"direct_way": measure}


async def _directly(bot: Bot) -> None:
    rows = [
        [{"text": f"Врач {row}{side} · завтра", "callback_data": f"bd:1:{row}:{side}"} for side in "12"]
        for row in range(6)
    ]
    await request(bot, text_edited(PERSON_ID, MESSAGE, TEXT, {"inline_keyboard": rows}))
    await request(bot, press_answered(PRESS))


async def _by_aiogram(bot: Bot) -> None:
    await bot.edit_message_text(TEXT, chat_id=PERSON_ID, message_id=MESSAGE, reply_markup=twelve_buttons())
    await bot(AnswerCallbackQuery(callback_query_id=PRESS))
