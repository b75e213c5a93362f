"""The border between Telegram and the flows: requests, updates, commands, delivery of messages."""
