"""Tests of the staff slice in the chat: the desk of a clinic."""
