"""The rows of patients, of their checks and drafts, and of who represents them."""
