"""The demo town that seeds the registry."""
