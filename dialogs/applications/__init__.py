"""Applications to a clinic: the screens of the representative."""
