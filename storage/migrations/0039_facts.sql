-- expands: yes, a column that may be left out.
-- What a clinic says of itself, as JSON: nothing is looked for in it.
ALTER TABLE clinics ADD COLUMN facts TEXT NOT NULL DEFAULT '{}';
