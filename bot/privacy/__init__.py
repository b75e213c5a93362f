"""Use cases of the privacy slice."""
