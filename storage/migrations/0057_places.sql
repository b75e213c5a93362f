-- expands: yes, columns that may be left out, and an index.
-- When the newest import said how many more patients a clinic enrolls; NULL: it says nothing.
ALTER TABLE registry_clinics ADD COLUMN places_at INTEGER;

-- places_since is that moment once the bot has taken it over, and places_left what is left since then; used_up: the
-- lists are full because nothing is. papers_set: the head has set the papers, and the file does not count.
ALTER TABLE enrollment_limits ADD COLUMN places_since INTEGER;
ALTER TABLE enrollment_limits ADD COLUMN places_left INTEGER;
ALTER TABLE enrollment_limits ADD COLUMN used_up INTEGER NOT NULL DEFAULT 0;
ALTER TABLE enrollment_limits ADD COLUMN papers_set INTEGER NOT NULL DEFAULT 0;
CREATE INDEX enrollments_at_clinic ON enrollments (clinic_id, since);
