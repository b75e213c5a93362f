"""The crash run: people work through the whole journey while the bot is killed and Telegram fails."""
