"""Telegram: the client, its pace, middlewares for updates, the command menu, delivery of messages."""
