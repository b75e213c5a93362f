"""Benchmarks: each figure is a ratio to a floor measured beside it, so that the speed of the machine cancels out."""
