-- expands: yes, a column that may be left out and an index.
-- Failed checks are remembered for an hour by the person as well: whoever erases everything and comes back has no new
-- tries. Filled in at the erasure alone, by a keyed hash.

ALTER TABLE failed_checks ADD COLUMN asker_index BLOB;
CREATE INDEX failed_checks_of_gone ON failed_checks (asker_index) WHERE asker_index IS NOT NULL;
