"""Chat tests of applications to a clinic."""
