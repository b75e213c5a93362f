"""Applications to a clinic: their rows, the consents to pass data, and enrollments."""
