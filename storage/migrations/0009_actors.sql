-- expands: yes, a release that does not know the column reads every row as the act of its account.
-- Who acted: the account itself, staff, the operator or the bot. Rows from before read as acts of their account.

ALTER TABLE audit ADD COLUMN actor TEXT NOT NULL DEFAULT 'ACCOUNT'
    CHECK (actor IN ('ACCOUNT', 'STAFF', 'OPERATOR', 'SYSTEM'));
