"""The methods of the Bot API, found by their lower-case names."""

from bot.emulator.methods import callbacks, edits, media, membership, messages, polling, profile
from bot.emulator.methods.method_table import METHODS, ApiMethod

__all__ = ["METHODS", "ApiMethod", "callbacks", "edits", "media", "membership", "messages", "polling", "profile"]
