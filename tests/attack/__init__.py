"""Attacks on the running demo: strangers, people who know too much, hostile files and floods."""
