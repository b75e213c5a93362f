-- Who did what the journal tells of: an account by its own hand, staff, the operator, or the bot itself. It only expands:
-- whatever was written before, and by a release that does not know the column, reads as the account's own act.

ALTER TABLE audit ADD COLUMN actor TEXT NOT NULL DEFAULT 'ACCOUNT'
    CHECK (actor IN ('ACCOUNT', 'STAFF', 'OPERATOR', 'SYSTEM'));
