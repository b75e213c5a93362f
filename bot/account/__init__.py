"""Use cases of the account slice."""
