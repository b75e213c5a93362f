"""What happens to a visit after it is booked."""
