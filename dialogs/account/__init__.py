"""The chat of the account slice."""
