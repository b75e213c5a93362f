-- expands: yes, columns that may be left out, and an index that allows more than before.
-- A takeover suspends the representations of the old account for a time; a suspended one acts for nobody, so a patient
-- may have a suspended owner beside the present one. "takeover_id" is a plain number: the takeover that suspended this
-- row, or that added it.

ALTER TABLE representations ADD COLUMN suspended_until INTEGER;
ALTER TABLE representations ADD COLUMN takeover_id INTEGER;
DROP INDEX one_owner;
CREATE UNIQUE INDEX one_owner ON representations (patient_id) WHERE rights = 'OWNER' AND suspended_until IS NULL;
CREATE INDEX representations_of_takeover ON representations (takeover_id) WHERE takeover_id IS NOT NULL;
