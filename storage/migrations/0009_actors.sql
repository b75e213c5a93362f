-- expands: yes, a release that does not know the column reads every row as the act of its account.
-- The actor of an entry: the account, a staff member, the operator or the bot. Older rows default to the account.

ALTER TABLE audit ADD COLUMN actor TEXT NOT NULL DEFAULT 'ACCOUNT'
    CHECK (actor IN ('ACCOUNT', 'STAFF', 'OPERATOR', 'SYSTEM'));
