"""Choosing a time at a clinic and booking it."""
