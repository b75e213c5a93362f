"""A strict stand-in for Telegram: the Bot API, the people who use it, a clock that can be moved and a chat page."""

from bot.emulator.app_user import AppUser
from bot.emulator.faults import Fault
from bot.emulator.people import EmulatedPerson
from bot.emulator.server import create_app, serve
from bot.emulator.state import TOKEN, Emulator

__all__ = ["TOKEN", "AppUser", "EmulatedPerson", "Emulator", "Fault", "create_app", "serve"]
