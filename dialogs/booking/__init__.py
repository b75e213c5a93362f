"""The chat on the way to a visit."""
