"""Tables of the booking slice."""
