"""The chat of the privacy slice."""
