-- expands: yes, a column that may be left out.
-- What a clinic says of a doctor beside the name, as JSON: nothing is looked for in it.
ALTER TABLE doctors ADD COLUMN facts TEXT NOT NULL DEFAULT '{}';
