"""Chat tests of booking."""
