-- expands: yes, columns that may be left out.
-- A decision whose clinic system does not answer is done again at next_try, later after each of the attempts.
ALTER TABLE applications ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE applications ADD COLUMN next_try INTEGER;
-- 1 once the representatives were told that the system is silent.
ALTER TABLE applications ADD COLUMN stuck_told INTEGER NOT NULL DEFAULT 0;
