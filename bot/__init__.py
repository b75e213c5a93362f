"""Registratura: a Telegram bot that gets a child to a doctor."""

import gc
import sys

from bot.quick_import import ImportWithin, models_built_on_use, nothing_drawn

# Importing aiogram creates a few hundred thousand objects that all stay alive: collections during the imports find no
# garbage and cost a fifth of the start. A press creates few objects, and its slowest moments are collections.
gc.set_threshold(50_000, 20, 50)

sys.meta_path[:0] = [ImportWithin("aiogram", models_built_on_use), ImportWithin("structlog", nothing_drawn)]
