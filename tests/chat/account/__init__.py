"""Chat tests of the account slice."""
