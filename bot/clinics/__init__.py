"""Clinics: the port of a clinic system, timeouts around it, and the directory of what it lists."""
