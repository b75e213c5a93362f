"""The tables of the account slice."""
