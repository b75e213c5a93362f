"""Tests of the family slice in the chat: representatives, invitations, requests for access."""
