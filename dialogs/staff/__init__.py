"""The chat of the staff slice: the desk of a clinic."""
