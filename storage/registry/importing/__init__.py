"""Writes a clinic's file into the registry: what would change, then all of it in one transaction or nothing."""
