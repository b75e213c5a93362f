"""Tests of the demo and of the chat page in a real browser."""
