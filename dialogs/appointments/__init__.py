"""The chat about visits that are booked."""
