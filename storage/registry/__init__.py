"""The embedded clinic system: the registry of a town in our own database."""
