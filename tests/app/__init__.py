"""Tests of the parts around the slices: command line, settings, Telegram, outbox, documents, texts."""
