"""Find the number of the operator's chat among those that have just written to the bot."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import typer

from bot.settings import Settings
from bot.start_errors import sentence_for_operator
from bot.telegram.session import make_bot

SHOWN = 5
PATIENCE = 10
"""seconds for Telegram's answer"""


def show_chats(settings: Settings) -> None:
    """Ask the operator to write to the bot, and print the chats whose messages are still unread, newest first."""
    typer.prompt(
        "Press Start in the chat with the bot (in a group write /start), then Enter here", "", show_default=False
    )
    try:
        chats = asyncio.run(find_chats(settings))
    except Exception as error:  # the question is asked again, whatever it is
        typer.echo(sentence_for_operator(error) or "Telegram hands out no messages now: another program reads them.")
        return
    if not chats:
        typer.echo("No message is waiting: has it been sent, and does no other program read them with this token?")
    for number, name in list(chats.items())[:SHOWN]:
        typer.echo(f"  {number}  {name}")


async def find_chats(settings: Settings) -> Mapping[int, str]:
    """Return names by the numbers of the chats, newest first; the messages stay unread for the bot."""
    bot = make_bot(settings)
    try:
        updates = await bot.get_updates(timeout=0, request_timeout=PATIENCE)
    finally:
        await bot.session.close()
    chats = [update.message.chat for update in reversed(updates) if update.message is not None]
    return {chat.id: _printable(chat.title or chat.full_name) for chat in chats}


def _printable(name: str) -> str:
    """Leave out what could move the cursor of a terminal: anybody may have any name."""
    return "".join(filter(str.isprintable, name))
