"""The people of a test: a client that writes and presses at the emulator, and what people do step by step."""
