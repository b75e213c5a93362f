"""A slice."""
