-- expands: yes, a column that may be left out.
-- The clinic whose link or poster an account has opened last.
ALTER TABLE accounts ADD COLUMN named_clinic_id INTEGER REFERENCES clinics (id);
