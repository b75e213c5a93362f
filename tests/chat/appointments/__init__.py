"""Chat tests of visits that are booked."""
