-- expands: yes, a column that may be left out.
-- The policy check at the desk that was decided with an application, by the same press.
ALTER TABLE applications ADD COLUMN desk_check_id INTEGER REFERENCES desk_checks (id) ON DELETE SET NULL;
CREATE INDEX applications_with_check ON applications (desk_check_id) WHERE desk_check_id IS NOT NULL;
