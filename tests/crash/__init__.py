"""The crash run: kill the bot while people book and Telegram fails, then check that nothing is lost."""
