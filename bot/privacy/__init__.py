"""Privacy: consents, own data, export, erasure, unlinking, takeovers and retention."""
