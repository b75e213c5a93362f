"""The chat about patients: cards, checks, drafts, watched policies."""
