"""Applications to a clinic: filed by a representative, decided at its desk, followed to the end."""
