"""Tests of the whole bot over the emulator, with a chat client that plays people."""
