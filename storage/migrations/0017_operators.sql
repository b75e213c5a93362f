-- expands: yes, it adds a column that may be left out and indexes.
-- The operator's command: who at the operator's used it, and the numbers that a person can quote.

ALTER TABLE audit ADD COLUMN operator TEXT;
CREATE INDEX audit_of_operators ON audit (account_id, id) WHERE actor = 'OPERATOR';
CREATE INDEX appointments_by_ref ON appointments (ref, id);
