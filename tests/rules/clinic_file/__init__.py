"""The rules of a clinic's file."""
