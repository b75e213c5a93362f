"""Chat tests of the privacy slice."""
