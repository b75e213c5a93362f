"""Registratura: a Telegram bot that gets a child to a doctor."""

import gc

# Importing aiogram makes a few hundred thousand objects that all stay: looking for rubbish among them meanwhile finds
# none and costs a fifth of the start; a press makes few, so that rarer collections make its slowest moments rarer too.
gc.set_threshold(50_000, 20, 50)
