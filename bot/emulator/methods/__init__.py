"""The methods of the Bot API, found by their lower-case names."""

from bot.emulator.methods import edits, media, messages, polling, profile, relays
from bot.emulator.methods.table import METHODS, Method

__all__ = ["METHODS", "Method", "edits", "media", "messages", "polling", "profile", "relays"]
