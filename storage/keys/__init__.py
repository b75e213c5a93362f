"""The keys of a database: what depends on them, how a wrong one is noticed, and how they are replaced."""
