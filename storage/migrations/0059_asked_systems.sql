-- expands: yes, a column that may be left out.
-- The clinic's system is being asked to enroll the child, and may have done it: nothing is withdrawn until it answers.
ALTER TABLE applications ADD COLUMN system_asked INTEGER NOT NULL DEFAULT 0;
