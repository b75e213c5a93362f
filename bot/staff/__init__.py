"""Staff: the desk of a clinic, in the same chat."""
