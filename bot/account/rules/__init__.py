"""Rules of the account slice."""
