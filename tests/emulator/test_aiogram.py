"""An aiogram bot at the emulator."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from tests.emulator.telegram import ANNA, Telegram, meanwhile, png, telegram_of


@asynccontextmanager
async def bot_of(telegram: Telegram) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(telegram.url))
    async with Bot(telegram.emulator.token, session=session) as bot:
        yield bot


async def test_aiogram_bot_runs_at_the_emulator() -> None:
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Записаться", callback_data="book")]])
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def greet(message: Message) -> None:
        await message.answer("Здравствуйте", reply_markup=keyboard)

    @dispatcher.callback_query()
    async def book(call: CallbackQuery) -> None:
        assert isinstance(call.message, Message)
        await call.message.edit_text("Вы записаны")
        await call.answer("Готово", show_alert=True)

    async with telegram_of() as telegram, bot_of(telegram) as bot:
        telegram.chat.patience = 2
        async with meanwhile(dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False)):
            await telegram.anna.start()
            assert (await telegram.anna.screen()).labels == ["Записаться"]
            assert (await telegram.anna.press("Записаться")).alert == "Готово"
            assert (await telegram.anna.screen()).text == "Вы записаны"
            assert await telegram.chat.refusals() == []
            await dispatcher.stop_polling()


async def test_aiogram_parses_sent_and_edited_messages(telegram: Telegram) -> None:
    async with bot_of(telegram) as bot:
        text = await bot.send_message(ANNA, "Старое")
        edited = await bot.edit_message_text("Новое", chat_id=ANNA, message_id=text.message_id)
        assert isinstance(edited, Message)
        row = [KeyboardButton(text="Телефон", request_contact=True)]
        await bot.send_message(ANNA, "Ваш номер?", reply_markup=ReplyKeyboardMarkup(keyboard=[row]))
        thanks = await bot.send_message(ANNA, "Спасибо", reply_markup=ReplyKeyboardRemove())
        assert thanks.text == "Спасибо"
        venue = await bot.send_venue(ANNA, 55.7, 37.6, "Поликлиника", "ул. Мира, 1")
        assert venue.venue is not None
        assert await bot.pin_chat_message(ANNA, venue.message_id)
        assert await bot.delete_message(ANNA, text.message_id)


async def test_aiogram_sends_and_downloads_files(telegram: Telegram) -> None:
    async with bot_of(telegram) as bot:
        photo = await bot.send_photo(ANNA, BufferedInputFile(png(10, 10), "a.png"), caption="да")
        assert photo.photo is not None
        content = await bot.download(photo.photo[-1].file_id)
        assert content is not None
        assert content.read() == png(10, 10)
        document = await bot.send_document(ANNA, BufferedInputFile(b"%PDF", "a.pdf"))
        assert document.document is not None


async def test_aiogram_parses_the_account_and_updates(telegram: Telegram) -> None:
    async with bot_of(telegram) as bot:
        assert (await bot.get_me()).is_bot
        await bot.set_my_commands([BotCommand(command="start", description="Начать")])
        assert [command.command for command in await bot.get_my_commands()] == ["start"]
        assert await bot.delete_my_commands()
        await bot.set_my_description("Запись к врачу")
        assert (await bot.get_my_description()).description == "Запись к врачу"
        await bot.set_my_short_description("Запись")
        assert (await bot.get_my_short_description()).short_description == "Запись"
        assert await bot.delete_webhook()
        await telegram.anna.say("привет")
        (update,) = await bot.get_updates()
        assert update.message is not None
        assert update.message.text == "привет"


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("429", TelegramRetryAfter),
        ("403", TelegramForbiddenError),
        ("400", TelegramBadRequest),
        ("500", TelegramServerError),
        ("502", ClientDecodeError),
        ("cut_before", TelegramNetworkError),
        ("cut_after", TelegramNetworkError),
    ],
)
async def test_fault_raises_the_matching_aiogram_error(telegram: Telegram, kind: str, error: type[Exception]) -> None:
    await telegram.chat.fault(kind)
    async with bot_of(telegram) as bot:
        with pytest.raises(error):
            await bot.send_message(ANNA, "x")
