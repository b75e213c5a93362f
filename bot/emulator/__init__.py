"""A strict stand-in for Telegram: the Bot API, the people who use it, a clock that moves and a chat page."""

from bot.emulator.actor import Actor
from bot.emulator.core import Emulator
from bot.emulator.faults import Fault
from bot.emulator.people import Person
from bot.emulator.server import create_app, serve

__all__ = ["Actor", "Emulator", "Fault", "Person", "create_app", "serve"]
