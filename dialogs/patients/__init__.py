"""The chat of the patients slice: adding, checking and editing cards."""
