-- expands: yes, a new table.
-- How much of each costly deed an account has done lately: the moment when its bucket is full again.

CREATE TABLE budgets (
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    budget TEXT NOT NULL,
    full_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, budget)
) STRICT;
CREATE INDEX full_budgets ON budgets (full_at);
