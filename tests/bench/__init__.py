"""How fast it is: every figure is a ratio to a floor that runs beside it, so that a slow machine is slow for both."""
