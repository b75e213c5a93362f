"""The emulator is as strict as Telegram: its rules and its wording over real HTTP, a file per group of methods."""
