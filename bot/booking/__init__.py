"""Booking: choose a time at a clinic, book it, and settle the outcome with the clinic."""
